"""What a grant can be held over: how to name a scope, and to which organisation it belongs.

Organisations and sites are known here; the room that owns programmes registers
its own kind in AppConfig.ready, since a grant names its scope by kind and id only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from people.models import Grant, Organisation, Site


@dataclass(frozen=True)
class Scope:
    """One thing that a grant can be held over, named for the screen."""

    kind: str
    id: int
    name: str
    organisation_id: int | None


GONE = "something that no longer exists"

# kind -> function(**filters on the room's own rows) -> Scopes
_KINDS: dict[str, Callable[..., Iterable[Scope]]] = {}


def register(kind: str, load: Callable[..., Iterable[Scope]]) -> None:
    """Add a kind of scope. ``load(ids=…)`` gives the Scopes with these ids, ``load(organisations=…)`` those of
    these organisations, each in one query and in order of name."""
    _KINDS[kind] = load


def registered() -> dict[str, Callable]:
    return dict(_KINDS)


def named(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Scope]:
    """The scopes for pairs (kind, id); one query for each kind. What no longer exists is absent."""
    ids: dict[str, set[int]] = {}
    for kind, id in wanted:
        ids.setdefault(kind, set()).add(id)
    found = {
        (kind, scope.id): scope for kind, some in ids.items() if kind in _KINDS for scope in _KINDS[kind](ids=some)
    }
    if Grant.ScopeKind.PORTAL in ids:
        found[Grant.ScopeKind.PORTAL, 0] = Scope(Grant.ScopeKind.PORTAL, 0, "The whole portal", None)
    return found


def of_organisations(kind: str, organisations: Iterable[int]) -> list[Scope]:
    """Every scope of one kind inside ``organisations``; empty for a kind that nobody registered."""
    return list(_KINDS[kind](organisations=set(organisations))) if kind in _KINDS else []


def load_organisations(*, ids=None, organisations=None) -> list[Scope]:
    rows = Organisation.objects.filter(pk__in=ids if ids is not None else organisations)
    return [Scope(Grant.ScopeKind.ORGANISATION, row.pk, row.name, row.pk) for row in rows]


def load_sites(*, ids=None, organisations=None) -> list[Scope]:
    rows = Site.objects.select_related("organisation")
    rows = rows.filter(pk__in=ids) if ids is not None else rows.filter(organisation__in=organisations)
    return [
        Scope(Grant.ScopeKind.SITE, row.pk, f"{row.name}, {row.organisation.name}", row.organisation_id) for row in rows
    ]
