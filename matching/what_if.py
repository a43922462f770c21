"""What would place more people: one more mentor, and of what kind; or one rule of strength ``should``, lifted.

Opening a pair proves nothing, since somebody else may need the place: everything said here
was found by solving again with the change (docs/ENGINE.md). Nothing is stored.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from matching.engine import Solution
from matching.engine.national import solve_problem
from matching.gather import gather
from matching.outcome import why_left_out
from matching.problem import Problem
from matching.scores import ROWS, Judged
from programmes.models import Cohort, Enrolment, Side
from programmes.rules import Grid
from programmes.rules.columns import BROKEN, MET, Numbers
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
    today = solve_problem(problem.scored)
    able = [mentor for mentor in problem.mentors if not problem.unfit(Side.MENTOR, mentor)]
    found = WhatIf(
        needed=sum(problem.slots.values()),
        places=sum(problem.capacity[mentor] for mentor in able),
        placed=today.filled,
        without=_without(problem, today),
    )
    if not found.short:
        return found
    return replace(found, one_more=_one_more(problem, today, able), lifted=_lifted(problem, today))


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


def _one_more(problem: Problem, today: Solution, able: list[str]) -> tuple[OneMore, ...]:
    scored, found = problem.scored, []
    everybody, nobody_else = np.arange(len(problem.mentees)), np.array([0])
    mentees = [problem.facts[int(key)] for key in problem.mentees]
    for profile in _profiles(problem, today, able):
        grid = Grid(problem.model.rules, problem.model.preferences, mentees, [profile], on=problem.on)
        column = Judged(grid, len(mentees), 1, {}).points(everybody, nobody_else)
        wider = replace(
            scored,
            mentors=[*scored.mentors, NEW],
            blocks=problem.scores.with_mentor(column),
            capacity=np.append(scored.capacity, 1),
            minimum=np.append(scored.minimum, 0),
        )
        then = solve_problem(wider)
        if more := then.filled - today.filled:
            found.append(OneMore(profile.site, profile.band, more, _gains(problem, today, then)))
    return tuple(sorted(found, key=lambda one: (-one.more, -len(one.gains), one.site, one.band)))


def _profiles(problem: Problem, today: Solution, mentors: list[str]) -> list[Facts]:
    """The kinds of mentor worth asking about: like those who can be matched, where they and the left out work.

    Without a manager, a tie or anybody to manage: somebody new.
    """
    able = [problem.facts[int(key)] for key in mentors]
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


# --- One rule lifted ------------------------------------------------------------------------


def _lifted(problem: Problem, today: Solution) -> tuple[Lifted, ...]:
    labels = {rule.name: rule.label for rule in problem.grid.rules}
    found = []
    for rule, (rows, cols, points) in _forbidden_by_one(problem).items():
        then = solve_problem(replace(problem.scored, blocks=problem.scores.with_pairs(rows, cols, points)))
        if more := then.filled - today.filled:
            found.append(Lifted(rule, labels[rule], len(rows), more, _gains(problem, today, then)))
    return tuple(sorted(found, key=lambda one: (-one.more, one.pairs, one.label)))


def _forbidden_by_one(problem: Problem) -> dict[str, tuple[Numbers, Numbers, Numbers]]:
    """The pairs that one ``should`` rule alone forbids, by rule: mentees' and mentors' numbers, and the score they
    would have. A fact that is missing is no rule to lift: it is filled in."""
    found: dict[str, list] = defaultdict(list)
    cols = np.arange(len(problem.mentors))
    for low in range(0, len(problem.mentees), ROWS):
        rows = np.arange(low, min(low + ROWS, len(problem.mentees)))
        shape = (len(rows), len(cols))
        judged = [(rule, np.broadcast_to(said, shape)) for rule, said in problem.grid.verdicts(rows, cols)]
        alone = sum((said != MET).astype(np.int8) for _, said in judged) == 1
        points = problem.grid.points(rows, cols)
        for mentee, mentors in problem.decided.items():
            if low <= problem.mentee_at[mentee] < low + len(rows):
                alone[problem.mentee_at[mentee] - low, [problem.mentor_at[mentor] for mentor in mentors]] = False
        for rule, said in judged:
            if rule.strength == "should":
                row, col = np.nonzero(alone & (said == BROKEN))
                found[rule.name].append((row + low, col, points[row, col]))
    for mentee, mentor in ((mentee, mentor) for mentee, mentors in problem.decided.items() for mentor in mentors):
        refusals = problem.refusals(mentee, mentor)
        if len(refusals) == 1 and refusals[0].strength == "should" and not refusals[0].missing:
            score = sum(part.points for part in problem.components(mentee, mentor))
            pair = problem.mentee_at[mentee], problem.mentor_at[mentor], score
            found[refusals[0].rule].append(tuple(np.array([one]) for one in pair))
    joined = {rule: tuple(map(np.concatenate, zip(*some, strict=True))) for rule, some in found.items()}
    return {rule: some for rule, some in joined.items() if len(some[0])}
