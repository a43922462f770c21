"""Every field of the contract has words, and is a line of the settings page or is said not to be one."""

import dataclasses
import typing
from typing import Literal

import pytest

from programmes import mentoring_models
from programmes.mentoring_models import MentoringModel
from programmes.model_settings.catalogue import FIXED, FIXED_OF_KINDS, GROUPS, LINES
from programmes.model_settings.lines import in_words, lines_of, spec_for, value_of
from programmes.model_settings.words import FIELDS
from programmes.rules import BARS, WISHES, Preference, Rule


def tables(hint) -> set[type]:
    """Every dataclass that a type speaks of, at any depth."""
    found, arms = set(), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        found.add(hint)
        if hint not in (Rule, Preference):
            arms = [h for name, h in typing.get_type_hints(hint).items() if name in fields_of(hint)]
        else:
            arms = []
    for arm in arms:
        if not isinstance(arm, str | int):
            found |= tables(arm)
    return found


def fields_of(schema) -> dict[str, dataclasses.Field]:
    return {field.name: field for field in dataclasses.fields(schema) if field.init}


def values_of(hint) -> set[str]:
    """Every value of a closed list that a type speaks of."""
    if typing.get_origin(hint) is Literal:
        return {str(value) for value in typing.get_args(hint)}
    return set().union(*(values_of(arm) for arm in typing.get_args(hint) if not isinstance(arm, str | int)))


def holds_tables(hint) -> bool:
    return bool(tables(hint))


MODEL_TABLES = tables(MentoringModel) - {Rule, Preference}
KINDS = set().union(*(tables(kind) for kind in [*BARS.values(), *WISHES.values()]))
FIELDS_OF_CONTRACT = [
    (f"{schema.__name__}.{name}", typing.get_type_hints(schema)[name])
    for schema in sorted(MODEL_TABLES | KINDS, key=lambda schema: schema.__name__)
    for name in fields_of(schema)
    if not (schema is MentoringModel and name in {*FIXED, "rules", "preferences"})
    and f"{schema.__name__}.{name}" not in FIXED_OF_KINDS
]


@pytest.mark.parametrize(("name", "hint"), FIELDS_OF_CONTRACT, ids=[name for name, _ in FIELDS_OF_CONTRACT])
def test_every_field_of_the_contract_has_words(name, hint):
    if holds_tables(hint):
        return
    assert name in FIELDS, f"Give {name} its words in programmes/model_settings/words/."
    missing = values_of(hint) - set(FIELDS[name].choices)
    assert not missing, f"{name}: say in words what {sorted(missing)} mean."


def test_no_words_are_kept_for_a_field_that_is_gone():
    known = {name for name, _ in FIELDS_OF_CONTRACT}
    known |= {"Rule.strength", "Rule.label", "Rule.sentence", "Rule.to_self", "Rule.when_live"}
    known |= {"Preference.weight", "Preference.label", "Preference.reasons"}
    assert set(FIELDS) <= known


def test_every_key_of_a_model_is_a_line_or_is_said_to_be_none():
    lost = [
        name
        for name, field in fields_of(MentoringModel).items()
        if name not in {*FIXED, "rules", "preferences"} and not lines_under(name)
    ]
    assert not lost, f"Give {lost} a line in LINES, or say in FIXED why nobody changes it."
    assert not {line.path.split(".")[0] for line in LINES} & set(FIXED)
    assert {line.group for line in LINES} <= set(GROUPS)


def lines_under(name):
    """Whether every leaf under a top-level key belongs to a line."""
    hint = typing.get_type_hints(MentoringModel)[name]
    if tables(hint) and spec_for((name,)) is None:
        [schema] = [arm for arm in [hint, *typing.get_args(hint)] if dataclasses.is_dataclass(arm)]
        return all(spec_for((name, inner)) or below(schema, name, inner) for inner in fields_of(schema))
    return spec_for((name,)) is not None


def below(schema, name, inner):
    hint = typing.get_type_hints(schema)[inner]
    return dataclasses.is_dataclass(hint) and all(spec_for((name, inner, one)) for one in fields_of(hint))


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_value_of_every_model_reads_in_words(model):
    lines = lines_of(model, own=True)
    assert len(lines) == len({line.key for line in lines})
    for line in lines:
        assert line.label
        assert line.gist(model)
        assert len({leaf.name for leaf in line.leaves}) == len(line.leaves)
        for leaf in line.leaves:
            value = value_of(model, leaf)
            if leaf.choices() and value:
                assert in_words(leaf, value) != str(value), f"{line.key}: {value} is not in words."


def test_who_reads_notes_is_no_setting():
    for model in mentoring_models.every():
        assert not [leaf for line in lines_of(model, own=True) for leaf in line.leaves if "note_readers" in leaf.path]
