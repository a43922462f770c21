"""Everyone enrolled who cannot be matched as things stand, by what stands in the way; and places against need.

Only rules on one person are asked here. Who is left without a partner although they could
be matched is the matching room's to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet, Subquery, Sum
from django.urls import reverse

from people.home import Item
from people.models import Site
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Enrolment, Side
from programmes.needs import speaking_jobs
from programmes.offers import choices
from programmes.readiness import mentors_of_a_place
from programmes.rules import Refusal, Rule, eligibility

PER_PAGE = 50
Bar = Enrolment.Bar

STRENGTHS = {
    Bar.MISSING: "A fact is missing",
    Bar.SHOULD: "A lead may allow a match",
    Bar.MUST: "Nobody can waive this",
}
WAYS_ON = {
    Bar.MISSING: "Fill in the fact, or ask the person for it. If it does not apply to them, say so: then it is no "
    "longer missing.",
    Bar.SHOULD: "A lead may allow a single match all the same, with a reason, when choosing by hand. Or change the "
    "rule of the programme.",
    Bar.MUST: "Only a change of the programme’s rule helps, or time, where a day is named below. Else withdraw them.",
}


@dataclass(frozen=True)
class Group:
    """Those of one side whom one rule keeps from any match."""

    side: str
    bar: str
    rule: str
    label: str
    people: int

    @property
    def strength(self) -> str:
        return STRENGTHS[Bar(self.bar)]

    @property
    def way_on(self) -> str:
        return WAYS_ON[Bar(self.bar)]

    @property
    def key(self) -> str:
        """What stands in the address that opens this group."""
        return f"{self.side}.{self.bar}.{self.rule}"


def groups(cohort: Cohort, model: MentoringModel) -> list[Group]:
    """As everyone was last judged, the largest group first; one query."""
    labels = {rule.name: rule.label for rule in model.rules}
    rows = cohort.enrolments.live().barred().order_by().values("side", "bar", "barred_by").annotate(people=Count("pk"))
    found = [
        Group(row["side"], row["bar"], row["barred_by"], labels.get(row["barred_by"], row["barred_by"]), row["people"])
        for row in rows
    ]
    return sorted(found, key=lambda group: (-group.people, group.key))


def barred(cohort: Cohort, group: Group | None) -> QuerySet[Enrolment]:
    """Those of one group, or of all, in order of name."""
    found = cohort.enrolments.live().barred()
    if group:
        found = found.filter(side=group.side, bar=group.bar, barred_by=group.rule)
    return found.select_related("person").order_by("side", "person__family_name", "person__given_name", "pk")


@dataclass(frozen=True)
class Line:
    """Somebody who cannot be matched: why, and what would mend it."""

    enrolment: Enrolment
    refusals: list[Refusal]
    remedies: list[Item]


def lines(cohort: Cohort, enrolments: Iterable[Enrolment], *, now: datetime) -> list[Line]:
    """The enrolments of one page, judged now; two queries however many they are."""
    enrolments = list(enrolments)
    model = mentoring_models.of(cohort.programme)
    rules = {rule.name: rule for rule in model.rules}
    facts = facts_for(cohort, enrolments, now=now, alone=True)
    found = []
    for enrolment in enrolments:
        enrolment.cohort = cohort
        refusals = eligibility(model.rules, facts[enrolment.person_id], enrolment.side, on=cohort.start_date)
        found.append(Line(enrolment, refusals, _remedies(cohort, enrolment, refusals, rules)))
    return found


def _remedies(cohort: Cohort, enrolment: Enrolment, refusals: list[Refusal], rules: dict[str, Rule]) -> list[Item]:
    remedies = []
    kinds = [kind for one in refusals for kind in _fillable(one, rules[one.rule], enrolment.side)]
    if kinds:
        query = {"side": enrolment.side} | ({"fact": kinds[0]} if len(set(kinds)) == 1 else {})
        remedies.append(Item("Fill in what is missing", reverse("programmes:gap-list", args=[cohort.pk], query=query)))
    elif refusals and all(one.strength == "should" for one in refusals):
        if enrolment.side == Side.MENTEE and enrolment.places_taken < enrolment.capacity:
            remedies += choices(enrolment)
        elif enrolment.side == Side.MENTOR:
            page = reverse("programmes:waiting-list", args=[cohort.pk])
            remedies.append(Item("Choose a match by hand", page))
    withdraw = reverse("programmes:enrolment-withdraw", args=[enrolment.pk])
    return [*remedies, Item(f"Withdraw {enrolment.person.given_name}", withdraw)]


def _fillable(refusal: Refusal, rule: Rule, side: str) -> tuple[str, ...]:
    """The facts by which a lead could mend ``refusal``: what is missing, or a yes that was never recorded."""
    return rule.test.fact_kinds.get(side, ()) if refusal.missing or rule.kind == "volunteered" else ()


@dataclass(frozen=True)
class Places:
    """Need against places at one site; people whom a rule bars are on neither side of it."""

    site: str
    waiting: int
    places: int

    @property
    def most(self) -> int:
        return max(self.waiting, self.places, 1)

    @property
    def sentence(self) -> str:
        apart = self.places - self.waiting
        if not apart:
            return "As many places as are needed"
        return f"{apart} to spare" if apart > 0 else f"{-apart} short"


def places(cohort: Cohort, *, now: datetime) -> list[Places]:
    """By site, the whole cohort last; places to fill and places left, of those who can be matched. Three queries."""
    waiting, left = (_by_site(cohort, side, now) for side in (Side.MENTEE, Side.MENTOR))
    names = dict(Site.objects.filter(pk__in=waiting.keys() | left.keys()).values_list("pk", "name"))
    sharing = mentors_of_a_place(mentoring_models.of(cohort.programme))

    def told(site: str, waiting: int, left: int) -> Places:
        return Places(site, -(-waiting // sharing), left // sharing)

    found = [
        told(names.get(site, "No site on record"), waiting.get(site, 0), left.get(site, 0))
        for site in waiting.keys() | left.keys()
    ]
    found.sort(key=lambda one: (one.places - one.waiting, one.site))
    return [*found, told("In all", sum(waiting.values()), sum(left.values()))]


def _by_site(cohort: Cohort, side: str, now: datetime) -> dict[int | None, int]:
    able = cohort.enrolments.live().on_side(side).with_places().exclude(bar__in=[Bar.MUST, Bar.SHOULD, Bar.MISSING])
    site = Subquery(speaking_jobs(cohort, now=now).values("site")[:1])
    rows = able.order_by().annotate(works_at=site).values("works_at")
    return dict(rows.annotate(free=Sum(F("capacity") - F("places_taken"))).values_list("works_at", "free"))
