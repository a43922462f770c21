"""What comparing a staff list with the portal comes to: who is new, who changes, who leaves, what is asked."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date

from people.models import Employment, Person
from people.nearest import Nearest
from people.staff_list.check import Problem, called
from people.staff_list.names import folded

JOB_FIELDS = ("job_title", "band", "level", "site", "team", "staff_number")
LAST_DAY = "last_working_day"
NEW_PERSON = 0  # the answer "somebody new" to a question; any other is a person's id
MANY_LEAVERS = 5  # fewer are never questioned, however small the organisation


@dataclass(frozen=True)
class Difference:
    """One field of one person, before and after, in words."""

    key: str
    label: str
    before: str
    after: str


@dataclass
class Line:
    """One row of the list beside whom it means. ``managers`` are keys: a person's id, or minus the row's number."""

    row: dict
    organisation: int
    person: Person | None = None
    job: Employment | None = None  # the current one there; None: begins one
    differences: list[Difference] = field(default_factory=list)
    managers: frozenset[int] | None = None  # None: the list does not say
    keeps_address: bool = False  # the row gives another, which is not the sender's to change
    manager_names: str = ""  # of somebody new: whom the list's words were found to mean

    @property
    def key(self) -> int:
        return self.person.pk if self.person else -self.row["row"]

    @property
    def name(self) -> str:
        return called(self.row)

    @property
    def last_day(self) -> date | None:
        """The last working day that the row gives; None where it gives none."""
        given = self.row.get(LAST_DAY)
        return date.fromisoformat(given) if given else None


@dataclass(frozen=True)
class Question:
    """A row that may be somebody we know under another address and number. ``answer``: an id, 0 for new, None yet."""

    row: dict
    candidates: list["Candidate"]
    answer: int | None

    @property
    def name(self) -> str:
        return called(self.row)


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a row may mean, as whoever sends the list knows them."""

    person: Person
    job: Employment | None  # the last here
    has_left: bool


@dataclass(frozen=True)
class Unfound:
    """A manager whom a row names and nobody knows. ``pool`` holds the names that may have been meant."""

    row: int
    name: str  # whose manager it is
    text: str  # as written
    pool: Nearest

    @property
    def near(self) -> str:
        """Who may have been meant; empty where nobody has a name like it."""
        return self.pool.to(self.text, but=self.name)

    @property
    def message(self) -> str:
        asked = f" Did you mean {self.near}?" if self.near else ""
        return (
            f"“{self.text[:60]}”, the manager of {self.name}, is neither on this list nor among your staff.{asked} "
            "Nobody can check whether the two would be paired."
        )


@dataclass
class Blank:
    """One field that is empty for ``names`` once the list is saved, and what follows."""

    label: str
    follows: str
    names: list[str] = field(default_factory=list)


@dataclass
class Diff:
    adds: list[Line] = field(default_factory=list)
    changes: list[Line] = field(default_factory=list)
    unchanged: int = 0
    leavers: list[Employment] = field(default_factory=list)  # the job that ends, with its person
    last_days: dict[int, date] = field(default_factory=dict)  # of leavers whom the list names, by the job's id
    left_before: list[Line] = field(default_factory=list)  # rows of people who have left and work nowhere here
    staying: frozenset[int] = frozenset()  # people on the list: none of them leaves altogether
    staff: int = 0  # who works at the list's organisations now
    new_sites: list[tuple[int, str]] = field(default_factory=list)  # (organisation, name)
    new_teams: list[tuple[int, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    unfound: list[Unfound] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)

    @property
    def absent(self) -> list[Employment]:
        """The leavers who are not on a list of everyone."""
        return [job for job in self.leavers if job.pk not in self.last_days]

    @property
    def is_empty(self) -> bool:
        return not (self.adds or self.changes or self.leavers)

    @property
    def unfound_managers(self) -> int:
        """How many managers were not found: one, however many people name them."""
        return len({folded(one.text) for one in self.unfound})

    @property
    def open_questions(self) -> list[Question]:
        return [question for question in self.questions if question.answer is None]

    @property
    def many_would_leave(self) -> bool:
        """Whether so many jobs would end that the list may not be everyone after all: more than a fifth."""
        return len(self.absent) >= MANY_LEAVERS and len(self.absent) * 5 > self.staff

    @property
    def leaving(self) -> list[Line]:
        """Whose last working day, to come, the list says or changes."""
        known = [line for line in self.changes if any(one.key == LAST_DAY for one in line.differences)]
        return [line for line in [*self.adds, *known] if line.row.get(LAST_DAY)]

    def digest(self) -> str:
        """The same for the same outcome: proves that what is saved is what was shown."""
        said = [
            [[line.key, line.organisation, line.row] for line in self.adds],
            [[line.person.pk, [[d.key, d.before, d.after] for d in line.differences]] for line in self.changes],
            sorted(job.pk for job in self.leavers),
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
