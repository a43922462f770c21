"""The letters of a publication as they will be, for the lead to read before it. Writing them is programmes' own."""

from dataclasses import dataclass
from datetime import datetime

from matching.models import MatchRun
from notices.kinds import Letter
from people.models import Person
from programmes.match_letters import match_letter
from programmes.models import Cohort, Member

OWN_LINK = "(a link of their own)"
SAMPLES = 2  # pairs whose letters are shown whole


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
    proposals = run.proposals.select_related("mentee__person", "mentor__person").order_by("pk")
    first, last = proposals.first(), proposals.last()
    if first is None:
        return []
    shown = letters_of(run.cohort, first.mentee.person, first.mentor.person, now=now)
    if last != first:
        shown += letters_of(run.cohort, last.mentee.person, last.mentor.person, now=now)[:1]
    return shown


def letters_of(cohort: Cohort, mentee: Person, mentor: Person, *, now: datetime) -> list[Preview]:
    """The two letters that a match of these two would send, the mentee's first."""
    ours, theirs = (mentee, Member.Role.MENTEE), (mentor, Member.Role.MENTOR)
    return [
        Preview(own[0], match_letter(cohort, own[1], own[0], [other], link=OWN_LINK, now=now))
        for own, other in ((ours, theirs), (theirs, ours))
    ]
