"""The work of a large publication: each pair looked at with nothing locked, then all of them made in one transaction.

The first half is there for who waits: it is most of the work, it can be counted, and what cannot be any more comes
out before anything is written. The second judges again, since people and facts may have changed in between.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from audit.refusal import Refused
from matching.actions import publication_work
from matching.progress import Progress, Stopped
from matching.publishable import look_again

log = logging.getLogger(__name__)

FAULT = (
    "Something went wrong in the portal while the matches were being published. Nothing was published. You can publish "
    "again; if it happens again, tell the people who run this portal."
)


def work(*, publication_id: int, clock: Callable[[], datetime]) -> None:
    """Carry out a publication that waits, if it still waits. Safe to call twice and from several workers."""
    publication = publication_work.begin(publication_id=publication_id, by=None, now=clock())
    if publication is None:
        return
    progress = Progress(lambda **told: publication_work.tell(publication=publication, by=None, **told), clock)
    try:
        pairs = publication.run.proposals.count()
        progress.stage("Checking each match once more", of=pairs)
        look_again(run=publication.run, step=progress.step, now=clock())
        progress.stage(f"Writing {pairs:,} matches, all or none")
        publication_work.carry_out(publication=publication, by=None, now=clock())
    except Stopped:
        return
    except Refused as refusal:
        publication_work.fail(publication=publication, fault=str(refusal), by=None, now=clock())
    except Exception:  # whatever it was, the lead must see that it has ended and that they can press again
        log.exception("Publication %s stopped", publication_id)
        publication_work.fail(publication=publication, fault=FAULT, by=None, now=clock())
