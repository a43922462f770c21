"""To which cohort a notice belongs, found from the ids that it is about.

Cohorts are a room above, so each room says for its own things where they belong:
``register("relationship", lambda ids: {id: cohort id})`` in AppConfig.ready. A
notice about none of them belongs to no cohort: nobody can pause it, and no lead
is told that it does not arrive.
"""

from collections.abc import Callable, Iterable

_FINDERS: dict[str, Callable[[list], dict]] = {}


def register(key: str, find: Callable[[list], dict]) -> None:
    """``find(ids)`` gives the cohort's id by the id of each thing that ``about[key]`` may name; in one query."""
    _FINDERS[key] = find


def registered() -> dict[str, Callable]:
    return dict(_FINDERS)


def cohorts_of(abouts: Iterable[dict]) -> list[int | None]:
    """The cohort of each; one query for every kind of thing that they name."""
    abouts = list(abouts)
    found: list[int | None] = [None] * len(abouts)
    for key, find in _FINDERS.items():
        open_yet = [number for number, about in enumerate(abouts) if found[number] is None and key in about]
        if open_yet:
            cohorts = {str(one): cohort for one, cohort in find([abouts[number][key] for number in open_yet]).items()}
            for number in open_yet:
                found[number] = cohorts.get(str(abouts[number][key]))
    return found
