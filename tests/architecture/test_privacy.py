"""Every field that the portal keeps carries one class of data (docs/TRUST.md)."""

import importlib

import pytest
from django.apps import apps

from tests.architecture.source import LEVELS

CLASSES = {"P", "I", "C", "S", "K"}


def our_models():
    return [model for model in apps.get_models() if model._meta.app_config.name in LEVELS]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_field_is_classified(model):
    room = model._meta.app_config.name
    classified = importlib.import_module(f"{room}.privacy").CLASSES.get(model.__name__, {})
    fields = {field.name for field in model._meta.concrete_fields}
    assert fields == set(classified), (
        f"{room}/privacy.py: missing {sorted(fields - set(classified))}, gone {sorted(set(classified) - fields)}"
    )
    assert set(classified.values()) <= CLASSES


@pytest.mark.parametrize("room", sorted({model._meta.app_config.name for model in our_models()}))
def test_no_class_is_kept_for_a_table_that_is_gone(room):
    tables = {model.__name__ for model in our_models() if model._meta.app_config.name == room}
    classified = importlib.import_module(f"{room}.privacy").CLASSES
    assert {name for name in classified if "." not in name} == tables
