"""A model as the table of its file: what a file would have to say for the model to be just so."""

import dataclasses
from typing import Any

from programmes.mentoring_models.contract import MentoringModel


def table_of(model: MentoringModel) -> dict[str, Any]:
    """The table by which ``model_from`` gives ``model`` again. What is as the contract's default is left out."""
    table = _table(model, leave_out=("rules", "preferences"))
    table["rule"] = [
        {name: getattr(rule, name) for name in ("name", "kind", "strength", "label", "sentence")}
        | {name: said for name in ("to_self", "when_live") if (said := getattr(rule, name))}
        | ({"among": rule.among} if rule.among != "everyone" else {})
        | {"parameters": _table(rule.test)}
        for rule in model.rules
    ]
    table["preference"] = [
        {name: getattr(one, name) for name in ("name", "kind", "label", "weight")}
        | {"reasons": dict(one.reasons), "parameters": _table(one.test)}
        for one in model.preferences
    ]
    return {key: value for key, value in table.items() if value != []}


def _table(thing: Any, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        field.name: _value(getattr(thing, field.name))
        for field in dataclasses.fields(thing)
        if field.init and field.name not in leave_out and getattr(thing, field.name) != field.default
    }


def _value(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return _table(value)
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return value
