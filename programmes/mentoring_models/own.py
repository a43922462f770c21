"""The model that a programme runs: a file or a text of its organisation's own, with the programme's settings over it.

Own models are read here and written by actions/own_models.py.
"""

from functools import lru_cache

from programmes.mentoring_models import files
from programmes.mentoring_models.contract import MentoringModel, model_from
from programmes.models import OwnModelVersion, Programme
from programmes.toml_files import parse


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
    return files.changed(parse(_text(fingerprint)), files.from_key(settings))


@lru_cache(maxsize=100)
def _text(fingerprint: str) -> str:
    return OwnModelVersion.objects.values_list("text", flat=True).get(fingerprint=fingerprint)
