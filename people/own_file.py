"""Somebody's own file: what the portal keeps about them, in their hands. For reading (HTML) and for machines (JSON).

Which tables and fields stands in the rooms' privacy.py (people/holdings.py). In it
are facts about the person and their own words, opened for them; never a secret,
nor what others wrote for themselves. Nobody is named in it whom the person may not
see on a page.
"""

import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from urllib.parse import parse_qsl

from django.db.models import ForeignKey
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst

from people import own_record
from people.holdings import Held, holdings
from people.models import Person
from vault.sealing import Undecryptable

SOMEBODY = "Somebody"
LOCKED = "Cannot be opened"


@dataclass(frozen=True)
class Section:
    """One heading of the file: the names of its columns, and a row of words for each thing."""

    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)


def sections(person: Person, *, now: datetime) -> list[Section]:
    """Everything that is kept about ``person`` and theirs to read; a heading without rows too, which says "None"."""
    shown = [held for held in holdings() if held.title]
    rows = {
        id(held): list(
            held.table._base_manager.filter(held.only(person, now), **{held.own: person.pk})
            .select_related(*_related(held))
            .order_by("pk")
            .distinct()
        )
        for held in shown
    }
    writer = _Writer(person, _names(person, shown, rows, now))
    found = [
        Section(
            held.title,
            [_label(held, path) for path in held.shows],
            [writer.row(held, row) for row in rows[id(held)]],
        )
        for held in shown
    ]
    return [*found, _who_opened(person)]


def why_not() -> list[str]:
    """Sentences about what is kept and not in the file."""
    reasons = dict.fromkeys(held.why_not for held in holdings() if held.why_not)
    return [f"{capfirst(reason)}." for reason in reasons]


def as_zip(person: Person, *, now: datetime) -> bytes:
    """The file as a ZIP archive of a page to read and the same as JSON."""
    found = sections(person, now=now)
    page = render_to_string("people/own_file.html", {"person": person, "sections": found, "now": now})
    data = {
        "person": person.name,
        "made_at": now.isoformat(),
        "kept": [{"what": one.title, "rows": [_pairs(one, row) for row in one.rows]} for one in found],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about-you.html", page)
        archive.writestr("about-you.json", json.dumps(data, ensure_ascii=False, indent=1))
    return buffer.getvalue()


def _pairs(section: Section, row: list[str]) -> dict[str, str]:
    return dict(zip(section.columns, row, strict=True))


def _fields(held: Held, path: str):
    """The fields along a lookup of ``shows``."""
    model, found = held.table, []
    for name in path.split("__"):
        found.append(model._meta.get_field(name))
        model = found[-1].related_model
    return found


def _related(held: Held) -> list[str]:
    """What is to be read with the rows: other tables along the lookups, but nobody's record."""
    found = []
    for path in held.shows:
        names = path.split("__")
        along = _fields(held, path)
        count = sum(isinstance(one, ForeignKey) and one.related_model is not Person for one in along)
        if count:
            found.append("__".join(names[:count]))
    return found + ["version__programme"] * ("version__number" in held.shows)


def _label(held: Held, path: str) -> str:
    *before, last = _fields(held, path)
    if last.name in ("state", "number", "name") and before:
        return str(capfirst(f"{last.verbose_name} of the {before[-1].verbose_name}"))
    return str(capfirst(str(last.verbose_name)))


def _names(person, shown, rows, now) -> dict[int, str]:
    """Those who may be named, by id. What the staff record says of oneself it says on one's own page too."""
    keys: dict[bool, set[int]] = {True: set(), False: set()}
    for held in shown:
        for path in held.shows:
            *_, last = _fields(held, path)
            if "__" not in path and last.related_model is Person:
                ids = {getattr(row, last.attname) for row in rows[id(held)]}
                keys[held.model.startswith("people.")] |= ids - {None, person.pk}
    known = Person.objects.filter(pk__in=keys[True])
    seen = Person.objects.visible_to(person, now=now).filter(pk__in=keys[False] - keys[True])
    return {one.pk: one.name for some in (known, seen) for one in some} | {person.pk: "You"}


def _who_opened(person: Person) -> Section:
    lines = own_record.lines(own_record.events_about(person))
    rows = [[_words(line.event.at), line.who, line.did] for line in lines]
    return Section("Who opened or changed your record", ["When", "Who", "What"], rows)


class _Writer:
    """Writes values as words."""

    def __init__(self, person: Person, names: dict[int, str]):
        self.person, self.names = person, names

    def row(self, held: Held, row) -> list[str]:
        return [self.cell(held, row, path) for path in held.shows]

    def cell(self, held: Held, row, path: str) -> str:
        *before, last = path.split("__")
        for name in before:
            row = getattr(row, name)
            if row is None:
                return ""
        known = row._meta.get_field(last)
        if known.related_model is Person:
            pk = getattr(row, known.attname)
            return "" if pk is None else self.names.get(pk, SOMEBODY)
        if known.choices:
            return str(getattr(row, f"get_{last}_display")())
        try:
            value = getattr(row, last)
        except Undecryptable:
            return LOCKED
        return _read(value) if path in held.typed and value else _words(value)


def _read(typed: str) -> str:
    """What was typed, from JSON or from the fields of a form as a browser sends them."""
    try:
        return _words(json.loads(typed))
    except ValueError:
        return "\n".join(value for _, value in parse_qsl(typed)) or typed


def _words(value) -> str:
    """A value as a person reads it; times as in London."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%-d %B %Y, %H:%M")
    if isinstance(value, date):
        return value.strftime("%-d %B %Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(_words(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_words(one)}" for name, one in value.items())
    return str(value)
