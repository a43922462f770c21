"""Staff lists: upload for a preview, save all or nothing, drop.

Saving writes in bulk, so that thousands of rows take seconds, and is recorded
as one event on the import; who left is recorded person by person.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.access import Access
from people.actions.staff_import_rows import Saving
from people.models import Organisation, Person, StaffImport
from people.staff_list.diff import Diff, compare_import
from people.staff_list.parse import parse

KEPT = timedelta(days=2)  # how long the rows of an unconfirmed list are kept

NOT_LEAD = "Only a programme lead of {organisation} can import its staff list."
SETTLED = "This staff list has been saved or dropped already."
MOVED_ON = "Something has changed since this preview was made. Look at it again, then save."
HAS_PROBLEMS = "This staff list has problems. Correct the file and upload it again."


@transaction.atomic
def upload(
    *,
    organisation: Organisation,
    file_name: str,
    data: bytes,
    is_complete: bool,
    told: dict[str, str] | None = None,
    by: Person | None,
    now: datetime,
) -> StaffImport:
    """Read a file and keep its rows for a preview. Nothing else is written.

    ``told`` maps fields to headings (people/staff_list/columns.py). Raises
    staff_list.read.Unreadable where the file is no staff list at all.
    """
    _refuse_others(organisation, by, now)
    found = parse(data, organisation=organisation, told=told)
    staff_import = StaffImport(
        organisation=organisation,
        file_name=file_name[-200:],
        encoding=found.encoding,
        is_complete=is_complete,
        headings={key: found.columns.heading(key) for key in found.columns.at},
        unused=found.columns.unused,
        row_count=found.count,
        rows=found.rows,
        problems=[problem.as_dict() for problem in found.problems],
        uploaded_by=by,
        uploaded_at=now,
    )
    diff = compare_import(staff_import, by=by, now=now)
    _count(staff_import, diff)
    staff_import.save()
    record(Verb.STAFF_LIST_READ, by=by, now=now, on=staff_import, scope=("organisation", organisation.pk))
    return staff_import


@transaction.atomic
def save(*, staff_import: StaffImport, seen: str | None = None, by: Person | None, now: datetime) -> StaffImport:
    """Save the whole list, or nothing of it.

    ``seen`` is the digest of the preview that was looked at; where the outcome
    would now be another, it is refused. A list is saved once: of two at the
    same moment, one is refused.
    """
    _refuse_others(staff_import.organisation, by, now)
    _settle(staff_import, StaffImport.State.SAVED, saved_at=now)
    diff = compare_import(staff_import, by=by, now=now)
    if staff_import.problems or diff.problems:
        raise Refused(HAS_PROBLEMS)
    if seen is not None and seen != diff.digest():
        raise Refused(MOVED_ON)
    try:
        Saving(staff_import.organisation, diff, by=by, now=now).run()
    except IntegrityError as error:  # somebody else took an address or a number in this very moment
        raise Refused(MOVED_ON) from error
    _count(staff_import, diff)
    staff_import.rows, staff_import.problems = [], []
    staff_import.save(update_fields=["adds", "changes", "unchanged", "leavers", "rows", "problems"])
    scope = ("organisation", staff_import.organisation_id)
    record(Verb.STAFF_LIST_SAVED, by=by, now=now, on=staff_import, scope=scope)
    return staff_import


@transaction.atomic
def drop(*, staff_import: StaffImport, by: Person | None, now: datetime) -> StaffImport:
    """Forget a list that was not saved; its counts stay, its rows do not."""
    if by is not None:
        _refuse_others(staff_import.organisation, by, now)
    _settle(staff_import, StaffImport.State.DROPPED)
    staff_import.rows, staff_import.problems = [], []
    staff_import.save(update_fields=["rows", "problems"])
    scope = ("organisation", staff_import.organisation_id)
    record(Verb.STAFF_LIST_DROPPED, by=by, now=now, on=staff_import, scope=scope)
    return staff_import


@transaction.atomic
def drop_old(*, by: Person | None, now: datetime) -> int:
    """Drop every list that has waited for two days; return how many."""
    old = StaffImport.objects.filter(state=StaffImport.State.PREVIEW, uploaded_at__lte=now - KEPT).defer("rows")
    return len([drop(staff_import=staff_import, by=by, now=now) for staff_import in old])


def _refuse_others(organisation: Organisation, by: Person | None, now: datetime) -> None:
    if by is not None and organisation.pk not in Access(by, now=now).organisations_led:
        raise Refused(NOT_LEAD.format(organisation=organisation.name))


def _settle(staff_import: StaffImport, state: str, **values) -> None:
    waiting = StaffImport.objects.filter(pk=staff_import.pk, state=StaffImport.State.PREVIEW)
    if not waiting.update(state=state, **values):
        raise Refused(SETTLED)
    staff_import.refresh_from_db()


def _count(staff_import: StaffImport, diff: Diff) -> None:
    staff_import.adds, staff_import.changes = len(diff.adds), len(diff.changes)
    staff_import.unchanged, staff_import.leavers = diff.unchanged, len(diff.leavers)
