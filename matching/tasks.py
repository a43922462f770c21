"""What Celery carries for this room. The row is the record: a lost message is sent again by the sweep."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from matching import publishing, what_if_work
from matching.actions import attempts, drafts, publication_work, what_ifs
from matching.models import MatchRun
from matching.work import work


@shared_task
def run_match(*, run_id: int):
    """Find the matches of one run. Safe twice: whoever comes second finds nothing to take."""
    work(run_id=run_id, clock=timezone.now)


@shared_task
def publish_run(*, publication_id: int):
    """Publish the many pairs of one run. Safe twice, as ``run_match`` is."""
    publishing.work(publication_id=publication_id, clock=timezone.now)


@shared_task
def run_what_if(*, what_if_id: int):
    """Work out what would place more people of a large cohort. Safe twice, as ``run_match`` is."""
    what_if_work.work(what_if_id=what_if_id, clock=timezone.now)


@shared_task
def sweep_runs(*, now: str | None = None):
    """Hand out again the runs, publications and what-ifs that no worker has given a sign of life for."""
    moment = datetime.fromisoformat(now) if now else timezone.now()
    for run_id in attempts.revive(by=None, now=moment):
        run_match.delay(run_id=run_id)
    for publication_id in publication_work.revive(by=None, now=moment):
        publish_run.delay(publication_id=publication_id)
    for what_if_id in what_ifs.revive(by=None, now=moment):
        run_what_if.delay(what_if_id=what_if_id)


@shared_task
def sweep_drafts(*, now: str | None = None):
    """Judge again the pairs of every draft of which something has changed; pages do it where it is quickly done."""
    moment = datetime.fromisoformat(now) if now else timezone.now()
    latest = MatchRun.objects.latest_of_each_cohort().filter(state=MatchRun.State.FINISHED)
    for run in latest.select_related("cohort__programme__organisation"):
        drafts.refresh(run=run, by=None, now=moment)
