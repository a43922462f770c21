"""The plain master: a problem so small that all its pairs fit into one table is solved at once.

SciPy's dense assignment finds a plan, with a row for each slot and a column for each place; the smallest prices are
then the shortest ways from the hub over all that could still change, found by relaxing the table until nothing moves
(Bellman and Ford). Whoever calls this checks the plan and its prices like any other.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from .circulation import Flow, Network, Places
from .reading import Flags, Ints

SMALL = 2**18
"""Up to so many slots times places, a table is quicker than lists that grow."""
FORBIDDEN = -(2**60)
UNREACHED = 2**61


def is_small(mentees: Places, mentors: Places) -> bool:
    """Whether the table of all slots and places is worth it."""
    rows, cols = max(len(mentees.prize), len(mentees.start)), max(len(mentors.prize), len(mentors.start))
    return rows * cols <= SMALL


def solve_whole(network: Network) -> Flow | None:
    """The optimum with its smallest prices; None where two slots of one mentee would go to the same mentor."""
    table = np.full((network.rows, network.cols), FORBIDDEN)
    table[network.row, network.col] = network.value
    found = _plan(network, table)
    if found is None:
        return None
    mentee_filled, mentor_filled = found.sum(axis=1), found.sum(axis=0)
    u, v = _prices(network, table, found, mentee_filled, mentor_filled)
    return Flow(found[network.row, network.col], mentee_filled, mentor_filled, u, v)


def _plan(network: Network, table: Ints) -> Flags | None:
    """Who is with whom in a best plan."""
    mentee, mentor = network.mentees.owner, network.mentors.owner
    worth = table[mentee][:, mentor] + network.mentees.prize[:, None] + network.mentors.prize
    used = np.zeros(table.shape, dtype=bool)
    slot, place = linear_sum_assignment(np.maximum(worth, 0).astype(np.float64), maximize=True)
    paid = worth[slot, place] > 0
    row, col = mentee[slot[paid]], mentor[place[paid]]
    used[row, col] = True
    return used if int(used.sum()) == len(row) else None


def _prices(network: Network, table: Ints, used: Flags, mentee_filled: Ints, mentor_filled: Ints) -> tuple[Ints, Ints]:
    """The smallest prices of mentors, and those of mentees that go with them: as in `proving`, from nothing."""
    free, following = network.mentees.next_prize(mentee_filled)
    some, last = network.mentors.last_prize(mentor_filled)
    mentee, mentor = np.where(free, -following, UNREACHED), np.where(some, last, UNREACHED)
    row, col = np.nonzero(used)
    value = table[row, col]
    to_mentor = np.where(used, UNREACHED, -table)  # what it costs to begin a pair
    moved = np.flatnonzero(free)
    for _ in range(network.rows + network.cols + 2):
        if len(moved):
            np.minimum(mentor, (mentee[moved, None] + to_mentor[moved]).min(axis=0), out=mentor)
        before = mentee.copy()
        np.minimum.at(mentee, row, mentor[col] + value)
        moved = np.flatnonzero(mentee < before)
        if len(moved) == 0:
            break
    else:
        raise AssertionError("The plan found in the table can be bettered.")
    _, nothing = network.mentors.next_prize(mentor_filled)
    return np.where(mentee < UNREACHED // 4, mentee, 0), np.where(mentor_filled > 0, -mentor, -nothing)
