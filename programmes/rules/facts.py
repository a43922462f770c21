"""A person as the rules see them: plain values, read in bulk by programmes/facts.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from people.style import Traits

# The facts of a staff list by which people said yes to a side; an enrolment may say it too.
SAID_YES = {"mentor": "volunteers_to_mentor", "mentee": "would_like_mentor"}

# What rules and preferences ask of somebody's job; everything else that they ask for is in people/fact_kinds.py.
TRAINED_WITH = "foundation_employer"  # with whom somebody did their foundation year, as recorded
BAND, SITE, TEAM = OF_THE_JOB = ("band", "site", "team")

# People who stand above somebody, as far as they are on record: a rule that looks at them does without.
MANAGER, DS = OF_PEOPLE = ("manager", "ds")

# How strong a mentor is in a domain that they offer: nobody has said, or well enough to help.
NEUTRAL = 2
WEAKEST, STRONGEST = 1, 3

# By side ("mentee", "mentor"), the kinds of fact that a rule or a preference asks for.
Asked = Mapping[str, tuple[str, ...]]


def of_both(*kinds: str) -> Asked:
    """These kinds of fact, asked of either side."""
    return {"mentee": kinds, "mentor": kinds}


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A designated supervisor of somebody, as the rules see them."""

    band: str = ""
    level: str = ""
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One person, as the rules see them on a day. What is unknown is absent or empty, never guessed."""

    person_id: int
    given_name: str
    name: str
    band: str = ""  # "6", "8a"; empty where unknown or where the job has none
    level: str = ""  # "foundation", "early", "advanced", "consultant"
    job_title: str = ""
    organisation_ids: frozenset[int] = frozenset()  # employers and the organisations they are part of
    site_id: int | None = None
    site: str = ""
    team_id: int | None = None
    team: str = ""
    works_at_home: bool = False  # has a job with the programme's own organisation
    last_working_day: date | None = None  # of that job
    managers: Mapping[int, int] = field(default_factory=dict)  # everyone above: person id -> steps up, 1 = manager
    ties: Mapping[int, frozenset[str]] = field(default_factory=dict)  # person id -> what they are to this person
    tie_ends: Mapping[tuple[int, str], date] = field(default_factory=dict)  # (person id, tie) -> its last day, if known
    supervisors: tuple[Supervisor, ...] = ()  # those on the staff of the programme's organisation, where it is asked
    days: Mapping[str, date] = field(default_factory=dict)  # facts that are a day, by kind
    texts: Mapping[str, str] = field(default_factory=dict)  # facts that are a text, by kind
    not_applicable: frozenset[str] = frozenset()  # kinds of fact that do not apply to this person
    said: frozenset[str] = frozenset()  # kinds of fact that they gave themselves and nobody wrote over
    volunteered: frozenset[str] = frozenset()  # the sides for which they said yes
    styles: Mapping[str, Traits] = field(default_factory=dict)  # whose view, "lead" or "own" -> five traits
    completed_matches: int = 0  # how many times they have mentored somebody to the end
    trained_here: bool | None = None  # did the foundation year with the programme's organisation; None: not known
    home: str = ""  # that organisation's name, where it is asked
    team_supervisors: int | None = None  # designated or educational supervisors in their team; None without a team
    lacks: frozenset[str] = frozenset()  # the domains in which they still look for somebody
    offers: Mapping[str, int] = field(default_factory=dict)  # the domains that they offer -> how strong they are in it
    judged_on: date | None = None  # the day for dated eligibility, where it is not the programme's start (R1)
    moment: str = ""  # that day in words: "joining on 3 May 2027"
