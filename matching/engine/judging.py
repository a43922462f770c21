"""A plan judged: how the policies compare, who would rather swap, and which rule, lifted, would place more people.
Nothing here changes a plan; everything promised is found by solving again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from .assignment import POLICIES, Assignment, Score, Solution
from .reading import Flags, Ints, Table, read
from .solving import find_plan, solve


@dataclass(frozen=True, slots=True)
class Stability:
    """How many allowed pairs would both rather have each other than what they have, and how many mentees are in one.
    Reported, never enforced: a stable plan costs score and places."""

    pairs: int
    mentees: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One policy's plan in figures; `lowest`, `weakest_twentieth` (the score that 95 % of pairs reach) and `mean` are
    None where the plan has no pairs."""

    policy: str
    solution: Solution
    lowest: Decimal | None
    weakest_twentieth: Decimal | None
    mean: Decimal | None
    stability: Stability


@dataclass(frozen=True, slots=True)
class Opening:
    """What lifting one rule would do: mentors opened to the mentee in question, slots filled beyond today's (found by
    solving again), and whether this mentee would then have a mentor."""

    rule: str
    mentors: int
    more: int
    placed: bool


def compare(assignment: Assignment) -> tuple[Figures, ...]:
    """Every policy's plan side by side; `total` knows only the first."""
    policies = POLICIES if assignment.objective != "total" else POLICIES[:1]
    return tuple(figures(replace(assignment, policy=policy)) for policy in policies)


def figures(assignment: Assignment) -> Figures:
    """Solve under the assignment's own policy and describe the plan."""
    solution = solve(assignment)
    table = read(assignment)
    return described(assignment.policy, solution, stability(table, _chosen(table, solution)))


def described(policy: str, solution: Solution, stability: Stability) -> Figures:
    """The figures of a solution."""
    scores = sorted(score for _, _, score in solution.pairs)
    at = len(scores) // 20
    return Figures(
        policy=policy,
        solution=solution,
        lowest=scores[0] if scores else None,
        weakest_twentieth=scores[at] if scores else None,
        mean=(solution.total / len(scores)).quantize(Decimal("0.0001")) if scores else None,
        stability=stability,
    )


def stability(table: Table, chosen: Flags) -> Stability:
    """Count the pairs that block a plan; a free place takes anybody, under `total` anybody who adds to it."""
    free = np.iinfo(np.int64).min if table.most_matched else 0
    mentee_least = _least_held(table.row[chosen], table.value[chosen], table.slots, free)
    mentor_least = _least_held(table.col[chosen], table.value[chosen], table.capacity, free)
    blocking = ~chosen & (table.value > mentee_least[table.row]) & (table.value > mentor_least[table.col])
    return Stability(int(blocking.sum()), len(np.unique(table.row[blocking])))


def openings(
    assignment: Assignment, mentee: str, rules: Mapping[str, Iterable[tuple[str, str, Score]]]
) -> tuple[Opening, ...]:
    """What each rule, lifted alone, would change. `rules` gives for every rule the pairs that it alone forbids, with
    the score they would have. Best first: most slots filled, then most mentors opened, then by name."""
    today = find_plan(read(assignment)).chosen.sum()
    pairs = list(assignment.pairs)
    found = []
    for rule, lifted in rules.items():
        extra = list(lifted)
        solution = solve(replace(assignment, pairs=[*pairs, *extra]))
        found.append(
            Opening(
                rule,
                mentors=sum(one == mentee for one, _, _ in extra),
                more=int(solution.filled - today),
                placed=any(one == mentee for one, _, _ in solution.pairs),
            )
        )
    return tuple(sorted(found, key=lambda opening: (-opening.more, -opening.mentors, opening.rule)))


def _least_held(person: Ints, value: Ints, room: Ints, free: int) -> Ints:
    """The smallest score each person holds, `free` for whoever has room."""
    least = np.full(len(room), np.iinfo(np.int64).max)
    np.minimum.at(least, person, value)
    least[np.bincount(person, minlength=len(room)) < room] = free
    return least


def _chosen(table: Table, solution: Solution) -> Flags:
    now = {(mentee, mentor) for mentee, mentor, _ in solution.pairs}
    names = zip(table.row.tolist(), table.col.tolist(), strict=True)
    return np.array([(table.mentees[i], table.mentors[j]) in now for i, j in names], dtype=bool)
