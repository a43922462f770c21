"""What a form spec may say: its schema, as frozen dataclasses.

A spec is data: a readable TOML text with a key and a version, so that whoever
answered one can always be shown what they were asked. Finding and keeping specs
is files.py and kept.py; drawing them is fields.py.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from programmes.toml_schema import Mistake, Mistaken, read

# ``subject`` is whom the form is about. Who reads counts alone (line manager, commissioner, board) reads no answer.
Reader = Literal["own", "pair", "group", "host", "lead", "subject"]
Kind = Literal["text", "long-text", "choice", "several", "scale", "yes-no", "date", "number", "section"]
TEXTS = ("text", "long-text")
CONDITIONS = ("choice", "several", "yes-no")  # what a show_if can ask about
MOST_QUESTIONS = 60
MOST_WORDS = 300  # characters of a label or a choice: it is read on a phone
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")


@dataclass(frozen=True, kw_only=True)
class Opening:
    """When the form opens: ``after-session`` once its time has passed, ``before-session`` that many ``days`` ahead,
    ``start`` when the match begins, ``end`` when it is over, ``weeks`` at those weeks from the start, ``every`` so many
    ``months`` from the start, ``review`` when its person says at a review that it goes on, ``by-hand`` when somebody
    begins it or asks for it."""

    when: Literal["after-session", "before-session", "start", "end", "weeks", "every", "review", "by-hand"]
    weeks: tuple[int, ...] = ()
    months: int = 0
    days: int = 0

    def __post_init__(self):
        if (self.when == "weeks") != bool(self.weeks) or any(not 0 < week <= 1_000 for week in self.weeks):
            raise ValueError("needs weeks, from 1 to 1,000, where it opens at weeks, and only there")
        if (self.when == "every") != bool(self.months) or not 0 <= self.months <= 120:
            raise ValueError("needs months, from 1 to 120, where it opens every so many months, and only there")
        if (self.when == "before-session") != bool(self.days) or not 0 <= self.days <= 60:
            raise ValueError("needs days, from 1 to 60, where it opens before a session, and only there")

    @property
    def is_of_session(self) -> bool:
        return self.when in ("after-session", "before-session")

    @property
    def is_by_hand(self) -> bool:
        """Whether whoever fills it in may begin one themselves, besides what opens by the calendar."""
        return self.when in ("by-hand", "before-session")


@dataclass(frozen=True, kw_only=True)
class ShowIf:
    """The question is asked only where the answer to ``question`` is, or has among it, one of ``one_of``."""

    question: str
    one_of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    name: str  # stable: answers are kept under it
    kind: Kind
    label: str
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()  # of a choice or several
    least: int = 1  # of a scale or a number
    most: int = 5
    least_label: str = ""
    most_label: str = ""
    readers: tuple[Reader, ...] = ()  # none: the spec's
    show_if: ShowIf | None = None
    without_session: bool = False  # asked only where no session is on record for the occasion

    def __post_init__(self):
        if not _NAME.match(self.name):
            raise ValueError("needs a name of small letters, figures and hyphens, at most 40")
        if not self.label.strip() or max(map(len, (self.label, *self.choices))) > MOST_WORDS:
            raise ValueError(f"needs a label; it and each choice have at most {MOST_WORDS} characters")
        if (self.kind in ("choice", "several")) != (len(self.choices) > 1):
            raise ValueError("needs at least two choices where it is a choice or several, and only there")
        if len(set(self.choices)) != len(self.choices) or not all(one.strip() for one in self.choices):
            raise ValueError("has a choice that stands twice, or one without words")
        if self.kind == "scale" and not 1 <= self.most - self.least <= 10:
            raise ValueError("needs a scale of two to eleven steps, from least to most")
        if self.kind == "number" and not -1_000_000 <= self.least <= self.most <= 1_000_000:
            raise ValueError("needs a least and a most, within a million")
        if self.kind == "section" and (self.required or self.readers):
            raise ValueError("is a section, which nobody answers or reads")

    @property
    def is_asked(self) -> bool:
        return self.kind != "section"

    @property
    def options(self) -> tuple[str, ...]:
        """What may be chosen, as it is kept."""
        if self.kind == "yes-no":
            return ("yes", "no")
        if self.kind == "scale":
            return tuple(str(step) for step in range(self.least, self.most + 1))
        return self.choices


@dataclass(frozen=True, kw_only=True)
class FormSpec:
    """One version of a form. Frozen once somebody was asked to fill it in."""

    key: str
    version: int
    title: str
    introduction: str = ""
    filled_by: Literal["mentor", "mentee", "each", "lead", "supervisor", "referee"]
    about: Literal["nobody", "mentee", "mentor"] = "nobody"
    opens: Opening
    due_days: int | None = None  # from the day on which it opens, or of its session; none: never late
    minutes: int = 2  # how long it takes, as people are told
    readers: tuple[Reader, ...]
    asks_whether_met: bool = False  # carries "did you meet?", so that no second mail asks (R9)
    questions: tuple[Question, ...] = ()

    def __post_init__(self):
        if not _NAME.match(self.key):
            raise ValueError("needs a key of small letters, figures and hyphens, at most 40")
        if not 1 <= self.version <= 9_999:
            raise ValueError("needs a version from 1 to 9,999")
        if not self.title.strip() or len(self.title) > 120:
            raise ValueError("needs a title of at most 120 characters")
        if self.due_days is not None and not 0 <= self.due_days <= 365:
            raise ValueError("needs due_days from 0 to 365")
        if not self.readers:
            raise ValueError('names no readers; write readers = ["own"] where only the writer reads it')
        if self.filled_by in ("supervisor", "referee") and self.about == "nobody":
            raise ValueError("is filled in by somebody outside the match, so needs to say about whom")

    @property
    def name(self) -> str:
        """As models and rows name it: ``session-return@2``."""
        return f"{self.key}@{self.version}"

    @property
    def is_by_outsider(self) -> bool:
        """Whether it is filled in by somebody outside the match, who comes by a mailed link alone."""
        return self.filled_by in ("supervisor", "referee")

    def is_filled_by(self, roles: set[str]) -> bool:
        """Whether a member in one of ``roles`` fills it in."""
        wanted = {"mentor": {"mentor"}, "mentee": {"mentee", "peer"}, "each": {"mentor", "mentee", "peer"}}
        return bool(roles & wanted.get(self.filled_by, set()))

    def concerns(self, roles: set[str]) -> bool:
        """Whether a member in one of ``roles`` ever fills it in, asks for it or reads something of it."""
        readers = {reader for question in self.questions for reader in self.readers_of(question)}
        by_colleagues = self.filled_by == "referee" or "subject" in readers
        return self.is_filled_by(roles) or bool(readers & {"pair", "group"}) or (by_colleagues and self.about in roles)

    @property
    def is_prep_sheet(self) -> bool:
        """Whether these are the questions of a mentee's preparation, which the mentor reads once it is shared.

        Such a form is never owed, and no lead sees whether there is one (ADR 46).
        """
        readers = {reader for question in self.questions for reader in self.readers_of(question)}
        return self.filled_by == "mentee" and self.opens.when == "before-session" and readers <= {"own", "pair"}

    @property
    def has_other_readers(self) -> bool:
        """Whether some question has readers of its own."""
        return any(question.readers and question.readers != self.readers for question in self.questions)

    def readers_of(self, question: Question) -> tuple[str, ...]:
        return question.readers or self.readers

    def question(self, name: str) -> Question | None:
        return next((one for one in self.questions if one.name == name), None)

    def shown(self, answers: Mapping[str, Any], *, has_session: bool = False) -> list[Question]:
        """The questions that ``answers`` so far leave to be asked, sections included. An answer to a question that is
        itself not shown counts for nothing."""
        found, standing = [], {}
        for question in self.questions:
            if question.without_session and has_session:
                continue
            if question.show_if is not None:
                given = standing.get(question.show_if.question)
                chosen = set(given) if isinstance(given, list | tuple) else {given}
                if not chosen & set(question.show_if.one_of):
                    continue
            found.append(question)
            standing[question.name] = answers.get(question.name)
        return found


def spec_from(table: dict) -> FormSpec:
    """The spec that a parsed TOML text holds. Raises Mistaken with every mistake found."""
    table = dict(table)
    mistakes: list[Mistake] = []
    tables = table.pop("question", [])
    if not isinstance(tables, list) or len(tables) > MOST_QUESTIONS:
        mistakes.append(Mistake("question", f"must be at most {MOST_QUESTIONS} tables, each a [[question]]"))
        tables = []
    if table.pop("questions", None) is not None:
        mistakes.append(Mistake("questions", "is not known here; each is a [[question]]"))
    questions = _questions(tables, mistakes)
    spec = None
    try:
        spec = read(FormSpec, table)
    except Mistaken as mistaken:
        mistakes += mistaken.mistakes
    if not mistakes and not any(question.is_asked for question in questions):
        mistakes.append(Mistake("question", "is missing: a form asks something"))
    if mistakes:
        raise Mistaken(mistakes)
    return replace(spec, questions=tuple(questions))


def _questions(tables: Iterable, mistakes: list[Mistake]) -> list[Question]:
    found: dict[str, Question] = {}
    for number, table in enumerate(tables, start=1):
        named = table.get("name") if isinstance(table, dict) else None
        at = f"question {named if isinstance(named, str) and named else number}"
        try:
            question = read(Question, table, at=at)
        except Mistaken as mistaken:
            mistakes += mistaken.mistakes
            continue
        if question.name in found:
            mistakes.append(Mistake(at, "stands twice"))
        elif wrong := _condition_wrong(question, found):
            mistakes.append(Mistake(f"{at}.show_if", wrong))
        found[question.name] = question
    return list(found.values())


def _condition_wrong(question: Question, above: Mapping[str, Question]) -> str:
    """What is wrong with when a question is shown; empty where nothing is."""
    if question.show_if is None:
        return ""
    asked = above.get(question.show_if.question)
    if asked is None:
        return f"asks for {question.show_if.question!r}, which is no question above it"
    if asked.kind not in CONDITIONS:
        return f"asks for {asked.name!r}, which is not answered by choosing"
    if unknown := set(question.show_if.one_of) - set(asked.options):
        return f"waits for {sorted(unknown)[0]!r}, which is no answer to {asked.name!r}"
    return "" if question.show_if.one_of else "names no answer in one_of"
