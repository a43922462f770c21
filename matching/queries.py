"""Reads for the matching board and for the leads' home page."""

from dataclasses import dataclass
from datetime import datetime

from matching.models import LeftOut, MatchRun, Proposal
from people.models import Person
from programmes import mentoring_models
from programmes.facts import Facts, facts_of, job_line
from programmes.models import Enrolment


@dataclass(frozen=True)
class Card:
    """A person on the board: who they are and where they work."""

    name: str
    job: str
    email: str

    @classmethod
    def of(cls, person: Person, facts: Facts | None) -> "Card":
        return cls(person.name, job_line(facts), person.email or "")


@dataclass(frozen=True)
class Part:
    """One named part of a score, as the board draws it."""

    label: str
    points: int  # hundredths
    of: int
    reason: str

    @property
    def value(self) -> float:
        """In points, for drawing."""
        return self.points / 100


@dataclass(frozen=True)
class Row:
    """One proposal of the board."""

    proposal: Proposal
    mentee: Card
    mentor: Card
    parts: list[Part]
    runner_up: str
    apart: str  # the points between the two

    @property
    def score(self) -> str:
        """Of 100 points."""
        return f"{self.proposal.score / 100:g}"

    @property
    def reasons(self) -> list[str]:
        return [part.reason for part in self.parts]

    @property
    def headline(self) -> str:
        """The reasons of the parts that speak for the pair, the strongest first."""
        speaking_for_it = [part for part in self.parts if 2 * part.points > part.of]
        speaking_for_it.sort(key=lambda part: part.points, reverse=True)
        if not speaking_for_it:
            return "No rule stands against it, and no preference speaks for it."
        return " ".join(part.reason for part in speaking_for_it)

    @property
    def runner_up_sentence(self) -> str:
        if self.proposal.runner_up_score == self.proposal.score:
            return f"{self.runner_up} would suit {self.mentee.name} just as well."
        if self.proposal.runner_up_score > self.proposal.score:
            return (
                f"{self.runner_up} would suit {self.mentee.name} {self.apart} points better, but is needed elsewhere."
            )
        return f"Next for {self.mentee.name}: {self.runner_up}, {self.apart} points less."


@dataclass(frozen=True)
class WithoutMentor:
    """One mentee whom the run left out, with the reasons."""

    mentee: Card
    left_out: LeftOut


@dataclass(frozen=True)
class Board:
    """A finished run as its page shows it."""

    run: MatchRun
    rows: list[Row]
    left_out: list[WithoutMentor]
    model: mentoring_models.MentoringModel

    @property
    def summary(self) -> str:
        return summary(self.run)


def summary(run: MatchRun) -> str:
    """The run in one sentence, with its proof."""
    placed = f"{run.matched} of {run.mentees} placed"
    if not run.matched:
        return f"{placed}: no pair is allowed by the rules."
    if run.optimal:
        return f"{placed}. No better plan exists: its total of {points(run.total)} points is the highest there can be."
    return f"{placed}; total {points(run.total)} of at most {points(run.bound)}."


def points(hundredths: int) -> str:
    """Hundredths as points, no more decimals than needed: 214000 is 2,140."""
    whole, rest = divmod(abs(hundredths), 100)
    text = f"{whole:,}" + (f".{rest:02d}".rstrip("0") if rest else "")
    return f"−{text}" if hundredths < 0 else text


def board(run: MatchRun, *, now: datetime) -> Board:
    """Everything on a finished run's page, in a number of queries that does not grow with its rows."""
    proposals = list(run.proposals.select_related("mentee__person", "mentor__person", "runner_up__person"))
    left_out = list(run.left_out.select_related("mentee__person").order_by("mentee__person__family_name", "pk"))
    people = {person for one in proposals for person in (one.mentee.person_id, one.mentor.person_id)}
    people |= {one.mentee.person_id for one in left_out}
    facts = facts_of(
        people,
        on=run.cohort.facts_day(now),
        organisation=run.cohort.programme.organisation_id,
        chains=False,
    )

    def card(enrolment: Enrolment) -> Card:
        return Card.of(enrolment.person, facts.get(enrolment.person_id))

    return Board(
        run=run,
        rows=[
            Row(
                proposal=one,
                mentee=card(one.mentee),
                mentor=card(one.mentor),
                parts=[Part(part["label"], part["points"], part["of"], part["reason"]) for part in one.components],
                runner_up=one.runner_up.person.name if one.runner_up else "",
                apart=points(abs(one.score - one.runner_up_score)) if one.runner_up else "",
            )
            for one in proposals
        ],
        left_out=[WithoutMentor(card(one.mentee), one) for one in left_out],
        model=mentoring_models.of(run.cohort.programme),
    )


@dataclass(frozen=True)
class Outlook:
    """What publishing a run will do."""

    pairs: int
    people: int  # who are told by e-mail
    left_out: int
    without_email: list[str]


def outlook(run: MatchRun) -> Outlook:
    """What publishing this run will do, in counts and in the names of those whom no mail can reach."""
    pairs = list(run.proposals.select_related("mentee__person", "mentor__person"))
    people = {member.person for pair in pairs for member in (pair.mentee, pair.mentor)}
    unreachable = sorted(person.name for person in people if not person.email)
    return Outlook(
        pairs=len(pairs),
        people=len(people) - len(unreachable),
        left_out=run.left_out.count(),
        without_email=unreachable,
    )
