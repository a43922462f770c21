"""A guess at the mentors' prices before anything is solved, for where many want the same few: without it the first
lists would all name the same mentors. Only speed hangs on it.

A sample of mentees shares out its wishes over the mentors, each in proportion to exp(score / warmth), and mentors who
are wanted beyond their share of places grow dearer until they are not: Sinkhorn's scaling with limits.
"""

import numpy as np
import numpy.typing as npt

from .reading import Ints

ASKED = 256
"""Mentees in the sample, if there are as many; not quite twice as many at most."""
STEPS, STEPS_IN_A_CROWD = 8, 160
WARMTH = 0.01
"""Of the range of scores: low enough to follow the best wishes, high enough to spread them."""
HOTTEST, COOLEST, STEPS_A_DEGREE = 0.02, 1.0, 100
"""Of kinds: the warmth to begin with, of the range of scores, and to end with, in hundredths of a point."""
TINY, HUGE = 1e-300, 600


def sample(rows: int) -> Ints:
    """Which mentees to ask."""
    return np.arange(0, rows, max(1, rows // ASKED))


def estimated_prices(
    scores: npt.NDArray[np.float32], floor: int, capacity: Ints, rows: int, steps: int = STEPS
) -> tuple[npt.NDArray[np.float32], float]:
    """Prices of all mentors, whole numbers, from the scores of a sample of mentees out of `rows`, and the warmth they
    were made with: by how much a score should vary by chance, so that those with the same wishes look at different
    mentors."""
    allowed = scores > floor
    top = scores.max(axis=1, initial=floor)
    some = np.flatnonzero(top > floor)
    if len(some) == 0:
        return np.zeros(scores.shape[1], dtype=np.float32), 0.0
    warmth = max(1.0, WARMTH * float(top.max() - scores.min(where=allowed, initial=float(top.max()))))
    wished = np.where(allowed, scores, -np.inf)[some]
    keen = np.exp((wished - top[some, None]) / np.float32(warmth))
    share = (capacity * (len(scores) / rows)).astype(np.float32)
    less = np.ones(scores.shape[1], dtype=np.float32)
    for _ in range(steps):
        each = 1 / np.maximum(keen @ less, 1e-30)
        wanted = keen.T @ each
        less = np.minimum(1.0, share / np.maximum(wanted, 1e-30))
    prices: npt.NDArray[np.float32] = np.minimum(-warmth * np.log(np.maximum(less, 1e-30)), 2**20).astype(np.float32)
    return np.rint(prices), warmth


def prices_of_kinds(
    scores: npt.NDArray[np.float32], floor: int, capacity: Ints, count: Ints
) -> npt.NDArray[np.float32]:
    """Prices of kinds of mentors with so many places together, where there are so many mentees of each kind: the same
    scaling, cooled by half again and again until prices are right to about a hundredth of a point."""
    allowed = scores > floor
    some = np.flatnonzero(allowed.any(axis=1))
    prices = np.zeros(scores.shape[1])
    if len(some) == 0:
        return prices.astype(np.float32)
    wished, asking = np.where(allowed, scores, -np.inf)[some].astype(np.float64), count[some]
    span = float(scores[allowed].max() - scores[allowed].min())
    for warmth in COOLEST * 2.0 ** np.arange(max(0, np.ceil(np.log2(max(1.0, span * HOTTEST)))), -1, -1):
        net = (wished - prices) / warmth
        keen = np.exp(net - net.max(axis=1, keepdims=True))
        most, less = np.exp(np.minimum(prices / warmth, HUGE)), np.ones(len(prices))  # no price falls below nothing
        for _ in range(STEPS_A_DEGREE):
            wanted = (asking / np.maximum(keen @ less, TINY)) @ keen
            less = np.minimum(most, capacity / np.maximum(wanted, TINY))
        prices = np.clip(prices - warmth * np.log(np.maximum(less, TINY)), 0, 2**20)
    return np.rint(prices).astype(np.float32)
