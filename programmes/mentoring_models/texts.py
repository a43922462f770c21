"""What a mentoring model asks people to read, accept and learn, as the contract puts it."""

from dataclasses import dataclass
from typing import Literal

from people.fact_kinds import FACT_KINDS
from programmes.mentoring_models.taking_part import Party

# What holds in every model until its file, or a lead, says it otherwise.
CONFIDENTIALITY = """
What you tell each other stays among you. There are three limits: somebody is at risk of harm, there is a serious \
professional concern, or the law requires otherwise. Whoever has to pass something on for one of these reasons says so \
to you first where that is safe, and tells only the people who need to know.

Never write down anything that could identify a patient.
"""
DIFFERS = """
Mentoring is a conversation over time with somebody who knows the road. You bring what is on your mind; they tell you \
what they have seen and learnt, and you decide what to make of it. They do not assess you.

Coaching works towards one goal in a few sessions. A coach asks rather than tells, and need not know your job.

Counselling helps with distress, and is done by people trained for it. If that is what you need, staff wellbeing \
services and your GP are open to you without anybody's leave, and a mentor can help you find them.

A buddy shows you where things are while you are new. That is done after some weeks.
"""


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
    gate: Literal["none", "flag", "before-first-session"] = "none"


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

    what_it_is: str = ""  # for whoever takes part or is asked to; without it, the model's one sentence
    what_to_expect: BothSides
    confidentiality: str = CONFIDENTIALITY
    differs: str = DIFFERS  # from coaching, counselling and buddying
    interim_contact: str  # "Until then, contact the E&T team"
    interim_email: str = ""  # where that team is reached, if it wants to be found there
    interim_phone: str = ""
    worries: str  # Freedom to Speak Up and safeguarding (R7)
    wellbeing: str = ""  # for the mentors: how to come down after a session, and who is there for them
    training: str = ""
    hope: str = "What do you hope for?"  # what whoever joins as a mentee is asked; their mentor and the leads read it
    declaration: str = ""  # what a mentee declares with a request: "I practise at consultant level"
    review: str = "Is there still a need to meet?"  # what both of a pair are asked at each review
    briefing: str = ""  # what a mentor reads who agrees to be asked
