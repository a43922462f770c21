"""Every address of the portal, read from the resolver itself."""

from dataclasses import dataclass

from django.urls import URLPattern, get_resolver

from tests.architecture.source import LEVELS


@dataclass(frozen=True)
class Address:
    name: str  # "programmes:cohort-detail"
    route: str  # "programmes/cohorts/<int:pk>/"
    callback: object

    @property
    def view(self):
        """The class behind a class-based view, else the function."""
        return getattr(self.callback, "view_class", self.callback)

    @property
    def is_ours(self) -> bool:
        return self.view.__module__.split(".")[0] in LEVELS


def addresses(resolver=None, namespace="", route=""):
    """Walk the resolver; an address without a name is an error, since nothing could list it."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLPattern):
            assert entry.name, f"The address /{here} has no name."
            yield Address(f"{namespace}{entry.name}", here, entry.callback)
        else:
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inside, here)
