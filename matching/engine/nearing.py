"""Close calls: pairs for which another mentor would have done almost as well, everybody else fitted around it.

A mentee's next best mentor is the one on the cheapest ring of changes through the mentee. Rings that cost more than a
call that is close do not matter, so only pairs near their prices do. From the hub everybody in the plan is reached at
no cost (that is what smallest prices mean), so one search says what all rings over the hub cost, and each mentee's own
search need go no further than that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from . import reaching
from .assignment import Score, Why
from .circulation import residual
from .lenses import ROWS
from .national import HUNDREDTH, NEVER, Found
from .numbers import UNIT, decimal, ten_thousandths
from .pairs import Pairs, joined, no_pairs
from .policies import POWERS, steepest
from .reaching import cheapest_ring, narrowed
from .reading import Flags, Ints
from .refusing import asked, number
from .solving import Plan
from .sweeping import Scores
from .telling import Progress, checks

TOGETHER = 64
"""Mentees whose rings are looked for in one go."""
AT_ONCE = 40
"""About so many pairs a mentee are held at once, the nearest to their prices; who finds no ring among them is looked
at alone."""


@dataclass(frozen=True, slots=True)
class Close:
    """A pair for which another mentor would have done almost as well: choosing that one loses only `loss` in total."""

    mentee: str
    mentor: str
    runner_up: str
    loss: Decimal


def close_calls(plan: Plan, within: Score = 5) -> tuple[Close, ...]:
    """The pairs of a plan whose mentee's next best mentor would cost at most `within` points, nobody losing a place.

    The next best is the one that the plan's first aim likes best. Where that aim is a policy, it must not cost more by
    the policy's measure than `within` points would cost the weakest pair.
    """
    limit = ten_thousandths(within, "the distance")
    value = plan.table.value
    unit = gcd(*np.unique(np.abs(plan.ground.value)).tolist()) or 1
    if not plan.network.value.any():
        radius = 0  # places alone: whatever costs no place
    elif plan.table.policy in POWERS and plan.used.any():
        scale = int(value.min()), int(value.max())
        radius = steepest(plan.table.policy, UNIT, scale, int(value[plan.chosen].min()), limit)
    else:
        radius = limit // unit
    mentees = np.unique(plan.ground.row[plan.used])
    found = _rings(plan, mentees, radius, limit, 0 if plan.later else unit, lambda i, j: asked(plan, i, j))
    return tuple(call for call in found.values() if call is not None)


def close_calls_of(
    found: Found,
    within: Score = 5,
    mentees: Sequence[str] | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Close, ...]:
    """The same at any size, for some mentees or for everybody in the plan."""
    report = checks(progress, cancelled)("Looking for close calls")
    limit = ten_thousandths(within, "the distance") // HUNDREDTH
    policy, radius, unit = found.problem.policy, limit, HUNDREDTH
    if policy in POWERS and len(found.score):
        weakest = int(min(found.score.min(), found.scores_of(*found.pinned.T).min(initial=found.score.max())))
        radius, unit = steepest(policy, HUNDREDTH, found.range, weakest, limit), 0
    in_plan = np.unique(found.row)
    if mentees is not None:
        in_plan = np.intersect1d(in_plan, [number(found.problem.mentees, one, "mentee") for one in mentees])
    reach, near = _near(found, radius, report)

    def rings(pairs: Pairs, some: Ints, far: int) -> dict[int, Close | None]:
        plan = narrowed(found, joined([found.used, found.tight, pairs], len(found.flow.v)))
        return _rings(plan, some, far, limit * HUNDREDTH, unit, lambda i, j: reaching.asked_of(found, i, j), report)

    calls = rings(near, in_plan, reach)
    if reach < radius:
        for one in in_plan.tolist():
            if one not in calls:
                report(len(calls), len(in_plan))
                calls |= rings(cheapest_ring(found, one, radius), np.array([one]), radius)
    return tuple(call for _, call in sorted(calls.items()) if call is not None)


def _near(found: Found, radius: int, report: Callable[[int, int], None]) -> tuple[int, Pairs]:
    """The pairs within some reach of their prices, and that reach: the radius, or less where they would be too many."""
    u, v, aim = found.flow.u, found.flow.v, found.aim

    def slack(low: int, high: int) -> tuple[Scores, Ints]:
        values = aim.block(low, high)
        over = u[low:high, None] + v[None, :] - values.astype(np.int64)
        over[values <= aim.floor] = NEVER
        return values, over

    some = slack(0, min(ROWS, len(u)))[1].ravel() if len(u) else np.zeros(0, dtype=np.int64)
    rank = AT_ONCE * min(ROWS, len(u))
    reach = min(radius, max(0, int(np.partition(some, rank)[rank]))) if len(some) > rank else radius
    parts = [no_pairs()]
    for low in range(0, len(u), ROWS):
        report(low, len(u))
        values, over = slack(low, min(low + ROWS, len(u)))
        at, to = np.nonzero(over <= reach)
        parts.append(Pairs(at + low, to, values[at, to].astype(np.int64)))
    return reach, joined(parts, len(v))


def _rings(
    plan: Plan,
    mentees: Ints,
    radius: int,
    limit: int,
    unit: int,
    ask: Callable[[int, int], Why],
    report: Callable[[int, int], None] = lambda done, of: None,
) -> dict[int, Close | None]:
    """For each mentee with a ring of changes within the radius, the close call, or None where that ring loses a place
    or more than the limit. `unit` is what one of the first aim is worth in ten-thousandths, 0 where that is no
    score."""
    network, flow = plan.network, plan.flow
    rows = network.rows
    inner, to_hub = _ways_back(plan, radius)
    starts = np.searchsorted(network.row, np.arange(rows + 1))
    calls: dict[int, Close | None] = {}
    for first in range(0, len(mentees), TOGETHER):
        report(first, len(mentees))
        some = mentees[first : first + TOGETHER]
        unused, best = [], np.zeros(len(some), dtype=np.float64)
        for at, mentee in enumerate(some.tolist()):
            mine = np.arange(starts[mentee], starts[mentee + 1])
            others = mine[~flow.used[mine]]
            slack = flow.u[mentee] + flow.v[network.col[others]] - network.value[others]
            unused.append((others, slack))
            # A ring over the hub is a bound for all: what is further than its rest cannot be on a better one.
            over_hub = (slack + to_hub["any"][network.col[others]]).min(initial=radius)
            best[at] = over_hub - slack.min(initial=radius)
        way_back = dijkstra(inner, indices=some, limit=max(0.0, float(best.max())))
        for mentee, distance, (others, slack) in zip(some.tolist(), way_back, unused, strict=True):
            theirs = network.col[others]
            inside = distance[theirs + rows]
            ring = slack + np.minimum(inside, to_hub["any"][theirs])
            if not (ring <= radius).any():
                continue
            at = int(np.argmin(ring))
            runner_up, least = int(theirs[at]), ring[at]
            harmless = slack[at] + min(inside[at], to_hub["mentor"][runner_up]) == least
            if unit:  # of ways that cost the same, one on which nobody loses a place
                loss, fits = decimal(int(least) * unit), bool(harmless)
            else:
                answer = ask(mentee, runner_up)
                loss, fits = answer.loss, answer.allowed and not answer.loses_a_place
            # The runner-up takes the place of the weakest pair of this mentee.
            held = np.arange(starts[mentee], starts[mentee + 1])
            held = held[flow.used[held]]
            mentor = int(network.col[held[int(np.argmin(network.value[held]))]])
            ids = plan.table.mentees[mentee], plan.table.mentors[mentor], plan.table.mentors[runner_up]
            calls[mentee] = Close(*ids, loss) if fits and loss * UNIT <= limit else None
    return calls


def _ways_back(plan: Plan, radius: int) -> tuple[csr_array, dict[str, npt.NDArray[np.float64]]]:
    """The changes within the radius, backwards and without the hub; and how far each mentor is from the hub: over
    anybody, over a mentor who takes one more, or over a mentee who loses a slot."""
    network, flow = plan.network, plan.flow
    rows, hub = network.rows, network.rows + network.cols
    source, target, cost = residual(network, flow.used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)
    close = cost <= radius
    source, target, cost = source[close], target[close], cost[close].astype(np.float64)

    def backwards(some: Flags) -> csr_array:
        return csr_array((cost[some], (target[some], source[some])), shape=(hub + 1, hub + 1))

    inner = (source != hub) & (target != hub)
    over_mentee = inner | ((target == hub) & (source < rows))
    over_mentor = inner | ((target == hub) & (source >= rows))
    to_hub = {
        who: dijkstra(backwards(some), indices=hub, limit=radius)[rows:hub]
        for who, some in (("any", over_mentee | over_mentor), ("mentor", over_mentor), ("mentee", over_mentee))
    }
    return backwards(inner), to_hub
