"""Asking for a publication: at once where it is quickly done, else of a worker."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.refusal import Refused
from matching.models import MatchRun, Publication
from matching.publishable import must_be_publishable
from matching.tasks import publish_run
from people.models import Person
from programmes.actions.telling import Telling

UNDER_WAY = "These matches are being published already."


@transaction.atomic
def ask(*, run: MatchRun, telling: Telling, by: Person, now: datetime) -> Publication:
    """Have a worker publish ``run``. Refused as ``publications.publish`` is, as far as can be said at once.

    The worker is told once the row is committed; were the message lost, the sweep sends another.
    """
    must_be_publishable(run=run, telling=telling, by=by, now=now)
    try:
        with transaction.atomic():
            asked = Publication.objects.create(
                run=run,
                opens_at=telling.opens_at,
                by_mail=telling.by_mail,
                requested_by=by,
                requested_at=now,
                beat_at=now,
            )
    except IntegrityError:
        raise Refused(UNDER_WAY)
    # robust: a broker that is away must not undo the request, since the sweep finds the row.
    transaction.on_commit(lambda: publish_run.delay(publication_id=asked.pk), robust=True)
    return asked
