"""A cohort as a problem for the engine: all pairs in figures, and in words the few that somebody asks about.

Whether a pair is allowed and how well it suits is programmes' to say (programmes/rules), for one pair in words and for
all of them in figures. Reading it from the database is gather.py's, solving it the engine's.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from matching.decisions import Decisions
from matching.engine import Unmatched
from matching.engine.blocks import Scored
from matching.scores import NONE, Points, Scores, scores_of
from programmes import mentoring_models
from programmes.facts import Facts
from programmes.models import Cohort, Enrolment
from programmes.overrides import Overridden, still_barring
from programmes.rules import Component, Grid, Refusal, Span, eligibility, evaluate, score, worth_knowing
from programmes.rules.columns import MET, Numbers

PUT_FIRST = 100_000  # days, more than anybody has waited
METHOD = "2"  # stands before every fingerprint; the next way to take one has the next number
ALLOWED, ADVISED_AGAINST, BARRED = 0, 1, 2  # the worst that the rules say of a pair


def free_places(enrolment: Enrolment) -> int:
    """Places that are not taken."""
    return enrolment.capacity - enrolment.places_taken


@dataclass(frozen=True)
class Crowd:
    """Mentees who can go only to the same mentors, and these: seen once for all of them."""

    mentors: Numbers  # their numbers, in the order of their ids
    places: int  # beside those of agreed pairs
    longest_wait: int  # days, those whom a lead put first set apart: see Problem.waited


@dataclass
class Problem:
    """A cohort as the engine sees it, with the way back from the engine's ids to people."""

    cohort: Cohort
    model: mentoring_models.MentoringModel
    on: date  # the day on which eligibility is judged
    mentees: dict[str, Enrolment]  # by the engine's id: the person's number as text, so that it never changes
    mentors: dict[str, Enrolment]
    facts: dict[int, Facts]
    met_before: dict[tuple[int, int], bool]  # (mentee, mentor) by person -> whether they are matched at this moment
    set_aside: Overridden = field(default_factory=dict)  # rules that a lead overrode, by pair of persons
    decisions: Decisions = field(default_factory=Decisions)  # agreed and kept apart
    no_domain: frozenset[tuple[int, int]] = frozenset()  # persons with no domain in common
    days_waited: dict[str, int] = field(default_factory=dict)  # by mentee
    put_first: frozenset[str] = frozenset()  # mentees whom a lead put before all others who wait
    pinned: list[tuple[str, str]] = field(default_factory=list)  # the agreed pairs that are still to be made
    policy: str = "best_overall"
    span: Span | None = None  # how long a match would last
    _crowds: dict[tuple, Crowd] = field(default_factory=dict, repr=False)

    # --- One pair, in words ---

    def refusals(self, mentee: str, mentor: str) -> list[Refusal]:
        """Every rule that forbids this pair, each with its sentence; empty where it is allowed."""
        one, other = self.facts[int(mentee)], self.facts[int(mentor)]
        found = evaluate(self.model.rules, one, other, on=self.on)
        if found and (names := self.set_aside.get((int(mentee), int(mentor)))):
            found = still_barring(found, names)
        if (apart := self.decisions.why_apart(int(mentee), int(mentor), one.name, other.name)) is not None:
            found.append(apart)
        if (int(mentee), int(mentor)) in self.no_domain:
            sentence = f"{other.name} offers no domain that {one.name} still looks for."
            found.append(Refusal("domain", "must", sentence))
        still = self.met_before.get((int(mentee), int(mentor)))
        if still is not None:
            sentence = "{} and {} are matched already." if still else "{} and {} were matched before on this programme."
            found.append(Refusal("met-before", "must", sentence.format(one.name, other.name)))
        return found

    def cautions(self, mentee: str, mentor: str) -> list[Refusal]:
        """What is worth knowing of this pair and bars nothing."""
        return worth_knowing(
            self.model.rules,
            self.facts[int(mentee)],
            self.facts[int(mentor)],
            juniors=self.model.juniors,
            span=self.span or Span(self.on, self.cohort.end_date),
        )

    def components(self, mentee: str, mentor: str) -> list[Component]:
        """The named parts of one pair's score, with the reason of each in words."""
        return score(self.model.preferences, self.facts[int(mentee)], self.facts[int(mentor)])

    def unfit(self, side: str, key: str) -> list[Refusal]:
        """What keeps this person from anybody at all, whoever the other is."""
        return eligibility(self.model.rules, self.facts[int(key)], side, on=self.on)

    # --- All pairs, in figures ---

    @cached_property
    def mentee_at(self) -> dict[str, int]:
        """Each mentee's number: the row of their scores."""
        return {key: number for number, key in enumerate(self.mentees)}

    @cached_property
    def mentor_at(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self.mentors)}

    @cached_property
    def grid(self) -> Grid:
        """The rules and preferences over everybody; what was decided about single pairs is not in it."""
        mentees, mentors = ([self.facts[int(key)] for key in side] for side in (self.mentees, self.mentors))
        return Grid(self.model.rules, self.model.preferences, mentees, mentors, on=self.on)

    @cached_property
    def scores(self) -> Scores:
        """The scores of all pairs, with what was decided."""
        return self.judged()

    def judged(self, step: Callable[[int], None] | None = None) -> Scores:
        """As ``scores``, for whoever wants to hear of each ``step``."""
        settled = {
            (self.mentee_at[mentee], self.mentor_at[mentor]): self._settled(mentee, mentor)
            for mentee, mentors in self.decided.items()
            for mentor in mentors
        }
        return scores_of(self.grid, len(self.mentees), len(self.mentors), settled, step)

    def points(self, mentee: str, mentor: str) -> int | None:
        """Hundredths of a point of one pair; None where it is forbidden."""
        found = self._row(self.mentee_at[mentee], np.array([self.mentor_at[mentor]]))[0]
        return None if found == NONE else int(found)

    def row(self, mentee: str) -> Points:
        """The points of a mentee with every mentor, NONE where they are forbidden."""
        return self._row(self.mentee_at[mentee], np.arange(len(self.mentors)))

    def _row(self, number: int, cols) -> Points:
        return self.scores.points(np.array([number]), cols)[0]

    @cached_property
    def allowed(self) -> int:
        """How many pairs are allowed."""
        return sum(int((points != NONE).sum()) for points in self.scores.blocks())

    def standing(self, mentee: str) -> np.ndarray:
        """For every mentor the worst that stands between them: ALLOWED, ADVISED_AGAINST (a ``should``) or BARRED."""
        row = np.array([self.mentee_at[mentee]])
        worst = np.full((1, len(self.mentors)), ALLOWED)
        for rule, verdicts in self.grid.verdicts(row, np.arange(len(self.mentors))):
            broken = np.where(verdicts == MET, ALLOWED, ADVISED_AGAINST if rule.strength == "should" else BARRED)
            np.maximum(worst, broken, out=worst)
        for mentor in self.decided.get(mentee, ()):
            refusals = self.refusals(mentee, mentor)
            advised = all(one.strength == "should" for one in refusals)
            worst[0, self.mentor_at[mentor]] = BARRED if not advised else ADVISED_AGAINST if refusals else ALLOWED
        return worst[0]

    @cached_property
    def decided(self) -> dict[str, list[str]]:
        """By mentee, the mentors of whom something besides the rules counts: met before, kept apart, overridden, or no
        domain in common."""
        found: dict[str, list[str]] = {}
        for pair in sorted({*self.met_before, *self.decisions.apart, *self.set_aside, *self.no_domain}):
            mentee, mentor = map(str, pair)
            if mentee in self.mentees and mentor in self.mentors:
                found.setdefault(mentee, []).append(mentor)
        return found

    def _settled(self, mentee: str, mentor: str) -> int:
        pair = int(mentee), int(mentor)
        if pair in self.met_before or pair in self.decisions.apart or self.refusals(mentee, mentor):
            return NONE
        return sum(part.points for part in self.components(mentee, mentor))

    def crowd(self, unmatched: Unmatched) -> Crowd:
        """Those whom the engine names with somebody left out."""
        key = unmatched.competitors, unmatched.mentors
        if key not in self._crowds:
            held = Counter(mentor for _, mentor in self.pinned)
            self._crowds[key] = Crowd(
                mentors=np.array([self.mentor_at[mentor] for mentor in unmatched.mentors], dtype=np.int64),
                places=sum(self.capacity[mentor] - held[mentor] for mentor in unmatched.mentors),
                longest_wait=max((self.waited[mentee] for mentee in unmatched.competitors), default=0),
            )
        return self._crowds[key]

    # --- What the engine is given ---

    @cached_property
    def slots(self) -> dict[str, int]:
        """Places that each mentee waits for. Of domains it is one a run: what comes of it decides which can be next."""
        return {key: 1 if self.model.slots else free_places(one) for key, one in self.mentees.items()}

    @cached_property
    def waited(self) -> dict[str, int]:
        """Days waited as the engine reads them: only their order counts, and whom a lead put first is before all."""
        return {key: days + PUT_FIRST * (key in self.put_first) for key, days in self.days_waited.items()}

    @cached_property
    def capacity(self) -> dict[str, int]:
        """Places that each mentor has left."""
        return {key: free_places(enrolment) for key, enrolment in self.mentors.items()}

    @cached_property
    def scored(self) -> Scored:
        """The problem for the engine."""
        slots, waited, capacity = (
            np.array(list(figures.values()), dtype=np.int64) for figures in (self.slots, self.waited, self.capacity)
        )
        return Scored(
            mentees=list(self.mentees),
            mentors=list(self.mentors),
            blocks=self.scores,
            slots=slots,
            waited=waited,
            capacity=capacity,
            minimum=np.zeros_like(capacity),
            pinned=self.pinned,
            policy=self.policy,
        )

    def fingerprint(self) -> str:
        """The same for the same people, places, allowed and agreed pairs and scores; anything else differs."""
        digest = hashlib.blake2b(digest_size=15)
        for mentee, slots in self.slots.items():
            digest.update(f"{mentee} {slots} {self.waited[mentee]}\n".encode())
        for mentor, capacity in self.capacity.items():
            digest.update(f"{mentor} {capacity}\n".encode())
        for points in self.scores.blocks():
            digest.update(points.tobytes())
        for mentee, mentor in self.pinned:
            digest.update(f"{mentee} stays with {mentor}\n".encode())
        return METHOD + digest.hexdigest()
