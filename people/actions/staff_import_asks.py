"""Asking for the work on a staff list: a worker does it, or the caller in its own process."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from audit.refusal import Refused
from people.actions import staff_imports
from people.models import Person, StaffImport
from people.staff_list.kept import left_out_of, refuse_others
from people.tasks import work_on_staff_list

State = StaffImport.State
NOTHING_LEFT = "That would leave nothing of the list. Drop it instead."


@transaction.atomic
def check(*, staff_import: StaffImport, by: Person | None, now: datetime, hand_over: bool = True) -> StaffImport:
    """Have the list checked, for the first time or with other columns.

    The worker is told once the row is committed; were the message lost, the sweep
    sends another. ``hand_over=False``: the caller does the work in its own process.
    """
    refuse_others([staff_import.organisation_id], by, now)
    return _hand_on(staff_import, State.CHECKING, (State.COLUMNS, State.PREVIEW), hand_over, asked_by=by, beat_at=now)


@transaction.atomic
def leave_out(
    *, staff_import: StaffImport, rows: Collection[int], by: Person | None, now: datetime, hand_over: bool = True
) -> StaffImport:
    """Leave these rows out of the list, and have it checked again: another row may now be the only one of its person.

    What was answered stays answered. Refused where no row would be left.
    """
    return _passing_over(staff_import, lambda left: left | set(rows), by, now, hand_over)


@transaction.atomic
def put_back(
    *, staff_import: StaffImport, rows: Collection[int], by: Person | None, now: datetime, hand_over: bool = True
) -> StaffImport:
    """Take rows that were left out into the list again, and have it checked again."""
    return _passing_over(staff_import, lambda left: left - set(rows), by, now, hand_over)


def _passing_over(staff_import, change, by, now, hand_over) -> StaffImport:
    refuse_others([staff_import.organisation_id], by, now)
    staff_import = StaffImport.objects.select_for_update().select_related("organisation").get(pk=staff_import.pk)
    left = change(left_out_of(staff_import))
    if len(left) >= staff_import.row_count:
        raise Refused(NOTHING_LEFT)
    told = {"asked_by": by, "beat_at": now, "left_out": [{"row": row} for row in sorted(left)]}
    return _hand_on(staff_import, State.CHECKING, (State.PREVIEW,), hand_over, **told)


@transaction.atomic
def save(
    *,
    staff_import: StaffImport,
    seen: str | None = None,
    sure: bool = False,
    by: Person | None,
    now: datetime,
    hand_over: bool = True,
) -> StaffImport:
    """Have a long list saved by a worker, which refuses where ``save`` would: the preview then says why."""
    refuse_others([staff_import.organisation_id], by, now)
    if staff_import.problems:
        raise Refused(staff_imports.HAS_PROBLEMS)
    said = {"seen": seen or "", "is_sure": sure}
    return _hand_on(staff_import, State.SAVING, (State.PREVIEW,), hand_over, asked_by=by, beat_at=now, **said)


def _hand_on(staff_import, state, of, hand_over, **values):
    waiting = StaffImport.objects.filter(pk=staff_import.pk, state__in=of)
    if not waiting.update(state=state, is_taken=False, tries=0, stage="", done=0, of=0, fault="", **values):
        raise Refused(staff_imports.SETTLED)
    staff_import.refresh_from_db()
    if hand_over:
        # robust: a broker that is away must not undo the request, since the sweep finds the row.
        transaction.on_commit(lambda: work_on_staff_list.delay(import_id=staff_import.pk), robust=True)
    return staff_import
