"""What a change of settings would do to people, told before it is made. Nothing is written here."""

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from programmes import mentoring_models
from programmes.facts import Facts, facts_for
from programmes.mentoring_models import MentoringModel
from programmes.model_settings.touched import touched
from programmes.models import Cohort, Enrolment, Member, Programme, Side
from programmes.overrides import overridden, still_barring
from programmes.rules import eligibility, evaluate


@dataclass(frozen=True)
class Pair:
    """A live pair, and what the rules say of it."""

    mentee: str
    mentor: str
    sentence: str


@dataclass
class Effect:
    """Who would be affected, by name in the order of the names; and what else is so at once, counted."""

    breaking: list[Pair] = field(default_factory=list)  # live pairs that would come to break a rule
    mended: list[Pair] = field(default_factory=list)  # live pairs that would break none any more
    gained: list[str] = field(default_factory=list)  # waiting mentees for whom there would be a mentor
    lost: list[str] = field(default_factory=list)  # waiting mentees for whom there would be none any more
    touched: list[str] = field(default_factory=list)  # "Groups that lack a mentor by it: 2"

    def __bool__(self):
        return bool(self.breaking or self.mended or self.gained or self.lost or self.touched)

    def digest(self) -> str:
        """The same for the same effect: a lead confirms what they have seen, not what came of it meanwhile."""
        return repr((len(self.breaking), len(self.mended), sorted(self.gained), sorted(self.lost), self.touched))


def effect(programme: Programme, proposed: Programme, *, now: datetime) -> Effect:
    """What happens to the people of ``programme`` if it becomes ``proposed``, a copy with other settings or model.

    A pair that a lead allowed against a ``should`` breaks no rule by it. One to
    five queries for a setting; where rules change, six to twelve for each open
    cohort, however many people are in it.
    """
    found = Effect(touched=touched(programme, proposed, now=now))
    if _judged_by(mentoring_models.of(programme)) == _judged_by(mentoring_models.of(proposed)):
        return found
    for cohort in programme.cohorts.open().select_related("programme"):
        _add_effect(found, cohort, programme, proposed, now=now)
    for pairs in (found.breaking, found.mended):
        pairs.sort(key=lambda pair: (pair.mentee, pair.mentor))
    found.gained.sort()
    found.lost.sort()
    return found


def _judged_by(model: MentoringModel) -> tuple:
    return model.rules, model.eligibility_date, model.named_day


def _add_effect(found: Effect, cohort: Cohort, programme: Programme, proposed: Programme, *, now: datetime) -> None:
    before, after = mentoring_models.of(programme), mentoring_models.of(proposed)
    enrolments = list(cohort.enrolments.live().select_related("person"))
    there = _at(cohort, programme)
    facts = facts_for(there, enrolments, now=now)
    dated_alike = (before.eligibility_date, before.named_day) == (after.eligibility_date, after.named_day)
    facts_after = facts if dated_alike else facts_for(_at(cohort, proposed), enrolments, now=now)
    names = {enrolment.person_id: enrolment.person.name for enrolment in enrolments}
    set_aside = overridden(cohort, at=now)
    day = cohort.start_date

    def judged(model: MentoringModel, known: dict[int, Facts], pair: tuple[int, int], peers: bool) -> str:
        refusals = evaluate(model.rules, known[pair[0]], known[pair[1]], on=day, peers=peers)
        return " ".join(one.sentence for one in still_barring(refusals, set_aside.get(pair, ())))

    for mentee, mentor, peers in _live_pairs(cohort):
        if mentee in facts and mentor in facts:
            both = (mentee, mentor)
            was, becomes = judged(before, facts, both, peers), judged(after, facts_after, both, peers)
            if bool(was) != bool(becomes):
                pair = Pair(names[mentee], names[mentor], becomes or was)
                (found.breaking if becomes else found.mended).append(pair)
    waiting = [one for one in enrolments if one.places_taken < one.capacity]
    had = _with_a_mentor(before, facts, waiting, set_aside, on=day)
    would_have = _with_a_mentor(after, facts_after, waiting, set_aside, on=day)
    found.gained += [names[person] for person in would_have - had]
    found.lost += [names[person] for person in had - would_have]


def _at(cohort: Cohort, programme: Programme) -> Cohort:
    """An unsaved copy of ``cohort`` as one of ``programme``."""
    there = copy.copy(cohort)
    there.programme = programme
    return there


def _live_pairs(cohort: Cohort) -> Iterable[tuple[int, int, bool]]:
    """(mentee, mentor, whether they are peers) by person of everyone who is matched in ``cohort`` at this moment."""
    roles: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    members = Member.objects.current().filter(relationship__in=cohort.relationships.live().order_by())
    members = members.filter(role__in=Member.NAMED)
    for relationship, person, role in members.order_by("enrolment").values_list("relationship", "person", "role"):
        roles[relationship][role].append(person)
    for some in roles.values():
        for mentee in some[Member.Role.MENTEE]:
            yield from ((mentee, mentor, False) for mentor in some[Member.Role.MENTOR])
        if len(some[Member.Role.PEER]) == 2:
            yield (*some[Member.Role.PEER], True)


def _with_a_mentor(
    model: MentoringModel, facts: dict[int, Facts], waiting: list[Enrolment], set_aside, *, on: date
) -> set[int]:
    """The waiting mentees who may be matched with at least one mentor, or peer, who has a place.

    Whoever cannot take part with anybody is settled first, so that hardly a
    pair is left to judge: the first mentor that fits is enough.
    """
    named = {mentor for pair in set_aside for mentor in pair}
    people = {Side.MENTEE: [], Side.MENTOR: []}
    for one in waiting:
        fits = one.person_id in named or not eligibility(model.rules, facts[one.person_id], one.side, on=on)
        if fits and one.side in people:
            people[one.side].append(one.person_id)

    others = people[Side.MENTEE if model.has_peers else Side.MENTOR]

    def allowed(mentee: int, other: int) -> bool:
        refusals = evaluate(model.rules, facts[mentee], facts[other], on=on, peers=model.has_peers)
        return not still_barring(refusals, set_aside.get((mentee, other), ()))

    return {mentee for mentee in people[Side.MENTEE] if any(allowed(mentee, other) for other in others)}
