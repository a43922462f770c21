"""What a worker writes while it checks or saves a staff list: each a short transaction.

An attempt is numbered. A worker that was thought dead and comes back finds a later
attempt in its place: every write here names the attempt, so its writes change nothing.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from people.models import Person, StaffImport
from people.staff_list.kept import fill
from people.staff_list.outcome import Diff
from people.staff_list.parse import StaffList

SILENT_AFTER = timedelta(seconds=90)  # longer than the writing of 20,000 rows, during which nothing is heard
TRIES = 3
WORKER_LOST = (
    "The work was interrupted three times before it was done. Nothing was changed. You can try again; "
    "if it happens again, tell the people who run this portal."
)
State = StaffImport.State
BACK_TO = {State.CHECKING: State.COLUMNS, State.SAVING: State.PREVIEW}


def _mine(staff_import: StaffImport):
    return StaffImport.objects.filter(
        pk=staff_import.pk, state__in=StaffImport.UNDER_WAY, attempt=staff_import.attempt, is_taken=True
    )


@transaction.atomic
def begin(*, import_id: int, by: Person | None, now: datetime) -> StaffImport | None:
    """Take a list that waits for work. None where there is nothing to take: dropped, or another worker has it."""
    waiting = StaffImport.objects.under_way().filter(pk=import_id, is_taken=False)
    if not waiting.update(is_taken=True, attempt=F("attempt") + 1, tries=F("tries") + 1, beat_at=now):
        return None
    return StaffImport.objects.select_related("organisation", "uploaded_by", "asked_by").get(pk=import_id)


@transaction.atomic
def tell(*, staff_import: StaffImport, stage: str, done: int, of: int, by: Person | None, now: datetime) -> bool:
    """Store how far the work is, which is also its sign of life. False: stop, the list is no longer yours."""
    return bool(_mine(staff_import).update(stage=stage, done=done, of=of, beat_at=now))


@transaction.atomic
def finish_check(*, staff_import: StaffImport, found: StaffList, diff: Diff, by: Person | None, now: datetime) -> bool:
    """Store what the list says. False, and nothing stored, where the list is no longer yours."""
    fill(staff_import, found)
    return bool(
        _mine(staff_import).update(
            state=State.PREVIEW,
            stage="",
            encoding=staff_import.encoding,
            sheet=staff_import.sheet,
            headings=staff_import.headings,
            unused=staff_import.unused,
            notes=staff_import.notes,
            row_count=staff_import.row_count,
            rows=staff_import.rows,
            left_out=staff_import.left_out,
            problems=staff_import.problems,
            warnings=staff_import.warnings,
            adds=len(diff.adds),
            changes=len(diff.changes),
            unchanged=diff.unchanged,
            leavers=len(diff.leavers),
        )
    )


@transaction.atomic
def stop(*, staff_import: StaffImport, fault: str, by: Person | None, now: datetime) -> bool:
    """Put the list back to where it was before the work, with a sentence. False where it is no longer yours."""
    limit = StaffImport._meta.get_field("fault").max_length
    stopped = {"is_taken": False, "stage": "", "fault": fault[:limit]}
    # Asked of the database: a saving that was rolled back has left its own idea of the state in ``staff_import``.
    return any(_mine(staff_import).filter(state=state).update(state=back, **stopped) for state, back in BACK_TO.items())


@transaction.atomic
def revive(*, by: Person | None, now: datetime) -> list[int]:
    """Put back every list without a sign of life; return the ids to hand to workers. Safe at any time and twice."""
    silent = StaffImport.objects.under_way().filter(beat_at__lt=now - SILENT_AFTER).light()
    revived = []
    for staff_import in silent:
        as_seen = StaffImport.objects.filter(
            pk=staff_import.pk, state=staff_import.state, attempt=staff_import.attempt, beat_at=staff_import.beat_at
        )
        if staff_import.tries >= TRIES:
            as_seen.update(state=BACK_TO[StaffImport.State(staff_import.state)], is_taken=False, fault=WORKER_LOST)
        elif as_seen.update(is_taken=False, beat_at=now, stage="", done=0, of=0):
            revived.append(staff_import.pk)
    return revived
