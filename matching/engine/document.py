"""The JSON of the command line: a document becomes an Assignment, an answer becomes a document.

Numbers with a point are read and written as decimals, so no score ever passes through a binary fraction.
"""

import json
from array import array
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO, NoReturn

from .assignment import Assignment, Mentee, Mentor, Solution, Why
from .errors import BadProblem
from .grouping import Grouping, Groups
from .numbers import written
from .streaming import read_object

FIELDS = ("objective", "policy", "mentees", "mentors", "pairs", "pinned")


GROUP_FIELDS = ("size", "balance", "mentors_per_group", "one_external")


def parse(source: BinaryIO) -> Assignment:
    """The problem in a JSON document, read as it comes; raises BadProblem with one sentence."""
    return _assignment(_loaded(source, FIELDS), (), ())


def parse_groups(source: BinaryIO) -> tuple[Assignment, Grouping]:
    """The problem of a document with `groups`, whose mentees may have `attributes` and whose mentors may be `external`;
    raises BadProblem with one sentence."""
    document = _loaded(source, (*FIELDS, "groups"))
    wanted = document.get("groups")
    if not isinstance(wanted, dict):
        raise BadProblem("The problem has no groups, or they are not an object.")
    _known(wanted, GROUP_FIELDS, "The description of groups")
    size = wanted.get("size")
    if not (isinstance(size, list) and len(size) == 2 and all(type(one) is int for one in size)):
        raise BadProblem("The size of groups must be a list of two whole numbers, the least and the most.")
    mentors = wanted.get("mentors_per_group", 1)
    if type(mentors) is not int:
        raise BadProblem("The mentors_per_group must be a whole number.")
    balance = wanted.get("balance")
    difference, kinds = None, dict[str, str]()
    if balance is not None:
        if not isinstance(balance, dict) or not isinstance(balance.get("attribute"), str):
            raise BadProblem("The balance must be an object with an attribute.")
        _known(balance, ("attribute", "max_difference"), "The balance")
        difference = balance.get("max_difference", 1)
        if type(difference) is not int:
            raise BadProblem("The max_difference must be a whole number.")
        for one in document["mentees"]:
            about = one.get("attributes", {}) if isinstance(one, dict) else {}
            if isinstance(about, dict) and isinstance(about.get(balance["attribute"]), str):
                kinds[str(one.get("id"))] = about[balance["attribute"]]
    external = {
        str(one.get("id")) for one in document["mentors"] if isinstance(one, dict) and one.get("external") is True
    }
    one_external = wanted.get("one_external", False)
    if type(one_external) is not bool:
        raise BadProblem("The one_external must be true or false.")
    if one_external and not external:
        raise BadProblem("Each group needs one external mentor, but no mentor is external.")
    assignment = _assignment(document, ("attributes",), ("external",))
    return assignment, Grouping(
        (size[0], size[1]), mentors, kinds, difference, frozenset(external) if one_external else frozenset()
    )


def groups_text(groups: Groups) -> str:
    """The groups as one JSON object."""
    listed = [{"mentors": group.mentors, "mentees": group.mentees} for group in groups.groups]
    return (
        f'{{"groups": {_text(listed)}, "placed": {groups.placed}, "total": {written(groups.total)}, '
        f'"bound": {written(groups.bound)}, "optimal": {_text(groups.optimal)}, '
        f'"unmatched": {_text(groups.unmatched)}, "seconds": {round(groups.seconds, 4)}}}'
    )


class Listing:
    """Pairs held in twelve bytes each: numbers of names and scores, each of which is kept once."""

    def __init__(self) -> None:
        self._number: dict[tuple[type, Any], int] = {}
        self._kept: list[Any] = []
        self._parts = array("i"), array("i"), array("i")

    def add(self, pair: object) -> None:
        for part, one in zip(self._parts, _row(pair, 3), strict=True):
            part.append(self._place(one))

    def _place(self, one: Any) -> int:
        key = (type(one), one)
        try:
            if key in self._number:
                return self._number[key]
            self._number[key] = len(self._kept)
        except TypeError:
            pass  # a list in the place of a name: it is refused when the pairs are read
        self._kept.append(one)
        return len(self._kept) - 1

    def __iter__(self) -> Iterator[tuple[Any, Any, Any]]:
        kept = self._kept
        for mentee, mentor, score in zip(*self._parts, strict=True):
            yield kept[mentee], kept[mentor], kept[score]


def _loaded(source: BinaryIO, fields: tuple[str, ...]) -> dict[str, Any]:
    decoder = json.JSONDecoder(
        parse_float=_decimal, parse_int=_whole, parse_constant=_constant, object_pairs_hook=_once
    )
    pairs = Listing()
    document = read_object(source, decoder, {"pairs": pairs.add}, lambda name: _known((name,), fields, "The problem"))
    for name in ("mentees", "mentors", "pairs"):
        if name not in document:
            raise BadProblem(f"The problem has no {name}.")
    for name in ("mentees", "mentors", "pairs", "pinned"):
        if not isinstance(document.get(name, []), list):
            raise BadProblem(f"The {name} must be a list.")
    document["pairs"] = pairs
    return document


def _assignment(document: dict[str, Any], of_mentees: tuple[str, ...], of_mentors: tuple[str, ...]) -> Assignment:
    return Assignment(
        mentees=[Mentee(**_person(one, "mentee", ("slots", "waited"), of_mentees)) for one in document["mentees"]],
        mentors=[Mentor(**_person(one, "mentor", ("capacity", "minimum"), of_mentors)) for one in document["mentors"]],
        pairs=document["pairs"],
        pinned=[_row(pair, 2) for pair in document.get("pinned", [])],
        objective=document.get("objective", "most_matched_then_total"),
        policy=document.get("policy", "best_overall"),
    )


def solution_text(solution: Solution) -> str:
    """The answer as one JSON object."""
    pairs = ", ".join(f"[{_text(i)}, {_text(j)}, {written(score)}]" for i, j, score in solution.pairs)
    unmatched = [
        {"mentee": one.mentee, "reason": one.reason, "competitors": one.competitors, "mentors": one.mentors}
        for one in solution.unmatched
    ]
    return (
        f'{{"pairs": [{pairs}], "matched": {solution.matched}, "filled": {solution.filled}, '
        f'"total": {written(solution.total)}, "bound": {written(solution.bound)}, '
        f'"optimal": {_text(solution.optimal)}, "unmatched": {_text(unmatched)}, '
        f'"seconds": {round(solution.seconds, 4)}}}'
    )


def why_text(why: Why) -> str:
    """The answer to a why as one JSON object."""
    return (
        f'{{"allowed": {_text(why.allowed)}, "rule": {_text(why.rule)}, "loss": {written(why.loss)}, '
        f'"loses_a_place": {_text(why.loses_a_place)}, "then": {_text(why.then)}}}'
    )


def _person(one: object, side: str, numbers: tuple[str, ...], others: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise BadProblem(f"Each {side} must be an object with an id.")
    _known(one, ("id", *numbers, *others), f"A {side}")
    if "id" not in one:
        raise BadProblem(f"A {side} has no id.")
    return {name: value for name, value in one.items() if name not in others}


def _row(row: object, size: int) -> Any:
    if not isinstance(row, list) or len(row) != size:
        shape = "a mentee, a mentor and a score" if size == 3 else "a mentee and a mentor"
        raise BadProblem(f"Each {'pair' if size == 3 else 'pinned pair'} must be a list of {shape}.")
    if size == 3 and isinstance(row[2], str):
        raise BadProblem(f"The score of {row[0]}, {row[1]} is not a number.")
    return row


def _known(document: Iterable[str], fields: tuple[str, ...], what: str) -> None:
    for name in document:
        if name not in fields:
            raise BadProblem(f"{what} has a field that is not known: {name}.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise BadProblem("A field is given twice in one object.")
    return document


def _decimal(text: str) -> Decimal:
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > 40:
        raise BadProblem("A number is too large: at most 1,000,000,000,000 either way.")
    return int(text)


def _constant(name: str) -> NoReturn:
    raise BadProblem(f"{name} is not a finite number.")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
