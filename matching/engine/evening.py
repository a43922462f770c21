"""Spread the load: among plans that are equal in every aim, mentors who could serve as well have as even a number of
mentees as possible. It is the last aim before the tie-break.

What is least is the sum of the squares of the loads. On the plans that are left, the loads form an M-convex set, on
which the least sum of squares is also the fewest mentees for the busiest, then for the next, and so on (Frank and
Murota, 2018): no other way of being even could do better. The next mentee of somebody who has l already adds 2l + 1 to
the sum, so a place is worth the less the higher its number: prizes that fall by one from place to place say the same,
and the network needs nothing new. Every place is worth something, so no place is emptied for evenness.
"""

import numpy as np

from .reading import Ints


def evenness(already: Ints, size: Ints, most: int) -> Ints:
    """What each place is worth, by mentor, where these have `already` so many mentees and may take `size` more; never
    above `most`, which makes loads beyond it count as equal."""
    start = np.concatenate([[0], np.cumsum(size)])
    seat = np.arange(start[-1]) - np.repeat(start[:-1], size)
    load = np.repeat(already, size) + seat
    worth: Ints = np.maximum(1, min(most, int(load.max(initial=0)) + 1) - load)
    return worth
