"""Who is left out of a problem of facts, and why: the crowds that compete for the same mentors, found row by row so
that no table of pairs is needed. A crowd is everybody reached from one left out by going to every mentor they may have,
to whoever is with those, and so on; crowds that share a mentor are one."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from .assignment import Unmatched
from .blocks import FORBIDDEN, Scored
from .circulation import Flow, Network
from .left_out import NOT_WORTH_IT, clash, crowded, nowhere
from .places import Ground
from .reading import Flags, Ints
from .sweeping import Blocks as Swept

TOGETHER = 64
"""Mentees looked at in one go."""


def unmatched(
    problem: Scored, blocks: Swept, base: Ground, row: Ints, col: Ints, pinned: Ints
) -> tuple[Unmatched, ...]:
    """The reason for each mentee without a mentor in the plan `row` and `col` beside the pins. Everybody in a crowd
    shares one list of names, the mentee's own included, or a shortage would fill the memory."""
    matched = np.zeros(blocks.rows, dtype=bool)
    matched[row] = matched[pinned[:, 0]] = True
    left = np.flatnonzero(~matched).tolist()
    holders: dict[int, list[int]] = defaultdict(list)
    for i, j in zip(row.tolist(), col.tolist(), strict=True):
        holders[j].append(i)
    everybody = np.arange(blocks.cols)
    order = np.argsort(row, kind="stable")
    mine, theirs = row[order], col[order]

    def open_to(some: Ints) -> Flags:
        allowed: Flags = blocks.part(some, everybody) > blocks.floor
        at, count = np.searchsorted(mine, some), np.searchsorted(mine, some, side="right")
        while (more := np.flatnonzero(at < count)).size:  # nobody can have the same mentor twice
            allowed[more, theirs[at[more]]] = False
            at[more] += 1
        return allowed

    crowds, none = _crowds(left, open_to, holders, blocks.cols)
    answers = []
    for one in none:
        allowed = problem.blocks.part(np.array([one]), everybody)[0] > FORBIDDEN / 2
        answers.append(Unmatched(problem.mentees[one], nowhere(int(problem.slots[one]), problem.capacity[allowed])))
    out = set(left)
    for members, wanted in crowds:
        size = (len(members), len(wanted), int(base.capacity[wanted].sum()), len(pinned) > 0)
        longest = problem.waited[members].max()
        names = tuple(sorted(problem.mentees[one] for one in members))
        hosts = tuple(sorted(problem.mentors[one] for one in wanted))
        for one in out.intersection(members):
            reason = crowded(*size, bool(longest > problem.waited[one]))
            reason = NOT_WORTH_IT if problem.objective == "total" else reason
            answers.append(Unmatched(problem.mentees[one], reason, names, hosts))
    return tuple(sorted(answers, key=lambda answer: answer.mentee))


def minimums_met(problem: Scored, blocks: Swept, base: Ground, pinned: Ints, part: Network, flow: Flow) -> None:
    """Raise Infeasible, naming the mentors who are short together, where a minimum is not met."""
    short = np.flatnonzero(flow.mentor_filled < base.minimum)
    if len(short) == 0:
        return
    with_whom: dict[int, list[int]] = defaultdict(list)
    for i, j in zip(part.row[flow.used].tolist(), part.col[flow.used].tolist(), strict=True):
        with_whom[i].append(j)
    everybody = np.arange(blocks.rows)
    mentors, mentees, waiting = {int(short[0])}, set[int](), [int(short[0])]
    while waiting:  # whom they may have, and the mentors those are with who cannot spare anybody, and so on
        open_to = np.flatnonzero(blocks.part(everybody, np.array([waiting.pop()]))[:, 0] > blocks.floor)
        for mentee in set(open_to.tolist()) - mentees:
            mentees.add(mentee)
            for mentor in with_whom.get(mentee, ()):
                if mentor not in mentors and flow.mentor_filled[mentor] <= base.minimum[mentor]:
                    mentors.add(mentor)
                    waiting.append(mentor)
    group = sorted(mentors)
    have = int(flow.mentor_filled[group].sum()) + int(np.isin(pinned[:, 1], group).sum())
    raise clash([problem.mentors[one] for one in group], int(problem.minimum[group].sum()), have, len(mentees))


def _crowds(
    left: Sequence[int], open_to: Callable[[Ints], Flags], holders: dict[int, list[int]], mentors: int
) -> tuple[list[tuple[list[int], list[int]]], list[int]]:
    """The mentees and the mentors of each crowd, and those left out who may have no mentor at all. `open_to` tells for
    some mentees which other mentors they may have (a row each), `holders` who is with a mentor."""
    label, one_of, nowhere = _reached(left, open_to, holders, mentors)
    members: dict[int, list[int]] = defaultdict(list)
    for mentee, mentor in one_of.items():
        members[int(label[mentor])].append(mentee)
    wanted: dict[int, list[int]] = defaultdict(list)
    for mentor in np.flatnonzero(label >= 0).tolist():
        wanted[int(label[mentor])].append(mentor)
    return [(people, wanted[crowd]) for crowd, people in members.items()], nowhere


def _reached(
    left: Sequence[int], open_to: Callable[[Ints], Flags], holders: dict[int, list[int]], mentors: int
) -> tuple[Ints, dict[int, int], list[int]]:
    """For each mentor reached a number that all in the same crowd share (-1: not reached), one mentor of each mentee
    reached, and those who may have none."""
    label = np.full(mentors, -1)
    one_of: dict[int, int] = {}
    nowhere: list[int] = []
    if mentors == 0:
        return label, one_of, list(left)
    waiting, seen = list(left), set(left)
    while waiting:
        together, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
        allowed = open_to(np.array(together))
        some: Flags = np.asarray(allowed.any(axis=1))
        first: Ints = allowed.argmax(axis=1)
        for at, mentee in enumerate(together):
            if mentee in one_of:
                allowed[at, one_of[mentee]] = True
            elif some[at]:
                one_of[mentee] = int(first[at])
            else:
                nowhere.append(mentee)
        low = np.where(allowed, label, mentors).min(axis=1)
        high = np.where(allowed, label, -1).max(axis=1)
        for at in np.flatnonzero((low < 0) | (low < high)).tolist():  # all others' mentors are of one crowd already
            mine = np.flatnonzero(allowed[at])
            met = np.unique(label[mine])
            known = met[met >= 0]
            crowd = int(known[0]) if len(known) else int(mine[0])
            label[np.isin(label, known[1:])] = crowd
            fresh = mine[label[mine] < 0]
            label[fresh] = crowd
            for mentor in fresh.tolist():
                others = [one for one in holders.get(mentor, ()) if one not in seen]
                seen.update(others)
                one_of |= dict.fromkeys(others, mentor)
                waiting += others
    return label, one_of, nowhere
