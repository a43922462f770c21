"""What each table holds about people: what goes into a person's own file, and what becomes of it at their erasure.

Each room's privacy.py says it for its own tables, in HELD, beside the class of
every field; a table that says nothing about anybody stands in NOBODYS with the
reason. Tests refuse a table that stands in neither, and a key to a person that
nothing answers for. people/own_file.py and people/actions/erasure.py read this,
as do the docs (docs/DATA.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module

from django.apps import apps
from django.db.models import Model, Q
from django.utils.module_loading import module_has_submodule

# How long, where no rule of people/retention.py has its name.
WITH_THE_PERSON = "with the person"  # goes when the person is erased: by hand, or twelve months after they left
HISTORY = "history"  # stays countable, as of "A former colleague"
NOTHING = Q()


@dataclass(frozen=True)
class Held:
    """One table, or one way in which a person stands in it."""

    model: str  # "sessions_log.Note"
    kept: str  # the name of a rule of people/retention.py, WITH_THE_PERSON or HISTORY
    title: str = ""  # its heading in a person's own file; empty: not in it, and ``why_not`` says why
    own: str = ""  # the lookup by which a row is that person's: "enrolment__person"
    shows: tuple[str, ...] = ()  # the fields that the file shows
    only: Callable[[Model, datetime], Q] = lambda person, now: NOTHING  # which of their rows
    typed: tuple[str, ...] = ()  # of these, those that are kept as a form is sent, or as JSON
    why_not: str = ""
    # What erasing a person does with the rows in which they stand, by lookup.
    deletes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()  # stays, and names whoever the row of the person is from then on: a former colleague
    blanks: dict[str, dict] = field(default_factory=dict)  # stays, with these fields emptied

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def lookups(self) -> tuple[str, ...]:
        """Every way by which erasure answers for a person here."""
        return (*self.deletes, *self.keeps, *self.blanks)


def holdings() -> list[Held]:
    """Of every room, the lowest first, in the order in which the rooms say them."""
    return [held for module in _privacy() for held in getattr(module, "HELD", ())]


def nobodys() -> dict[str, str]:
    """Tables that hold nothing about anybody, with why: "people.Site" -> "…"."""
    return {label: why for module in _privacy() for label, why in getattr(module, "NOBODYS", {}).items()}


def classes() -> dict[str, dict[str, str]]:
    """The class of every field of every table: "people.Site" -> {"name": "P"}."""
    found = {}
    for module in _privacy():
        room = module.__name__.partition(".")[0]
        found |= {
            label if "." in label else f"{room}.{label}": of_fields for label, of_fields in module.CLASSES.items()
        }
    return found


def _privacy():
    rooms = [config for config in apps.get_app_configs() if module_has_submodule(config.module, "privacy")]
    return [import_module(f"{config.name}.privacy") for config in reversed(rooms)]
