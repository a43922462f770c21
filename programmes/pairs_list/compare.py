"""A list of pairs held against what the portal knows: what is new, what is there already, what stands in the way.

The result says everything that saving will do. A pair of the present is judged
by the rules as any other: a ``must`` refuses, a ``should`` asks for the lead's
word. What is over is history, and is not judged.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from people.finding import Finder, NotFound
from people.models import Person
from people.staff_list.check import NotUnderstood, Problem, read_day
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment, Member, Relationship, Side
from programmes.overrides import overridden, still_barring
from programmes.pairs_list.read import COHORT, ENDED, LABELS, MENTEE, MENTOR, STARTED, PairsList, Row
from programmes.rules import Refusal, evaluate


@dataclass
class Pair:
    """One row that was understood."""

    row: int
    mentee: Person
    mentor: Person
    cohort: Cohort
    started: date
    ended: date | None
    is_new: bool = True
    to_allow: list[Refusal] = field(default_factory=list)  # each a ``should`` that the lead may set aside

    @property
    def is_past(self) -> bool:
        return self.ended is not None


@dataclass
class Outcome:
    """What saving the list would do."""

    pairs: list[Pair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # How many places each will have, by (cohort, side, person), for those who need to be enrolled or need more.
    places: dict[tuple[int, str, int], int] = field(default_factory=dict)

    @property
    def present(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.is_new and not pair.is_past]

    @property
    def past(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.is_new and pair.is_past]

    @property
    def unchanged(self) -> int:
        return sum(not pair.is_new for pair in self.pairs)

    @property
    def to_allow(self) -> list[Pair]:
        return [pair for pair in self.present if pair.to_allow]

    def digest(self) -> str:
        """The same for the same outcome: proves that what is saved is what was shown."""
        said = [
            [pair.row, pair.mentee.pk, pair.mentor.pk, pair.cohort.pk, str(pair.started), str(pair.ended), pair.is_new]
            + [one.rule for one in pair.to_allow]
            for pair in self.pairs
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def compare(found: PairsList, *, cohort: Cohort, by: Person, now: datetime) -> Outcome:
    """Hold ``found`` against the cohorts of the programme of ``cohort``, for a lead of it."""
    outcome = Outcome()
    people = _people(by, now)
    finder = Finder(people, on=timezone.localdate(now))
    cohorts = {" ".join(one.name.casefold().split()): one for one in cohort.programme.cohorts.all()}
    understood = []
    for row in found.rows:
        if read := _understood(row, cohort, cohorts, finder, outcome.problems, timezone.localdate(now)):
            understood.append(read)
    known = finder.get({pk for _, mentee, mentor, *_ in understood for pk in (mentee, mentor)})
    first: dict[tuple, int] = {}
    for row, mentee, mentor, where, started, ended in understood:
        same = (mentee, mentor, where.pk, ended and (started, ended))
        if first.setdefault(same, row.number) != row.number:
            _problem(outcome, row.number, MENTEE, f"Row {first[same]} is the same pair. Keep one row a pair.")
            continue
        outcome.pairs.append(Pair(row.number, known[mentee], known[mentor], where, started, ended))
    _find_known(outcome.pairs)
    for one in cohorts.values():
        present = [pair for pair in outcome.present if pair.cohort.pk == one.pk]
        if present:
            _find_places(outcome, one, present)
            _judge(outcome, one, present, now)
    outcome.problems.sort(key=lambda problem: problem.row)
    return outcome


def _people(by: Person, now: datetime):
    """Whoever is on record for the lead: the list may name nobody else."""
    return Person.objects.on_record_for(by, now=now)


def _problem(outcome: Outcome, row: int, column: str, message: str) -> None:
    outcome.problems.append(Problem(row, LABELS[column], message))


def _understood(row: Row, cohort, cohorts, finder, problems, today):
    """The row as ids, cohort and days; None, with its problems told, where it is not understood."""
    wrong = False
    ids: dict[str, int] = {}
    days: dict[str, date | None] = {STARTED: None, ENDED: None}

    def tell(column, message):
        nonlocal wrong
        wrong = True
        problems.append(Problem(row.number, LABELS[column], message))

    for column in (MENTEE, MENTOR):
        if column not in row.words:
            tell(column, f"This row names no {column}.")
            continue
        try:
            ids[column] = finder.find(row.words[column])
        except NotFound as error:
            tell(column, str(error))
    for column in days:
        if column in row.words:
            try:
                days[column] = read_day(row.words[column])
            except NotUnderstood as error:
                tell(column, str(error))
    where = cohort
    if COHORT in row.words:
        where = cohorts.get(" ".join(row.words[COHORT].casefold().split()))
        if where is None:
            tell(COHORT, f"This programme has no cohort “{row.words[COHORT][:60]}”. Add it first, or clear the cell.")
    started, ended = days[STARTED], days[ENDED]
    if len(ids) == 2 and ids[MENTEE] == ids[MENTOR]:
        tell(MENTOR, "Mentee and mentor are the same person.")
    if ended is not None and started is None:
        tell(STARTED, "A pair that has ended needs the day on which it started.")
    if started is not None and started > today:
        tell(STARTED, "This day is still to come. Only pairs that have begun can be imported.")
    if ended is not None and ended > today:
        tell(ENDED, "This day is still to come. Clear the cell: the pair goes on until somebody ends it.")
    if started is not None and ended is not None and ended < started:
        tell(ENDED, "The pair ended before it started.")
    return None if wrong else (row, ids[MENTEE], ids[MENTOR], where, started or today, ended)


def _find_known(pairs: list[Pair]) -> None:
    """Mark the pairs that the portal has already: by their days where they are over, else by going on."""
    members = Member.objects.filter(
        relationship__cohort__in={pair.cohort.pk for pair in pairs}, role__in=[Side.MENTEE, Side.MENTOR]
    ).select_related("relationship")
    of: dict[int, dict[str, int]] = {}
    relationships: dict[int, Relationship] = {}
    for member in members.order_by("pk"):
        of.setdefault(member.relationship_id, {})[member.role] = member.person_id
        relationships[member.relationship_id] = member.relationship
    there = set()
    for pk, relationship in relationships.items():
        days = None
        if relationship.state == Relationship.State.ENDED:
            days = (timezone.localdate(relationship.started_at), timezone.localdate(relationship.ended_at))
        there.add((relationship.cohort_id, of[pk].get(Side.MENTEE), of[pk].get(Side.MENTOR), days))
    for pair in pairs:
        days = (pair.started, pair.ended) if pair.is_past else None
        pair.is_new = (pair.cohort.pk, pair.mentee.pk, pair.mentor.pk, days) not in there


def _find_places(outcome: Outcome, cohort: Cohort, present: list[Pair]) -> None:
    """Places that each needs; too many for the model is a problem of the first row that is too many."""
    model = mentoring_models.of(cohort.programme)
    taken = {(row.side, row.person_id): row for row in cohort.enrolments.live()}
    wanted: Counter[tuple[str, int]] = Counter()
    for pair in present:
        for side, person, other in ((Side.MENTEE, pair.mentee, MENTEE), (Side.MENTOR, pair.mentor, MENTOR)):
            key = (side.value, person.pk)
            wanted[key] += 1
            enrolment, span = taken.get(key), model.capacity.of(side)
            need = wanted[key] + (enrolment.places_taken if enrolment else 0)
            most = max(span.most, enrolment.capacity if enrolment else 0)
            noun = model.words.of(Side.MENTOR if side == Side.MENTEE else Side.MENTEE)
            if not person.is_active:
                _problem(outcome, pair.row, other, f"{person.name} has left. Give the day on which the pair ended.")
            elif need > most:
                has = noun.one if most == 1 else noun.many
                _problem(
                    outcome, pair.row, other, f"{person.name} would have {need} {noun.many}. The most is {most} {has}."
                )
            elif enrolment is None or enrolment.capacity < need:
                outcome.places[cohort.pk, side.value, person.pk] = max(need, span.default)


def _judge(outcome: Outcome, cohort: Cohort, present: list[Pair], now: datetime) -> None:
    """The rules, as they will be asked when the pair is started. Being a pair already is a yes."""
    enrolled = {(row.side, row.person_id): row for row in cohort.enrolments.live()}

    def as_enrolled(side, person):
        there = enrolled.get((side.value, person.pk))
        return there or Enrolment(cohort=cohort, person=person, side=side, volunteered_at=now, enrolled_at=now)

    both = [
        as_enrolled(side, person)
        for pair in present
        for side, person in ((Side.MENTEE, pair.mentee), (Side.MENTOR, pair.mentor))
    ]
    facts = facts_for(cohort, both, now=now)
    rules = mentoring_models.of(cohort.programme).rules
    set_aside = overridden(cohort, at=now)
    for pair in present:
        refusals = evaluate(rules, facts[pair.mentee.pk], facts[pair.mentor.pk], on=cohort.start_date)
        refusals = still_barring(refusals, set_aside.get((pair.mentee.pk, pair.mentor.pk), ()))
        barred = [one.sentence for one in refusals if one.strength == "must"]
        if barred:
            _problem(outcome, pair.row, MENTOR, " ".join(barred))
        pair.to_allow = [one for one in refusals if one.strength != "must"]
