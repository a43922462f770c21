"""Who is left out of a problem of facts, and why: the crowds that compete for the same mentors, found row by row so
that no table of pairs is needed. A crowd is everybody reached from one left out by going to every mentor they may have,
to whoever is with those, and so on; crowds that share a mentor are one."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from .assignment import Unmatched
from .reading import Flags, Ints

TOGETHER = 64
"""Mentees looked at in one go."""


def crowds(
    left: Sequence[int],
    open_to: Callable[[Ints], Flags],
    holders: dict[int, list[int]],
    capacity: Ints,
    mentees: Sequence[str],
    mentors: Sequence[str],
) -> tuple[Unmatched, ...]:
    """The reason for each mentee left out. `open_to` tells for some mentees which mentors they may have (a row each),
    `holders` who is with a mentor (pins apart) and `capacity` the places beside pins."""
    label, same, one_of, nowhere = _reached(left, open_to, holders, len(capacity))

    def crowd_of(number: int) -> int:
        while same[number] != number:
            number = same[number]
        return number

    groups: dict[int, list[int]] = defaultdict(list)
    for mentee, mentor in one_of.items():
        groups[crowd_of(int(label[mentor]))].append(mentee)
    wanted: dict[int, list[int]] = defaultdict(list)
    for mentor in np.flatnonzero(label >= 0).tolist():
        wanted[crowd_of(int(label[mentor]))].append(mentor)
    out = set(left)
    answers = [Unmatched(mentees[one], "No mentor is allowed for this mentee.") for one in nowhere]
    for crowd, members in groups.items():
        places = int(capacity[wanted[crowd]].sum())
        people, theirs = len(members), len(wanted[crowd])
        reason = (
            f"These {people} mentees can go only to the same {theirs} mentor{'s' * (theirs != 1)}, who "
            f"{'has' if theirs == 1 else 'have'} {places} place{'s' * (places != 1)}: {people - places} short."
        )
        names = tuple(sorted(mentees[one] for one in members))
        hosts = tuple(sorted(mentors[one] for one in wanted[crowd]))
        # Everybody in a crowd shares one list, the mentee's own name included, or a shortage would fill the memory.
        answers += [Unmatched(mentees[one], reason, names, hosts) for one in members if one in out]
    return tuple(sorted(answers, key=lambda answer: answer.mentee))


def _reached(
    left: Sequence[int], open_to: Callable[[Ints], Flags], holders: dict[int, list[int]], mentors: int
) -> tuple[Ints, list[int], dict[int, int], list[int]]:
    """A label for each mentor reached (-1: not), which label each label was found to be the same as, one mentor of each
    mentee reached, and those who may have none."""
    label = np.full(mentors, -1)
    same: list[int] = []
    one_of: dict[int, int] = {}
    nowhere: list[int] = []
    waiting, seen = list(left), set(left)
    while waiting:
        together, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
        for mentee, allowed in zip(together, open_to(np.array(together)), strict=True):
            mine = np.flatnonzero(allowed)
            if len(mine) == 0:
                nowhere.append(mentee)
                continue
            one_of[mentee] = int(mine[0])
            met = set(label[mine].tolist())
            roots = set()
            for number in met - {-1}:
                while same[number] != number:
                    number = same[number]
                roots.add(number)
            if not roots:
                roots.add(len(same))
                same.append(len(same))
            root = min(roots)
            for number in roots:
                same[number] = root
            if -1 in met:
                fresh = mine[label[mine] < 0]
                label[fresh] = root
                others = [one for mentor in fresh.tolist() for one in holders.get(mentor, ()) if one not in seen]
                seen.update(others)
                waiting += others
    return label, same, one_of, nowhere
