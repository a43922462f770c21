"""The measuring half of benchmarks/staff_import.py."""

import csv
import io
import json
import random
import sys
from datetime import datetime, timedelta
from time import perf_counter, process_time

from benchmarks.memory import peak_mb
from benchmarks.scratch import set_up

set_up()

from allauth.account.models import EmailAddress  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from openpyxl import Workbook  # noqa: E402

from audit.models import AuditEvent  # noqa: E402
from people.actions import grants, organisations, staff_imports  # noqa: E402
from people.actions import people as people_actions  # noqa: E402
from people.actions import staff_import_asks as asks  # noqa: E402
from people.models import (  # noqa: E402
    Employment,
    Fact,
    Grant,
    LineManagement,
    Organisation,
    Person,
    Site,
    StaffImport,
    Team,
)
from people.staff_import_work import work  # noqa: E402

WRITTEN = (Site, Team, Person, EmailAddress, Employment, Fact, LineManagement, AuditEvent)
HEADINGS = [
    *("Employee Number", "First Name", "Last Name", "E-mail Address", "Position Title", "Grade", "Location"),
    *("Department", "Supervisor Employee Number", "Start Date", "GPhC Registration Date", "Mentor Volunteer"),
]


def the_list(rows: int) -> list[list[str]]:
    """A made-up organisation: one manager to every twelve people, up to the one at the top."""
    dice = random.Random(rows)

    def day(first: int, last: int) -> str:
        return f"{dice.randrange(1, 29):02}/{dice.randrange(1, 13):02}/{dice.randrange(first, last)}"

    return [
        HEADINGS,
        *(
            [
                str(21_000_000 + number),
                f"Given{dice.randrange(400)}",
                f"Family{number}",
                f"person{number}@example.org",
                dice.choice(["Pharmacist", "Senior pharmacist", "Trainee pharmacist", "Pharmacy technician"]),
                dice.choice(["Review Body Band 5", "XR06", "Band 7", "8a", "8 - Range B", ""]),
                f"Site {dice.randrange(12)}",
                f"Team {dice.randrange(60)}",
                str(21_000_000 + (number - 1) // 12) if number else "",
                day(2005, 2026),
                day(1995, 2025),
                dice.choice(["yes", "no", ""]),
            ]
            for number in range(rows)
        ),
    ]


def file_of(kind: str, lines: list[list[str]]) -> bytes:
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(lines)
        return text.getvalue().encode()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Staff")
    for cells in lines:
        sheet.append(cells)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


class Waits:
    """How long other writers had to wait: from each BEGIN to its end, the longest."""

    longest = 0.0
    began = 0.0

    def __call__(self, execute, sql, parameters, many, context):
        answer = execute(sql, parameters, many, context)
        if sql.startswith("BEGIN"):
            self.began = perf_counter()
        return answer

    def ends(self, commit):
        def committed():
            commit()
            if self.began:
                self.longest = max(self.longest, perf_counter() - self.began)
            self.began = 0.0

        return committed


def imported(trust: Organisation, lead: Person, kind: str, data: bytes, at: datetime) -> StaffImport:
    """What a page and its worker do between them."""
    staff_import = staff_imports.receive(
        organisation=trust, file_name=f"list.{kind}", data=data, is_complete=True, by=lead, now=at
    )
    asks.check(staff_import=staff_import, by=lead, now=at, hand_over=False)
    work(import_id=staff_import.pk, clock=timezone.now)
    staff_import.refresh_from_db()
    asks.save(staff_import=staff_import, sure=True, by=lead, now=at, hand_over=False)
    work(import_id=staff_import.pk, clock=timezone.now)
    staff_import.refresh_from_db()
    if staff_import.state != StaffImport.State.SAVED:
        raise RuntimeError(f"The list ended as {staff_import.state}: {staff_import.fault}")
    return staff_import


def bare(after: dict) -> tuple[float, float, int]:
    """Seconds, those of the processor among them, to write the same rows once more by bulk_create, and how many."""
    copies = {model: list(model.objects.filter(pk__gt=after[model]).order_by("pk")) for model in WRITTEN}
    for model in reversed(WRITTEN[:-1]):  # the audit record stays, since nothing may be taken from it
        rows = model.objects.filter(pk__gt=after[model])
        rows._raw_delete(rows.db)
    for event in copies[AuditEvent]:
        event.pk = None
    started, started_cpu = perf_counter(), process_time()
    with transaction.atomic():
        for model in WRITTEN:
            model.objects.bulk_create(copies[model])
    return perf_counter() - started, process_time() - started_cpu, sum(len(rows) for rows in copies.values())


def measure(kind: str, rows: int) -> dict:
    """Seconds of the import and of the bare writing, peak memory, and how long others waited to write."""
    now = timezone.now()
    trust = organisations.add(code="trust", name="Trust", by=None, now=now)
    lead = people_actions.add(given_name="Lena", email="lead@example.org", by=None, now=now)
    led = {"scope_kind": Grant.ScopeKind.ORGANISATION, "scope_id": trust.pk}
    grants.give(person=lead, role=Grant.Role.PROGRAMME_LEAD, by=None, now=now, **led)
    after = {model: model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0 for model in WRITTEN}
    data = file_of(kind, the_list(rows))
    waits = Waits()
    connection._commit = waits.ends(connection._commit)
    with connection.execute_wrapper(waits):
        started, started_cpu = perf_counter(), process_time()
        saved = imported(trust, lead, kind, data, now)
        seconds, cpu = perf_counter() - started, process_time() - started_cpu
    longest_wait = waits.longest
    peak = peak_mb()
    if saved.adds != rows:
        raise RuntimeError(f"{saved.adds} of {rows} people were added.")
    again = imported(trust, lead, kind, data, now + timedelta(seconds=1))
    bare_seconds, bare_cpu, written = bare(after)
    return {
        "file": kind,
        "rows": rows,
        "written": written,
        "seconds": round(seconds, 3),
        "bare": round(bare_seconds, 3),
        "ratio": round(seconds / bare_seconds, 2),
        "cpu_ratio": round(cpu / bare_cpu, 2),  # steadier where the machine has other work
        "longest_wait": round(longest_wait, 3),
        "peak_mb": round(peak),
        "again": again.adds + again.changes + again.leavers,
    }


print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
