"""The shape of a section of the home page. Each room's queries.py has a ``home_section`` that makes one.

Which sections there are, and in which order, is the top room's business. What a section would
only count, or look for in vain, it names in its ``home_rows``: the page counts them all in one
question and hands each section what was found. Asked for alone, a section counts its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from people.counting import Each

Rows = dict[str, QuerySet | Each]  # by a name that no other section uses
Found = Mapping[str, int | dict[int, int]]  # how many there are, by those names


@dataclass(frozen=True)
class Item:
    """One thing that needs the person, with the page that opens it."""

    text: str
    url: str
    hint: str = ""


@dataclass(frozen=True)
class Section:
    """A titled list. ``empty`` is the one item to show while there is nothing else, such as how to begin.

    ``stands``: it is there every day and leads on; it does not say that anything needs the person.
    """

    title: str
    items: list[Item] = field(default_factory=list)
    empty: Item | None = None
    stands: bool = False
