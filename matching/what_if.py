"""What would place more people: one more mentor, and of what kind; or one rule of strength ``should``, lifted.

Opening a pair proves nothing, since somebody else may need the place: everything said here
was found by solving again with the change (docs/ENGINE.md). Nothing is stored.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from matching.engine import Assignment, Mentor, Solution, solve
from matching.gather import Problem, gather
from matching.outcome import why_left_out
from programmes.models import Cohort, Enrolment, Side
from programmes.rules import Refusal, evaluate, score
from programmes.rules.facts import Facts

MOST_PAIRS = 60_000  # mentees × mentors: beyond, more than a person waits for a page
MOST_PROFILES = 12
NEW = "new"  # the engine's id of the mentor who is not there


@dataclass(frozen=True)
class Without:
    """Mentees left out for one and the same reason."""

    people: list[Enrolment]
    sentences: list[str]


@dataclass(frozen=True)
class OneMore:
    """One more mentor of a kind, with one place: what it would open, found by solving again."""

    site: str
    band: str
    more: int
    gains: list[str]  # names of those who would have a mentor and now have none


@dataclass(frozen=True)
class Lifted:
    """One ``should`` rule, lifted for everybody: the pairs it alone forbids, and what that would place."""

    rule: str
    label: str
    pairs: int
    more: int
    gains: list[str]


@dataclass(frozen=True)
class WhatIf:
    """The best plan as things stand, and the changes that would better it. ``too_many``: it was not worked out."""

    too_many: bool = False
    needed: int = 0  # places that mentees wait for
    places: int = 0  # left with mentors who can be matched
    placed: int = 0
    without: tuple[Without, ...] = ()
    one_more: tuple[OneMore, ...] = ()
    lifted: tuple[Lifted, ...] = ()

    @property
    def short(self) -> int:
        return self.needed - self.placed


def what_if(cohort: Cohort, *, now: datetime) -> WhatIf:
    """Solve ``cohort`` as it is, then once for each change. As many queries for one person as for hundreds.

    Refused, as ``gather`` is, where a pair that leads agreed can no longer be.
    """
    waiting = Enrolment.objects.live().with_places().filter(cohort=cohort)
    sizes = Counter(waiting.order_by().values_list("side", flat=True))
    if sizes[Side.MENTEE] * sizes[Side.MENTOR] > MOST_PAIRS:
        return WhatIf(too_many=True)
    problem = gather(cohort, now=now)
    today = solve(problem.assignment)
    able = [one for one in problem.assignment.mentors if (Side.MENTOR, one.id) not in problem.unfit]
    found = WhatIf(
        needed=sum(one.slots for one in problem.assignment.mentees),
        places=sum(one.capacity for one in able),
        placed=today.filled,
        without=_without(problem, today),
    )
    if not found.short:
        return found
    return replace(found, one_more=_one_more(problem, today), lifted=_lifted(problem, today))


def _without(problem: Problem, today: Solution) -> tuple[Without, ...]:
    """Those left out; who compete for the same places stand together, each once."""
    groups: dict[object, list] = {}
    for one in today.unmatched:
        crowd = frozenset(one.mentors) or one.mentee
        groups.setdefault(crowd, []).append(one)
    return tuple(
        Without([problem.mentees[one.mentee] for one in some], why_left_out(problem, some[0]))
        for some in sorted(groups.values(), key=len, reverse=True)
    )


def _gains(problem: Problem, today: Solution, then: Solution) -> list[str]:
    had = {mentee for mentee, _, _ in today.pairs}
    return sorted({problem.facts[int(mentee)].name for mentee, _, _ in then.pairs if mentee not in had})


# --- One more mentor ------------------------------------------------------------------------


def _one_more(problem: Problem, today: Solution) -> tuple[OneMore, ...]:
    found = []
    for profile in _profiles(problem, today):
        pairs = _pairs_with(problem, profile)
        then = solve(_with(problem.assignment, pairs, mentor=Mentor(id=NEW)))
        if more := then.filled - today.filled:
            found.append(OneMore(profile.site, profile.band, more, _gains(problem, today, then)))
    return tuple(sorted(found, key=lambda one: (-one.more, -len(one.gains), one.site, one.band)))


def _profiles(problem: Problem, today: Solution) -> list[Facts]:
    """The kinds of mentor worth asking about: like those who can be matched, where they and the left out work.

    Without a manager, a tie or anybody to manage: somebody new.
    """
    able = [problem.facts[int(key)] for key in problem.mentors if (Side.MENTOR, key) not in problem.unfit]
    if not able:
        return []
    kinds = Counter((one.site_id, one.band) for one in able)
    first = {(one.site_id, one.band): one for one in reversed(able)}
    profiles = {kind: first[kind] for kind, _ in kinds.most_common()}
    [((_, usual_band), _)] = Counter((None, one.band) for one in able).most_common(1)
    usual = next(one for one in able if one.band == usual_band)
    for one in today.unmatched:
        left_out = problem.facts[int(one.mentee)]
        kind = (left_out.site_id, usual_band)
        profiles.setdefault(kind, replace(usual, site_id=left_out.site_id, site=left_out.site))
    wanted = Counter(problem.facts[int(one.mentee)].site_id for one in today.unmatched)
    ranked = sorted(profiles.items(), key=lambda item: (-wanted[item[0][0]], -kinds[item[0]], str(item[0])))
    nobody = {"person_id": 0, "given_name": "Somebody new", "name": "Somebody new", "managers": {}, "ties": {}}
    return [replace(facts, **nobody) for _, facts in ranked[:MOST_PROFILES]]


def _pairs_with(problem: Problem, mentor: Facts) -> list[tuple[str, str, Decimal]]:
    pairs = []
    for mentee in problem.mentees:
        facts = problem.facts[int(mentee)]
        fits = (Side.MENTEE, mentee) not in problem.unfit
        if fits and not evaluate(problem.model.rules, facts, mentor, on=problem.on):
            points = sum(part.points for part in score(problem.model.preferences, facts, mentor))
            pairs.append((mentee, NEW, Decimal(points).scaleb(-2)))
    return pairs


# --- One rule lifted ------------------------------------------------------------------------


def _lifted(problem: Problem, today: Solution) -> tuple[Lifted, ...]:
    labels = {rule.name: rule.label for rule in problem.model.rules if rule.strength == "should"}
    found = []
    for rule, pairs in _forbidden_by_one(problem, set(labels)).items():
        then = solve(_with(problem.assignment, pairs))
        if more := then.filled - today.filled:
            found.append(Lifted(rule, labels[rule], len(pairs), more, _gains(problem, today, then)))
    return tuple(sorted(found, key=lambda one: (-one.more, one.pairs, one.label)))


def _forbidden_by_one(problem: Problem, rules: set[str]) -> dict[str, list[tuple[str, str, Decimal]]]:
    """The pairs that one of ``rules`` alone forbids, by rule, each with the score it would have.

    A fact that is missing is no rule to lift: it is filled in.
    """
    found: dict[str, list] = {}
    for mentee in problem.mentees:
        own = problem.unfit.get((Side.MENTEE, mentee), [])
        if not _one_rule(own, rules):
            continue
        for mentor in problem.mentors:
            if mentor in problem.scores[mentee]:
                continue
            either = [*own, *problem.unfit.get((Side.MENTOR, mentor), [])]
            if not _one_rule(either, rules):
                continue
            refusals = [*either, *problem.pair_refusals(mentee, mentor)]
            if refusals and _one_rule(refusals, rules):
                points = sum(part.points for part in problem.components(mentee, mentor))
                found.setdefault(refusals[0].rule, []).append((mentee, mentor, Decimal(points).scaleb(-2)))
    return found


def _one_rule(refusals: list[Refusal], rules: set[str]) -> bool:
    """Whether at most one rule is broken, and that one may be lifted."""
    names = {refusal.rule for refusal in refusals}
    return len(names) <= 1 and names <= rules and not any(refusal.missing for refusal in refusals)


def _with(assignment: Assignment, pairs: list, *, mentor: Mentor | None = None) -> Assignment:
    mentors = [*assignment.mentors, mentor] if mentor else assignment.mentors
    return replace(assignment, mentors=mentors, pairs=[*assignment.pairs, *pairs])
