"""What a mentoring model asks people to read, accept and learn, as the contract puts it."""

from dataclasses import dataclass
from typing import Literal

from people.fact_kinds import FACT_KINDS
from programmes.mentoring_models.taking_part import Party


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Ground rules, shown once to each member; ``gate`` says what waits until all accepted (R6).

    ``called``: what a sentence calls them, such as "Please accept the group agreement first."
    """

    text: str
    called: str = "ground rules"
    gate: Literal["none", "before-shared-notes", "before-first-session"] = "none"


@dataclass(frozen=True, kw_only=True)
class Training:
    fact: Literal[tuple(FACT_KINDS)] = "mentor_trained_on"  # the fact whose absence reads "training due"
    sides: tuple[Party, ...] = ("mentor",)
    gate: Literal["flag", "before-first-session"] = "flag"


@dataclass(frozen=True, kw_only=True)
class BothSides:
    mentee: str
    mentor: str
    trainee: str = ""  # for the third of a triad

    def of(self, role: str) -> str:
        return {"mentor": self.mentor, "trainee": self.trainee}.get(role, self.mentee)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Words that a programme may change (R19)."""

    what_to_expect: BothSides
    interim_contact: str  # "Until then, contact the E&T team"
    interim_email: str = ""  # where that team is reached, if it wants to be found there
    interim_phone: str = ""
    worries: str  # Freedom to Speak Up and safeguarding (R7)
    wellbeing: str = ""  # for the mentors: how to come down after a session, and who is there for them
    training: str = ""
    declaration: str = ""  # what a mentee declares with a request: "I practise at consultant level"
    briefing: str = ""  # what a mentor reads who agrees to be asked
