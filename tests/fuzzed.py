"""What came of posts, files and lists that nobody means: how each was answered, what was a fault, what was half saved.

The tests take a few of each, `./portal bench fuzz` thousands. Whatever is sent is taken back, so that each
is met in the same world.
"""

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse

from people.models import Employment, Fact, LineManagement, Person, Site, StaffImport, Team
from tests import fuzzing
from tests.posting import Senders, Shown, forms_of

OF_PEOPLE = (Person, Employment, Fact, LineManagement, Site, Team)
LONGEST_LIST = 400  # rows


@dataclass
class Found:
    """Answers by their status; faults by what they say, each with the first that met it; imports saved by half."""

    answers: Counter = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    halves: list[str] = field(default_factory=list)
    led_away: int = 0  # to the sign-in page by somebody signed in: it would prove nothing

    def told(self) -> str:
        return "\n".join([*(f"{said}\n    {by}" for said, by in self.faults.items()), *self.halves])

    def ask(self, senders: Senders, role: str, method: str, address: str, data, *, by: str, **extra) -> None:
        try:
            answer = senders.ask(role, method, address, data, **extra)
        except Exception as fault:
            self.fault(fault, by)
        else:
            self.note(answer, by)

    def fault(self, fault: Exception, by: str) -> None:
        where = fault.__traceback__
        while where.tb_next:
            where = where.tb_next
        said = f"{type(fault).__name__}: {str(fault)[:200]} in {where.tb_frame.f_code.co_filename}:{where.tb_lineno}"
        self.answers["fault"] += 1
        self.faults.setdefault(said, by[:400])

    def note(self, answer, by: str) -> None:
        self.answers[answer.status_code] += 1
        self.led_away += answer.headers.get("Location", "").startswith("/accounts/login/?next=")
        if answer.status_code >= 500:
            self.faults.setdefault(f"{answer.status_code} for {answer.request['PATH_INFO']}", by[:400])


def posts(senders: Senders, forms: list[Shown], count: int, *, seed: int) -> Found:
    found = Found()
    posted = [form for form in forms if form.method == "post"]
    for form, sent, how in itertools.islice(fuzzing.posts(posted, seed=seed), count):
        found.ask(senders, form.role, "post", form.action, sent, by=f"{form}: {sent!s}", **how)
    return found


def queries(senders: Senders, forms: list[Shown], count: int, *, seed: int) -> Found:
    found = Found()
    for form, sent in itertools.islice(fuzzing.queries(forms, seed=seed), count):
        found.ask(senders, form.role, "get", form.page.partition("?")[0], sent, by=f"{form.page}: {sent}")
    return found


def endless(senders: Senders, forms: list[Shown]) -> Found:
    """Every form that asks something in its address, with far more in it than anybody means."""
    found = Found()
    for form in forms:
        if form.method == "get":
            for text in fuzzing.ENDLESS:
                sent = {name: text for name in form.fields}
                found.ask(senders, form.role, "get", form.action, sent, by=f"{form} {sorted(sent)}: {text[:20]}…")
    return found


def files(senders: Senders, forms: list[Shown], count: int, *, seed: int) -> Found:
    """Files in the forms that take one, in turns. Nobody is written by it: that takes a second step."""
    found, before = Found(), stored()
    taking = [form for form in forms if any(one.kind == "file" for one in form.fields.values())]
    for data, form in zip(itertools.islice(fuzzing.files(seed=seed), count), itertools.cycle(taking)):
        by = f"{form}: {data[:80]!r}"

        def then(answer, by=by):
            if stored() != before:
                found.halves.append(f"{by} changed people before anybody confirmed it")

        found.ask(senders, form.role, "post", form.action, form.filled() | _as_file(form, data), by=by, then=then)
    return found


def lists(senders: Senders, forms: list[Shown], rows: int, *, seed: int) -> Found:
    """So many rows of staff lists, each list sent, said what its columns are, saved, saved without its bad rows:
    after each step either all of it is there or nothing."""
    found, drawn = Found(), random.Random(seed)
    form = next(form for form in forms if form.name == "people:import-start" and form.role == "lead")
    while rows > 0:
        size = min(rows, drawn.randrange(1, LONGEST_LIST))
        rows -= size
        data = fuzzing.staff_list(drawn, size)
        with transaction.atomic():
            try:
                _one_list(found, senders, form, data)
            except Exception as fault:
                found.fault(fault, f"{size} rows, beginning {data[:300]!r}")
            transaction.set_rollback(True)
    return found


def _one_list(found: Found, senders: Senders, form: Shown, data: bytes) -> None:
    client, before = senders.of(form.role), stored()
    known = list(StaffImport.objects.values_list("pk", flat=True))

    def step(address, sent):
        found.note(client.post(address, sent), f"{sent}, {data[:300]!r}")
        one = StaffImport.objects.exclude(pk__in=known).first()
        saved = one is not None and one.state == StaffImport.State.SAVED
        now = stored()
        if saved and len(now["people_person"]) != len(before["people_person"]) + one.adds:
            found.halves.append(f"{one.adds} were to be added, {data[:300]!r}")
        if not saved and now != before:
            found.halves.append(f"not saved, and yet something is written: {data[:300]!r}")
        return one

    one = step(form.action, form.filled() | _as_file(form, data))
    if one is not None and one.state == StaffImport.State.COLUMNS:
        page = reverse("people:import-columns", args=[one.pk])
        columns = max(forms_of(client.get(page).content.decode()), key=lambda one: len(one["fields"]))
        one = step(page, {name: field.values for name, field in columns["fields"].items()})
    if one is None:
        found.answers["list refused"] += 1
        return
    page = reverse("people:import-preview", args=[one.pk])
    for answer in ("save", "leave-all", "save"):
        shown = client.get(page)
        found.note(shown, f"preview, {data[:300]!r}")
        seen = [form["fields"]["seen"].values for form in forms_of(shown.content.decode()) if "seen" in form["fields"]]
        one = step(page, {"answer": answer, "sure": "yes", "seen": next(iter(seen), "")})
    found.answers["list saved" if one.state == StaffImport.State.SAVED else "list not saved"] += 1


def stored() -> dict[str, list[str]]:
    """All that is known of people, by table."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in (model._meta.db_table for model in OF_PEOPLE)}


def _rows(cursor, table: str) -> list[str]:
    cursor.execute(f'SELECT * FROM "{table}"')
    return sorted(map(repr, cursor))


def _as_file(form: Shown, data: bytes) -> dict[str, list]:
    name = "list.xlsx" if data.startswith(b"PK") else "list.csv"
    names = [field.name for field in form.fields.values() if field.kind == "file"]
    return {field: [SimpleUploadedFile(name, data)] for field in names}
