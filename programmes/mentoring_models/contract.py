"""What a mentoring model's file may say: its schema, as frozen dataclasses.

A default here is what most of the fourteen models do, so a file states only
what is particular to it. The parts of a model stand in taking_part.py,
matches.py, meeting.py and texts.py; reading and checking files is in files.py.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from people.counting import FEW, MOST_FEW
from programmes.mentoring_models.consent import with_yes
from programmes.mentoring_models.matches import Composition, Group, Matching, Phases, Triad
from programmes.mentoring_models.meeting import Cadence, Calendar, Duration, Register, Reminders, Report, Supervision
from programmes.mentoring_models.outline import topics_from
from programmes.mentoring_models.resources import resources_from
from programmes.mentoring_models.taking_part import Capacity, LikelySides, NamedDay, Noun, Party, Words
from programmes.mentoring_models.texts import Agreement, Texts, Training
from programmes.rules import BARS, WISHES, Among, Preference, Rule, Strength
from programmes.rules.of_person import Dated
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
Reader = Literal["own", "pair", "group", "host", "lead", "line-manager", "commissioner", "board"]


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
    voluntary: tuple[Party, ...]  # the sides that must have said yes themselves; see consent.py
    eligibility_date: Literal["programme-start", "named", "joining"] = "programme-start"
    named_day: NamedDay | None = None  # for "named"
    matching: Matching
    cadence: Cadence
    duration: Duration
    register: Register = Register()
    outline: Literal["none", "weeks", "mentors-questions", "topics", "book", "turn-card"] = "none"
    topics: tuple[str, ...] = ()  # of the outline by weeks: "8: Calculations"; see outline.py
    resources: tuple[str, ...] = ()  # what else helps, for whom and in which weeks; see resources.py
    forms: tuple[str, ...] = ()  # keys of session forms: "session-return@2"
    note_readers: tuple[Reader, ...] = ("own",)
    texts_kept_months: int = 12  # after a match has ended: what its members wrote for themselves and each other
    few: int = FEW  # counts of people below it are not told to whoever must not recognise anybody (R5)
    record_of_aims: bool = False  # the mentor keeps a running record of what each member aims at
    reminders: Reminders
    agreement: Agreement
    training: Training = Training()
    hours: Literal["off", "shared-by-mentee", "per-member", "paid-external"] = "off"
    confidential_membership: bool = False
    supervision: Supervision | None = None
    evidence_domains: tuple[str, ...] = ()  # of a portfolio, for which a pair plans what will show each
    referral: bool = False  # managers and supervisors may point people to it (R15)
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
        topics_from(self.topics)
        resources_from(self.resources)
        if not 1 <= self.texts_kept_months <= 120:
            raise ValueError("needs texts_kept_months from 1 to 120")
        if not FEW <= self.few <= MOST_FEW:
            raise ValueError(f"needs few from {FEW} to {MOST_FEW}")
        if self.eligibility_date == "named" and self.named_day is None:
            raise ValueError("judges eligibility on a named day, but names none: give named_day its day and month")
        if self.confidential_membership and (self.matching.site_sign_off or "host" in self.note_readers):
            raise ValueError("is confidential, so no site confirms its pairs and no host reads anything in it")

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]

    @property
    def is_ready(self) -> bool:
        return self.status == "ready"

    @property
    def shows_funders(self) -> bool:
        """Whether a board or a commissioner reads what it came to."""
        return not {"board", "commissioner"}.isdisjoint(self.note_readers)

    @property
    def has_peers(self) -> bool:
        """Whether two of one side are a pair, neither the mentor of the other."""
        return "peer-pair" in self.shapes

    def partner_of(self, side: str) -> Noun:
        """What those are called with whom somebody on ``side`` is matched: among peers, peers."""
        return self.words.mentee if side == "mentor" or self.has_peers else self.words.mentor

    @property
    def juniors(self) -> tuple[Party, ...]:
        """The sides on which somebody may be managed or supervised by whoever they are matched with."""
        return {"senior-to-junior": ("mentee",), "inverted": ("mentor",), "symmetric": ("mentee", "mentor")}[
            self.direction
        ]

    @property
    def pairs_with_mentors(self) -> bool:
        """Whether somebody is matched with a mentor of their own; else people meet in groups, or among peers."""
        return self.matching.arises != "joins-group" and not self.has_peers

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
    to_self: str = ""
    when_live: str = ""
    among: Among = "everyone"


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
    table = with_yes(table)
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
