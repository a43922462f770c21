"""Why not this pair: what the plan would lose if the two were paired after all, and who would change mentor.

The best plan with the pair is the best plan changed along one ring: the pair itself, then the cheapest way back from
its mentor to its mentee through the possible changes. Prices make every change cost nought or more, so one Dijkstra
finds all cheapest ways; the later aims and the tie-break choose among them. The bare price difference of the pair is
only the first step of that way and never the answer.
"""

from collections import defaultdict, deque
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from .assignment import Assignment, Why
from .circulation import residual
from .errors import BadProblem
from .numbers import decimal
from .reading import read
from .solving import Plan, find_plan

DRAWS = 3
"""Sixty bits of the tie-break: more than enough to tell two ways apart."""

Step = tuple[int, int, tuple[int, ...]]


def why(assignment: Assignment, mentee_id: str, mentor_id: str) -> Why:
    """What pairing these two would cost. Solves the problem first; see `ask` to put several questions to one plan."""
    return ask(find_plan(read(assignment)), mentee_id, mentor_id)


def ask(plan: Plan, mentee_id: str, mentor_id: str) -> Why:
    """The same for a plan already found. Raises BadProblem for an unknown id."""
    return asked(plan, number(plan.table.mentees, mentee_id, "mentee"), number(plan.table.mentors, mentor_id, "mentor"))


def asked(plan: Plan, mentee: int, mentor: int) -> Why:
    """The same by the numbers of the two."""
    table, base = plan.table, plan.ground
    at = table.position(mentee, mentor)
    if at is None:
        return _no("This pair is not among the allowed pairs.")
    if plan.chosen[at]:
        return Why(True, None, decimal(0), False, ())
    if base.slots[mentee] == 0:
        slots = table.slots[mentee]
        return _no(
            "This mentee asks for no mentor." if slots == 0 else "Every slot of this mentee holds a pinned pair."
        )
    if base.capacity[mentor] == 0:
        full = table.capacity[mentor] > 0
        return _no("Every place of this mentor holds a pinned pair." if full else "This mentor has a capacity of 0.")
    here = int(np.searchsorted(base.index, at))
    if not plan.allowed[here]:
        return _no("This pair is below the floor that the policy found for everybody.")

    gained, lost = {here}, set[int]()
    for pair, more in _way_back(plan, here):
        (gained if more else lost).add(pair)
    used = plan.used.copy()
    used[list(gained)] = True
    used[list(lost)] = False
    short = np.flatnonzero(np.bincount(base.col[used], minlength=len(table.mentors)) < base.minimum)
    if len(short):
        return _no(f"Mentor {table.mentors[short[0]]} would fall below the minimum.")

    had = np.bincount(base.row[plan.used], minlength=len(table.mentees))
    has = np.bincount(base.row[used], minlength=len(table.mentees))
    pins = np.bincount(table.row[table.pinned], minlength=len(table.mentees))
    then: list[tuple[str, str | None]] = [
        (table.mentees[base.row[pair]], table.mentors[base.col[pair]]) for pair in gained
    ]
    then += [(table.mentees[one], None) for one in np.flatnonzero((had > 0) & (has + pins == 0))]
    loss = int(base.value[list(lost)].sum()) - int(base.value[list(gained)].sum())
    return Why(
        True, None, decimal(loss), bool((has < had).any()), tuple(sorted(then, key=lambda new: (new[0], new[1] or "")))
    )


def _way_back(plan: Plan, here: int) -> list[tuple[int, bool]]:
    """The pairs (position among the ground's pairs, is it new) that change on the best way from mentor to mentee."""
    base, network, flow = plan.ground, plan.network, plan.flow
    size = network.rows + network.cols + 1
    start, goal = int(base.col[here]) + network.rows, int(base.row[here])
    source, target, cost = residual(network, flow.used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)
    ahead = csr_array((cost.astype(np.float64), (source, target)), shape=(size, size))
    from_start = dijkstra(ahead, indices=start)
    to_goal = dijkstra(ahead.T.tocsr(), indices=goal)
    on_way = np.flatnonzero(from_start[source] + cost + to_goal[target] == from_start[goal])

    pair_at = np.flatnonzero(plan.allowed)
    key = network.row * network.cols + network.col
    draws = [plan.ties.draw(number, base.row, base.col) for number in range(DRAWS)]
    steps: dict[int, list[tuple[int, int | None, bool, tuple[int, ...]]]] = defaultdict(list)
    before, after = (0,) * len(plan.later), (0,) * DRAWS
    nothing = (*before, 0, *after)
    loads = np.bincount(plan.table.col[plan.chosen], minlength=network.cols)
    most = int(loads.max(initial=0)) + 1
    for a, b in zip(source[on_way].tolist(), target[on_way].tolist(), strict=True):
        if size - 1 in (a, b):  # a mentor's next place is worth the less the more are filled (see `evening`)
            place = 0
            if network.rows <= a < size - 1:
                place = int(loads[a - network.rows]) - most
            elif network.rows <= b < size - 1:
                place = most - int(loads[b - network.rows]) + 1
            steps[a].append((b, None, False, (*before, place, *after)))
            continue
        row, col = min(a, b), max(a, b) - network.rows
        pair = int(pair_at[np.searchsorted(key, row * network.cols + col)])
        sign = -1 if a < b else 1  # a new pair earns its value, a dropped one costs it
        aims, ties = ([sign * int(value[pair]) for value in kind] for kind in (plan.later, draws))
        steps[a].append((b, pair, a < b, (*aims, 0, *ties)))
    return _cheapest(steps, start, goal, nothing)


def _cheapest(
    steps: dict[int, list[tuple[int, int | None, bool, tuple[int, ...]]]],
    start: int,
    goal: int,
    nothing: tuple[int, ...],
) -> list[tuple[int, bool]]:
    """Bellman and Ford's search in the order of the later aims: steps may earn, but no ring of them does."""
    best: dict[int, tuple[int, ...]] = {start: nothing}
    came: dict[int, tuple[int, int | None, bool]] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for to, pair, more, cost in steps[node]:
            total = tuple(a + b for a, b in zip(best[node], cost, strict=True))
            if to not in best or total < best[to]:
                best[to] = total
                came[to] = (node, pair, more)
                waiting.append(to)
    way = []
    node = goal
    while node != start:
        node, pair, more = came[node]
        if pair is not None:
            way.append((pair, more))
    return way


def number(ids: Sequence[str], one: str, side: str) -> int:
    """Where this id stands; raises BadProblem where it does not."""
    try:
        return ids.index(one)
    except ValueError:
        raise BadProblem(f"There is no {side} with the id {one}.") from None


def _no(rule: str) -> Why:
    return Why(False, rule, decimal(0), False, ())
