"""How a match comes about and what it consists of, as the contract puts it: pairs, groups, triads and their phases."""

from dataclasses import dataclass
from typing import Literal

from programmes.mentoring_models.meeting import Cadence, Reminders
from programmes.mentoring_models.taking_part import Party, Span
from programmes.mentoring_models.texts import Agreement
from programmes.rules.kinds import check_words
from programmes.rules.of_person import DAYS


@dataclass(frozen=True, kw_only=True)
class Matching:
    """How a match comes about and when it is live."""

    arises: Literal["assigned", "proposed-and-confirmed", "requested", "brought", "joins-group"]
    live: Literal["on-publication", "both-accept"] = "on-publication"
    objective: Literal["cover-everyone", "best-fit", "small-teams-first", "volunteers-only"] = "best-fit"
    site_sign_off: bool = False
    chemistry_days: int | None = None  # how long a chemistry meeting holds a place; none: no such meeting
    unanswered_days: int | None = None  # after which an introduction goes back to the lead
    asking: tuple[Party, ...] = ("mentee",)  # the sides that may ask for a partner themselves, where it is requested
    confirms_requests: bool = False  # whether a lead confirms a request before the list of partners opens
    consent_rules: tuple[str, ...] = ()  # rules that only prefer, which whoever asks sets aside in so many words
    supervisor_sees: Literal["nothing", "who-the-mentor-is", "is-the-mentor"] = "nothing"
    live_match_breaks_a_rule: Literal["lead-decides", "pause"] = "lead-decides"
    pausing: tuple[Party, ...] = ("mentee", "mentor", "peer")  # the sides that may pause it themselves


@dataclass(frozen=True, kw_only=True)
class Round:
    """The order of a facilitated round, with the minutes for each part: nobody speaks out of turn, anybody may pass."""

    presenting: int = 10
    question: int = 2  # each member in turn, with the answer
    pause: int = 2
    reflections: int = 20
    learning: int = 5

    def __post_init__(self):
        if not all(1 <= minutes <= 60 for minutes in vars(self).values()):
            raise ValueError("needs from 1 to 60 minutes for each part of the round")


@dataclass(frozen=True, kw_only=True)
class Group:
    """The size of a group, its mentors not counted, and how people come into one that is there.

    ``cadence``, ``reminders`` and ``agreement`` are the group's own where the model has pairs beside it.
    """

    size: Span
    mentors: int = 1
    joining: Literal["open", "asks"] = "asks"  # whoever takes part joins by themselves, or a lead says yes
    one_mentor_from_outside: bool = False
    outside_sentence: str = "One mentor must come from another organisation."
    quorum: Literal["none", "mentor-and-half"] = "none"
    round: Round | None = None  # where a facilitator leads it in a set order
    time_is_confirmed: bool = False  # the commissioner confirms protected time before a group opens
    cadence: Cadence | None = None
    reminders: Reminders | None = None
    agreement: Agreement | None = None


@dataclass(frozen=True, kw_only=True)
class Triad:
    """A pair to which the lead adds a third, the trainee whom the two supervise together.

    ``mentor_is`` goes on record: the mentor is the one who answers for the trainee.
    """

    mentor_is: Literal["ds", "es"] = "ds"
    who_is_who: str  # what the trainee is told: "{mentee} is training to be a supervisor."

    def __post_init__(self):
        check_words(self.who_is_who, ("mentee", "mentor", "trainee"))


@dataclass(frozen=True, kw_only=True)
class Phases:
    """What a mentee is, by the day: not eligible, then learning beside the mentor, then independent.

    ``rule`` is the dated rule of this model whose day makes them eligible.
    Independent ``years`` after that, or when a paired year of ``weeks`` is over,
    or on the later of the two.
    """

    rule: str
    independent: Literal["later-of-both", "after-eligibility", "after-paired-year"] = "later-of-both"
    years: int = 1
    weeks: int = 52
    before: str = "not eligible"
    during: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Composition:
    """How many of a supervisors' group are to be experts: those with ``years`` since ``fact``."""

    group: str  # "Local Faculty Group"
    fact: Literal[tuple(DAYS)] = "first_ds_on"
    years: int = 3
    target_percent: int = 50
