"""The way round the portal: what stands in the menu, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from people.access import Access


@dataclass(frozen=True)
class Entry:
    """One line of the menu: shown to whoever ``is_for`` allows, marked on pages below its ``address``."""

    text: str
    address: str
    is_for: Callable[[Access], bool]


def keeps_people(access: Access) -> bool:
    return access.is_lead or access.is_site_lead or access.is_administrator


MENU = [
    Entry("Home", "home", lambda access: True),
    Entry("People", "people:person-list", keeps_people),
    Entry("Programmes", "programmes:programme-list", lambda access: access.is_lead),
    Entry("Roles", "people:grant-list", keeps_people),
    Entry("Messages", "reports:notice-list", lambda access: access.is_administrator),
    Entry("Audit record", "reports:audit-list", lambda access: access.is_administrator),
]


@dataclass(frozen=True)
class Link:
    text: str
    url: str
    current: bool


def navigation(request) -> dict:
    """Context processor: ``navigation`` for the page header, empty for strangers."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"navigation": []}
    access = request.access
    urls = [(entry.text, reverse(entry.address)) for entry in MENU if entry.is_for(access)]
    # Match runs have no entry of their own: they are part of a programme.
    here = reverse("programmes:programme-list") if request.path.startswith("/matching/") else request.path
    # The longest address that the page lies under is the current one: /people/import/ before /people/.
    under = max((url for _, url in urls if here.startswith(url) and url != "/"), default=here)
    return {"navigation": [Link(text, url, url == under) for text, url in urls]}
