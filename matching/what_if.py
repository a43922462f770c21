"""What would place more people: one more mentor, and of what kind; or one rule of strength ``should``, lifted.

Opening a pair proves nothing, since somebody else may need the place: everything said here
was found by solving again with the change (docs/ENGINE.md). Nothing is stored here; for a large
cohort a worker does it (matching/what_if_work.py).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from matching.engine import Solution
from matching.engine.blocks import Scored
from matching.engine.national import Found, find, solve_problem
from matching.gather import gather
from matching.outcome import why_left_out
from matching.problem import Problem
from matching.progress import Progress
from matching.scores import ROWS, Judged, Points, Table
from programmes.models import Cohort, Enrolment, Side
from programmes.rules import Grid
from programmes.rules.columns import BROKEN, MET
from programmes.rules.facts import Facts

WHILE_SOMEBODY_WAITS = 60_000  # mentees × mentors; more are a worker's
MOST_PROFILES = 12
MOST_CROWDS, MOST_NAMES = 30, 20  # shown; the rest are counted
NEW = "new"  # the engine's id of the mentor who is not there


@dataclass(frozen=True)
class Without:
    """Mentees left out for one and the same reason."""

    who: str
    sentences: list[str]


@dataclass(frozen=True)
class OneMore:
    """One more mentor of a kind, with one place: what it would open, found by solving again."""

    site: str
    band: str
    more: int
    who: str  # those who would have a mentor and now have none


@dataclass(frozen=True)
class Lifted:
    """One ``should`` rule, lifted for everybody: the pairs it alone forbids, and what that would place."""

    rule: str
    label: str
    pairs: int
    more: int
    who: str


@dataclass(frozen=True)
class Changes:
    """The best plan as things stand, and the changes that would better it."""

    needed: int = 0  # places that mentees wait for
    places: int = 0  # left with mentors who can be matched
    placed: int = 0
    without: tuple[Without, ...] = ()
    others_without: int = 0  # mentees left out beside those
    one_more: tuple[OneMore, ...] = ()
    lifted: tuple[Lifted, ...] = ()

    @property
    def short(self) -> int:
        return self.needed - self.placed

    @classmethod
    def kept(cls, found: dict) -> "Changes":
        """As it was stored: ``asdict`` of one."""
        kinds = {"without": Without, "one_more": OneMore, "lifted": Lifted}
        return cls(**found | {name: tuple(kind(**one) for one in found[name]) for name, kind in kinds.items()})


def pairs_of(cohort: Cohort) -> int:
    """How many pairs there would be to look at: all mentees with all mentors who have a place left."""
    waiting = Enrolment.objects.live().with_places().filter(cohort=cohort)
    sizes = Counter(waiting.order_by().values_list("side", flat=True))
    return sizes[Side.MENTEE] * sizes[Side.MENTOR]


def what_if(cohort: Cohort, *, now: datetime) -> Changes:
    """As ``changes_of``. As many queries for one person as for hundreds.

    Refused, as ``gather`` is, where a pair that leads agreed can no longer be.
    """
    return changes_of(gather(cohort, now=now))


def changes_of(problem: Problem, progress: Progress | None = None) -> Changes:
    """Solve the cohort as it is, then once for each change. ``progress`` hears of each."""
    if progress:
        progress.stage("Finding the best plan as things stand")
    stopped = progress.is_stopped if progress else None
    today = solve_problem(problem.scored, progress=progress.during if progress else None, cancelled=stopped)
    able = [mentor for mentor in problem.mentors if not problem.unfit(Side.MENTOR, mentor)]
    without, others = _without(problem, today)
    found = Changes(
        needed=sum(problem.slots.values()),
        places=sum(problem.capacity[mentor] for mentor in able),
        placed=today.filled,
        without=without,
        others_without=others,
    )
    if not found.short:
        return found
    return replace(found, one_more=_one_more(problem, today, able, progress), lifted=_lifted(problem, today, progress))


def _without(problem: Problem, today: Solution) -> tuple[tuple[Without, ...], int]:
    """Those left out; who compete for the same places stand together, each once. And how many are not among them."""
    crowds: dict[object, list] = {}
    for one in today.unmatched:
        crowds.setdefault(frozenset(one.mentors) or one.mentee, []).append(one)
    largest = sorted(crowds.values(), key=len, reverse=True)
    shown = tuple(
        Without(
            _names(problem.mentees[one.mentee].person.name for one in some),
            why_left_out(problem, some[0]),
        )
        for some in largest[:MOST_CROWDS]
    )
    return shown, sum(map(len, largest[MOST_CROWDS:]))


def _names(names) -> str:
    every = list(names)
    some = ", ".join(every[:MOST_NAMES])
    others = len(every) - MOST_NAMES
    return f"{some} and {others:,} other{'s' * (others > 1)}" if others > 0 else some


def _gains(problem: Problem, today: Solution, then: Found) -> str:
    had = {mentee for mentee, _, _ in today.pairs}
    keys = list(problem.mentees)
    have = {keys[number] for number in np.union1d(then.row, then.pinned[:, 0]).tolist()}
    return _names(sorted(problem.facts[int(mentee)].name for mentee in have - had))


def _solved_again(changed: Scored, today: Solution, progress: Progress | None) -> tuple[Found, int]:
    """The plan with a change, and how many places more it fills."""
    then = find(changed, cancelled=progress.is_stopped if progress else None)
    return then, len(then.row) + len(then.pinned) - today.filled


# --- One more mentor ------------------------------------------------------------------------


def _one_more(problem: Problem, today: Solution, able: list[str], progress: Progress | None) -> tuple[OneMore, ...]:
    scored, found = problem.scored, []
    everybody, nobody_else = np.arange(len(problem.mentees)), np.array([0])
    mentees = [problem.facts[int(key)] for key in problem.mentees]
    profiles = _profiles(problem, today, able)
    if progress:
        progress.stage("Trying one more mentor of each kind", of=len(profiles))
    for done, profile in enumerate(profiles, start=1):
        grid = Grid(problem.model.rules, problem.model.preferences, mentees, [profile], on=problem.on)
        column = Judged(grid, len(mentees), 1, {}).points(everybody, nobody_else)
        wider = replace(
            scored,
            mentors=[*scored.mentors, NEW],
            blocks=problem.scores.with_mentor(column),
            capacity=np.append(scored.capacity, 1),
            minimum=np.append(scored.minimum, 0),
        )
        then, more = _solved_again(wider, today, progress)
        if more:
            found.append(OneMore(profile.site, profile.band, more, _gains(problem, today, then)))
        if progress:
            progress.step(done)
    return tuple(sorted(found, key=lambda one: (-one.more, not one.who, one.site, one.band)))


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


def _lifted(problem: Problem, today: Solution, progress: Progress | None) -> tuple[Lifted, ...]:
    rules = [rule for rule in problem.grid.rules if rule.strength == "should"]
    if progress:
        progress.stage("Lifting one rule at a time", of=len(rules))
    found = []
    for done, (rule, pairs, without_it) in enumerate(_without_each(problem, rules), start=1):
        if pairs:
            then, more = _solved_again(replace(problem.scored, blocks=without_it), today, progress)
            if more:
                found.append(Lifted(rule.name, rule.label, pairs, more, _gains(problem, today, then)))
        if progress:
            progress.step(done)
    return tuple(sorted(found, key=lambda one: (-one.more, one.pairs, one.label)))


def _without_each(problem: Problem, rules: list) -> Iterator[tuple[object, int, Table]]:
    """Rule by rule how many pairs it alone forbids, and the scores of all pairs without it."""
    alone, points = _alone(problem, rules)
    for number, rule in enumerate(rules):
        its = alone == number
        yield rule, int(its.sum()), problem.scores.with_points(its, points)


def _alone(problem: Problem, rules: list) -> tuple[npt.NDArray[np.int8], Points]:
    """For each pair which of the rules alone forbids it, by its number, -1 where none does; and the score it would
    have. A fact that is missing is no rule to lift: it is filled in."""
    shape = len(problem.mentees), len(problem.mentors)
    alone, points = np.full(shape, -1, dtype=np.int8), np.zeros(shape, dtype=np.int16)
    numbers = {rule.name: number for number, rule in enumerate(rules)}
    cols = np.arange(shape[1])
    for low in range(0, shape[0], ROWS):
        rows = np.arange(low, min(low + ROWS, shape[0]))
        some = slice(low, low + len(rows))
        barring = np.zeros((len(rows), len(cols)), dtype=np.int8)
        for rule, said in problem.grid.verdicts(rows, cols):
            barring += said != MET
            if rule.name in numbers:
                alone[some][np.broadcast_to(said == BROKEN, barring.shape)] = numbers[rule.name]
        alone[some][barring != 1] = -1
        points[some] = problem.grid.points(rows, cols)
    for mentee, mentors in problem.decided.items():
        for mentor in mentors:
            pair = problem.mentee_at[mentee], problem.mentor_at[mentor]
            refusals = problem.refusals(mentee, mentor)
            only = refusals[0] if len(refusals) == 1 and not refusals[0].missing else None
            alone[pair] = numbers.get(only.rule, -1) if only else -1
            points[pair] = sum(part.points for part in problem.components(mentee, mentor))
    return alone, points
