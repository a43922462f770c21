"""Where one side chooses for itself among those who offer: who may, and whom each of them is shown.

Models with a first meeting before the yes, or with a mentor for each domain, have ways of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from programmes import mentoring_models
from programmes.facts import Facts, facts_for
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Enrolment, Member, Relationship, Side
from programmes.overrides import overridden, still_barring
from programmes.rules import Component, Refusal, evaluate, score


def chooser(model: MentoringModel) -> str | None:
    """The side that chooses a partner by itself; the mentor where the more junior mentors. None: nobody does."""
    matching = model.matching
    if matching.arises != "requested" or matching.live != "both-accept" or matching.chemistry_days or model.slots:
        return None
    return Side.MENTOR if model.direction == "inverted" else Side.MENTEE


def may_choose(enrolment: Enrolment, model: MentoringModel) -> bool:
    """Whether this person has somebody to choose now: their side does, and they have a place left."""
    return (
        enrolment.side == chooser(model)
        and enrolment.state == Enrolment.State.ENROLLED
        and enrolment.places_taken < enrolment.capacity
        and enrolment.cohort.is_open
    )


@dataclass(frozen=True)
class Offered:
    """Somebody on the other side with a place left, as the person who chooses sees them: no score, no band."""

    enrolment: Enrolment
    facts: Facts
    refusals: list[Refusal]
    components: list[Component]

    @property
    def points(self) -> int:
        return sum(part.points for part in self.components)

    @property
    def reasons(self) -> list[str]:
        return [part.reason for part in self.components]


def offered_to(own: Enrolment, *, now: datetime) -> list[Offered]:
    """Everybody whom ``own``'s person may choose, the best fit first. A fixed number of queries.

    Whom a rule keeps from them is not shown, nor anybody with whom they were proposed or matched here before.
    """
    found = [one for one in _judged(own, _others(own), now=now) if not one.refusals]
    return sorted(found, key=lambda one: (-one.points, one.enrolment.person.family_name, one.enrolment.pk))


def one_offered_to(own: Enrolment, other: int, *, now: datetime) -> Offered | None:
    """The same of one enrolment (its id), also where a rule keeps the two apart; None where it is nobody to choose."""
    return next(iter(_judged(own, _others(own).filter(pk=other), now=now)), None)


def _others(own: Enrolment):
    cohort: Cohort = own.cohort
    side = Side.MENTEE if own.side == Side.MENTOR else Side.MENTOR
    before = Relationship.objects.filter(members__enrolment=own).order_by().values("pk")
    met = Member.objects.filter(relationship__in=before).order_by().values("person")
    free = cohort.enrolments.live().with_places().on_side(side)
    return free.exclude(person__in=met).exclude(person=own.person_id).select_related("person")


def _judged(own: Enrolment, others: Iterable[Enrolment], *, now: datetime) -> list[Offered]:
    cohort, others = own.cohort, list(others)
    model = mentoring_models.of(cohort.programme)
    facts = facts_for(cohort, [own, *others], now=now)
    set_aside = overridden(cohort, at=now)
    found = []
    for other in others:
        mentee, mentor = (own, other) if own.side == Side.MENTEE else (other, own)
        one, two = facts[mentee.person_id], facts[mentor.person_id]
        refusals = evaluate(model.rules, one, two, on=cohort.start_date)
        refusals = still_barring(refusals, set_aside.get((mentee.person_id, mentor.person_id), ()))
        found.append(Offered(other, facts[other.person_id], refusals, score(model.preferences, one, two)))
    return found
