"""Reads a TOML table into a frozen dataclass, and says in plain words what is wrong with it.

The dataclass is the schema: its type hints and defaults are the whole description.
What a field means belongs to the dataclass; nothing of mentoring belongs here.
"""

import dataclasses
import difflib
import types
import typing
from typing import Any, Literal, Union

_WORDS = {str: "text", int: "a whole number", bool: "true or false", float: "a number"}


@dataclasses.dataclass(frozen=True)
class Mistake:
    """What is wrong at one key of a file; ``key`` is dotted, lists counted from 1 (``rule 2.strength``)."""

    key: str
    message: str

    def __str__(self):
        return f"{self.key or 'the file'} {self.message}"


class Mistaken(Exception):
    """A table does not follow its schema. Carries every mistake found, not just the first."""

    def __init__(self, mistakes: list[Mistake]):
        super().__init__("; ".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


def read(schema: type, table: dict, *, at: str = "") -> Any:
    """Return an instance of the dataclass ``schema`` read from ``table``.

    ``at`` is the dotted key of the table within its file, for the messages.
    Raises ``Mistaken`` with all mistakes. A ``ValueError`` raised by the
    dataclass' own ``__post_init__`` counts as a mistake of the table.
    """
    mistakes: list[Mistake] = []
    if not isinstance(table, dict):
        raise Mistaken([Mistake(at, f"is {table!r}, but must be a table")])
    hints = typing.get_type_hints(schema)
    fields = {field.name: field for field in dataclasses.fields(schema) if field.init}
    for key in table.keys() - fields.keys():
        near = difflib.get_close_matches(key, fields, n=1)
        mistakes.append(Mistake(_join(at, key), "is not known here" + (f"; did you mean {near[0]!r}?" if near else "")))
    values = {}
    for name, field in fields.items():
        if name in table:
            try:
                values[name] = _value(hints[name], table[name], _join(at, name))
            except Mistaken as mistaken:
                mistakes += mistaken.mistakes
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            mistakes.append(Mistake(_join(at, name), "is missing"))
    if mistakes:
        raise Mistaken(sorted(mistakes, key=lambda mistake: mistake.key))
    try:
        return schema(**values)
    except ValueError as error:
        raise Mistaken([Mistake(at, str(error))])


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _value(hint: Any, value: Any, at: str) -> Any:
    """``value`` as the type ``hint`` wants it, or Mistaken."""
    origin = typing.get_origin(hint)
    if dataclasses.is_dataclass(hint):
        return read(hint, value, at=at)
    if origin in (Union, types.UnionType):
        return _one_of(typing.get_args(hint), value, at)
    if origin is tuple:
        if not isinstance(value, list):
            raise Mistaken([Mistake(at, f"is {value!r}, but must be a list")])
        return _each(typing.get_args(hint)[0], value, at)
    if origin is dict:
        if not isinstance(value, dict):
            raise Mistaken([Mistake(at, f"is {value!r}, but must be a table")])
        inside = typing.get_args(hint)[1]
        return {key: _value(inside, one, _join(at, key)) for key, one in value.items()}
    if origin is Literal:
        allowed = typing.get_args(hint)
        if value not in allowed or isinstance(value, bool) != any(isinstance(one, bool) for one in allowed):
            raise Mistaken([Mistake(at, f"is {value!r}, but must be one of {', '.join(map(str, allowed))}")])
        return value
    # In Python True is a whole number; in a file it is not.
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise Mistaken([Mistake(at, f"is {value!r}, but must be {_WORDS.get(hint, hint.__name__)}")])
    return value


def _each(hint: Any, values: list, at: str) -> tuple:
    mistakes, read_values = [], []
    for number, value in enumerate(values, start=1):
        try:
            read_values.append(_value(hint, value, f"{at} {number}"))
        except Mistaken as mistaken:
            mistakes += mistaken.mistakes
    if mistakes:
        raise Mistaken(mistakes)
    return tuple(read_values)


def _one_of(hints: tuple, value: Any, at: str) -> Any:
    """Try each arm of a union. TOML has no null, so an arm of None only ever stands for the default."""
    mistakes = []
    for hint in hints:
        if hint is type(None):
            continue
        try:
            return _value(hint, value, at)
        except Mistaken as mistaken:
            mistakes += mistaken.mistakes
    if len({mistake.key for mistake in mistakes}) == 1 and len(mistakes) > 1:
        wishes = " or ".join(mistake.message.split(", but must be ")[-1] for mistake in mistakes)
        mistakes = [Mistake(at, f"is {value!r}, but must be {wishes}")]
    raise Mistaken(mistakes)
