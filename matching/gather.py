"""From a cohort to a bare problem for the engine: who waits, who has a place, which pairs are allowed and how good.

Whether a pair is allowed and how well it suits is programmes' to say (programmes/rules); how to solve, the engine's.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from audit.refusal import Refused
from matching.decisions import Decisions, decisions_of
from matching.engine import Assignment, Mentee, Mentor
from matching.progress import Progress
from programmes import mentoring_models
from programmes.facts import Facts, facts_for
from programmes.models import Cohort, Enrolment, Member, Side
from programmes.overrides import Overridden, overridden, still_barring
from programmes.rules import Refusal, Rule, eligibility, evaluate, score
from programmes.rules.kinds import OfPair

TAKE_BACK = "You agreed {} with {}, but this cannot be any more: {} Take that back, then find matches again."


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
    unfit: dict[tuple[str, str], list[Refusal]] = field(default_factory=dict)  # (side, id) -> why not on that side
    scores: dict[str, dict[str, int]] = field(default_factory=dict)  # allowed pairs: mentee -> mentor -> hundredths
    assignment: Assignment | None = None

    def refusals(self, mentee: str, mentor: str) -> list[Refusal]:
        """Every rule that forbids this pair, each with its sentence; empty where it is allowed."""
        return self._refusals(self.model.rules, mentee, mentor)

    def pair_refusals(self, mentee: str, mentor: str) -> list[Refusal]:
        """As ``refusals``, but only what lies between the two."""
        return self._refusals(self.pair_rules, mentee, mentor)

    def _refusals(self, rules: Iterable[Rule], mentee: str, mentor: str) -> list[Refusal]:
        one, other = self.facts[int(mentee)], self.facts[int(mentor)]
        found = evaluate(rules, one, other, on=self.on)
        if found and (names := self.set_aside.get((int(mentee), int(mentor)))):
            found = still_barring(found, names)
        if (apart := self.decisions.why_apart(int(mentee), int(mentor), one.name, other.name)) is not None:
            found.append(apart)
        still = self.met_before.get((int(mentee), int(mentor)))
        if still is not None:
            sentence = "{} and {} are matched already." if still else "{} and {} were matched before on this programme."
            found.append(Refusal("met-before", "must", sentence.format(one.name, other.name)))
        return found

    @cached_property
    def pair_rules(self) -> list[Rule]:
        """The rules that depend on both; those on one person are asked once a person, not once a pair."""
        return [rule for rule in self.model.rules if isinstance(rule.test, OfPair)]

    def components(self, mentee: str, mentor: str):
        """The named parts of one pair's score, with the reason of each in words."""
        return score(self.model.preferences, self.facts[int(mentee)], self.facts[int(mentor)])

    def fingerprint(self) -> str:
        """The same for the same people, places, allowed and agreed pairs and scores; anything else differs."""
        digest = hashlib.blake2b(digest_size=16)
        for mentee in self.assignment.mentees:
            digest.update(f"{mentee.id} {mentee.slots} {mentee.waited}\n".encode())
        for mentor in self.assignment.mentors:
            digest.update(f"{mentor.id} {mentor.capacity}\n".encode())
        for mentee, allowed in self.scores.items():
            digest.update(f"{mentee}: {sorted(allowed.items())}\n".encode())
        for mentee, mentor in self.assignment.pinned:
            digest.update(f"{mentee} stays with {mentor}\n".encode())
        return digest.hexdigest()


def gather(cohort: Cohort, *, now: datetime, progress: Progress | None = None) -> Problem:
    """Read the cohort and judge every pair. ``progress`` is told of each mentee done. A fixed number of queries.

    What leads overrode and decided is read as it stood at ``now``. Refused where
    a pair that they agreed can no longer be.
    """
    _stage(progress, "Reading who is enrolled")
    mentees = _with_free_places(cohort, Side.MENTEE)
    mentors = _with_free_places(cohort, Side.MENTOR)
    problem = Problem(
        cohort=cohort,
        model=mentoring_models.of(cohort.programme),
        on=cohort.start_date,
        mentees={str(enrolment.person_id): enrolment for enrolment in mentees},
        mentors={str(enrolment.person_id): enrolment for enrolment in mentors},
        facts=facts_for(cohort, [*mentees, *mentors], now=now),
        met_before=met_before(cohort),
        set_aside=overridden(cohort, at=now),
        decisions=decisions_of(cohort, at=now),
    )
    _judge_everyone(problem)
    _judge_pairs(problem, progress)
    today = timezone.localdate(now)
    problem.assignment = Assignment(
        mentees=[
            Mentee(id=key, slots=_free(enrolment), waited=_days_waited(enrolment, today))
            for key, enrolment in problem.mentees.items()
        ],
        mentors=[Mentor(id=key, capacity=_free(enrolment)) for key, enrolment in problem.mentors.items()],
        pairs=[
            (mentee, mentor, Decimal(hundredths).scaleb(-2))
            for mentee, allowed in problem.scores.items()
            for mentor, hundredths in allowed.items()
        ],
        pinned=_agreed(problem),
    )
    return problem


def _with_free_places(cohort: Cohort, side: str) -> list[Enrolment]:
    free = Enrolment.objects.live().with_places().on_side(side).filter(cohort=cohort)
    return list(free.select_related("person").order_by("person_id"))


def _free(enrolment: Enrolment) -> int:
    return enrolment.capacity - enrolment.places_taken


def _days_waited(enrolment: Enrolment, today: date) -> int:
    return max((today - enrolment.waiting_since).days, 0) if enrolment.waiting_since else 0


def met_before(cohort: Cohort) -> dict[tuple[int, int], bool]:
    """Pairs that were matched on this cohort: nobody gets the same mentor twice, nor one whom they have left."""
    by_relationship: dict[int, tuple[list, list]] = {}
    members = Member.objects.filter(relationship__cohort=cohort, role__in=[Member.Role.MENTEE, Member.Role.MENTOR])
    for relationship, person, role, left_at in members.order_by().values_list(
        "relationship", "person", "role", "left_at"
    ):
        sides = by_relationship.setdefault(relationship, ([], []))
        sides[role == Member.Role.MENTOR].append((person, left_at is None))
    return {
        (mentee, mentor): mentee_stays and mentor_stays
        for mentees, mentors in by_relationship.values()
        for mentee, mentee_stays in mentees
        for mentor, mentor_stays in mentors
    }


def _judge_everyone(problem: Problem) -> None:
    """Ask once per person what has nothing to do with the other: most pairs are settled here."""
    for side, enrolments in ((Side.MENTEE, problem.mentees), (Side.MENTOR, problem.mentors)):
        for key in enrolments:
            found = eligibility(problem.model.rules, problem.facts[int(key)], side, on=problem.on)
            if found:
                problem.unfit[side, key] = found


def _judge_pairs(problem: Problem, progress: Progress | None) -> None:
    fit_mentors = [key for key in problem.mentors if (Side.MENTOR, key) not in problem.unfit]
    _stage(progress, "Checking each pair against the rules", of=len(problem.mentees))
    for done, mentee in enumerate(problem.mentees, start=1):
        allowed = problem.scores[mentee] = {}
        if (Side.MENTEE, mentee) not in problem.unfit:
            for mentor in fit_mentors:
                if not problem.pair_refusals(mentee, mentor):
                    allowed[mentor] = _points(problem, mentee, mentor)
        if progress:
            progress.step(done)

    # A rule on one person that was overridden for one pair: these were passed over above, whole rows at a time.
    for pair in problem.set_aside:
        mentee, mentor = map(str, pair)
        if mentee in problem.mentees and mentor in problem.mentors and not problem.refusals(mentee, mentor):
            problem.scores[mentee].setdefault(mentor, _points(problem, mentee, mentor))


def _points(problem: Problem, mentee: str, mentor: str) -> int:
    return sum(part.points for part in problem.components(mentee, mentor))


def _agreed(problem: Problem) -> list[tuple[str, str]]:
    """The agreed pairs that are still to be made. Refused, in one sentence, where one of them cannot be."""
    pinned = []
    for pair in sorted(problem.decisions.agreed):
        mentee, mentor = map(str, pair)
        if mentee not in problem.mentees or pair in problem.met_before:
            continue  # nothing to keep: the mentee waits no more, or the pair was made of it
        names = problem.decisions.names[pair]
        if mentor not in problem.mentors:
            raise Refused(TAKE_BACK.format(*names, f"{names[1]} has no free place any more."))
        if mentor not in problem.scores[mentee]:
            raise Refused(TAKE_BACK.format(*names, " ".join(one.sentence for one in problem.refusals(mentee, mentor))))
        pinned.append((mentee, mentor))
    for side, enrolments, where in (("mentees", problem.mentors, 1), ("mentors", problem.mentees, 0)):
        for key, count in Counter(pair[where] for pair in pinned).items():
            enrolment = enrolments[key]
            if count > _free(enrolment):
                raise Refused(
                    f"You agreed {count} {side} for {enrolment.person.name}, who has room for {_free(enrolment)}. "
                    "Take one of these back, then find matches again."
                )
    return pinned


def _stage(progress: Progress | None, words: str, of: int = 0) -> None:
    if progress:
        progress.stage(words, of=of)
