"""Field by field, what a row of a staff list would change, in words."""

from datetime import date

from people.fact_kinds import FACT_KINDS
from people.models import Employment
from people.models.employment import band_label
from people.staff_list.check import number_key
from people.staff_list.columns import FIELDS
from people.staff_list.known import Known
from people.staff_list.managers import listed
from people.staff_list.outcome import JOB_FIELDS, LAST_DAY, Difference, Line


def of_person(line: Line):
    row, person = line.row, line.person
    given, family = row["given_name"], row.get("family_name", person.family_name)
    # Lists differ in how loud they write a name; the way in which it is known already stays.
    if (given.casefold(), family.casefold()) != (person.given_name.casefold(), person.family_name.casefold()):
        yield Difference("name", "Name", person.name, f"{given} {family}".strip())
    if "email" in row and row["email"] != person.email and not line.keeps_address:
        yield Difference("email", "E-mail", person.email or "", row["email"])


def differences(line: Line, known: Known, names: dict[int, str]):
    row, person, job = line.row, line.person, line.job
    yield from of_person(line)
    for key in JOB_FIELDS:
        if key in row:
            before, after = getattr(job, key), row[key]
            if key in ("site", "team"):
                before = before.name if before else ""
                if before.casefold() == after.casefold():
                    continue
            if key == "staff_number" and number_key(before) == number_key(after):
                continue
            if before != after:
                words = {"band": band_label, "level": level_label}.get(key, str)
                yield Difference(key, FIELDS[key].label, words(before), words(after))
    if "start_date" in row:
        first, given = known.first_jobs[line.organisation, person.pk], date.fromisoformat(row["start_date"])
        if given != first.start_date and (first.end_date is None or given < first.end_date):
            yield Difference("start_date", "Start date", day_label(first.start_date), day_label(given))
    if LAST_DAY in row and line.last_day != job.last_working_day:
        before = day_label(job.last_working_day) if job.last_working_day else ""
        yield Difference(
            LAST_DAY, FIELDS[LAST_DAY].label, before, day_label(line.last_day) if line.last_day else "none: stays"
        )
    for kind, value in row.get("facts", {}).items():
        fact = known.facts[person.pk].get(kind)
        before = (fact.day.isoformat() if fact.day else fact.text) if fact and fact.applies else None
        if fact is None or before != value:
            yield Difference(
                f"fact:{kind}",
                FACT_KINDS[kind].label,
                fact_label(kind, before, known=fact is not None),
                fact_label(kind, value),
            )
    if line.managers is not None:
        before = {manager for manager in known.managers[person.pk] if manager in known.staff}
        if before != line.managers:
            yield Difference("managers", "Manager", listed(before, names), listed(line.managers, names))


def level_label(level: str) -> str:
    """A level in words; empty where there is none."""
    return Employment.Level(level).label if level else ""


def day_label(day: date) -> str:
    """A day in words: 26 July 2027."""
    return f"{day.day} {day:%B %Y}"


def fact_label(kind: str, value: str | None, *, known: bool = True) -> str:
    """A fact's value in words; None is 'does not apply'."""
    if not known:
        return ""
    if value is None:
        return "does not apply"
    if FACT_KINDS[kind].value == "day":
        return day_label(date.fromisoformat(value))
    return FACT_KINDS[kind].shown(value)


def moves_address(line: Line) -> bool:
    """Whether the row gives somebody whom we know another address than they have."""
    return line.person is not None and "email" in line.row and line.row["email"] != line.person.email
