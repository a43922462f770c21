"""The tie-break: among equal optima, the highest sum of a hash of the two ids, so that neither the order of input nor
the machine changes the answer. Twenty bits at a time; the next twenty decide where the first leave a choice."""

from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from .reading import Ints

BITS = 20


class Ties:
    """Hashes of pairs. The 64-bit BLAKE2b digests of the two ids are mixed with the number of the draw; they are made
    where a draw is asked for, since most problems have no ties."""

    def __init__(self, mentees: list[str], mentors: list[str]) -> None:
        self._ids = mentees, mentors

    @cached_property
    def mentees(self) -> npt.NDArray[np.uint64]:
        return _digests(self._ids[0], b"mentee")

    @cached_property
    def mentors(self) -> npt.NDArray[np.uint64]:
        return _digests(self._ids[1], b"mentor")

    def draw(self, number: int, row: Ints, col: Ints) -> Ints:
        """The `number`-th twenty bits for each pair, as whole numbers of 1 to 2**20."""
        mixed = self.mentees[row] ^ _mix(self.mentors[col] + np.uint64(number))
        return (_mix(mixed) >> np.uint64(64 - BITS)).astype(np.int64) + 1


def _digests(ids: list[str], side: bytes) -> npt.NDArray[np.uint64]:
    joined = b"".join(blake2b(one.encode(), digest_size=8, person=side).digest() for one in ids)
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64)


def _mix(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): every bit in moves every bit out."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
