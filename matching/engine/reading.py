"""Checks an Assignment and turns it into arrays. Every refusal is one sentence that names the culprit.

Pairs are held as row (mentee), column (mentor) and value (ten-thousandths), sorted by row, then column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .assignment import OBJECTIVES, POLICIES, Assignment
from .errors import BadProblem
from .numbers import LARGEST, ten_thousandths

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """A checked problem. People are numbered in order of their ids, so the order of input is already forgotten.
    `kept` marks pairs to keep if that costs no filled slot (re-matching only)."""

    mentees: list[str]
    mentors: list[str]
    slots: Ints
    waited: Ints
    capacity: Ints
    minimum: Ints
    row: Ints
    col: Ints
    value: Ints
    pinned: Flags
    kept: Flags
    most_matched: bool
    policy: str

    def position(self, mentee: int, mentor: int) -> int | None:
        """Where this pair stands among the pairs, None where it is forbidden."""
        start, end = np.searchsorted(self.row, [mentee, mentee + 1])
        at = int(start + np.searchsorted(self.col[start:end], mentor))
        return at if at < end and self.col[at] == mentor else None


def read(assignment: Assignment) -> Table:
    """The problem as arrays; raises BadProblem with one clear sentence."""
    if assignment.objective not in OBJECTIVES:
        raise BadProblem(f"The objective must be one of {_list(OBJECTIVES)}, not {_short(assignment.objective)}.")
    if assignment.policy not in POLICIES:
        raise BadProblem(f"The policy must be one of {_list(POLICIES)}, not {_short(assignment.policy)}.")
    if assignment.objective == "total" and assignment.policy != "best_overall":
        raise BadProblem(f"The policy {assignment.policy} needs the objective most_matched_then_total.")

    mentees = sorted(assignment.mentees, key=lambda person: _id(person.id, "mentee"))
    mentors = sorted(assignment.mentors, key=lambda person: _id(person.id, "mentor"))
    mentee_ids, mentee_at = _numbered([person.id for person in mentees], "mentee")
    mentor_ids, mentor_at = _numbered([person.id for person in mentors], "mentor")
    slots = _counts([person.slots for person in mentees], mentee_ids, "mentee", "slots")
    waited = _counts([person.waited for person in mentees], mentee_ids, "mentee", "waited")
    capacity = _counts([person.capacity for person in mentors], mentor_ids, "mentor", "capacity")
    minimum = _counts([person.minimum for person in mentors], mentor_ids, "mentor", "minimum")
    for at in np.flatnonzero(minimum > capacity)[:1]:
        raise BadProblem(
            f"Mentor {_short(mentor_ids[at])} has a minimum of {minimum[at]} but a capacity of {capacity[at]}."
        )

    row, col, value = _pairs(assignment, mentee_at, mentor_at)
    order = np.lexsort((col, row))
    row, col, value = row[order], col[order], value[order]
    twice = np.flatnonzero((row[1:] == row[:-1]) & (col[1:] == col[:-1]))[:1]
    for at in twice:
        raise BadProblem(f"The pair {_short(mentee_ids[row[at]])}, {_short(mentor_ids[col[at]])} is given twice.")

    table = Table(
        mentees=mentee_ids,
        mentors=mentor_ids,
        slots=slots,
        waited=waited,
        capacity=capacity,
        minimum=minimum,
        row=row,
        col=col,
        value=value,
        pinned=np.zeros(len(row), dtype=bool),
        kept=np.zeros(len(row), dtype=bool),
        most_matched=assignment.objective == "most_matched_then_total",
        policy=assignment.policy,
    )
    _pin(table, assignment.pinned, mentee_at, mentor_at)
    return table


def _id(value: object, side: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadProblem(f"The id of a {side} must be a text that is not empty, not {_short(value)}.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadProblem(f"The id {_short(value)} of a {side} is not valid Unicode.") from None
    return value


def _numbered(ids: list[str], side: str) -> tuple[list[str], dict[str, int]]:
    at = {one: index for index, one in enumerate(ids)}
    if len(at) < len(ids):
        twice = next(one for one, following in pairwise(ids) if one == following)
        raise BadProblem(f"Two {side}s have the id {_short(twice)}.")
    return ids, at


def _counts(values: Sequence[object], ids: list[str], side: str, name: str) -> Ints:
    for one, value in zip(ids, values, strict=True):
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadProblem(f"The {name} of {side} {_short(one)} must be a whole number, not {_short(value)}.")
        if value < 0:
            raise BadProblem(f"The {name} of {side} {_short(one)} is negative: {_short(value)}.")
        if value > LARGEST:
            raise BadProblem(f"The {name} of {side} {_short(one)} is too large: at most 1,000,000,000,000.")
    return np.array(values, dtype=np.int64)


def _pairs(assignment: Assignment, mentee_at: dict[str, int], mentor_at: dict[str, int]) -> tuple[Ints, Ints, Ints]:
    rows: list[int] = []
    cols: list[int] = []
    values: list[int] = []
    known: dict[tuple[type, Any], int] = {}  # scores repeat, and reading a decimal is the dear part
    for pair in assignment.pairs:
        try:
            mentee, mentor, score = pair
        except (TypeError, ValueError):
            raise BadProblem(f"Each pair must be a mentee, a mentor and a score, not {_short(pair)}.") from None
        rows.append(_find(mentee, mentee_at, "mentee", "A pair"))
        cols.append(_find(mentor, mentor_at, "mentor", "A pair"))
        try:
            values.append(known[type(score), score])
        except (KeyError, TypeError):
            units = ten_thousandths(score, f"{_short(mentee)}, {_short(mentor)}")
            values.append(units)
            known[type(score), score] = units
    return np.array(rows, dtype=np.int64), np.array(cols, dtype=np.int64), np.array(values, dtype=np.int64)


def _find(one: object, at: dict[str, int], side: str, what: str) -> int:
    if isinstance(one, str) and one in at:
        return at[one]
    raise BadProblem(f"{what} names the {side} {_short(one)}, who is not in the list of {side}s.")


def _pin(table: Table, pins: Sequence[tuple[str, str]], mentee_at: dict[str, int], mentor_at: dict[str, int]) -> None:
    for pin in pins:
        try:
            mentee, mentor = pin
        except (TypeError, ValueError):
            raise BadProblem(f"Each pinned pair must be a mentee and a mentor, not {_short(pin)}.") from None
        at = table.position(
            _find(mentee, mentee_at, "mentee", "A pinned pair"), _find(mentor, mentor_at, "mentor", "A pinned pair")
        )
        if at is None:
            raise BadProblem(f"The pinned pair {_short(mentee)}, {_short(mentor)} is not an allowed pair.")
        if table.pinned[at]:
            raise BadProblem(f"The pair {_short(mentee)}, {_short(mentor)} is pinned twice.")
        table.pinned[at] = True
    for mine, limit, ids, side, name in (
        (table.row, table.slots, table.mentees, "mentee", "slots"),
        (table.col, table.capacity, table.mentors, "mentor", "capacity"),
    ):
        pinned = np.bincount(mine[table.pinned], minlength=len(ids))
        for at in np.flatnonzero(pinned > limit)[:1]:
            raise BadProblem(
                f"The {side} {_short(ids[at])} has {pinned[at]} pinned pairs, above the {name} of {limit[at]}."
            )


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split()) or repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " or " + names[-1]
