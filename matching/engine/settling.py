"""From the first aim's optimum to the one plan: the aims that follow and the tie-break, each on the face of those
before. Where the pairs without slack are too many to list, the next aim is solved as a problem over all pairs of its
own, and so on until they can be listed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .circulation import Flow, Network, stays_exact
from .errors import BadProblem
from .facing import face, left_places, prized, ranks_left
from .growing import grow
from .growing import solve as solve_network
from .lenses import Face
from .pairs import Pairs, joined
from .proving import certify
from .reading import Ints
from .sweeping import Sweep
from .telling import Checks
from .ties import BITS, Ties

TIGHT = 20
"""Up to so many pairs a person with no slack, they are gathered for the next aim; beyond, it sweeps as well."""
FEW = 100_000
"""So many pairs without slack are listed in any case."""
STILL_TIGHT = 200
"""More than so many a person after that cannot be by chance."""

Valued = Callable[[Ints, Ints], Ints]
"""What an aim makes of some pairs, by row and column."""


@dataclass(frozen=True)
class Aim:
    """An aim after the first: what it makes of pairs, and the least and the most that this can be. The second of all
    may also rank the mentees' places, one rank for each, the higher the better and before what it makes of pairs."""

    valued: Valued
    least: int
    most: int
    ranks: Ints | None = None


def settle(
    sweep: Sweep,
    part: Network,
    flow: Flow,
    later: Sequence[Aim],
    pinned: Ints,
    ties: Ties,
    checks: Checks,
) -> tuple[Ints, Ints]:
    """Row and column of the pairs in the one plan that the `later` aims, even loads and then the tie-break pick among
    all best ones; `pinned` is how many mentees each mentor has beside these."""

    def aim(number: int) -> Aim:
        if number < len(later):
            return later[number]
        return Aim(lambda row, col: ties.draw(number - len(later), row, col), 1, 2**BITS)

    at, now, number = part, flow, 0
    settled = [np.zeros((0, 2), dtype=np.int64)]
    people = sweep.blocks.rows + sweep.blocks.cols
    listed = sweep.tight(flow.u, flow.v, max(FEW, TIGHT * people))
    while listed is None:
        if number > len(later):
            raise BadProblem("Too many people are equal in every way for one answer to be singled out.")
        loose = now.used & (at.value > now.u[at.row] + now.v[at.col])
        settled.append(np.stack([at.row[loose], at.col[loose]], axis=1))
        following = aim(number)
        left = []
        for places, price, filled, person in (
            (at.mentees, now.u, now.mentee_filled, at.row),
            (at.mentors, now.v, now.mentor_filled, at.col),
        ):
            fixed = np.bincount(person[loose], minlength=len(filled))
            left.append(left_places(places, price, filled, np.ones(len(filled), dtype=bool), fixed))
        already = None
        if number == len(later):
            already = pinned + np.bincount(np.concatenate(settled)[:, 1], minlength=at.cols)
        ranks = ranks_left(following.ranks, at.mentees, left[0])
        sides = prized(left[0], left[1], following.most - following.least + 1, already, ranks)
        seen = Face(sweep.blocks, now.u, now.v, following.valued, 1 - following.least)
        sweep = Sweep(seen, sides[1].size, checks("Breaking ties"))
        at, now = grow(sweep, *sides, checks("Breaking ties"))
        certify(at, now)
        number += 1
        listed = sweep.tight(now.u, now.v, max(FEW, (TIGHT if number < len(later) else STILL_TIGHT) * people))
    at, now = _among(at, now, listed)
    row, col, used = at.row, at.col, now.used.copy()
    fixed = np.concatenate(settled)
    pinned = pinned + np.bincount(fixed[:, 1], minlength=at.cols)
    index, even = np.arange(len(row)), number > len(later)
    while True:
        loads = None
        if number == len(later) and not even:  # even loads come after all aims and before the first draw
            loads = pinned + np.bincount(col[used], minlength=at.cols)
            following = Aim(lambda row, col: np.zeros_like(row), 0, 0)
        else:
            following = aim(number)
        free, at = face(at, now, following.valued(row[index], col[index]), loads, following.ranks)
        index = index[free]
        if len(index) == 0:
            break
        if not stays_exact(at):
            raise BadProblem("The tie-break could not be held exactly.")
        now = solve_network(at, checks("Breaking ties"))
        certify(at, now)
        used[index] = now.used
        number, even = number + (loads is None), even or loads is not None
    return np.concatenate([row[used], fixed[:, 0]]), np.concatenate([col[used], fixed[:, 1]])


def _among(part: Network, flow: Flow, tight: Pairs) -> tuple[Network, Flow]:
    """The same flow over the pairs in use and those without slack."""
    cols = part.cols
    mine = flow.used | (part.value == flow.u[part.row] + flow.v[part.col])
    pairs = joined([Pairs(part.row, part.col, part.value).some(mine), tight], cols)
    network = Network(pairs.row, pairs.col, pairs.value, part.mentees, part.mentors)
    used = np.zeros(len(pairs.row), dtype=bool)
    used[np.searchsorted(network.key, part.key[flow.used])] = True
    return network, Flow(used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)
