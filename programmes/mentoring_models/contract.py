"""What a mentoring model's file may say: its schema, as frozen dataclasses.

A default here is what most of the fourteen models do, so a file states only
what is particular to it. Reading and checking files is in files.py.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from people.fact_kinds import FACT_KINDS
from people.models import Employment
from people.models.employment import BANDS
from programmes.dates import anniversary
from programmes.rules import BARS, WISHES, Preference, Rule, Strength
from programmes.rules.kinds import check_words
from programmes.rules.of_person import DAYS, Dated
from programmes.toml_schema import Mistake, Mistaken, read

Kind = Literal["trainee", "nqp", "ds", "prescriber", "consultant", "reverse", "group"]
KIND_LABELS = {
    "trainee": "Trainee pharmacists",
    "nqp": "Newly qualified pharmacists",
    "ds": "Designated supervisors",
    "prescriber": "Independent prescribers",
    "consultant": "Consultant pharmacists",
    "reverse": "Reverse mentoring",
    "group": "Groups and peers",
}
OPENING = ("mentee", "from")  # the side and bound of a rule by which a mentee's phases begin
Party = Literal["mentee", "mentor", "peer"]
Reader = Literal["own", "pair", "group", "host", "lead", "line-manager", "commissioner", "board"]


@dataclass(frozen=True, kw_only=True)
class Noun:
    """What one side is called: ``one`` trainee pharmacist, ``many`` trainee pharmacists."""

    one: str
    many: str

    @property
    def a(self) -> str:
        """With its article: "an experienced supervisor", "a mentor", "an NQP"."""
        first = self.one.split()[0]
        spelt_out = first.isupper()  # said letter by letter
        return f"{'an' if first[0].upper() in ('AEFHILMNORSX' if spelt_out else 'AEIOU') else 'a'} {self.one}"


@dataclass(frozen=True, kw_only=True)
class Words:
    mentee: Noun
    mentor: Noun
    trainee: Noun | None = None  # the third of a triad

    def of(self, role: str) -> Noun:
        """What a member in this role is called; whoever is not a mentor or a triad's trainee is a mentee."""
        return {"mentor": self.mentor, "trainee": self.trainee}.get(role) or self.mentee


@dataclass(frozen=True, kw_only=True)
class Span:
    """A number that a lead may set from ``least`` to ``most``."""

    default: int = 1
    least: int = 1
    most: int = 1

    def __post_init__(self):
        if not 1 <= self.least <= self.default <= self.most:
            raise ValueError("needs 1 <= least <= default <= most")


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How many mentees a mentor takes, and how many mentors a mentee has."""

    mentor: Span = Span()
    mentee: Span = Span()

    def of(self, side: str) -> Span:
        return self.mentor if side == "mentor" else self.mentee


@dataclass(frozen=True, kw_only=True)
class Matching:
    """How a match comes about and when it is live."""

    arises: Literal["assigned", "proposed-and-confirmed", "requested", "brought", "joins-group"]
    live: Literal["on-publication", "both-accept"] = "on-publication"
    objective: Literal["cover-everyone", "best-fit", "small-teams-first", "volunteers-only"] = "best-fit"
    site_sign_off: bool = False
    chemistry_days: int | None = None  # how long a chemistry meeting holds a place; none: no such meeting
    unanswered_days: int | None = None  # after which an introduction goes back to the lead
    supervisor_sees: Literal["nothing", "who-the-mentor-is", "is-the-mentor"] = "nothing"
    live_match_breaks_a_rule: Literal["lead-decides", "pause"] = "lead-decides"
    pausing: tuple[Party, ...] = ("mentee", "mentor", "peer")  # the sides that may pause it themselves


@dataclass(frozen=True, kw_only=True)
class Weekday:
    """A fixed day of the week on which a group meets, with the length of that day's meeting."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Cadence:
    kind: Literal["none", "as-and-when", "weekly", "twice-weekly", "fortnightly", "monthly", "tapering", "fixed-series"]
    sentence: str  # for the members
    minutes: int = 60
    meetings: int | None = None
    months_between: tuple[int, ...] = ()  # tapering; the last one repeats
    months_by: Literal["date", "weekday"] = "date"  # each 6th of the month, or each first Thursday
    weekdays: tuple[Weekday, ...] = ()  # where each day of the week has its own length
    weekends: bool = False
    held_after_minutes: int = 0  # kept free for the mentor after each session


@dataclass(frozen=True, kw_only=True)
class Duration:
    """When it ends. A year is 52 weeks (R1)."""

    end: Literal["fixed", "next-phase", "on-outcome", "open"]
    weeks: int | None = None
    renewable: bool = False
    review_months: int | None = None

    def __post_init__(self):
        if (self.end == "fixed") != (self.weeks is not None):
            raise ValueError("needs weeks where the end is fixed, and only there")


@dataclass(frozen=True, kw_only=True)
class Register:
    """A list that the lead ticks at meetings that take place anyway (R9); no mail is sent."""

    weeks: tuple[int, ...] = ()  # from the start date: 13 is start + 91 days
    meetings: tuple[str, ...] = ()  # other occasions, in words


@dataclass(frozen=True, kw_only=True)
class Chase:
    days_late: int = 7
    every_days: int = 7
    limit: int = 3
    ring_list: bool = True


@dataclass(frozen=True, kw_only=True)
class Reminders:
    kind: Literal["none", "nudge", "chase", "digest"]
    to: tuple[Party, ...] = ("mentee", "mentor", "peer")  # the sides that are told of a date that went by
    chase: Chase | None = None
    late_meeting_counts_in: Literal["month-held", "month-due"] = "month-held"


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Ground rules, shown once to each member; ``gate`` says what waits until all accepted (R6)."""

    text: str
    gate: Literal["none", "before-shared-notes", "before-first-session"] = "none"


@dataclass(frozen=True, kw_only=True)
class Group:
    """The size of a group, its mentors not counted.

    ``cadence``, ``reminders`` and ``agreement`` are the group's own where the model has pairs beside it.
    """

    size: Span
    mentors: int = 1
    one_mentor_from_outside: bool = False
    quorum: Literal["none", "mentor-and-half"] = "none"
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


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report that the programme owes at intervals, to whom, and how it is chased until sent."""

    to: str  # "the network's board"
    every_months: int
    chase: Chase | None = None


@dataclass(frozen=True, kw_only=True)
class Training:
    fact: Literal[tuple(FACT_KINDS)] = "mentor_trained_on"  # the fact whose absence reads "training due"
    sides: tuple[Party, ...] = ("mentor",)
    gate: Literal["flag", "before-first-session"] = "flag"


@dataclass(frozen=True, kw_only=True)
class NamedDay:
    """A day of the year in which a cohort starts, on which eligibility is judged instead of on the start (R1)."""

    day: int
    month: int

    def __post_init__(self):
        try:
            date(2000, self.month, self.day)
        except ValueError:
            raise ValueError("needs a day and a month that there are, such as day = 1, month = 9")

    def in_year(self, year: int) -> date:
        return anniversary(date(2000, self.month, self.day), year - 2000)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What the form for a new cohort suggests."""

    start_month: int | None = None  # its last Monday; none: a Monday four weeks from now
    cohort_name: str = "{year} cohort"

    def __post_init__(self):
        if self.start_month is not None and not 1 <= self.start_month <= 12:
            raise ValueError("needs a start_month from 1 to 12")
        check_words(self.cohort_name, ("year",))


@dataclass(frozen=True, kw_only=True)
class Likely:
    """Whom the page for enrolling shows first on a side; the lead may look for anyone else."""

    band: Literal[tuple(BANDS)] | None = None
    level: Literal[tuple(Employment.Level.values)] | None = None


@dataclass(frozen=True, kw_only=True)
class LikelySides:
    mentee: Likely = Likely()
    mentor: Likely = Likely()

    def of(self, side: str) -> Likely:
        return self.mentor if side == "mentor" else self.mentee


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
    training: str = ""


@dataclass(frozen=True, kw_only=True)
class MentoringModel:
    """One way of mentoring. ``key`` is stable: programmes name it for good."""

    key: str
    kind: Kind
    title: str
    sentence: str
    who_for: str
    source: str = ""  # who described this way of mentoring, and where
    based_on: str = ""  # the key of the model of which it is a copy
    programme_name: str = ""  # what a new programme is called at first; without it, made of what a mentee is called
    status: Literal["ready", "coming"] = "ready"
    words: Words
    shapes: tuple[Literal["pair", "slots", "triad", "group", "peer-pair"], ...]
    direction: Literal["senior-to-junior", "inverted", "symmetric"] = "senior-to-junior"
    slots: tuple[str, ...] = ()
    group: Group | None = None
    triad: Triad | None = None
    phases: Phases | None = None
    capacity: Capacity = Capacity()
    voluntary: tuple[Party, ...]  # the sides that must have said yes themselves
    eligibility_date: Literal["programme-start", "named", "joining"] = "programme-start"
    named_day: NamedDay | None = None  # for "named"
    matching: Matching
    cadence: Cadence
    duration: Duration
    register: Register = Register()
    outline: Literal["none", "weeks", "mentors-questions", "book", "turn-card"] = "none"
    forms: tuple[str, ...] = ()  # keys of session forms: "session-return@2"
    note_readers: tuple[Reader, ...] = ("own",)
    reminders: Reminders
    agreement: Agreement
    training: Training = Training()
    hours: Literal["off", "shared-by-mentee", "per-member", "paid-external"] = "off"
    confidential_membership: bool = False
    mentor_supervision: bool = False
    outsiders: bool = False  # people without an account here join by invitation
    composition: Composition | None = None
    report: Report | None = None
    calendar: Calendar = Calendar()
    likely: LikelySides = LikelySides()
    texts: Texts
    rules: tuple[Rule, ...] = field(default=())
    preferences: tuple[Preference, ...] = field(default=())

    def __post_init__(self):
        if "group" in self.shapes and self.group is None:
            raise ValueError("has the shape group, but no [group]")
        if "slots" in self.shapes and not self.slots:
            raise ValueError("has the shape slots, but names no slots")
        if "triad" in self.shapes and not (self.triad and self.words.trainee and self.texts.what_to_expect.trainee):
            raise ValueError("has the shape triad, so needs [triad], words.trainee and texts.what_to_expect.trainee")
        if self.phases and self.rules and not self.opening_rule:
            raise ValueError(
                f"has phases that begin by the rule {self.phases.rule!r}, which is no dated rule of the mentee"
            )
        if self.eligibility_date == "named" and self.named_day is None:
            raise ValueError("judges eligibility on a named day, but names none: give named_day its day and month")

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]

    @property
    def is_ready(self) -> bool:
        return self.status == "ready"

    @property
    def opening_rule(self) -> Rule | None:
        """The dated rule by which the first phase begins."""
        name = self.phases.rule if self.phases else None
        return next(
            (
                rule
                for rule in self.rules
                if rule.name == name and isinstance(rule.test, Dated) and (rule.test.side, rule.test.bound) == OPENING
            ),
            None,
        )


@dataclass(frozen=True, kw_only=True)
class _RuleTable:
    """A [[rule]] as it stands in the file; its kind decides what ``parameters`` may hold."""

    name: str
    kind: Literal[tuple(BARS)]
    strength: Strength
    label: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class _PreferenceTable:
    """A [[preference]] as it stands in the file."""

    name: str
    kind: Literal[tuple(WISHES)]
    label: str
    weight: int
    reasons: dict[str, str]


def model_from(table: dict) -> MentoringModel:
    """The model that a parsed TOML file holds. Raises Mistaken with every mistake found."""
    table = dict(table)
    mistakes: list[Mistake] = []
    rules = _each(table.pop("rule", []), "rule", _RuleTable, BARS, Rule, mistakes)
    preferences = _each(table.pop("preference", []), "preference", _PreferenceTable, WISHES, Preference, mistakes)
    # Not keys of the file: a rule is a [[rule]].
    mistakes += [Mistake(key, "is not known here") for key in ("rules", "preferences") if table.pop(key, None)]
    model = None
    try:
        model = read(MentoringModel, table)
    except Mistaken as mistaken:
        mistakes += mistaken.mistakes
    if mistakes:
        raise Mistaken(mistakes)
    try:
        return replace(model, rules=rules, preferences=preferences)
    except ValueError as error:
        raise Mistaken([Mistake("", str(error))])


def _each(tables, word, schema, kinds, build, mistakes) -> tuple:
    """Read the ``[[word]]`` tables; the table's kind decides the schema of its parameters."""
    found, names = [], set()
    for number, table in enumerate(tables, start=1):
        at = f"{word} {table.get('name', number)}"
        parameters = table.get("parameters", {})
        try:
            text = read(schema, {key: value for key, value in table.items() if key != "parameters"}, at=at)
            test = read(kinds[text.kind], parameters, at=f"{at}.parameters")
            try:
                found.append(build(test=test, **{name: getattr(text, name) for name in schema.__dataclass_fields__}))
            except ValueError as error:
                raise Mistaken([Mistake(at, str(error))])
            if text.name in names:
                raise Mistaken([Mistake(at, "stands twice")])
            names.add(text.name)
        except Mistaken as mistaken:
            mistakes += mistaken.mistakes
    return tuple(found)
