"""The words of every field of the contract, of the kinds of rule and of the kinds of preference: data only.

``FIELDS`` names them as ``Class.field``, in one module for each module of the
contract. A field that is missing here still works, under its own name; a test
finds it.
"""

from programmes.model_settings.words import matches, meeting, rules, taking_part, texts
from programmes.model_settings.words.field import Field
from programmes.model_settings.words.rules import PREFERENCE_HELP, RULE_HELP, STRENGTHS

__all__ = ["FIELDS", "PREFERENCE_HELP", "RULE_HELP", "STRENGTHS", "Field"]

FIELDS: dict[str, Field] = {
    **taking_part.FIELDS,
    **matches.FIELDS,
    **meeting.FIELDS,
    **texts.FIELDS,
    **rules.FIELDS,
}
