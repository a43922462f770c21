"""The work of a match run: read the cohort, judge every pair, solve, put the answer into words, store it.

No transaction is held while it lasts; matching/actions/attempts.py writes in short ones.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from time import perf_counter

from audit.refusal import Refused
from matching.actions import attempts
from matching.engine import Cancelled
from matching.engine.national import answer, find
from matching.gather import gather
from matching.outcome import plan_of
from matching.progress import Progress, Stopped
from matching.weighing import weigh

log = logging.getLogger(__name__)

FAULT = (
    "Something went wrong in the portal while the matches were being found. Nothing was changed. You can start again; "
    "if it happens again, tell the people who run this portal."
)


def work(*, run_id: int, clock: Callable[[], datetime]) -> None:
    """Do the work of a waiting run, if it still waits. Ends with the run finished, failed, or as someone else left it.

    ``clock`` reads the time, since the work outlasts any one moment. Safe to call
    twice and from several workers: one of them takes the run.
    """
    run = attempts.begin(run_id=run_id, by=None, now=clock())
    if run is None:
        return
    progress = Progress(lambda **told: attempts.tell(run=run, by=None, **told), clock)
    try:
        problem = gather(run.cohort, now=run.requested_at, policy=run.policy, progress=progress)
        progress.stage("Finding the best plan", of=len(problem.mentees))
        started = perf_counter()
        found = find(problem.scored, progress=progress.during, cancelled=progress.is_stopped)
        solution = answer(found, started)
        weighed = weigh(problem, found, solution.unmatched, progress)
        plan = plan_of(problem, solution, weighed, progress)
        attempts.finish(run=run, plan=plan, by=None, now=clock())
    except (Stopped, Cancelled):
        return
    except Refused as refusal:
        attempts.fail(run=run, fault=str(refusal), by=None, now=clock())
    except Exception:  # whatever it was, the lead must see that the run has ended and that they can start again
        log.exception("Match run %s stopped", run_id)
        attempts.fail(run=run, fault=FAULT, by=None, now=clock())
