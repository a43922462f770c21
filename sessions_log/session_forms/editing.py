"""Changes a form's text one question at a time, for whoever would rather not write TOML.

Each function takes the text of a form and gives back another that is a form too, the rest of it and its comments as
they were. Refused says in one sentence why a change cannot be; Mistaken, where the schema says so.
"""

import re
from dataclasses import fields, replace
from typing import Any

from django.utils.text import slugify

from audit.refusal import Refused
from programmes.toml_files import parse
from programmes.toml_schema import Mistaken
from programmes.toml_text import written
from sessions_log.session_forms.contract import CONDITIONS, FormSpec, Question
from sessions_log.session_forms.files import read_text

TABLE = "question"
_BLOCK = re.compile(r"^\[\[[ \t]*question[ \t]*\]\]", re.MULTILINE)
_COMMENT = re.compile(r"(?:^[ \t]*#.*\n|^[ \t]*\n)+\Z", re.MULTILINE)  # what stands right above the next question
_NOTES = re.compile(r"\A(?:[ \t]*(?:#.*)?\n)+")  # what stands above the first key
MET = "met"  # the question by whose answer a session is logged, where the form asks whether they met


def name_for(label: str, spec: FormSpec) -> str:
    """A name for a new question, under which its answers are kept: made of its words, and not taken."""
    stem = slugify(label)[:30].strip("-_").replace("_", "-") or "question"
    stem = stem if stem[0].isalpha() else f"question-{stem}"
    name, number = stem, 1
    while spec.question(name):
        number += 1
        name = f"{stem}-{number}"
    return name


def with_question(text: str, question: Question, *, below: str | None = None) -> str:
    """``text`` with ``question`` in place of the one of its name, or as a new one; it stands ``below`` the question so
    named: "" for the top, None for where it is, a new one at the end."""
    head, blocks = _split(text)
    _check_dependants(read_text(text), question)
    there = dict(blocks)
    new = question.name not in there
    order = [name for name, _ in blocks] + [question.name] * new
    comment = "" if new else _above(there[question.name])
    there[question.name] = comment + written({TABLE: [table_of(question)]})
    if below is not None:
        order.remove(question.name)
        order.insert(order.index(below) + 1 if below in order else 0, question.name)
    return _joined(head, [(name, there[name]) for name in order])


def moved(text: str, name: str, *, by: int) -> str:
    """``text`` with the question ``name`` one place further up (-1) or down (1); the same where it cannot go on."""
    head, blocks = _split(text)
    at = [one for one, _ in blocks].index(name)
    if not 0 <= at + by < len(blocks):
        return text
    blocks[at], blocks[at + by] = blocks[at + by], blocks[at]
    return _joined(head, blocks)


def without(text: str, name: str) -> str:
    """``text`` without the question ``name``. Refused where another depends on its answer, and where it is the only one
    or the form's own "did you meet?"."""
    spec = read_text(text)
    if waiting := dependants(spec, name):
        raise Refused(
            f"“{waiting[0].label}” is asked only after an answer to this question. Take that one out first, or let it "
            "always be asked."
        )
    if spec.asks_whether_met and name == MET:
        raise Refused("By the answer to this question the session is logged, so it stays.")
    if [one.name for one in spec.questions if one.is_asked] == [name]:
        raise Refused("This is the only question. Add another before you take it out.")
    head, blocks = _split(text)
    return _joined(head, [block for block in blocks if block[0] != name])


def with_head(text: str, spec: FormSpec) -> str:
    """``text`` with all that ``spec`` says besides its questions; notes above the first key stay."""
    head, blocks = _split(text)
    notes = _NOTES.match(head)
    return _joined(f"{notes[0] if notes else ''}{written(_table(spec, leave_out={'questions'}))}", blocks)


def dependants(spec: FormSpec, name: str) -> list[Question]:
    """The questions that are asked only after an answer to the one called ``name``."""
    return [one for one in spec.questions if one.show_if and one.show_if.question == name]


def conditions_for(spec: FormSpec, name: str | None) -> list[Question]:
    """The questions on whose answer the one called ``name`` may depend; a new one on any."""
    above = []
    for question in spec.questions:
        if question.name == name:
            break
        above.append(question)
    return [one for one in above if one.kind in CONDITIONS]


def table_of(question: Question) -> dict[str, Any]:
    """What the text of a question says: what is not as usual, and what its kind has."""
    plain = replace(question)
    if plain.kind not in ("scale", "number"):
        plain = replace(plain, least=1, most=5)
    if plain.kind != "scale":
        plain = replace(plain, least_label="", most_label="")
    always = {"least", "most"} if plain.kind in ("scale", "number") else set()
    return _table(plain, always=always)


def _table(thing, *, always: set[str] = frozenset(), leave_out: set[str] = frozenset()) -> dict[str, Any]:
    table = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in leave_out or value is None or (value == field.default and field.name not in always):
            continue
        table[field.name] = _plain(value)
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return _table(value) if hasattr(value, "__dataclass_fields__") else value


def _check_dependants(spec: FormSpec, question: Question) -> None:
    """Refuses a change of kind or of answers that others wait for."""
    if spec.asks_whether_met and question.name == MET and question.kind != "yes-no":
        raise Refused("By the answer to this question the session is logged, so it stays a yes or no.")
    for one in dependants(spec, question.name):
        lost = [answer for answer in one.show_if.one_of if answer not in question.options]
        if question.kind not in CONDITIONS or lost:
            raise Refused(
                f"“{one.label}” is asked only where the answer here is “{(lost or one.show_if.one_of)[0]}”. Keep that "
                "answer, or change the other question first."
            )


def _split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands above the questions, and each question by its name with the comments above it.

    A text that does not have its questions one below the other, each under [[question]], is written anew.
    """
    spec = read_text(text)
    starts = [found.start() for found in _BLOCK.finditer(text)]
    if not _is_in_blocks(text, starts, spec):
        table = parse(text)
        questions = table.pop(TABLE)
        return written(table), [(one["name"], written({TABLE: [one]})) for one in questions]
    parts = [text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]
    for number in range(len(parts) - 1):  # a comment belongs to what stands below it
        if comment := _COMMENT.search(parts[number]):
            parts[number] = parts[number][: comment.start()]
            parts[number + 1] = comment[0] + parts[number + 1]
    return parts[0], [(one.name, part) for one, part in zip(spec.questions, parts[1:], strict=True)]


def _is_in_blocks(text: str, starts: list[int], spec: FormSpec) -> bool:
    if len(starts) != len(spec.questions):
        return False
    tables = parse(text).get(TABLE, [])
    ends = [*starts[1:], len(text)]
    try:
        return all(
            parse(text[start:end]) == {TABLE: [table]} for start, end, table in zip(starts, ends, tables, strict=True)
        )
    except Mistaken:  # a header within a text of several lines: whatever the parts are, they are no questions
        return False


def _above(block: str) -> str:
    return block[: _BLOCK.search(block).start()]


def _joined(head: str, blocks: list[tuple[str, str]]) -> str:
    """The text of these parts; Refused where a question now stands above the one whose answer it waits for."""
    standing = {}
    text = "\n\n".join(part.strip("\n") for part in (head, *(block for _, block in blocks))) + "\n"
    tables = parse(text).get(TABLE, [])
    labels = {table.get("name"): table.get("label") for table in tables}
    for table in tables:
        waits_for = (table.get("show_if") or {}).get("question")
        if waits_for in labels and waits_for not in standing:
            raise Refused(
                f"“{table['label']}” is asked only after an answer to “{labels[waits_for]}”, so it stands below it."
            )
        standing[table.get("name")] = True
    read_text(text)
    return text
