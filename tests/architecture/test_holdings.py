"""What is kept about people: every table says what goes into one's file, what erasure does, how long it stays."""

from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command

from people import retention
from people.holdings import HISTORY, WITH_THE_PERSON, classes, holdings, nobodys
from people.models import Person
from tests.architecture.source import ROOT
from tests.architecture.test_registries import keys_to_people


def tables():
    return {model._meta.label for model in apps.get_models()}


def test_every_table_has_said_what_it_holds_about_people_or_why_nothing():
    """A new one is a Held in HELD, or a line in NOBODYS, of its room's privacy.py: copy a neighbour's."""
    said = {held.model for held in holdings()}
    assert said | set(nobodys()) == tables()
    assert not said & set(nobodys())
    assert all(nobodys().values())


def test_every_field_of_every_table_has_a_class_also_of_those_that_are_not_ours():
    known = classes()
    assert set(known) == tables()
    for model in apps.get_models():
        assert {field.name for field in model._meta.concrete_fields} == set(known[model._meta.label]), model
    assert {one for of_fields in known.values() for one in of_fields.values()} <= set("PICSK")


def test_erasure_answers_once_for_every_key_to_a_person():
    answered = Counter(f"{held.model}.{lookup}" for held in holdings() for lookup in held.lookups)
    assert set(keys_to_people()) <= set(answered)
    assert max(answered.values()) == 1


@pytest.mark.parametrize("held", holdings(), ids=lambda held: f"{held.model}:{held.own or held.lookups}")
def test_what_is_held_is_said_in_full(held):
    known = classes()
    assert bool(held.title) != bool(held.why_not), "in the file, or a reason why not"
    assert bool(held.title) == bool(held.own) == bool(held.shows)
    assert held.kept in {WITH_THE_PERSON, HISTORY} | set(retention.registered())
    for path in held.shows:
        model = held.table
        for name in path.split("__"):
            field = model._meta.get_field(name)
            assert known[model._meta.label][name] != "K", f"{path} is secret"
            model = field.related_model
    for lookup in (held.own, *held.lookups):
        model = held.table
        for name in lookup.split("__") if lookup and lookup != "pk" else ():
            model = model._meta.get_field(name).related_model
        assert not lookup or model is Person or lookup == "pk"
    for values in held.blanks.values():
        assert set(values) <= {field.name for field in held.table._meta.concrete_fields}


def test_the_page_of_the_docs_is_as_it_is_generated(capsys):
    """After a change: ./portal manage data_page > docs/DATA.md"""
    call_command("data_page")
    now = (ROOT / "docs" / "DATA.md").read_text(encoding="utf-8")
    assert now == capsys.readouterr().out, "run: ./portal manage data_page > docs/DATA.md"
