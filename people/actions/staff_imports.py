"""Staff lists: take a file, say what its columns are, check it, save all of it or nothing, drop it.

Saving writes in bulk, so that thousands of rows take seconds, and is recorded as one event
on the import; who left, who came back and what people say of themselves (volunteers to
mentor, would like a mentor) are recorded person by person. Undoing is staff_import_undo.py,
what a worker writes meanwhile staff_import_work.py.
"""

import zlib
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions.staff_import_rows import Saving
from people.models import ColumnChoice, Organisation, Person, StaffImport
from people.staff_list import columns
from people.staff_list.diff import compare_import
from people.staff_list.kept import AT_ONCE, as_data, fill, glance_at, led_with, refuse_others
from people.staff_list.outcome import Diff
from people.staff_list.parse import Glance, Map, glance, parse
from people.staff_list.undoing import HARMLESS

KEPT = timedelta(days=2)  # how long the rows of an unconfirmed list are kept
UNDOABLE = timedelta(days=30)  # how long what a saved list changed is kept

SETTLED = "This staff list has been saved or dropped already."
MOVED_ON = "Something has changed since this preview was made. Look at it again, then save."
HAS_PROBLEMS = "This staff list has problems. Correct the file and upload it again."
HAS_QUESTIONS = "Say first, for each person whom the portal may know already, who they are."
MANY_LEAVERS = "This would end {leavers:,} of {staff:,} jobs. Tick that the list is really everyone, or drop it."
BUSY = "The portal is working on this staff list. Wait until it has finished."

State = StaffImport.State


@transaction.atomic
def receive(
    *,
    organisation: Organisation,
    file_name: str,
    data: bytes,
    is_complete: bool,
    told: Map | None = None,
    leave_out: Collection[int] = (),
    by: Person | None,
    now: datetime,
) -> StaffImport:
    """Keep a file and glance at its headings. Nothing else is read yet, and nobody is written.

    What was chosen for these headings before is chosen again; ``told`` goes before that.
    ``leave_out`` are the numbers of rows that are to be passed over.
    Raises staff_list.read.Unreadable where the file is no table at all.
    """
    refuse_others([organisation.pk], by, now)
    seen = glance(data, sheet=told.sheet if told else "", limit=AT_ONCE, organisations=led_with(organisation, by, now))
    if told is None:
        told = _remembered(organisation, seen)
    staff_import = StaffImport.objects.create(
        organisation=organisation,
        file_name=file_name[-200:],
        encoding=seen.table.encoding,
        is_complete=is_complete,
        state=State.COLUMNS,
        file=zlib.compress(data, 1),
        told=as_data(told),
        left_out=[{"row": row} for row in sorted(set(leave_out))],
        sheet=seen.table.sheet[:100],
        row_count=len(seen.table.rows) if seen.table.is_whole else 0,
        uploaded_by=by,
        uploaded_at=now,
    )
    record(Verb.STAFF_LIST_READ, by=by, now=now, on=staff_import, scope=("organisation", organisation.pk))
    return staff_import


@transaction.atomic
def choose_columns(
    *, staff_import: StaffImport, chosen: dict[str, str], sheet: str = "", by: Person | None, now: datetime
) -> StaffImport:
    """Say which field stands in which column, by its label; what is not named is not used.

    Remembered for the next list of the organisation with the same headings. Refused where
    the columns are not enough for a staff list.
    """
    refuse_others([staff_import.organisation_id], by, now)
    seen = glance_at(staff_import, sheet=sheet, now=now)
    if not set(chosen.values()) <= set(seen.labels) - {""} or not chosen.keys() <= columns.FIELDS.keys():
        raise Refused("The list has no such column. Look at the columns again.")
    if lacking := columns.missing(dict.fromkeys(chosen, 0)):
        raise Refused(lacking)
    told = Map(chosen, seen.table.sheet if len(seen.table.sheets) > 1 or sheet else "", is_all=True)
    waiting = StaffImport.objects.filter(pk=staff_import.pk, state__in=(State.COLUMNS, State.PREVIEW))
    if staff_import.sheet != seen.table.sheet[:100]:  # rows of another sheet are other rows
        waiting.update(left_out=[])
    sheet_said = {"told": as_data(told), "sheet": seen.table.sheet[:100]}
    if not waiting.update(state=State.COLUMNS, answers={}, fault="", **sheet_said):
        raise Refused(SETTLED)
    ColumnChoice.objects.update_or_create(
        organisation=staff_import.organisation,
        headings=columns.key_of(seen.labels),
        defaults={"columns": chosen, "chosen_by": by, "chosen_at": now},
    )
    staff_import.refresh_from_db()
    return staff_import


@transaction.atomic
def upload(
    *,
    organisation: Organisation,
    file_name: str,
    data: bytes,
    is_complete: bool,
    told: Map | None = None,
    by: Person | None,
    now: datetime,
) -> StaffImport:
    """Take a file and check it at once, for a preview. Nothing else is written.

    Raises staff_list.read.Unreadable where the file is no staff list at all.
    """
    refuse_others([organisation.pk], by, now)
    found = parse(data, organisation=organisation, organisations=led_with(organisation, by, now), told=told)
    staff_import = StaffImport(
        organisation=organisation,
        file_name=file_name[-200:],
        is_complete=is_complete,
        told=as_data(told),
        file=zlib.compress(data, 1),
        uploaded_by=by,
        uploaded_at=now,
    )
    fill(staff_import, found)
    diff = compare_import(staff_import, by=by, now=now)
    _count(staff_import, diff)
    staff_import.save()
    record(Verb.STAFF_LIST_READ, by=by, now=now, on=staff_import, scope=("organisation", organisation.pk))
    return staff_import


@transaction.atomic
def answer(*, staff_import: StaffImport, answers: dict[int, int], by: Person | None, now: datetime) -> StaffImport:
    """Keep, by row, whom it means: the id of somebody known, or 0 for a new person.

    An answer that names nobody whom the row may mean is forgotten when the list is compared.
    """
    refuse_others([staff_import.organisation_id], by, now)
    staff_import = StaffImport.objects.select_for_update().get(pk=staff_import.pk)
    if staff_import.state != State.PREVIEW:
        raise Refused(BUSY if staff_import.is_under_way else SETTLED)
    staff_import.answers |= {str(row): person for row, person in answers.items()}
    _count(staff_import, compare_import(staff_import, by=by, now=now))
    staff_import.save(update_fields=["answers", "adds", "changes", "unchanged", "leavers"])
    return staff_import


@transaction.atomic
def save(
    *,
    staff_import: StaffImport,
    seen: str | None = None,
    sure: bool = False,
    by: Person | None,
    now: datetime,
) -> StaffImport:
    """Save the whole list, or nothing of it.

    ``seen`` is the digest of the preview that was looked at; where the outcome
    would now be another, it is refused. Where more than a fifth of the jobs would
    end, ``sure`` says that the list is really everyone. A list is saved once: of
    two at the same moment, one is refused.
    """
    _settle(staff_import, (State.PREVIEW,), State.SAVED, saved_at=now, saved_by=by)
    return _write(staff_import, compare_import(staff_import, by=by, now=now), seen, sure, by, now)


@transaction.atomic
def save_compared(
    *, staff_import: StaffImport, diff: Diff, as_of: int, by: Person | None, now: datetime
) -> StaffImport:
    """Save a list that was compared just before, outside this transaction, so that others wait for the writing alone.

    ``as_of`` is the id of the last audit event before that comparison. Where anything
    has been recorded since that might change its outcome, it is made again in here.
    """
    _settle(staff_import, (State.SAVING,), State.SAVED, attempt=staff_import.attempt, saved_at=now, saved_by=by)
    since = AuditEvent.objects.filter(pk__gt=as_of).exclude(verb__in=HARMLESS)
    if since.exists():
        diff = compare_import(staff_import, by=by, now=now)
    return _write(staff_import, diff, staff_import.seen or None, staff_import.is_sure, by, now)


def _write(staff_import: StaffImport, diff: Diff, seen: str | None, sure: bool, by, now) -> StaffImport:
    named = {row["organisation"] for row in staff_import.rows if "organisation" in row}
    refuse_others([staff_import.organisation_id, *named], by, now)
    if staff_import.problems or diff.problems:
        raise Refused(HAS_PROBLEMS)
    if diff.open_questions:
        raise Refused(HAS_QUESTIONS)
    if seen is not None and seen != diff.digest():
        raise Refused(MOVED_ON)
    if diff.many_would_leave and not sure:
        raise Refused(MANY_LEAVERS.format(leavers=len(diff.absent), staff=diff.staff))
    try:
        journal = Saving(diff, by=by, now=now).run()
    except IntegrityError as error:  # somebody else took an address or a number in this very moment
        raise Refused(MOVED_ON) from error
    _count(staff_import, diff)
    _forget(staff_import)
    staff_import.journal = journal
    staff_import.save(update_fields=["adds", "changes", "unchanged", "leavers", "journal", *FORGOTTEN])
    scope = ("organisation", staff_import.organisation_id)
    record(Verb.STAFF_LIST_SAVED, by=by, now=now, on=staff_import, scope=scope)
    return staff_import


@transaction.atomic
def drop(*, staff_import: StaffImport, by: Person | None, now: datetime) -> StaffImport:
    """Forget a list that was not saved, also while it is being checked; its counts stay, its rows do not."""
    if by is not None:
        refuse_others([staff_import.organisation_id], by, now)
    _settle(staff_import, StaffImport.OPEN, State.DROPPED)
    _forget(staff_import)
    staff_import.save(update_fields=FORGOTTEN)
    scope = ("organisation", staff_import.organisation_id)
    record(Verb.STAFF_LIST_DROPPED, by=by, now=now, on=staff_import, scope=scope)
    return staff_import


@transaction.atomic
def drop_old(*, by: Person | None, now: datetime) -> int:
    """Drop every list that has waited for two days, and return how many; after thirty, forget how to undo one."""
    StaffImport.objects.filter(saved_at__lte=now - UNDOABLE, journal__isnull=False).update(journal=None)
    old = StaffImport.objects.filter(state__in=StaffImport.OPEN, uploaded_at__lte=now - KEPT).light()
    return len([drop(staff_import=staff_import, by=by, now=now) for staff_import in old])


FORGOTTEN = ["file", "rows", "problems", "warnings", "left_out"]


def _forget(staff_import: StaffImport) -> None:
    staff_import.file = None
    staff_import.rows, staff_import.problems, staff_import.warnings = [], [], []
    staff_import.left_out = [{"row": one["row"]} for one in staff_import.left_out]  # which, not what they said


def _remembered(organisation: Organisation, seen: Glance) -> Map | None:
    kept = ColumnChoice.objects.filter(organisation=organisation, headings=columns.key_of(seen.labels)).first()
    if kept is None or not set(kept.columns.values()) <= set(seen.labels):
        return None
    return Map(kept.columns, seen.table.sheet if len(seen.table.sheets) > 1 else "", is_all=True)


def _settle(staff_import: StaffImport, of: tuple, state: str, *, attempt: int | None = None, **values) -> None:
    waiting = StaffImport.objects.filter(pk=staff_import.pk, state__in=of)
    if attempt is not None:
        waiting = waiting.filter(attempt=attempt)
    if not waiting.update(state=state, **values):
        under_way = StaffImport.objects.under_way().filter(pk=staff_import.pk).exists()
        raise Refused(BUSY if under_way else SETTLED)
    staff_import.refresh_from_db()


def _count(staff_import: StaffImport, diff: Diff) -> None:
    staff_import.adds, staff_import.changes = len(diff.adds), len(diff.changes)
    staff_import.unchanged, staff_import.leavers = diff.unchanged, len(diff.leavers)
