"""Finds and reads the files of the mentoring models, and lays a programme's own settings over one."""

import copy
import json
from functools import cache, lru_cache
from pathlib import Path

from programmes import toml_files
from programmes.mentoring_models.consent import with_yes
from programmes.mentoring_models.contract import MentoringModel, model_from
from programmes.toml_files import parse, text_of
from programmes.toml_schema import Mistake, Mistaken

FOLDER = Path(__file__).resolve().parent.parent / "models_of_mentoring"


def read_file(path: Path) -> MentoringModel:
    """The model in one file. Raises Mistaken with every mistake."""
    model = model_from(parse(text_of(path)))
    if model.key != path.stem:
        raise Mistaken([Mistake("key", f"is {model.key!r}, but the file is called {path.stem}.toml")])
    return model


def mistakes_in(folder: Path = FOLDER) -> list[tuple[Path, Mistake]]:
    """Every mistake in every model of ``folder``; for the system check."""
    return toml_files.mistakes_in(folder, read_file)


@cache
def _models() -> dict[str, MentoringModel]:
    return {path.stem: read_file(path) for path in sorted(FOLDER.glob("*.toml"))}


def every() -> list[MentoringModel]:
    """All models, those that can be started first, by the title by which people know them."""
    return sorted(_models().values(), key=lambda model: (not model.is_ready, model.title))


def get(key: str) -> MentoringModel:
    """The model with this key. KeyError where there is none."""
    return _models()[key]


def table(key: str) -> dict:
    """What the file with this key says, as a table of one's own. KeyError where there is none."""
    return parse(text(key))


def text(key: str) -> str:
    """The file with this key, as it stands. KeyError where there is none."""
    return (FOLDER / f"{get(key).key}.toml").read_text(encoding="utf-8")


def in_force(key: str, settings: dict) -> MentoringModel:
    """The model in a file with settings laid over it.

    ``settings`` has the shape of the file; a rule or preference is named, not
    counted: ``{"capacity": {"mentor": {"default": 2}}, "rule": {"mentor-band": {"strength": "prefer"}}}``.
    None takes a key away, so that its default holds. A rule or preference that
    the model has no more is passed over: there is nothing left to change.
    Raises Mistaken where the settings do not fit the schema.
    """
    return _in_force(key, as_key(settings)) if settings else get(key)


def as_key(settings: dict) -> str:
    """Settings as text, the same for the same settings, by which a model can be kept in memory."""
    return json.dumps(settings, sort_keys=True) if settings else ""


def from_key(settings: str) -> dict:
    return json.loads(settings) if settings else {}


@lru_cache(maxsize=500)
def _in_force(key: str, settings: str) -> MentoringModel:
    return changed(table(key), from_key(settings))


def changed(table: dict, changes: dict) -> MentoringModel:
    """The model of ``table`` with ``changes`` over it. Raises Mistaken where they do not fit the schema."""
    return model_from(laid_over(with_yes(table, changes), changes))


def laid_over(table: dict, changes: dict) -> dict:
    """``table`` with ``changes`` over it; neither is touched. See ``in_force``."""
    table = copy.copy(table)
    for key, value in changes.items():
        below = table.get(key)
        if value is None:
            table.pop(key, None)
        elif isinstance(below, list) and isinstance(value, dict):
            table[key] = [laid_over(entry, value.get(entry.get("name"), {})) for entry in below]
        elif isinstance(below, dict) and isinstance(value, dict):
            table[key] = laid_over(below, value)
        else:
            table[key] = laid_over({}, value) if isinstance(value, dict) else value
    return table
