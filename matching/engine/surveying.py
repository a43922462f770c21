"""Plans judged at any size: how the policies compare, who would rather swap, and which rule, lifted, would place more
people. As in `judging`, nothing changes a plan, and everything promised is found by solving again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter

import numpy as np

from .assignment import POLICIES
from .blocks import FORBIDDEN, Blocks, Scored
from .facts import Problem
from .judging import Figures, Opening, Stability, described
from .lenses import ROWS
from .national import Found, answer, find
from .reading import Flags, Ints
from .refusing import number
from .scoring import scored
from .telling import Progress, checks


def compare_all(
    problem: Problem | Scored, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> tuple[Figures, ...]:
    """Every policy's plan side by side; `total` knows only the first."""
    problem = scored(problem) if isinstance(problem, Problem) else problem
    policies = POLICIES if problem.objective != "total" else POLICIES[:1]
    found = (find(replace(problem, policy=one), progress=progress, cancelled=cancelled) for one in policies)
    return tuple(figures_of(one, progress=progress, cancelled=cancelled) for one in found)


def figures_of(
    found: Found, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Figures:
    """A plan in figures."""
    stability = stability_of(found, progress=progress, cancelled=cancelled)
    return described(found.problem.policy, answer(found, perf_counter()), stability)


def stability_of(
    found: Found, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Stability:
    """Count the pairs that block a plan, in one look at every pair; a free place takes anybody, under `total` anybody
    who adds to it."""
    problem, pins, check = found.problem, found.pinned, checks(progress, cancelled)("Counting who would rather swap")
    free = 0.0 if problem.objective == "total" else -np.inf
    row, col = np.concatenate([found.row, pins[:, 0]]), np.concatenate([found.col, pins[:, 1]])
    score = np.concatenate([found.score, found.scores_of(pins[:, 0], pins[:, 1])])
    mentee_least, mentor_least = (
        _least_held(who, score, room, free) for who, room in ((row, problem.slots), (col, problem.capacity))
    )
    order = np.argsort(row, kind="stable")
    row, col = row[order], col[order]
    pairs, mentees, rows = 0, 0, len(problem.mentees)
    for low in range(0, rows, ROWS):
        high = min(rows, low + ROWS)
        scores = problem.blocks.block(low, high)
        rather = (scores > mentee_least[low:high, None]) & (scores > mentor_least) & (scores > FORBIDDEN / 2)
        mine = slice(np.searchsorted(row, low), np.searchsorted(row, high))
        rather[row[mine] - low, col[mine]] = False
        pairs += int(rather.sum())
        mentees += int(rather.any(axis=1).sum())
        check(high, rows)
    return Stability(pairs, mentees)


def openings_of(
    found: Found,
    mentee_id: str,
    lifted: Mapping[str, Callable[[], Blocks]],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Opening, ...]:
    """What each rule, lifted alone, would change. `lifted` gives for every rule the same pairs scored without it (see
    `scoring.without`). Best first: most slots filled, then most mentors opened, then by name."""
    problem = found.problem
    mentee = number(problem.mentees, mentee_id, "mentee")
    today = _allowed(problem.blocks, mentee)
    openings = []
    for rule, compiled in lifted.items():
        blocks = compiled()
        then = find(replace(problem, blocks=blocks), progress=progress, cancelled=cancelled)
        opened = int((_allowed(blocks, mentee) & ~today).sum())
        placed = mentee in then.row or mentee in then.pinned[:, 0]
        openings.append(Opening(rule, opened, len(then.row) - len(found.row), bool(placed)))
    return tuple(sorted(openings, key=lambda opening: (-opening.more, -opening.mentors, opening.rule)))


def in_words(opening: Opening, rule: str) -> str:
    """One sentence about what lifting the rule, by its label, would do for the mentee who is left out."""
    mentors = f"{opening.mentors} more mentor{'s' * (opening.mentors != 1)}"
    if opening.more:
        places = f"{opening.more} more place{'s' * (opening.more != 1)} would be filled"
        whose = ", and this mentee would have a mentor" if opening.placed else ", but this mentee would still wait"
    else:
        places = "no more place would be filled"
        whose = ": this mentee would have a mentor, and somebody else none" if opening.placed else ""
    return f"Without the rule “{rule}” {mentors} would be open to this mentee; {places}{whose}."


def _allowed(blocks: Blocks, mentee: int) -> Flags:
    allowed: Flags = blocks.part(np.array([mentee]), np.arange(blocks.cols))[0] > FORBIDDEN / 2
    return allowed


def _least_held(person: Ints, score: Ints, room: Ints, free: float) -> np.ndarray:
    """The smallest score each person holds, `free` for whoever has room."""
    least = np.full(len(room), np.inf)
    np.minimum.at(least, person, score)
    least[np.bincount(person, minlength=len(room)) < room] = free
    return least.astype(np.float32)
