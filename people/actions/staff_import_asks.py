"""Asking for the work on a staff list: a worker does it, or the caller in its own process."""

from datetime import datetime

from django.db import transaction

from audit.refusal import Refused
from people.actions import staff_imports
from people.models import Person, StaffImport
from people.staff_list.kept import refuse_others
from people.tasks import work_on_staff_list

State = StaffImport.State


@transaction.atomic
def check(*, staff_import: StaffImport, by: Person | None, now: datetime, hand_over: bool = True) -> StaffImport:
    """Have the list checked, for the first time or with other columns.

    The worker is told once the row is committed; were the message lost, the sweep
    sends another. ``hand_over=False``: the caller does the work in its own process.
    """
    refuse_others([staff_import.organisation_id], by, now)
    return _hand_on(staff_import, State.CHECKING, (State.COLUMNS, State.PREVIEW), hand_over, asked_by=by, beat_at=now)


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
