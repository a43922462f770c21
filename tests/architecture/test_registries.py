"""Every registry is filled, and what the code names is registered."""

import ast
from collections import Counter

from django.apps import apps
from django.utils.module_loading import import_string

from mentoring_portal.schedule import SCHEDULE
from notices import kinds
from people import leaver_steps, merge_steps, retention, scopes, sights, tie_guards
from people import offers as people_offers
from people.models import Grant, Person
from programmes import offers
from tests.architecture.source import modules, syntax


def owed_kinds():
    """The kinds that the code owes by name: ``outbox.owe(kind="…")``."""
    for path in modules():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "owe":
                for keyword in node.keywords:
                    if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant):
                        yield keyword.value.value


def test_every_notice_that_is_owed_has_a_kind_that_renders_it():
    owed = set(owed_kinds())
    assert owed
    assert owed <= set(kinds.registered())


def test_every_registered_entry_can_be_called():
    entries = [kind.render for kind in kinds.registered().values()]
    for registry in (sights, leaver_steps, tie_guards, scopes, offers, people_offers):
        found = registry.registered()
        assert found, registry.__name__
        entries += [getattr(entry, "rows", entry) for entry in found.values()]
    assert all(callable(entry) for entry in entries)


def test_every_kind_of_scope_is_registered_or_known():
    assert set(Grant.ScopeKind.values) - {Grant.ScopeKind.PORTAL} <= set(scopes.registered())


def test_every_leaver_step_says_what_it_will_end():
    assert leaver_steps.registered().keys() == leaver_steps.previews().keys()
    assert all(callable(preview) for preview in leaver_steps.previews().values())


def keys_to_people():
    """Every foreign key to Person, as merge steps write it: "programmes.Enrolment.person"."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.concrete and field.related_model is Person:
                yield f"{model._meta.app_label}.{model.__name__}.{field.name}"


def test_every_key_to_a_person_is_answered_for_when_two_records_become_one():
    """A new one is a line in the room's merge step, in its AppConfig.ready; see people/merge_steps.py."""
    answered = Counter(merge_steps.answered_for())
    assert set(keys_to_people()) == set(answered)
    assert max(answered.values()) == 1


def test_every_rule_of_how_long_things_are_kept_does_it_or_is_done_by_the_schedule():
    rules = retention.registered()
    assert rules
    assert all(name == rule.name and rule.what and rule.kept and rule.then for name, rule in rules.items())
    assert all(rule.go is None or rule.due for rule in rules.values()), "what goes is counted beforehand"


def test_every_line_of_the_schedule_is_a_task():
    assert SCHEDULE
    for line in SCHEDULE:
        assert callable(import_string(line.task).delay), line
