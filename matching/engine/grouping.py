"""Groups: mentees gathered around one mentor, or two of whom one is external, within a size and in balance.

Most mentees placed first, then the highest total. A mentor leads as many groups as their capacity, or none: nobody has
to open a group. The choice itself is a mixed-integer programme (`packing`); here the problem is checked, and every rule
is checked again in whole numbers on what came back.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from time import perf_counter

import numpy as np

from .assignment import Assignment
from .bounding import at_most
from .errors import BadProblem, Infeasible, ProofFailed
from .numbers import UNIT
from .packing import Hosts, pack
from .reading import Ints, Table, read
from .ties import Ties

PARTNERS = 12
"""With more mentors than this, each is tried only with so many partners, those with whom the most is to be gained."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a group is. `kinds` gives each mentee's kind where groups are to be balanced: no two kinds differ by more
    than `max_difference` in one group. With two mentors a group, exactly one is among the `external` ones, if any are
    named."""

    size: tuple[int, int]
    mentors_per_group: int = 1
    kinds: Mapping[str, str] = field(default_factory=dict)
    max_difference: int | None = None
    external: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """The mentors of a group and its mentees, both by id."""

    mentors: tuple[str, ...]
    mentees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The plan; none places more than `placeable`. `total` is the sum of each mentee's mean score with the mentors of
    the group, `bound` what no plan with as many placed can exceed; `optimal` only where both are met."""

    groups: tuple[Group, ...]
    placed: int
    placeable: int
    total: Decimal
    bound: Decimal
    optimal: bool
    unmatched: tuple[str, ...]
    seconds: float


def solve_groups(assignment: Assignment, grouping: Grouping) -> Groups:
    """The best groups. Raises BadProblem, and Infeasible where the pinned pairs cannot all be kept."""
    started = perf_counter()
    table = read(assignment)
    _check(assignment, table, grouping)
    hosts, everything = _hosts(table, grouping)
    kind = _kinds(table, grouping)
    packed = pack(hosts, kind, grouping.size, grouping.max_difference)
    if packed is None:
        low, high = grouping.size
        raise Infeasible(f"The pinned pairs cannot all be kept in groups of {low} to {high}.")
    seated, bound, proven = packed
    _prove(table, grouping, hosts, kind, seated)
    members: dict[int, list[int]] = defaultdict(list)
    for at in np.flatnonzero(seated).tolist():
        members[int(hosts.host[at])].append(int(hosts.mentee[at]))
    groups = sorted(
        (
            Group(
                tuple(table.mentors[one] for one in hosts.mentors[host]), tuple(table.mentees[i] for i in sorted(who))
            )
            for host, who in members.items()
        ),
        key=lambda group: (group.mentors, group.mentees),
    )
    inside = {one for group in groups for one in group.mentees}
    total = int(hosts.value[seated].sum())
    placeable = len(inside) if proven else len(table.mentees)
    if not everything:  # what holds for the mentors tried together need not hold for all: another proof
        outside = np.array([one in grouping.external for one in table.mentors], dtype=bool)
        placeable, bound = at_most(table, grouping.size[1], outside, len(inside))
        bound = max(total, bound)
    parts = UNIT * grouping.mentors_per_group
    return Groups(
        groups=tuple(groups),
        placed=len(inside),
        placeable=placeable,
        total=Decimal(total) / parts,
        bound=Decimal(bound) / parts,
        optimal=placeable == len(inside) and bound == total,
        unmatched=tuple(one for one in table.mentees if one not in inside),
        seconds=perf_counter() - started,
    )


def _check(assignment: Assignment, table: Table, grouping: Grouping) -> None:
    low, high = grouping.size
    if not 1 <= low <= high:
        raise BadProblem(f"A group needs a size of at least 1 and at most a larger one, not {low} to {high}.")
    if grouping.mentors_per_group not in (1, 2):
        raise BadProblem(f"A group has 1 or 2 mentors, not {grouping.mentors_per_group}.")
    if grouping.max_difference is not None and grouping.max_difference < 0:
        raise BadProblem("The most that kinds may differ by in a group is never negative.")
    if grouping.external and grouping.mentors_per_group == 1:
        raise BadProblem("Only groups with 2 mentors have an external one.")
    if assignment.policy != "best_overall" or not table.most_matched:
        raise BadProblem("Groups know only the objective most_matched_then_total and the policy best_overall.")
    if (table.slots > 1).any():
        raise BadProblem("A mentee joins one group, so slots above 1 mean nothing here.")
    if table.minimum.any():
        raise BadProblem("The minimum of a mentor means nothing for groups: their size says how few are too few.")
    if table.waited.any():
        raise BadProblem("Groups do not know how long somebody has waited.")
    if grouping.max_difference is not None:
        for one in table.mentees:
            if one not in grouping.kinds:
                raise BadProblem(f"The mentee {one} has no kind to balance groups by.")


def _kinds(table: Table, grouping: Grouping) -> Ints:
    if grouping.max_difference is None:
        return np.zeros(len(table.mentees), dtype=np.int64)
    names = [grouping.kinds[one] for one in table.mentees]
    return np.unique(np.array(names, dtype=object), return_inverse=True)[1].astype(np.int64)


def _hosts(table: Table, grouping: Grouping) -> tuple[Hosts, bool]:
    """Every group that could be opened, with who could join it and for what; and whether none was left untried."""
    everything = True
    leaders: list[tuple[int, ...]] = [(one,) for one in range(len(table.mentors))]
    worth = np.full((len(table.mentees), len(table.mentors)), -1, dtype=np.int64)
    allowed = np.zeros(worth.shape, dtype=bool)
    worth[table.row, table.col], allowed[table.row, table.col] = table.value, True
    allowed[table.slots == 0] = False
    if grouping.mentors_per_group == 2:
        leaders, everything = _partners(table, grouping, worth, allowed)
    ties = Ties(table.mentees, table.mentors)
    leaders.sort(key=lambda pair: tuple(int(ties.mentors[one]) for one in pair))
    by_chance = np.argsort(ties.mentees, kind="stable")
    mentors: list[tuple[int, ...]] = []
    mentee, host, value, pinned = [], [], [], []
    pins = set(zip(table.row[table.pinned].tolist(), table.col[table.pinned].tolist(), strict=True))
    held = {i: j for i, j in pins}
    for pair in leaders:
        together = np.logical_and.reduce(allowed[:, list(pair)], axis=1)
        points = worth[:, list(pair)].sum(axis=1)
        who = by_chance[together[by_chance]]
        if len(who) < grouping.size[0]:
            continue
        most = min(int(table.capacity[one]) for one in pair)
        for _ in range(min(most, len(who) // grouping.size[0])):
            mentee.append(who)
            host.append(np.full(len(who), len(mentors)))
            value.append(points[who])
            pinned.append(np.array([held.get(int(i)) in pair for i in who], dtype=bool))
            mentors.append(pair)
    none = np.zeros(0, dtype=np.int64)
    return (
        Hosts(
            mentors,
            np.concatenate([none, *mentee]),
            np.concatenate([none, *host]),
            np.concatenate([none, *value]),
            np.concatenate([none.astype(bool), *pinned]),
            np.array(sorted(held), dtype=np.int64),
            table.capacity,
            len(table.mentees),
        ),
        everything,
    )


def _partners(table: Table, grouping: Grouping, worth: Ints, allowed: np.ndarray) -> tuple[list[tuple[int, ...]], bool]:
    """Pairs of mentors who may lead a group together: one external, where any is named; the most promising of each, for
    a full group and for a small one."""
    outside = np.array([one in grouping.external for one in table.mentors], dtype=bool)
    gain: dict[tuple[int, int], tuple[int, int]] = {}
    for a, b in combinations(range(len(table.mentors)), 2):
        if grouping.external and outside[a] == outside[b]:
            continue
        both = allowed[:, a] & allowed[:, b]
        if both.sum() >= grouping.size[0]:
            best = np.sort(worth[both, a] + worth[both, b])[::-1]
            gain[a, b] = int(best[: grouping.size[1]].sum()), int(best[: grouping.size[0]].sum())
    chosen: set[tuple[int, int]] = set()
    for size, partners in enumerate((PARTNERS, PARTNERS // 2)):
        best_first = sorted(gain, key=lambda pair: (-gain[pair][size], table.mentors[pair[0]], table.mentors[pair[1]]))
        taken: Counter[int] = Counter()
        for a, b in best_first:
            if taken[a] < partners or taken[b] < partners:
                chosen.add((a, b))
                taken[a] += 1
                taken[b] += 1
    return list(chosen), len(chosen) == len(gain)


def _prove(table: Table, grouping: Grouping, hosts: Hosts, kind: Ints, seated: np.ndarray) -> None:
    """Every rule once more, in whole numbers. Raises ProofFailed."""
    mentee, host = hosts.mentee[seated], hosts.host[seated]
    if len(np.unique(mentee)) != len(mentee):
        raise ProofFailed("A mentee is in two groups.")
    sizes = np.bincount(host, minlength=len(hosts.mentors))
    opened = np.flatnonzero(sizes)
    low, high = grouping.size
    if ((sizes[opened] < low) | (sizes[opened] > high)).any():
        raise ProofFailed("A group is too small or too large.")
    led = Counter(one for each in opened.tolist() for one in hosts.mentors[each])
    if any(count > table.capacity[one] for one, count in led.items()):
        raise ProofFailed("A mentor leads too many groups.")
    if grouping.max_difference is not None and len(kind):
        counts = np.zeros((len(hosts.mentors), int(kind.max()) + 1), dtype=np.int64)
        np.add.at(counts, (host, kind[mentee]), 1)
        if (counts.max(axis=1) - counts.min(axis=1) > grouping.max_difference).any():
            raise ProofFailed("A group is out of balance.")
    if not np.isin(hosts.held, mentee[hosts.pinned[seated]]).all():
        raise ProofFailed("A pinned pair is not together.")
