"""Which facts people can be asked for about themselves, and whom a lead may ask."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.gaps import everyone, lacking
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Enrolment
from programmes.needs import Need, Standing, needs_of
from programmes.rules.facts import SAID_YES
from programmes.rules.style import TAGS

PAUSE = timedelta(days=14)  # asked again within it, nobody is: one mail, not chased
# Style is a lead's view, whether they take part has questions of its own, and jobs are the staff list's.
NOT_THEIRS = {TAGS, *SAID_YES.values()}


def askable(model: MentoringModel, side: str) -> list[Need]:
    """The facts that somebody on ``side`` can be asked for about themselves."""
    return [
        need
        for need in needs_of(model, side)
        if not (need.of_the_job or need.of_people) and need.kind not in NOT_THEIRS
    ]


def to_ask(cohort: Cohort, side: str, *, now: datetime):
    """Those enrolled on ``side`` who lack such a fact, can be written to, and were not asked a short while ago."""
    needs = askable(mentoring_models.of(cohort.programme), side)
    rows = lacking(everyone(cohort, side, needs, now=now), needs)
    rows = rows.filter(person__email__isnull=False, person__is_active=True)
    return rows.exclude(facts_asked_at__gt=now - PAUSE)


def wanted_of(enrolment: Enrolment, *, now: datetime) -> list[Need]:
    """The facts that one person can give and that are missing."""
    needs: Iterable[Need] = askable(mentoring_models.of(enrolment.cohort.programme), enrolment.side)
    facts = facts_for(enrolment.cohort, [enrolment], now=now, alone=True)[enrolment.person_id]
    return [need for need in needs if need.standing(facts) == Standing.MISSING]
