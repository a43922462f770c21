"""The model that a programme runs: a file or a text of its organisation's own, with the programme's settings over it.

Own models are read here and written by actions/own_models.py.
"""

import tomllib
from functools import lru_cache

from programmes.mentoring_models import files
from programmes.mentoring_models.contract import MentoringModel, model_from
from programmes.models import OwnModelVersion, Programme
from programmes.toml_schema import Mistake, Mistaken

MOST_CHARACTERS = 100_000  # several times as many as the longest file that comes with the portal
MOST_DOTS = 500  # in a line: reading a key of twenty thousand parts would take the better part of a minute


def parse(text: str) -> dict:
    """The table that a model's text holds. Raises Mistaken, with the line, where it is no TOML or far too long."""
    if len(text) > MOST_CHARACTERS:
        raise Mistaken([Mistake("", f"is longer than {MOST_CHARACTERS:,} characters")])
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > MOST_DOTS:
            raise Mistaken([Mistake("", f"has more than {MOST_DOTS} dots in a line (at line {number}, column 1)")])
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOML's own, and Python's of a number with thousands of figures
        raise Mistaken([Mistake("", f"is not TOML: {error}")])
    except RecursionError:
        raise Mistaken([Mistake("", "holds lists within lists, deeper than any model needs")])


def read_text(text: str) -> MentoringModel:
    """The model that a text holds. Raises Mistaken with every mistake."""
    return model_from(parse(text))


def base_table(programme: Programme) -> dict:
    """What the model of ``programme`` says before its own settings, as a table. At most one query, and seldom that."""
    if programme.own_version_id:
        return parse(_text(programme.own_version_id))
    return files.table(programme.model_key)


def base(programme: Programme) -> MentoringModel:
    """The model of ``programme`` before its own settings."""
    return _own(programme.own_version_id, "") if programme.own_version_id else files.get(programme.model_key)


def of(programme: Programme) -> MentoringModel:
    """The model as ``programme`` runs it. Raises Mistaken where its settings do not fit the schema."""
    if programme.own_version_id:
        return _own(programme.own_version_id, files.as_key(programme.settings))
    return files.in_force(programme.model_key, programme.settings)


# A version is never changed and its fingerprint is made of its text, so nothing here is ever out of date.
@lru_cache(maxsize=500)
def _own(fingerprint: str, settings: str) -> MentoringModel:
    return model_from(files.laid_over(parse(_text(fingerprint)), files.from_key(settings)))


@lru_cache(maxsize=100)
def _text(fingerprint: str) -> str:
    return OwnModelVersion.objects.values_list("text", flat=True).get(fingerprint=fingerprint)
