"""The blockwise scorer: scores of some mentees with all mentors at once, exact in float32.

Whatever is a product of two short rows goes into one matrix product (tables of codes, likeness of answers); the rest
are small corrections (same team, lines of management, listed pairs) and masks. Whole numbers below 2**24 are exact in
float32 in any order of summing; the compiler adds up the largest terms and refuses what could reach that.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .blocks import FORBIDDEN, Block, Scored, as_range
from .describing import describe
from .errors import BadProblem
from .facts import (
    MIDDLE,
    MOST,
    STRENGTHS,
    Affinity,
    Codes,
    Condition,
    InTable,
    Likeness,
    Listed,
    Managed,
    Problem,
    Rule,
    Same,
    Share,
)
from .lines import above, by_person
from .reading import Ints

EXACT = 2**24
FEW = 64
"""Up to so many codes, being the same is cheaper as a product than pair by pair."""
MOST_KINDS = 2**18
"""More pairs of kinds than this are as many as people."""
SAMPLED = 2048
"""Of so many people of a side half must be like another of them before kinds are looked for."""


@dataclass(frozen=True)
class Corrections:
    """Points for single pairs, by mentee; `start` and `col` as in a sparse matrix."""

    start: Ints
    col: Ints
    points: Ints

    def within(self, low: int, high: int) -> tuple[Ints, Ints, Ints]:
        """Row (from 0), column and points of this block's pairs."""
        mine = slice(self.start[low], self.start[high])
        row = np.repeat(np.arange(high - low), np.diff(self.start[low : high + 1]))
        return row, self.col[mine], self.points[mine]

    def among(self, rows: Ints, cols: Ints) -> tuple[Ints, Ints, Ints]:
        """The same for some rows and columns, each rising."""
        if len(self.col) == 0 or len(cols) == 0:
            return self.col[:0], self.col[:0], self.points[:0]
        count = self.start[rows + 1] - self.start[rows]
        ends = np.cumsum(count)
        mine = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self.start[rows] - ends + count, count)
        row, col = np.repeat(np.arange(len(rows)), count), self.col[mine]
        place = np.full(max(int(cols[-1]), int(col.max(initial=0))) + 1, -1)
        place[cols] = np.arange(len(cols))
        at = place[col]
        inside = np.flatnonzero(at >= 0)
        return row[inside], at[inside], self.points[mine[inside]]


@dataclass(frozen=True)
class Mask:
    """Sets on both sides; pairs with something in common get `points`."""

    mentees: Codes
    mentors: Codes
    points: int

    def add(self, scores: Block, rows: Ints | slice, cols: Ints | slice) -> None:
        sets, which = np.unique(self.mentees[rows], return_inverse=True)
        shared = np.where(sets[:, None] & self.mentors[cols][None, :], np.float32(self.points), np.float32(0))
        scores += shared[which]


class Scorer:
    """A compiled problem. `block(low, high)` gives the scores of mentees `low` up to `high` with every mentor, in
    hundredths; a forbidden pair is below FORBIDDEN / 2. `span` is no less than the difference of any two scores."""

    def __init__(self, problem: Problem) -> None:
        self.rows, self.cols = len(problem.mentees.ids), len(problem.mentors.ids)
        self._problem = problem
        self._mentee_at = {one: at for at, one in enumerate(problem.mentees.ids)}
        self._mentor_at = {one: at for at, one in enumerate(problem.mentors.ids)}
        self._left: list[Block] = []
        self._right: list[Block] = []
        self._corrections: list[Corrections] = []
        self._masks: list[Mask] = []
        self._constant = 0
        self._forbidding = 0
        self.span = 0
        for rule in problem.rules:
            self._rule(rule)
        for wish in problem.preferences:
            if isinstance(wish, Affinity):
                self._table(wish.mentee, wish.mentor, wish.table)
                self.span += int(wish.table.max(initial=0)) - int(wish.table.min(initial=0))
            else:
                self._likeness(wish)
        if self.span >= -FORBIDDEN // 2 or not self._exact():
            raise BadProblem("The points and rules add up to more than can be scored exactly.")
        self._product(np.full(self.rows, 1), np.full(self.cols, self._constant))  # the last: see `less`
        self._e = np.ascontiguousarray(np.concatenate(self._left).T)
        self._f = np.ascontiguousarray(np.concatenate(self._right).T)
        self._settled = self._settle()

    def block(self, low: int, high: int) -> Block:
        """Scores of these mentees with every mentor."""
        scores: Block = self._e[low:high] @ self._f.T
        for mask in self._masks:
            mask.add(scores, slice(low, high), slice(None))
        for corrections in self._corrections:
            row, col, points = corrections.within(low, high)
            scores[row, col] += points
        row, col, points = self._settled.within(low, high)
        scores[row, col] = points
        return scores

    def part(self, rows: Ints, cols: Ints) -> Block:
        """Scores of some mentees with some mentors, by their rising numbers."""
        scores: Block = self._e[as_range(rows)] @ self._f[as_range(cols)].T
        for mask in self._masks:
            mask.add(scores, rows, cols)
        for corrections in self._corrections:
            row, col, points = corrections.among(rows, cols)
            scores[row, col] += points
        row, col, points = self._settled.among(rows, cols)
        scores[row, col] = points
        return scores

    def kinds(self) -> tuple[Ints, Ints, Block] | None:
        sides = []
        for side in (self._e, self._f):
            some = side[:: max(1, len(side) // SAMPLED)]
            if 2 * len(np.unique(some, axis=0)) > len(some):
                return None
            sides.append(np.unique(side, axis=0, return_inverse=True))
        (mine, mentee), (theirs, mentor) = sides
        if len(mine) * len(theirs) > MOST_KINDS:
            return None
        return mentee.ravel(), mentor.ravel(), mine @ theirs.T

    def less(self, paid: Ints) -> "Scorer | None":
        """The same after these prices of the mentors, which then cost nothing; None where that might not be exact."""
        if not self._exact(int(np.abs(paid).max(initial=0))):
            return None
        priced = copy(self)
        priced._f = self._f.copy()
        priced._f[:, -1] -= paid
        priced._settled = replace(self._settled, points=self._settled.points - paid[self._settled.col])
        return priced

    def _exact(self, paid: int = 0) -> bool:
        """Whether no sum of terms, in any order, reaches what float32 holds exactly."""
        return self._forbidding * -FORBIDDEN + 2 * self.span + paid < EXACT

    def _rule(self, rule: Rule) -> None:
        if rule.strength not in STRENGTHS:
            raise BadProblem(f"The strength of {rule.name} must be must, should or prefer, not {rule.strength}.")
        if rule.strength == "prefer":
            good, bad = rule.points, 0
            self.span += abs(rule.points)
        else:
            good, bad = 0, FORBIDDEN
            self._forbidding += 1
        self._effect(rule.condition, *((good, bad) if rule.wanted else (bad, good)))

    def _effect(self, condition: Condition, yes: int, no: int) -> None:
        """`yes` points where the condition is true, `no` elsewhere."""
        self._constant += no
        mentees, mentors = self._problem.mentees, self._problem.mentors
        match condition:
            case InTable():
                self._table(condition.mentee, condition.mentor, np.where(condition.table, yes - no, 0))
            case Same() if (codes := self._codes(condition.code)) <= FEW:
                self._table(condition.code, condition.code, np.eye(codes, dtype=np.int64) * (yes - no))
            case Share():
                self._masks.append(Mask(mentees.sets[condition.set], mentors.sets[condition.set], yes - no))
            case Same():
                self._correct(_same(mentees.codes[condition.code], mentors.codes[condition.code]), yes - no)
            case Managed():
                self._correct(self._managed(condition.depth), yes - no)
            case Listed():
                self._correct(self._known(condition.pairs), yes - no)

    def _codes(self, code: str) -> int:
        sides = (self._problem.mentees.codes[code], self._problem.mentors.codes[code])
        return max(int(side.max(initial=-1)) for side in sides) + 1

    def _table(self, mentee: str, mentor: str, table: npt.NDArray[np.integer]) -> None:
        mine, theirs = self._problem.mentees.codes[mentee], self._problem.mentors.codes[mentor]
        if mine.max(initial=-1) >= table.shape[0] or theirs.max(initial=-1) >= table.shape[1]:
            raise BadProblem(f"The table for {mentee} and {mentor} is smaller than their codes.")
        rows = np.flatnonzero(table.any(axis=1))
        self._product(mine == rows[:, None], np.where(theirs >= 0, table[rows][:, np.maximum(theirs, 0)], 0))

    def _likeness(self, wish: Likeness) -> None:
        """weight x (most - squared distance): the square opens into products of one side with the other."""
        weight = self._problem.mentees.codes[wish.weights].astype(np.int64)
        mine, theirs = (
            np.array([np.where(side.traits[trait] >= 0, side.traits[trait], MIDDLE) for trait in wish.traits])
            for side in (self._problem.mentees, self._problem.mentors)
        )
        most = MOST * len(wish.traits)
        self._product(weight * (most - (mine**2).sum(axis=0)), np.full(self.cols, 1))
        self._product(2 * weight * mine, theirs)
        self._product(-weight, (theirs**2).sum(axis=0))
        self.span += 4 * int(np.abs(weight).max(initial=0)) * most

    def _product(self, left: npt.NDArray[np.generic], right: npt.NDArray[np.generic]) -> None:
        """Add each row of the one times each row of the other."""
        self._left.append(np.atleast_2d(left.astype(np.float32)))
        self._right.append(np.atleast_2d(right.astype(np.float32)))

    def _managed(self, depth: int | None) -> set[tuple[int, int]]:
        managers = by_person(self._problem.managers)
        pairs = set()
        for one, i in self._mentee_at.items():
            pairs |= {(i, self._mentor_at[other]) for other in above(managers, one, depth) if other in self._mentor_at}
        for other, j in self._mentor_at.items():
            pairs |= {(self._mentee_at[one], j) for one in above(managers, other, depth) if one in self._mentee_at}
        return pairs

    def _known(self, pairs: Iterable[tuple[str, str]]) -> set[tuple[int, int]]:
        return {
            (self._mentee_at[i], self._mentor_at[j]) for i, j in pairs if i in self._mentee_at and j in self._mentor_at
        }

    def _correct(self, pairs: set[tuple[int, int]] | npt.NDArray[np.int64], points: int) -> None:
        found = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2) if isinstance(pairs, set) else pairs
        self._corrections.append(_by_mentee(found, np.full(len(found), points), self.rows))

    def _settle(self) -> Corrections:
        """Pairs whose score is written down in the end: nobody's own mentor, and rules overridden pair by pair."""
        settled = {
            pair: describe(self._problem, *pair)
            for rule in self._problem.rules
            for pair in self._known(rule.overridden)
        }
        scores = {pair: FORBIDDEN if said.forbidden else said.score for pair, said in settled.items()}
        scores |= {(i, self._mentor_at[one]): FORBIDDEN for one, i in self._mentee_at.items() if one in self._mentor_at}
        pairs = sorted(scores)
        return _by_mentee(
            np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array([scores[pair] for pair in pairs], dtype=np.int64),
            self.rows,
        )  # fmt: skip


def scored(problem: Problem, policy: str = "best_overall") -> Scored:
    """The compiled problem with its limits, as `national` solves it."""
    return Scored(
        problem.mentees.ids,
        problem.mentors.ids,
        Scorer(problem),
        problem.slots,
        problem.waited,
        problem.capacity,
        problem.minimum,
        problem.pinned,
        problem.objective,
        policy,
    )


def without(problem: Problem, rule: str) -> Scorer:
    """The same facts scored without one rule, by its name."""
    return Scorer(replace(problem, rules=[one for one in problem.rules if one.name != rule]))


def _by_mentee(pairs: npt.NDArray[np.int64], points: Ints, rows: int) -> Corrections:
    start = np.searchsorted(pairs[:, 0], np.arange(rows + 1))
    return Corrections(start, pairs[:, 1], points)


def _same(mine: Codes, theirs: Codes) -> npt.NDArray[np.int64]:
    """Every pair with the same known code, by mentee."""
    nobody = np.zeros(0, dtype=np.int64)
    members: dict[int, Ints] = {}
    order = np.argsort(theirs, kind="stable")
    codes, first = np.unique(theirs[order], return_index=True)
    for code, group in zip(codes.tolist(), np.split(order, first[1:]), strict=True):
        members[code] = group
    groups = [members.get(code, nobody) if code >= 0 else nobody for code in mine.tolist()]
    row = np.repeat(np.arange(len(mine)), [len(group) for group in groups])
    return np.stack([row, np.concatenate([*groups, nobody])], axis=1)
