"""The work on a long staff list: read and check it, or compare it once more and save it.

No transaction is held while it lasts, save for the writing itself; what is told meanwhile are
short ones (people/actions/staff_import_work.py). A page, a command or a worker may do it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from audit.models import AuditEvent
from audit.refusal import Refused
from people.actions import staff_import_work as attempts
from people.actions import staff_imports
from people.models import StaffImport
from people.staff_list import kept
from people.staff_list.diff import compare_import
from people.staff_list.parse import parse
from people.staff_list.read import Unreadable

log = logging.getLogger(__name__)

PAUSE = timedelta(milliseconds=500)
FAULT = (
    "Something went wrong in the portal. Nothing was changed. You can try again; "
    "if it happens again, tell the people who run this portal."
)


class Stopped(Exception):
    """The list was dropped, or another worker has taken it over: leave quietly."""


class Progress:
    """One attempt's voice: a stage is told at once, a step when half a second has passed. Raises Stopped."""

    def __init__(self, staff_import: StaffImport, clock: Callable[[], datetime]):
        self.staff_import, self.clock = staff_import, clock
        self.words, self.of = "", 0
        self.told_at: datetime | None = None

    def stage(self, words: str, *, of: int = 0) -> None:
        self.words, self.of = words, of
        self._tell(0, self.clock())

    def step(self, done: int) -> None:
        now = self.clock()
        if self.told_at is None or now - self.told_at >= PAUSE:
            self._tell(done, now)

    def _tell(self, done: int, now: datetime) -> None:
        self.told_at = now
        told = attempts.tell(staff_import=self.staff_import, stage=self.words, done=done, of=self.of, by=None, now=now)
        if not told:
            raise Stopped


def work(*, import_id: int, clock: Callable[[], datetime]) -> None:
    """Do what a list waits for, if it still waits: check it, or save it.

    Ends with the list one state further, or back where it was with a sentence. Safe to
    call twice and from several workers: one of them takes it.
    """
    staff_import = attempts.begin(import_id=import_id, by=None, now=clock())
    if staff_import is None:
        return
    progress = Progress(staff_import, clock)
    try:
        if staff_import.state == StaffImport.State.CHECKING:
            _check(staff_import, progress, clock)
        else:
            _save(staff_import, progress, clock)
    except Stopped:
        return
    except (Unreadable, Refused) as refusal:
        attempts.stop(staff_import=staff_import, fault=str(refusal), by=None, now=clock())
    except Exception:  # whatever it was, the lead must see that the work has ended and that they can try again
        log.exception("Staff list %s stopped", import_id)
        attempts.stop(staff_import=staff_import, fault=FAULT, by=None, now=clock())


def _check(staff_import: StaffImport, progress: Progress, clock) -> None:
    progress.stage("Reading the file")

    def checking(done: int, of: int) -> None:
        if not done:
            progress.stage("Checking the rows", of=of)
        progress.step(done)

    found = parse(
        kept.file_of(staff_import),
        organisation=staff_import.organisation,
        organisations=kept.organisations_of(staff_import, now=clock()),
        told=kept.told_of(staff_import),
        leave_out=kept.left_out_of(staff_import),
        step=checking,
    )
    progress.stage("Comparing with your staff")
    kept.fill(staff_import, found)
    diff = compare_import(staff_import, by=staff_import.asked_by, now=clock())
    attempts.finish_check(staff_import=staff_import, found=found, diff=diff, by=None, now=clock())


def _save(staff_import: StaffImport, progress: Progress, clock) -> None:
    as_of = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    progress.stage("Comparing with your staff once more")
    by, now = staff_import.asked_by, clock()
    diff = compare_import(staff_import, by=by, now=now)
    progress.stage(f"Writing {len(diff.adds) + len(diff.changes) + len(diff.leavers):,} people")
    staff_imports.save_compared(staff_import=staff_import, diff=diff, as_of=as_of, by=by, now=now)
