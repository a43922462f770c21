"""The proof of an optimum: the smallest prices, and the certificate that plan and prices meet in whole numbers."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from .circulation import LARGEST_EXACT, Flow, Network, exact_sum, residual
from .errors import ProofFailed
from .reading import Ints


def smallest_prices(network: Network, flow: Flow) -> tuple[Ints, Ints]:
    """The optimum's smallest mentor prices, with the mentee prices that go with them. They are the same for every
    optimal plan, however it was found. A mentor without mentees costs nothing."""
    source, target, cost = residual(network, flow.used, flow.mentee_filled, flow.mentor_filled, flow.u, flow.v)
    size = network.rows + network.cols + 1
    graph = csr_array((cost.astype(np.float64), (source, target)), shape=(size, size))
    distance = dijkstra(graph, indices=size - 1)
    furthest = distance[distance < LARGEST_EXACT].max()
    move = np.minimum(distance, furthest).astype(np.int64)  # whom nothing reaches, nothing holds back
    u = flow.u + move[: network.rows]
    v = flow.v - move[network.rows : -1]
    free, prize = network.mentors.next_prize(flow.mentor_filled)
    idle = free & (flow.mentor_filled == 0)
    v[idle] = -prize[idle]
    v[(network.mentors.size == 0) & (np.bincount(network.col, minlength=network.cols) == 0)] = 0
    u[(network.mentees.size == 0) & (np.bincount(network.row, minlength=network.rows) == 0)] = 0
    return u, v


def certify(network: Network, flow: Flow) -> int:
    """Check the plan and prove it best; the worth of the plan, prizes included. Raises ProofFailed."""
    row, col, used = network.row, network.col, flow.used
    if not np.array_equal(np.bincount(row[used], minlength=network.rows), flow.mentee_filled):
        raise ProofFailed("A mentee's filled slots and pairs differ.")
    if not np.array_equal(np.bincount(col[used], minlength=network.cols), flow.mentor_filled):
        raise ProofFailed("A mentor's filled places and pairs differ.")
    if (flow.mentee_filled > network.mentees.size).any() or (flow.mentor_filled > network.mentors.size).any():
        raise ProofFailed("Somebody has more pairs than places.")
    worth = (
        exact_sum(network.value[used])
        + network.mentees.filled_worth(flow.mentee_filled)
        + network.mentors.filled_worth(flow.mentor_filled)
    )
    over = network.value - flow.u[row] - flow.v[col]
    bound = (
        exact_sum(np.maximum(0, network.mentees.prize + flow.u[network.mentees.owner]))
        + exact_sum(np.maximum(0, network.mentors.prize + flow.v[network.mentors.owner]))
        + exact_sum(np.maximum(0, over))
    )
    if worth != bound:
        raise ProofFailed(f"The plan is worth {worth}, the prices prove {bound}.")
    return worth
