"""The letters of a publication as they will be, for the lead to read before it. Writing them is programmes' own."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from matching.models import MatchRun
from notices.kinds import Letter
from people.models import Person
from programmes.facts import Facts
from programmes.match_letters import letter_facts, match_letter
from programmes.models import Cohort, Member

OWN_LINK = "(a link of their own)"
SHOWN = 3  # letters: both of the first pair, one of the last


@dataclass(frozen=True)
class Preview:
    """One letter as it will be: to whom, and its text and HTML."""

    to: Person
    letter: Letter
    rest: str = ""  # who gets the like

    @property
    def heading(self) -> str:
        return f"To {self.to.name}"


def preview(run: MatchRun, *, now: datetime) -> list[Preview]:
    """The letters to the two of the run's first pair, and to the mentee of its last: real people, real words."""
    proposals = run.proposals.order_by()
    ends = proposals.aggregate(first=Min("pk"), last=Max("pk"))
    rows = run.proposals.filter(pk__in=ends.values()).select_related("mentee__person", "mentor__person").order_by("pk")
    pairs = [(one.mentee.person, one.mentor.person) for one in rows]
    facts = letter_facts(run.cohort, {person for pair in pairs for person in pair}, now=now)
    shown = [letter for pair in pairs for letter in letters_of(run.cohort, *pair, facts=facts, now=now)]
    return shown[:SHOWN]


def letters_of(
    cohort: Cohort, mentee: Person, mentor: Person, *, facts: dict[int, Facts] | None = None, now: datetime
) -> list[Preview]:
    """The two letters that a match of these two would send, the mentee's first."""
    ours, theirs = (mentee, Member.Role.MENTEE), (mentor, Member.Role.MENTOR)
    return [
        Preview(own[0], match_letter(cohort, own[1], own[0], [other], link=OWN_LINK, facts=facts, now=now))
        for own, other in ((ours, theirs), (theirs, ours))
    ]
