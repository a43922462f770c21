"""The settings of a mentoring model as lines that a person can read and change, built from the contract itself.

A ``Line`` is what is changed together; a ``Leaf`` is one value in it. Values are
read from a model as it is in force; ``settings_with`` turns changed values back
into a programme's settings, which hold only what differs from its model.
"""

import dataclasses
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from programmes.mentoring_models.contract import MentoringModel
from programmes.model_settings.catalogue import FIXED, FIXED_OF_KINDS, GROUPS, LINES, LineSpec
from programmes.model_settings.words import FIELDS, PREFERENCE_HELP, RULE_HELP, STRENGTHS, Field
from programmes.rules import Preference, Rule
from programmes.rules.kinds import OfPerson

Path = tuple[str | int, ...]
# Where a model has none, a lead can still add these: everything they need can be asked.
ADDABLE = {"MentoringModel.named_day"}
WORDS_AT_MOST = 160  # characters of a long text in the list


@dataclass(frozen=True)
class Leaf:
    """One value of a model. ``path`` is where it stands in the file; a rule or preference is named there."""

    path: Path
    hint: Any  # its type, without the None that an optional one adds
    optional: bool
    field: Field
    name: str  # of the field in a form
    absent: Any = None  # what it is where the table that holds it is not there

    def choices(self) -> list[tuple[str, str]]:
        """(value, words) of everything that it can be, where that is a closed list."""
        hint = _item(self.hint)
        if typing.get_origin(hint) is Literal:
            return [(str(value), self.field.choices.get(value, str(value))) for value in typing.get_args(hint)]
        return []


@dataclass(frozen=True)
class Line:
    """One line of the settings page."""

    key: str
    group: str
    label: str
    help: str
    leaves: tuple[Leaf, ...]
    kind: Literal["plain", "rule", "preference"] = "plain"
    always_needs_reason: bool = False
    shown: tuple[str, ...] = ()  # the names of the leaves that the list shows; none: all

    def values(self, model: MentoringModel) -> dict[Path, Any]:
        return {leaf.path: value_of(model, leaf) for leaf in self.leaves}

    def is_changed(self, base: MentoringModel, model: MentoringModel) -> bool:
        return self.values(base) != self.values(model)

    def needs_reason(self, before: Mapping[Path, Any], after: Mapping[Path, Any]) -> bool:
        """Whether this change protects people less, or might: how strict a rule is, whom it is about, consent."""
        changed = [leaf for leaf in self.leaves if before[leaf.path] != after[leaf.path]]
        if self.kind == "rule":
            return any(leaf.path[2] not in ("label", "sentence", "to_self", "when_live") for leaf in changed)
        return bool(changed) and self.always_needs_reason

    def words(self, model: MentoringModel, *, only: Iterable[Path] | None = None) -> list[tuple[str, str]]:
        """(label, value in words) for each leaf, or for those at ``only``; unset ones are left out unless all are."""
        some = set(only or ()) or {leaf.path for leaf in self.leaves}
        found = [(leaf, value_of(model, leaf)) for leaf in self.leaves if leaf.path in some]
        told = found if only else [(leaf, value) for leaf, value in found if value not in (None, (), "")] or found[:1]
        return [(leaf.field.label, in_words(leaf, value, whole=True)) for leaf, value in told]

    def sentence(self, model: MentoringModel, *, only: Iterable[Path] | None = None) -> str:
        """Its values in one line: "To begin with: 1. At least: 1. At most: 3"."""
        words = self.words(model, only=only)
        return (
            words[0][1]
            if len(self.leaves) == 1
            else ". ".join(f"{label}: {value.rstrip('.')}" for label, value in words)
        )

    def different(self, one: MentoringModel, other: MentoringModel) -> list[Path]:
        """The paths of the leaves that are not the same in two models."""
        mine, theirs = self.values(one), self.values(other)
        return [path for path in mine if mine[path] != theirs[path]]

    def gist(self, model: MentoringModel) -> str:
        """What the list shows: of a rule how strict it is, of a preference its weight, else everything."""
        if self.kind == "plain":
            return self._plain_gist(model)
        values = {leaf.path[2]: value for leaf, value in ((leaf, value_of(model, leaf)) for leaf in self.leaves)}
        if self.kind == "preference":
            return f"Weight {values['weight']}" if values["weight"] else "Not considered"
        return STRENGTHS[values["strength"]]

    def _plain_gist(self, model: MentoringModel) -> str:
        values = {leaf.name: value_of(model, leaf) for leaf in self.leaves}
        if set(values) == {"default", "least", "most"}:
            least, most = values["least"], values["most"]
            return str(least) if least == most else f"{values['default']} to begin with, from {least} to {most}"
        if len(self.leaves) == 1:
            return in_words(self.leaves[0], value_of(model, self.leaves[0]))
        if not self.shown:
            return self.sentence(model)
        told = [leaf for leaf in self.leaves if leaf.name in self.shown and values[leaf.name] not in (None, (), "")]
        return ", ".join(in_words(leaf, values[leaf.name]) for leaf in told) or self.leaves[0].field.none


def in_words(leaf: Leaf, value: Any, *, whole: bool = False) -> str:
    """A value as the settings page shows it."""
    field = leaf.field
    if value is None or value == () or value == "":
        return field.none
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return ", ".join(field.choices.get(one, str(one)) for one in value)
    if isinstance(value, int):
        unit = field.unit[:-1] if value == 1 and field.unit.endswith("s") else field.unit
        return f"{value} {unit}".strip()
    text = " ".join(field.choices.get(value, value).split())
    return text if whole or len(text) <= WORDS_AT_MOST else f"{text[:WORDS_AT_MOST].rsplit(' ', 1)[0]} …"


# --- From a model to its lines ------------------------------------------------------------------


def lines_of(model: MentoringModel, *, own: bool = False) -> tuple[Line, ...]:
    """Every line of ``model``, in the order of the page; ``own`` adds those that only an own model can change."""
    every = list(_leaves(model, ()))
    specs = [
        spec
        for spec in LINES
        if (own or not spec.of_the_model) and (not spec.only_with or getattr(model, spec.only_with))
    ]
    taken: dict[str, list[Leaf]] = {spec.path: [] for spec in LINES}
    spare = []
    for leaf in every:
        spec = spec_for(leaf.path)
        (taken[spec.path] if spec else spare).append(leaf)
    words = {
        "mentee": model.words.mentee.one,
        "mentees": model.words.mentee.many,
        "mentor": model.words.mentor.one,
        "mentors": model.words.mentor.many,
    }
    lines = [_line(spec, taken[spec.path], words) for spec in specs if taken[spec.path]]
    lines += [_rule_line(rule) for rule in model.rules]
    lines += [_preference_line(preference) for preference in model.preferences]
    lines += [Line(".".join(map(str, leaf.path)), "texts", leaf.field.label, "", (leaf,)) for leaf in spare]
    order = list(GROUPS)
    return tuple(sorted(lines, key=lambda line: order.index(line.group)))


def line(model: MentoringModel, key: str, *, own: bool = False) -> Line | None:
    """The line of this key; None where the model has none."""
    return next((one for one in lines_of(model, own=own) if one.key == key), None)


@lru_cache(maxsize=4096)  # asked for every leaf of every model; paths repeat
def spec_for(path: Path) -> LineSpec | None:
    """The line to which a path of the model belongs: the one that names most of it."""
    dotted = ".".join(str(part) for part in path)
    fitting = [
        (len(named), spec)
        for spec in LINES
        for named in (spec.path, spec.and_path)
        if named and (dotted == named or dotted.startswith(f"{named}."))
    ]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _line(spec: LineSpec, leaves: list[Leaf], words: Mapping[str, str]) -> Line:
    label = spec.label.format(**words)
    return Line(
        key=spec.path,
        group=spec.group,
        label=label[:1].upper() + label[1:],
        help=spec.help.format(**words),
        leaves=tuple(_named(leaves, spec)),
        always_needs_reason=spec.needs_reason,
        shown=spec.gist,
    )


def _named(leaves: list[Leaf], spec: LineSpec) -> Iterator[Leaf]:
    """Leaves named for a form, from where their line begins: ``default``, ``chase-days_late``."""
    for leaf in leaves:
        dotted = ".".join(map(str, leaf.path))
        begins = len(spec.path.split(".")) if dotted.startswith(f"{spec.path}.") else 0
        inside = leaf.path[-1:] if dotted == spec.path else leaf.path[begins:]
        yield dataclasses.replace(leaf, name=_joined(inside))


def _joined(path: Path) -> str:
    """The part of a path inside a rule, preference or line as the name of a form field."""
    return "-".join(str(part) for part in path if part != "parameters")


def _rule_line(rule: Rule) -> Line:
    at: Path = ("rule", rule.name)
    leaves = [_own_leaf(Rule, "strength", at)]
    leaves += _leaves(rule.test, (*at, "parameters"))
    said_of = "to_self" if isinstance(rule.test, OfPerson) else "when_live"
    words = ("sentence", said_of, "label")
    leaves += [_own_leaf(Rule, word, at) for word in words]
    named = [dataclasses.replace(leaf, name=_joined(leaf.path[2:])) for leaf in leaves]
    return Line(f"rule.{rule.name}", "rules", rule.label, RULE_HELP, tuple(named), "rule")


def _preference_line(preference: Preference) -> Line:
    at: Path = ("preference", preference.name)
    leaves = [_own_leaf(Preference, "weight", at), *_leaves(preference.test, (*at, "parameters"))]
    leaves += [_own_leaf(Preference, "label", at)]
    leaves += _of(dict[str, str], preference.reasons, (*at, "reasons"), "Preference.reasons")
    named = [dataclasses.replace(leaf, name=_joined(leaf.path[2:])) for leaf in leaves]
    return Line(
        f"preference.{preference.name}", "preferences", preference.label, PREFERENCE_HELP, tuple(named), "preference"
    )


def _own_leaf(schema: type, name: str, at: Path) -> Leaf:
    (leaf,) = _of(_hints(schema)[name], "", (*at, name), f"{schema.__name__}.{name}")
    return leaf


def _leaves(instance: Any, at: Path) -> Iterator[Leaf]:
    """The leaves of a dataclass. Of a model, those that nobody changes and its rules are left out."""
    schema = type(instance)
    hints = _hints(schema)
    for field in dataclasses.fields(schema):
        owner = f"{schema.__name__}.{field.name}"
        fixed = {*FIXED, "rules", "preferences"} if schema is MentoringModel else ()
        if not field.init or field.name in fixed or owner in FIXED_OF_KINDS:
            continue
        yield from _of(hints[field.name], getattr(instance, field.name), (*at, field.name), owner)


def _of(hint: Any, value: Any, at: Path, owner: str) -> Iterator[Leaf]:
    hint, optional = _without_none(hint)
    if dataclasses.is_dataclass(hint):
        yield from _of_table(hint, value, at, owner)
    elif dataclasses.is_dataclass(_item(hint)):
        for number, one in enumerate(value):
            yield from _leaves(one, (*at, number))
    elif typing.get_origin(hint) is dict:
        for key in value:
            label = f"{FIELDS[owner].label} “{key}”" if owner in FIELDS else key
            words = dataclasses.replace(FIELDS.get(owner, Field(key)), label=label)
            yield Leaf((*at, key), typing.get_args(hint)[1], False, words, "")
    else:
        words = FIELDS.get(owner) or Field(str(at[-1]).replace("_", " ").capitalize())
        yield Leaf(at, hint, optional, words, "")


def _of_table(schema: type, value: Any, at: Path, owner: str) -> Iterator[Leaf]:
    if value is not None:
        yield from _leaves(value, at)
        return
    try:  # it is not there, but could be: what stands in it then is its defaults
        for leaf in _leaves(schema(), at):
            yield dataclasses.replace(leaf, absent=_at(schema(), leaf.path[len(at) :]))
    except TypeError:  # it cannot be made of nothing
        if owner in ADDABLE:
            for field in dataclasses.fields(schema):
                path = (*at, field.name)
                [leaf] = _of(_hints(schema)[field.name], None, path, f"{schema.__name__}.{field.name}")
                yield dataclasses.replace(leaf, optional=True)


@lru_cache(maxsize=200)
def _hints(schema: type) -> dict[str, Any]:
    return typing.get_type_hints(schema)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        arms = [arm for arm in typing.get_args(hint) if arm is not type(None)]
        if len(arms) < len(typing.get_args(hint)):
            return (arms[0] if len(arms) == 1 else typing.Union[tuple(arms)]), True  # noqa: UP007  made of a list
    return hint, False


def _item(hint: Any) -> Any:
    """What a list holds; anything else as it is."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint


# --- Values -------------------------------------------------------------------------------------


def value_of(model: MentoringModel, leaf: Leaf) -> Any:
    """The value of ``leaf`` in ``model``; where the table that holds it is not there, what it would be."""
    return _at(model, leaf.path, leaf.absent)


def _at(thing: Any, path: Path, absent: Any = None) -> Any:
    for part in path:
        if isinstance(thing, MentoringModel) and part in ("rule", "preference"):
            named = thing.rules if part == "rule" else thing.preferences
            thing = {one.name: one for one in named}
        elif isinstance(thing, Rule | Preference) and part == "parameters":
            thing = thing.test
        elif isinstance(thing, dict):
            thing = thing.get(part)
        elif isinstance(part, int):
            thing = thing[part] if part < len(thing) else None
        else:
            thing = getattr(thing, part, None)
        if thing is None:
            return absent
    return thing


def settings_with(
    settings: Mapping, base: MentoringModel, model: MentoringModel, line: Line, values: Mapping[Path, Any]
) -> dict:
    """``settings`` once ``line`` has ``values``; what is as in ``base`` is not kept. Nothing is touched.

    A list of tables is kept whole: TOML gives its entries no names by which one could be meant.
    """
    new = _copied(settings)
    lists: dict[Path, list[dict]] = {}
    for leaf in line.leaves:
        value = values[leaf.path]
        where = next((number for number, part in enumerate(leaf.path) if isinstance(part, int)), None)
        if where is not None:
            at, inside = leaf.path[:where], leaf.path[where:]
            lists.setdefault(at, [as_table(one) for one in _at(model, at)])
            _put(lists[at][inside[0]], inside[1:], _plain(value))
        elif value == value_of(base, leaf):
            _drop(new, leaf.path)
        else:
            _put(new, leaf.path, _plain(value))
    for at, entries in lists.items():
        if entries == [as_table(one) for one in _at(base, at)]:
            _drop(new, at)
        else:
            _put(new, at, [{key: value for key, value in entry.items() if value is not None} for entry in entries])
    return new


def as_table(thing: Any) -> Any:
    """A dataclass of the contract as a TOML table: what is not set is left out, lists are lists."""
    if dataclasses.is_dataclass(thing):
        pairs = ((field.name, getattr(thing, field.name)) for field in dataclasses.fields(thing) if field.init)
        return {name: as_table(value) for name, value in pairs if value is not None}
    if isinstance(thing, dict):
        return {key: as_table(value) for key, value in thing.items()}
    if isinstance(thing, tuple):
        return [as_table(one) for one in thing]
    return thing


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _copied(thing: Any) -> Any:
    if isinstance(thing, Mapping):
        return {key: _copied(value) for key, value in thing.items()}
    return list(thing) if isinstance(thing, list) else thing


def _put(table: dict, path: Path, value: Any) -> None:
    for part in path[:-1]:
        table = table.setdefault(part, {})
    table[path[-1]] = value


def _drop(table: dict, path: Path) -> None:
    """Take away what stands at ``path``, and every table that is empty then."""
    if len(path) > 1:
        below = table.get(path[0])
        if isinstance(below, dict):
            _drop(below, path[1:])
            if not below:
                del table[path[0]]
    else:
        table.pop(path[0], None)


@dataclass(frozen=True)
class Difference:
    """One line that is not the same in two models."""

    label: str
    before: str
    after: str


def differences(before: MentoringModel, after: MentoringModel) -> list[Difference]:
    """What changes from one model to another, line by line, lines that come or go included."""
    old = {one.key: one for one in lines_of(before, own=True)}
    new = {one.key: one for one in lines_of(after, own=True)}
    found = []
    for key in dict.fromkeys([*old, *new]):
        if key not in new:
            found.append(Difference(old[key].label, old[key].gist(before), "Not there"))
        elif key not in old:
            found.append(Difference(new[key].label, "Not there", new[key].gist(after)))
        elif [leaf.path for leaf in old[key].leaves] != [leaf.path for leaf in new[key].leaves]:
            found.append(Difference(new[key].label, old[key].sentence(before), new[key].sentence(after)))
        elif only := new[key].different(before, after):
            label, was, becomes = new[key].label, *(new[key].sentence(model, only=only) for model in (before, after))
            found.append(Difference(label, was, becomes))
    return found
