"""Why somebody is left out: too few places among the mentors they may have, found and merged; and the same seen from
the mentors' side, where a minimum cannot be met."""

from collections.abc import Callable

import numpy as np

from .assignment import Unmatched
from .circulation import Flow, Network
from .errors import Infeasible
from .places import Ground
from .reading import Flags, Ints, Table

NOT_WORTH_IT = "Any place for this mentee would lower the total."


def left_out(table: Table, base: Ground, used: Flags) -> tuple[Unmatched, ...]:
    """Every mentee without a mentor, with the reason; those who compete for the same mentors share it."""
    matched = np.zeros(len(table.mentees), dtype=bool)
    matched[table.row[table.pinned]] = True
    matched[base.row[used]] = True
    reached = {int(one): _reach(base, used, int(one)) for one in np.flatnonzero(~matched)}
    crowds = _merged({one: mentors for one, (_, mentors) in reached.items() if mentors})
    answers = []
    for one, (_, mentors) in reached.items():
        if not mentors:
            answers.append(Unmatched(table.mentees[one], _nowhere(table, one)))
            continue
        group = crowds[one]
        crowd = set().union(*(reached[other][0] for other in group))
        wanted = set().union(*(reached[other][1] for other in group))
        answers.append(
            Unmatched(
                table.mentees[one],
                _crowded(table, base, one, crowd, wanted) if table.most_matched else NOT_WORTH_IT,
                tuple(table.mentees[other] for other in sorted(crowd - {one})),
                tuple(table.mentors[mentor] for mentor in sorted(wanted)),
            )
        )
    return tuple(answers)


def unmet_minimum(table: Table, base: Ground, network: Network, flow: Flow) -> None:
    """Raise Infeasible, naming the mentors who are short together, where a minimum is not met."""
    short = np.flatnonzero(flow.mentor_filled < base.minimum)
    if len(short) == 0:
        return

    # From a mentor who is short: the mentees they may have, the mentors those are with, and so on.
    def stuck(mentor: int) -> bool:
        return bool(flow.mentor_filled[mentor] <= base.minimum[mentor])

    mentors, mentees = _search(network.col, network.row, flow.used, int(short[0]), stuck)
    pinned = np.isin(table.col, list(mentors)) & table.pinned
    have = int(flow.mentor_filled[list(mentors)].sum()) + int(pinned.sum())
    need = int(table.minimum[list(mentors)].sum())
    raise clash([table.mentors[one] for one in sorted(mentors)], need, have, len(mentees))


def clash(mentors: list[str], need: int, have: int, mentees: int) -> Infeasible:
    """The sentence about mentors whose minimums clash: how many mentees they need, how many places could be filled."""
    return Infeasible(
        f"The minimums cannot be met: {_plural(len(mentors), 'mentor')} {_names(mentors)} must have {need:,} "
        f"{_plural(need, 'mentee')} in all, but only {have:,} of the places can be filled by the {mentees:,} "
        f"{_plural(mentees, 'mentee')} they may have."
    )


def _reach(base: Ground, used: Flags, mentee: int) -> tuple[set[int], set[int]]:
    """Mentees and mentors reached from one left out: every mentor they may have, whoever is with those, and so on."""
    return _search(base.row, base.col, used, mentee, lambda _: True)


def _search(near: Ints, far: Ints, used: Flags, start: int, follow: Callable[[int], bool]) -> tuple[set[int], set[int]]:
    """Alternating search: from near people over unused pairs to far ones, back over used pairs to near ones."""
    by_near, by_far = np.argsort(near, kind="stable"), np.argsort(far, kind="stable")
    near_sorted, far_sorted = near[by_near], far[by_far]
    seen, met, waiting = {start}, set[int](), [start]
    while waiting:
        one = waiting.pop()
        mine = by_near[np.searchsorted(near_sorted, one) : np.searchsorted(near_sorted, one + 1)]
        for other in far[mine[~used[mine]]].tolist():
            if other in met:
                continue
            met.add(other)
            theirs = by_far[np.searchsorted(far_sorted, other) : np.searchsorted(far_sorted, other + 1)]
            for back in near[theirs[used[theirs]]].tolist():
                if back not in seen and follow(back):
                    seen.add(back)
                    waiting.append(back)
    return seen, met


def _merged(wanted: dict[int, set[int]]) -> dict[int, list[int]]:
    """For each one left out, all those whose mentors overlap, directly or through others."""
    group_of: dict[int, list[int]] = {}
    by_mentor: dict[int, int] = {}
    for one, mentors in wanted.items():
        group = [one]
        group_of[one] = group
        for mentor in mentors:
            other = by_mentor.setdefault(mentor, one)
            if group_of[other] is not group:
                joined = group_of[other] + group
                for each in joined:
                    group_of[each] = joined
                group = joined
    return group_of


def _nowhere(table: Table, one: int) -> str:
    return nowhere(int(table.slots[one]), table.capacity[table.col[table.row == one]])


def nowhere(slots: int, capacity: Ints) -> str:
    """Why somebody with so many slots can have none of the mentors allowed, who have these capacities."""
    if slots == 0:
        return "Asks for no mentor."
    if len(capacity) == 0:
        return "No mentor is allowed for this mentee."
    if not capacity.any():
        return "Every mentor allowed for this mentee has a capacity of 0."
    return "Every place with the mentors allowed for this mentee is held by a pinned pair."


def _crowded(table: Table, base: Ground, one: int, crowd: set[int], wanted: set[int]) -> str:
    pinned = np.bincount(table.col[table.pinned], minlength=len(table.mentors))
    places = int((table.capacity - pinned)[list(wanted)].sum())
    waited = table.waited[list(crowd)].max() > table.waited[one]
    return crowded(len(crowd), len(wanted), places, bool(table.pinned.any()), bool(waited))


def crowded(people: int, mentors: int, places: int, pinned: bool, waited: bool) -> str:
    """The sentence about so many people who want the same mentors; `pinned` where pins hold other places, `waited`
    where some of the others have waited longer than the one it is said to."""
    text = (
        f"These {people:,} mentees can go only to the same {mentors:,} {_plural(mentors, 'mentor')}, "
        f"who {'has' if mentors == 1 else 'have'} {places:,} {_plural(places, 'place')}"
        f"{' left beside pinned pairs' if pinned else ''}: {people - places:,} short."
    )
    return text + " Some of the others have waited longer." * waited


def _names(ids: list[str]) -> str:
    if len(ids) > 5:
        return ", ".join(ids[:5]) + f" and {len(ids) - 5:,} more"
    return ids[0] if len(ids) == 1 else ", ".join(ids[:-1]) + " and " + ids[-1]


def _plural(count: int, word: str) -> str:
    return word if count == 1 else word + "s"
