"""What a lead does next for a cohort, as far as matching knows; shown on programmes' pages (programmes/offers.py)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from matching.models import MatchRun
from programmes.models import Cohort
from programmes.offers import Step
from programmes.readiness import Readiness

State = MatchRun.State


def next_steps(cohorts: Iterable[Cohort], readiness: dict[int, Readiness], *, now: datetime) -> dict[int, Step]:
    """The next step of each cohort that has one, by its id. One query, however many cohorts."""
    latest = {run.cohort_id: run for run in MatchRun.objects.latest_of_each_cohort().filter(cohort__in=cohorts)}
    steps = {cohort.pk: _step(cohort, readiness[cohort.pk], latest.get(cohort.pk)) for cohort in cohorts}
    return {pk: step for pk, step in steps.items() if step is not None}


def _step(cohort: Cohort, ready: Readiness, run: MatchRun | None) -> Step | None:
    if run is not None:
        address = reverse("matching:run-detail", args=[run.pk])
        if run.is_under_way:
            return Step("See how far it is", address, hint="Matches are being found.")
        if run.may_be_published:
            pairs = "1 match is" if run.matched == 1 else f"{run.matched} matches are"
            return Step("Look at the matches", address, hint=f"{pairs} ready for you to look at and publish.")
    if not ready.waiting or not ready.places_left:
        return None
    hint = f"{ready.waiting} waiting, {ready.places_left} places with mentors."
    if ready.short_of:
        hint += f" That is {ready.short_of} too few: some will have to wait."
    if run is not None and run.state == State.FAILED:
        hint = f"Finding matches was stopped by a fault. You can start again. {hint}"
    return Step("Find matches", reverse("matching:run-start", args=[cohort.pk]), hint=hint, acts=True)
