"""Everyone who takes part in a cohort, as its lead looks through them: narrowed, sorted and a page at a time.

Lists are narrowed and counted by the database, with what was last judged of each
(actions/standings.py); the people of the page shown are judged afresh.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from people.models import Employment
from people.names import folded
from programmes import mentoring_models
from programmes.facts import Facts, facts_for
from programmes.groups import name_of
from programmes.models import Cohort, Enrolment, Member, Relationship, Side
from programmes.rules import Refusal, eligibility
from programmes.training import is_due

PER_PAGE = 50
SORTS = {
    "name": ("person__family_name", "person__given_name", "pk"),
    "waiting": (F("waiting_since").asc(nulls_last=True), "pk"),
    "newest": ("-enrolled_at", "-pk"),
}


@dataclass(frozen=True)
class Asked:
    """How the list is narrowed and sorted; what is empty does not narrow."""

    side: str = Side.MENTEE
    words: str = ""
    show: str = ""  # "open": a place to fill; "matched"; "barred"; "missing"
    band: str = ""
    site: str = ""
    sort: str = "name"

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.show or self.band or self.site)


def enrolled(cohort: Cohort, asked: Asked, *, now: datetime) -> QuerySet[Enrolment]:
    """The enrolments that ``asked`` means, with their persons, in its order."""
    found = cohort.enrolments.live().on_side(asked.side)
    for word in folded(asked.words).split():
        found = found.filter(person__folded_name__contains=word)
    match asked.show:
        case "open":
            found = found.with_places()
        case "matched":
            found = found.filter(places_taken__gt=0)
        case "barred":
            found = found.barred()
        case "missing":
            found = found.filter(bar=Enrolment.Bar.MISSING)
    if here := {name: value for name, value in (("band", asked.band), ("site", asked.site)) if value}:
        jobs = Employment.objects.not_over(on=cohort.facts_day(now)).filter(**here)
        found = found.filter(person__in=jobs.order_by().values("person"))
    return found.select_related("person").order_by(*SORTS[asked.sort])


@dataclass(frozen=True)
class Line:
    """Somebody enrolled, as the lead of the cohort sees them."""

    enrolment: Enrolment
    facts: Facts
    partners: list[tuple[Relationship, str]]  # whom they have by name, or the group that they are in
    refusals: list[Refusal]  # why they cannot be matched, whoever the other is
    training_due: bool = False


def lines(cohort: Cohort, enrolments: Iterable[Enrolment], *, now: datetime) -> list[Line]:
    """The enrolments of one page as lines, each judged now; three queries however many they are."""
    enrolments = list(enrolments)
    facts = facts_for(cohort, enrolments, now=now, alone=True)
    partners = _partners(enrolments)
    model = mentoring_models.of(cohort.programme)
    return [
        Line(
            enrolment,
            facts[enrolment.person_id],
            partners[enrolment.pk],
            eligibility(model.rules, facts[enrolment.person_id], enrolment.side, on=cohort.start_date),
            is_due(model, facts[enrolment.person_id], enrolment.side),
        )
        for enrolment in enrolments
    ]


def _partners(enrolments: list[Enrolment]) -> dict[int, list[tuple[Relationship, str]]]:
    """The mentor or mentee of each of these, where that has not ended. A triad's trainee is neither. Of a group, its
    name."""
    theirs = Member.objects.current().filter(
        enrolment__in=[enrolment.pk for enrolment in enrolments], relationship__in=Relationship.objects.live()
    )
    by_relationship = defaultdict(list)
    members = Member.objects.current().exclude(role=Member.Role.TRAINEE)
    members = members.filter(relationship__in=theirs.order_by().values("relationship"))
    for member in members.select_related("person", "relationship").order_by("pk"):
        by_relationship[member.relationship_id].append(member)
    partners = defaultdict(list)
    for some in by_relationship.values():
        for member in some:
            found = [(other.relationship, other.person.name) for other in some if other != member]
            if member.relationship.is_group:
                found = [(member.relationship, name_of(member.relationship, some))]
            partners[member.enrolment_id] += found
    return partners
