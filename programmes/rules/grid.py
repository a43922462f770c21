"""All the rules and preferences of a model over everybody of two sides at once, a block of pairs at a time.

The same data as ``evaluate`` and ``score``, which say of one pair in words what this says of millions in figures;
a property test holds the two equal for every kind. Nothing of the size of all pairs is kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np

from programmes.rules.bars import SAME_PERSON, Rule
from programmes.rules.columns import MET, Flags, Judge, Numbers, Verdicts
from programmes.rules.facts import Facts
from programmes.rules.kinds import OfPerson
from programmes.rules.preferences import Preference, earned, shares


class Grid:
    """Mentees by mentors. People are named by their number in the sequences that were given, as arrays of numbers."""

    def __init__(
        self,
        rules: Iterable[Rule],
        preferences: Sequence[Preference],
        mentees: Sequence[Facts],
        mentors: Sequence[Facts],
        *,
        on: date,
    ):
        """``on`` as in ``evaluate``. Rules that only ``prefer`` bar nobody and are left out, and so are
        those among peers, whom no run pairs."""
        self.rules = [rule for rule in (SAME_PERSON, *rules) if rule.strength != "prefer" and rule.among != "peers"]
        self._judges = [(rule, self._judge(rule, mentees, mentors, on)) for rule in self.rules]
        preferences = [preference for preference in preferences if preference.weight]
        wishes = [preference.test.of_many(mentees, mentors) for preference in preferences]
        self._wishes = list(zip(shares(preferences), wishes, strict=True))

    @staticmethod
    def _judge(rule: Rule, mentees: Sequence[Facts], mentors: Sequence[Facts], on: date) -> Judge:
        if not isinstance(rule.test, OfPerson):
            return rule.test.of_many(mentees, mentors)
        if rule.test.side == "mentee":
            ours = rule.test.of_many(mentees, on=on)
            return lambda rows, _: ours[rows][:, None]
        theirs = rule.test.of_many(mentors, on=on)
        return lambda _, cols: theirs[None, cols]

    def verdicts(self, rows: Numbers, cols: Numbers) -> Iterator[tuple[Rule, Verdicts]]:
        """Rule by rule, what it says of each pair (MET, BROKEN or UNKNOWN). Broadcasts to the block."""
        return ((rule, judge(rows, cols)) for rule, judge in self._judges)

    def barred(self, rows: Numbers, cols: Numbers) -> Flags:
        """Which pairs any rule bars."""
        barred = np.zeros((len(rows), len(cols)), dtype=bool)
        for _, verdicts in self.verdicts(rows, cols):
            barred |= verdicts != MET
        return barred

    def points(self, rows: Numbers, cols: Numbers) -> Numbers:
        """Each pair's score in hundredths, 0 to 10,000, whether it is allowed or not."""
        points = np.zeros((len(rows), len(cols)), dtype=np.int64)
        for of, weigh in self._wishes:
            points += earned(of, *weigh(rows, cols))
        return points
