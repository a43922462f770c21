"""A programme or model as it would be with a line changed. Nothing is written here; saving is the actions'."""

import copy
from collections.abc import Mapping
from typing import Any

from programmes import mentoring_models
from programmes.mentoring_models import MentoringModel, files, own
from programmes.mentoring_models.tables import table_of
from programmes.model_settings.lines import Line, Path, lines_of, settings_with
from programmes.models import Programme


def with_settings(programme: Programme, settings: dict) -> Programme:
    """An unsaved copy of ``programme`` that has these settings."""
    proposed = copy.copy(programme)
    proposed.settings = settings
    return proposed


def proposed(programme: Programme, changed: Line, values: Mapping[Path, Any]) -> Programme:
    """An unsaved copy of ``programme`` in which ``changed`` has ``values``. Raises Mistaken where that is no model."""
    base, model = own.base(programme), mentoring_models.of(programme)
    changed_copy = with_settings(programme, settings_with(programme.settings, base, model, changed, values))
    mentoring_models.of(changed_copy)
    return changed_copy


def with_values(model: MentoringModel, changed: Line, values: Mapping[Path, Any]) -> MentoringModel:
    """``model`` in which the line ``changed`` has ``values``. Raises Mistaken where that is no model."""
    return files.changed(table_of(model), settings_with({}, model, model, changed, values))


def less_strict(before: MentoringModel, after: MentoringModel) -> list[str]:
    """What of ``before`` protected people and is gone or otherwise in ``after``, each as the label of its line."""
    now_there = {one.key: one for one in lines_of(after, own=True)}
    found = []
    for old in lines_of(before, own=True):
        new = now_there.get(old.key)
        if new is None:
            if old.kind == "rule" or old.always_needs_reason:
                found.append(old.label)
        elif [leaf.path for leaf in old.leaves] != [leaf.path for leaf in new.leaves]:
            if old.kind == "rule":  # of another kind, or with a part more or less
                found.append(old.label)
        elif old.needs_reason(old.values(before), old.values(after)):
            found.append(old.label)
    return found
