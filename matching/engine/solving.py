"""From a checked problem to a proven plan: the aims one after the other, each on the face of those before it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from time import perf_counter

import numpy as np

from .assignment import Assignment, Prices, Solution
from .circulation import Flow, Network, stays_exact
from .errors import BadProblem
from .facing import face
from .growing import solve as solve_network
from .left_out import left_out, unmet_minimum
from .numbers import decimal
from .places import Ground, ground
from .policies import POWERS, highest_floor, shortfall_table
from .proving import certify
from .reading import Flags, Ints, Table, read
from .telling import Progress, checks
from .ties import Ties


@dataclass(frozen=True)
class Plan:
    """A proven plan with what explanations need. `used` and `allowed` are over the ground's pairs, `flow` and `network`
    over the allowed ones; `later` holds the aims after those in `network`, one value a pair."""

    table: Table
    ground: Ground
    allowed: Flags
    used: Flags
    network: Network
    flow: Flow
    later: tuple[Ints, ...]
    ties: Ties
    prices: tuple[Prices, ...]

    @property
    def chosen(self) -> Flags:
        """Which of the table's pairs are in the plan, pins included."""
        chosen = self.table.pinned.copy()
        chosen[self.ground.index[self.used]] = True
        return chosen


def solve(
    assignment: Assignment, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Solution:
    """The proven best plan, the same for the same problem however it is ordered.

    Raises BadProblem, Infeasible or Cancelled. `progress(stage, done, of)` is called in every round; within a stage
    `done` counts units settled, and a new round of the same stage may start lower again.
    """
    started = perf_counter()
    plan = find_plan(read(assignment), progress=progress, cancelled=cancelled)
    return answer(plan, started)


def find_plan(table: Table, *, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> Plan:
    """The plan behind `solve`, for those who ask more of it than the answer."""

    check = checks(progress, cancelled)
    base = ground(table)
    allowed = np.ones(len(base.row), dtype=bool)
    if table.policy == "raise_floor":
        allowed = _above_the_floor(table, base, check("Raising the floor"))
    aims = [("total", _whole(base.value))]
    if table.policy in POWERS:
        aims.insert(0, (table.policy, shortfall_table(table.value, table.policy)[base.index]))

    first = f"places and {aims[0][0]}"
    network = base.network(aims[0][1], allowed)
    if network is not None:
        del aims[0]
    else:
        first, network = "places", _places_alone(base, allowed)
    flow = solve_network(network, check("Placing people"))
    unmet_minimum(table, base, network, flow)
    certify(network, flow)
    prices = [_prices(table, first, flow)]

    index = np.flatnonzero(allowed)
    used = np.zeros(len(base.row), dtype=bool)
    used[index] = flow.used
    ties = Ties(table.mentees, table.mentors)
    at, now, draws = network, flow, 0
    for name, value in aims:
        free, at = face(at, now, value[index])
        index = index[free]
        now = solve_network(_exact(at), check("Improving the total"))
        certify(at, now)
        used[index] = now.used
        prices.append(_prices(table, name, now))
    pins = np.bincount(table.col[table.pinned], minlength=len(table.mentors))
    loads: Ints | None = pins + np.bincount(base.col[used], minlength=len(table.mentors))
    while True:  # even loads first, then one draw after the other
        row, col = base.row[index], base.col[index]
        free, at = face(at, now, np.zeros_like(row) if loads is not None else ties.draw(draws, row, col), loads)
        index = index[free]
        if len(index) == 0:
            break
        now = solve_network(_exact(at), check("Breaking ties"))
        certify(at, now)
        used[index] = now.used
        draws, loads = draws + (loads is None), None

    final = Flow(
        used[allowed],
        np.bincount(network.row[used[allowed]], minlength=network.rows),
        np.bincount(network.col[used[allowed]], minlength=network.cols),
        flow.u,
        flow.v,
    )
    later = tuple(value for _, value in aims)
    return Plan(table, base, allowed, used, network, final, later, ties, tuple(prices))


def answer(plan: Plan, started: float) -> Solution:
    """The plan in the words of the problem."""
    table, chosen = plan.table, plan.chosen
    total = decimal(sum(table.value[chosen].tolist()))
    return Solution(
        pairs=tuple(
            (table.mentees[i], table.mentors[j], decimal(value))
            for i, j, value in zip(
                table.row[chosen].tolist(), table.col[chosen].tolist(), table.value[chosen].tolist(), strict=True
            )
        ),
        matched=len(np.unique(table.row[chosen])),
        filled=int(chosen.sum()),
        total=total,
        bound=total,
        optimal=True,
        unmatched=left_out(table, plan.ground, plan.used),
        seconds=perf_counter() - started,
        prices=plan.prices,
    )


def _above_the_floor(table: Table, base: Ground, check: Callable[[int, int], None]) -> Flags:
    """The pairs at or above the highest floor that costs no place."""

    def worth(allowed: Flags) -> int:
        network = _places_alone(base, allowed)
        flow = solve_network(network, check)
        return certify(network, flow)

    everyone = np.ones(len(base.value), dtype=bool)
    if not everyone.any():
        return everyone
    best = worth(everyone)
    return base.value >= highest_floor(base.value, lambda floor: worth(base.value >= floor) == best)


def _whole(value: Ints) -> Ints:
    """The scores divided by their greatest common divisor, which leaves more room for exact sums."""
    divisor = gcd(*np.unique(np.abs(value)).tolist())
    return value // divisor if divisor > 1 else value


def _places_alone(base: Ground, allowed: Flags) -> Network:
    network = base.network(np.zeros_like(base.value), allowed)
    if network is None:
        raise BadProblem("There are too many kinds of places to rank them exactly.")
    return network


def _exact(network: Network) -> Network:
    if not stays_exact(network):
        raise BadProblem("The scores are too large for so many people: their sums could not be held exactly.")
    return network


def _prices(table: Table, aim: str, flow: Flow) -> Prices:
    return Prices(
        aim,
        dict(zip(table.mentees, flow.u.tolist(), strict=True)),
        dict(zip(table.mentors, flow.v.tolist(), strict=True)),
    )
