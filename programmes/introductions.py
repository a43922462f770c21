"""Reads around introductions: who may ask, whom they may ask, how each slot stands, what waits for a lead."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from people.home import Item
from people.models import Person
from programmes import mentoring_models
from programmes.dates import in_words
from programmes.facts import Facts, facts_for
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Enrolment, Introduction, Listing, Member, MentorRequest, Relationship, Side
from programmes.overrides import overridden, still_barring
from programmes.places import are_peers
from programmes.rules import cautions, evaluate, score, worth_knowing
from programmes.rules.facts import STRONGEST
from programmes.spans import span_of

UNSAID = ("style", "domain-strength")  # preferences of which the list gives no reason: theirs to keep, or said beside


def introduces(model: MentoringModel) -> bool:
    """Whether people of this model find each other by asking, with a first meeting before either commits."""
    return model.matching.arises == "requested" and bool(model.matching.chemistry_days)


def asks_for(model: MentoringModel, side: str) -> str:
    """The side on which somebody on ``side`` finds a partner: peers among themselves."""
    if model.has_peers:
        return side
    return Side.MENTOR if side == Side.MENTEE else Side.MENTEE


def sides_that_fit(one: Enrolment, other: Enrolment) -> tuple[Enrolment, Enrolment] | None:
    """The two as mentee and mentor, or two peers in one order whoever asks; None where they are no pair."""
    if one.pk == other.pk or asks_for(mentoring_models.of(one.cohort.programme), one.side) != other.side:
        return None
    if are_peers(one, other):
        return (one, other) if one.pk < other.pk else (other, one)
    return (one, other) if one.side == Side.MENTEE else (other, one)


def may_ask(one: Enrolment) -> bool:
    """Whether ``one`` may open the list and ask somebody on it: with a confirmed request, where the model wants one."""
    model = mentoring_models.of(one.cohort.programme)
    if one.state != Enrolment.State.ENROLLED or one.side not in model.matching.asking:
        return False
    if not introduces(model) or not one.cohort.is_open:
        return False
    if not model.matching.confirms_requests:
        return True
    request = getattr(one, "request", None)
    return request is not None and request.confirmed_at is not None


@dataclass(frozen=True)
class Listed:
    """Somebody on the list, as whoever asks sees them: never how full they are, nor what else they do."""

    enrolment: Enrolment
    facts: Facts
    slots: list[str]  # that they offer and the reader still looks for
    strong: list[str]  # those of them in which they are strong
    about: str
    reasons: list[str]
    consent: str  # what the reader would set aside in so many words

    @property
    def person(self) -> Person:
        return self.enrolment.person

    @property
    def offers(self) -> str:
        return ", ".join(f"{slot} (a strength)" if slot in self.strong else slot for slot in self.slots)


def listed(
    one: Enrolment, *, slot: str = "", different: bool = False, wanted: Sequence[str] | None = None, now: datetime
) -> list[Listed]:
    """Whom ``one`` may ask, the best first: with a place, not resting, whom no rule keeps away. A fixed number of
    queries.

    ``slot``: those who offer this alone, and how strong they are in it counts. ``different``: those who fit least are
    first. A peer may wish for somebody unlike themselves. ``wanted``: their ``open_slots``, where they are at hand.
    """
    cohort = one.cohort
    model = mentoring_models.of(cohort.programme)
    if wanted is None:
        wanted = open_slots(one) if model.slots else []
    others = (
        cohort.enrolments.live()
        .with_places()
        .on_side(asks_for(model, one.side))
        .exclude(person=one.person_id)
        .awake(on=timezone.localdate(now))
        .select_related("person", "listing")
    )
    asked = Introduction.objects.filter(Q(one=one) | Q(other=one)).order_by()
    had = {(key, slot) for pair in asked.values_list("one", "other", "slot") for key in pair[:2] for slot in pair[2:]}
    found = []
    candidates = []
    for other in others:
        offers = [each for each in _offered(other) if each in wanted and (other.pk, each) not in had]
        if (model.slots and offers and (not slot or slot in offers)) or (not model.slots and (other.pk, "") not in had):
            candidates.append((other, offers))
    facts = facts_for(cohort, [one, *(other for other, _ in candidates)], now=now)
    set_aside = overridden(cohort, at=now)
    for other, offers in candidates:
        pair = sides_that_fit(one, other)
        mentee, mentor = (facts[each.person_id] for each in pair)
        if slot:
            mentee = replace(mentee, lacks=frozenset([slot]))
        refusals = evaluate(model.rules, mentee, mentor, on=cohort.start_date, peers=model.has_peers)
        if still_barring(refusals, set_aside.get((mentee.person_id, mentor.person_id), ())):
            continue
        parts = score(model.preferences, mentee, mentor)
        entry = Listed(
            enrolment=other,
            facts=facts[other.person_id],
            slots=offers,
            strong=[each for each in offers if _strengths(other).get(each) == STRONGEST],
            about=getattr(getattr(other, "listing", None), "about", ""),
            reasons=[part.reason for part in parts if part.points * 2 > part.of and part.name not in UNSAID],
            consent=_consent_words(model, mentee, mentor, cohort),
        )
        points = sum(part.points for part in parts)
        found.append((points if different else -points, other.person.family_name, other.pk, entry))
    return [entry for *_, entry in sorted(found, key=lambda each: each[:3])]


def _offered(enrolment: Enrolment) -> list[str]:
    try:
        return enrolment.listing.slots
    except Listing.DoesNotExist:
        return []


def _strengths(enrolment: Enrolment) -> dict[str, int]:
    return enrolment.listing.strengths if _offered(enrolment) else {}


def consent_asked(one: Enrolment, other: Enrolment, *, now: datetime) -> str:
    """What whoever asks has to set aside in so many words; empty where nothing speaks against it."""
    cohort = one.cohort
    model = mentoring_models.of(cohort.programme)
    if not model.matching.consent_rules:
        return ""
    facts = facts_for(cohort, [one, other], wishes=False, now=now)
    mentee, mentor = (facts[each.person_id] for each in sides_that_fit(one, other))
    return _consent_words(model, mentee, mentor, cohort)


def _consent_words(model: MentoringModel, mentee: Facts, mentor: Facts, cohort: Cohort) -> str:
    rules = [rule for rule in model.rules if rule.name in model.matching.consent_rules]
    return " ".join(
        one.sentence for one in cautions(rules, mentee, mentor, on=cohort.start_date, peers=model.has_peers)
    )


Two = tuple[Enrolment, Enrolment]


def worth_knowing_between(cohort: Cohort, pairs: Iterable[Two], *, now: datetime) -> dict[tuple[int, int], list[str]]:
    """What leads should know of two people who are introduced, by the ids of their enrolments; never for the two. As
    many queries for one pair as for hundreds."""
    pairs = list(pairs)
    model = mentoring_models.of(cohort.programme)
    facts = facts_for(cohort, {one.pk: one for pair in pairs for one in pair}.values(), now=now) if pairs else {}
    found = {}
    for one, other in pairs:
        fitting = sides_that_fit(one, other)
        if fitting is None:
            continue
        said = worth_knowing(
            model.rules,
            *(facts[each.person_id] for each in fitting),
            juniors=model.juniors,
            span=span_of(cohort, model, now=now),
            peers=are_peers(one, other),
        )
        found[one.pk, other.pk] = [each.sentence for each in said]
    return found


def open_slots(one: Enrolment) -> list[str]:
    """Of the slots on a request, those that nobody holds, and for which no lead has been asked."""
    request = getattr(one, "request", None)
    if request is None:
        return []
    held = Member.objects.current().filter(enrolment=one).order_by().values_list("slot")
    asked = Introduction.objects.with_lead().filter(one=one).order_by().values_list("slot")
    taken = {slot for (slot,) in held.union(asked)}
    return [slot for slot in request.slots if slot not in taken]


@dataclass(frozen=True)
class Line:
    """One slot of a request, or the one partner where a model has no slots: how it stands, for whoever asked."""

    slot: str
    state: str  # "chemistry until 16 September"
    who: str = ""
    relationship: Relationship | None = None
    introduction: Introduction | None = None  # that they may take back


def lines_of(one: Enrolment) -> list[Line]:
    """How each slot on the request of ``one`` stands. Without slots, one line for each partner and each wait."""
    request = MentorRequest.objects.filter(enrolment=one).first()
    slots = list(request.slots) if request else []
    own = Member.objects.current().filter(enrolment=one, relationship__told_at__isnull=False)
    found = [
        Line(
            member.slot,
            standing(member.relationship),
            " and ".join(each.person.name for each in member.relationship.members.all() if each.pk != member.pk),
            member.relationship,
        )
        for member in own.select_related("relationship__introduction").prefetch_related("relationship__members__person")
    ]
    waits = Introduction.objects.with_lead().filter(one=one).select_related("other__person")
    asked = "with the lead, who introduces you"
    found += [Line(each.slot, asked, each.other.person.name, None, each) for each in waits]
    there = {line.slot for line in found}
    found += [Line(slot, "nobody yet") for slot in slots if slot not in there]
    order = {slot: number for number, slot in enumerate(slots)}
    return sorted(found, key=lambda line: order.get(line.slot, len(order)))


def standing(relationship: Relationship) -> str:
    """ "chemistry until 16 September", for its members and its leads."""
    if relationship.state == Relationship.State.INTRODUCTION:
        held = getattr(relationship, "introduction", None)
        return f"chemistry until {day_and_month(held.holds_until)}" if held and held.holds_until else "chemistry"
    if relationship.state == Relationship.State.LIVE:
        return f"since {in_words(timezone.localdate(relationship.started_at))}"
    return relationship.get_state_display().lower()


def day_and_month(day: date) -> str:
    """ "16 September" """
    return in_words(day).rsplit(" ", 1)[0]


def ended_for(person: Person, enrolment: Enrolment):
    """Introductions of ``person`` that came to nothing: that they ended is all that is to be seen of it."""
    over = Introduction.objects.filter(state=Introduction.State.ENDED).select_related("one__person", "other__person")
    return over.filter(Q(one=enrolment) | Q(other=enrolment, opened_at__isnull=False)).order_by("-closed_at", "-pk")


@dataclass(frozen=True)
class Gap:
    """How one slot stands over a whole cohort: requests, what is held, what is open; and who offers it."""

    slot: str
    wanted: int
    live: int
    chemistry: int
    open: int
    offered: int  # places with mentors who offer it


def gap_map(cohort: Cohort) -> list[Gap]:
    """The open slots of ``cohort`` by domain. A fixed number of queries."""
    model = mentoring_models.of(cohort.programme)
    requests = MentorRequest.objects.filter(
        enrolment__in=cohort.enrolments.live().order_by(), confirmed_at__isnull=False
    )
    wanted = Counter(slot for slots in requests.values_list("slots", flat=True) for slot in slots)
    held: dict[str, Counter] = defaultdict(Counter)
    members = Member.objects.current().filter(relationship__cohort=cohort, role=Member.Role.MENTEE).exclude(slot="")
    for slot, state in members.order_by().values_list("slot", "relationship__state"):
        held[slot]["chemistry" if state == Relationship.State.INTRODUCTION else "live"] += 1
    mentors = cohort.enrolments.live().with_places().on_side(Side.MENTOR).filter(listing__isnull=False)
    offered = Counter()
    for slots, capacity, taken in mentors.values_list("listing__slots", "capacity", "places_taken"):
        offered.update({slot: capacity - taken for slot in slots})
    return [
        Gap(
            slot=slot,
            wanted=wanted[slot],
            live=held[slot]["live"],
            chemistry=held[slot]["chemistry"],
            open=max(0, wanted[slot] - held[slot].total()),
            offered=offered[slot],
        )
        for slot in model.slots
    ]


def slots_of(relationships: Iterable[Relationship]) -> dict[int, str]:
    """What each relationship is for, by its id, where the model has slots."""
    members = Member.objects.filter(relationship__in=[one.pk for one in relationships]).exclude(slot="")
    return dict(members.order_by().values_list("relationship", "slot"))


# --- Two peers, introduced by a lead ---------------------------------------------------------


def peers_link(cohort: Cohort, readiness, *, now: datetime) -> Item | None:
    """From a cohort's page to introducing two peers, where its model has some and two of them wait."""
    if not mentoring_models.of(cohort.programme).has_peers or readiness.waiting < 2:
        return None
    page = reverse("programmes:peers-introduce", args=[cohort.pk])
    return Item("Introduce two peers", page, hint="They meet once, and either may say no.")


def choose_peer(enrolment: Enrolment) -> Item | None:
    """The page on which a lead chooses a peer for somebody who waits for one."""
    if enrolment.side != Side.MENTEE or not mentoring_models.of(enrolment.cohort.programme).has_peers:
        return None
    page = reverse("programmes:peers-introduce", args=[enrolment.cohort_id])
    return Item("Choose a peer", f"{page}?one={enrolment.pk}")
