"""The work of a what-if: solve the cohort as it is, then once for each change, and store what was found.

No transaction is held while it lasts; matching/actions/what_ifs.py writes in short ones.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from audit.refusal import Refused
from matching.actions import what_ifs
from matching.engine import Cancelled
from matching.gather import gather
from matching.progress import Progress, Stopped
from matching.what_if import changes_of

log = logging.getLogger(__name__)

FAULT = (
    "Something went wrong in the portal while this was being worked out. You can start again; "
    "if it happens again, tell the people who run this portal."
)


def work(*, what_if_id: int, clock: Callable[[], datetime]) -> None:
    """Work it out, if it still waits. Safe to call twice and from several workers: one of them takes it."""
    run = what_ifs.begin(what_if_id=what_if_id, by=None, now=clock())
    if run is None:
        return
    progress = Progress(lambda **told: what_ifs.tell(run=run, by=None, **told), clock)
    try:
        problem = gather(run.cohort, now=run.requested_at, progress=progress)
        found = changes_of(problem, progress)
        what_ifs.finish(run=run, found=asdict(found), fingerprint=problem.fingerprint(), by=None, now=clock())
    except (Stopped, Cancelled):
        return
    except Refused as refusal:
        what_ifs.fail(run=run, fault=str(refusal), by=None, now=clock())
    except Exception:  # whatever it was, the lead must see that it has ended and that they can start again
        log.exception("What-if %s stopped", what_if_id)
        what_ifs.fail(run=run, fault=FAULT, by=None, now=clock())
