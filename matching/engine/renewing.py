"""Matching again with least disturbance at any size: the three modes of `rematching`, without a list of all pairs."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np

from .assignment import Assignment, Mentee, Mentor, Score
from .blocks import Scored
from .errors import BadProblem
from .facts import Problem
from .lenses import Marked
from .national import HUNDREDTH, answer, find
from .numbers import decimal
from .reading import read
from .rematching import Pair, Rematch, checked, report, that_fit
from .scoring import scored
from .telling import Progress

MOST_GAIN = 2**17
"""In hundredths of a point: what can be added to any score and stay exact."""


def rematch_all(
    problem: Problem | Scored,
    published: list[Pair],
    *,
    mode: str = "keep",
    gain: Score = 0,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rematch:
    """The best plan in the chosen mode, and every change. `gain` is in points, with two decimals at most.

    Raises what `find` raises, and BadProblem for what `rematch` refuses. `fewest` needs the objective
    most_matched_then_total, and so does `keep` to say what freedom would bring.
    """
    started = perf_counter()
    points, rest = divmod(checked(published, mode, gain), HUNDREDTH)
    if rest or points > MOST_GAIN:
        raise BadProblem("A gain has at most two decimals here, and is at most 1,310.72 points.")
    problem = scored(problem) if isinstance(problem, Problem) else problem
    if problem.objective == "total" and mode != "worth_it":
        raise BadProblem(f"The mode {mode} needs the objective most_matched_then_total.")
    mentee_at = {one: at for at, one in enumerate(problem.mentees)}
    mentor_at = {one: at for at, one in enumerate(problem.mentors)}
    known = [(i, j) for i, j in published if i in mentee_at and j in mentor_at]
    standing = [pair for pair in known if problem.score(mentee_at[pair[0]], mentor_at[pair[1]]) is not None]
    kept = np.array([(mentee_at[i], mentor_at[j]) for i, j in standing], dtype=np.int64).reshape(-1, 2)
    freer = 0
    if mode == "keep":
        stay = {*problem.pinned, *_fitting(problem, standing, kept)}
        found = find(replace(problem, pinned=sorted(stay)), progress=progress, cancelled=cancelled)
        freest = find(problem, kept=kept, progress=progress, cancelled=cancelled)
        freer = len(freest.row) + len(freest.pinned) - len(found.row) - len(found.pinned)
    elif mode == "fewest":
        found = find(problem, kept=kept, progress=progress, cancelled=cancelled)
    else:
        raised = replace(problem, blocks=Marked(problem.blocks, kept, points, only=False))
        found = find(raised, progress=progress, cancelled=cancelled)
        found = replace(found, problem=problem)
        found = replace(found, score=found.scores_of(found.row, found.col))
    return report(answer(found, started), published, set(standing), freer)


def _fitting(problem: Scored, standing: list[Pair], kept: np.ndarray) -> list[Pair]:
    """The most standing pairs that fit slots and capacities beside the pins, best scores first."""
    pins = [pair for pair in problem.pinned if pair not in set(standing)]
    scores = [problem.score(i, j) or 0 for i, j in kept.tolist()]
    pairs = [(i, j, decimal(score * HUNDREDTH)) for (i, j), score in zip(standing, scores, strict=True)]
    table = read(
        Assignment(
            [Mentee(one, int(slots)) for one, slots in zip(problem.mentees, problem.slots, strict=True)],
            [Mentor(one, int(places)) for one, places in zip(problem.mentors, problem.capacity, strict=True)],
            [*pairs, *((i, j, 0) for i, j in pins)],
            problem.pinned,
        )
    )
    fit = that_fit(table, np.ones(len(table.row), dtype=bool))
    return [(table.mentees[table.row[at]], table.mentors[table.col[at]]) for at in np.flatnonzero(fit)]
