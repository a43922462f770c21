"""A staff list as it is kept between reading and saving: its file, what was said about it, who may touch it. Reads."""

import zlib
from datetime import datetime

from audit.refusal import Refused
from people.access import Access
from people.models import Organisation, Person, StaffImport
from people.staff_list.parse import Glance, Map, StaffList, glance

AT_ONCE = 1_000  # rows that are checked and saved while the page waits; more are a worker's
NOT_LEAD = "Only a programme lead of {organisation} can import its staff list."


def glance_at(staff_import: StaffImport, *, sheet: str = "", now: datetime) -> Glance:
    """The first rows of a kept file, with its columns guessed, or as they were chosen. Raises Unreadable."""
    told = told_of(staff_import)
    organisations = led_with(staff_import.organisation, staff_import.uploaded_by, now)
    sheet = sheet or (told.sheet if told else "")
    return glance(file_of(staff_import), sheet=sheet, limit=AT_ONCE, organisations=organisations)


def is_clear(staff_import: StaffImport, *, now: datetime) -> bool:
    """Whether nobody need be asked about the columns: they were chosen, or each is understood and none doubtful."""
    told = told_of(staff_import)
    if told and told.is_all:
        return True
    seen = glance_at(staff_import, now=now)
    return not (seen.doubt or seen.unused) and (len(seen.table.sheets) < 2 or bool(told and told.sheet))


def file_of(staff_import: StaffImport) -> bytes:
    """The file as it was sent; empty once the list was saved or dropped."""
    return zlib.decompress(staff_import.file) if staff_import.file else b""


def left_out_of(staff_import: StaffImport) -> frozenset[int]:
    """The numbers of the rows that are left out of the list."""
    return frozenset(one["row"] for one in staff_import.left_out)


def told_of(staff_import: StaffImport) -> Map | None:
    """What was said about the columns; None: nothing, so they are guessed."""
    return Map(**staff_import.told) if staff_import.told else None


def fill(staff_import: StaffImport, found: StaffList) -> None:
    """Take over what a file was found to say. The caller saves the row."""
    staff_import.encoding = found.encoding
    staff_import.sheet = found.sheet[:100]
    staff_import.headings = {key: found.columns.heading(key) for key in found.columns.at}
    staff_import.unused = found.columns.unused
    staff_import.notes = found.notes
    staff_import.row_count = found.count
    staff_import.rows = found.rows
    staff_import.left_out = found.left_out
    staff_import.problems = [problem.as_dict() for problem in found.problems]
    staff_import.warnings = [warning.as_dict() for warning in found.warnings]


def organisations_of(staff_import: StaffImport, *, now: datetime) -> list[Organisation]:
    """The organisations that rows of the list may name: those whose staff lists its sender keeps."""
    return led_with(staff_import.organisation, staff_import.uploaded_by, now)


def refuse_others(organisations: list[int], by: Person | None, now: datetime) -> None:
    """Raise Refused unless ``by`` keeps the staff list of every one of these organisations. None is the portal."""
    others = set(organisations) - Access(by, now=now).organisations_led if by is not None else set()
    if others:
        name = Organisation.objects.filter(pk__in=others).order_by("pk").values_list("name", flat=True).first()
        raise Refused(NOT_LEAD.format(organisation=name))


def led_with(organisation: Organisation, by: Person | None, now: datetime) -> list[Organisation]:
    """``organisation``, and the others whose staff lists ``by`` keeps."""
    others = Organisation.objects.led_by(by, now=now).exclude(pk=organisation.pk) if by is not None else ()
    return [organisation, *others]


def as_data(told: Map | None) -> dict:
    """A map as it is kept."""
    return {"columns": told.columns, "sheet": told.sheet, "is_all": told.is_all} if told else {}
