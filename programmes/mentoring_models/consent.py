"""That whoever has to say yes themselves is matched with nobody before: the setting and the rules in one.

Which sides have to say yes stands in ``voluntary``; that nobody of them is matched without it is a rule of the kind
``volunteered``, whose strength and words a model may state. Where it states none, there is one all the same; and
where a lead takes a side out of the setting, its rule goes with it.
"""

from collections.abc import Mapping
from typing import Any

KIND = "volunteered"
SIDES = ("mentee", "mentor")


def with_yes(table: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The table of a model with a rule for each side that has to say yes once ``changes`` are made; untouched itself.

    What is no such list is left for the schema to refuse.
    """
    changes = changes or {}
    wanted, rules = changes.get("voluntary", table.get("voluntary")), table.get("rule", [])
    if not isinstance(wanted, list) or not isinstance(rules, list) or not all(isinstance(one, dict) for one in rules):
        return dict(table)
    if "voluntary" in changes:
        rules = [rule for rule in rules if _asks_of(rule) not in set(SIDES) - set(wanted)]
    stated = {_asks_of(rule) for rule in rules}
    implied = [_rule(side, table) for side in SIDES if side in wanted and side not in stated]
    return {**table, "rule": [*rules, *implied]} if implied or "voluntary" in changes else dict(table)


def _asks_of(rule: Mapping[str, Any]) -> str | None:
    """The side whose yes a rule asks for; None where it asks for something else."""
    parameters = rule.get("parameters")
    return parameters.get("side") if rule.get("kind") == KIND and isinstance(parameters, dict) else None


def _rule(side: str, table: Mapping[str, Any]) -> dict[str, Any]:
    words = table.get("words", {}).get(side, {}) if isinstance(table.get("words"), dict) else {}
    noun = words.get("one", side) if isinstance(words, dict) else side
    return {
        "name": f"said-yes-{side}",
        "kind": KIND,
        "strength": "must",
        "label": f"The {noun} has said yes",
        "sentence": "{name} has not said yes to taking part in this programme.",
        "parameters": {"side": side},
    }
