"""Pairs as a lead would make them: each mentee with the mentor who ranks first."""

from collections.abc import Iterable
from datetime import datetime

from matching.ranking import rank
from people.models import Person
from programmes.actions import relationships
from programmes.models import Cohort, Enrolment, Relationship


def pair_in_turn(cohort: Cohort, mentees: Iterable[Enrolment], *, by: Person, now: datetime) -> list[Relationship]:
    """Start a live pair for each of ``mentees`` with the best mentor who is allowed and has a place left."""
    started = []
    for mentee in mentees:
        best = next(one for one in rank(cohort, mentee, now=now) if one.can_be_chosen)
        started.append(relationships.start(cohort=cohort, mentee=mentee, mentor=best.enrolment, by=by, now=now))
    return started
