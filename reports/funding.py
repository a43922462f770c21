"""What a board or whoever commissions a programme reads of it: counts, and what its members agreed to show. No names.

What each programme shows is its model's to say (``note_readers``); nothing here opens a note.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from people.access import Access, Role, ScopeKind
from people.home import Found, Item, Section
from people.models import Person
from programmes import mentoring_models
from programmes.models import Programme
from sessions_log.models import AgreedAction, Session
from sessions_log.queries.frames import text_of

READERS = ("board", "commissioner")


def _shows(programme: Programme) -> bool:
    return not set(READERS).isdisjoint(mentoring_models.of(programme).note_readers)


def funded(access: Access) -> list[Programme]:
    """The programmes of which the viewer is commissioner or board that show something, and all that they lead. Two
    queries."""
    programmes = access.scope_ids(Role.COMMISSIONER, ScopeKind.PROGRAMME)
    organisations = access.scope_ids(Role.COMMISSIONER, ScopeKind.ORGANISATION)
    if not (programmes or organisations or access.is_lead):
        return []
    led = set(Programme.objects.led_by(access.person, now=access.now).order_by().values_list("pk", flat=True))
    rows = Programme.objects.filter(
        Q(pk__in=programmes) | Q(organisation__in=organisations) | Q(pk__in=led)
    ).select_related("organisation")
    return [one for one in rows.order_by("name", "pk") if one.pk in led or _shows(one)]


@dataclass(frozen=True)
class Action:
    """An action to which both of a pair agreed that the board reads it."""

    text: str
    since: datetime
    is_done: bool


@dataclass(frozen=True)
class Figures:
    """What the board sees of one programme."""

    held: int
    actions: list[Action]


def figures_of(programme: Programme) -> Figures:
    """Sessions held, and the agreed actions in the order in which they were agreed. Two queries."""
    held = Session.objects.held().filter(relationship__cohort__programme=programme).count()
    agreed = AgreedAction.objects.for_the_board().filter(relationship__cohort__programme=programme)
    actions = [Action(text_of(one), one.board_since, one.done_at is not None) for one in agreed]
    return Figures(held, sorted(actions, key=lambda one: one.since))


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "What you fund": one line a programme, for boards and commissioners."""
    if not access.has_role(Role.COMMISSIONER):
        return None
    items = [
        Item(
            f"{programme.name}, {programme.organisation.name}",
            reverse("reports:board-detail", args=[programme.pk]),
            hint="Counts, and what its members agreed to show. Never who said what.",
        )
        for programme in funded(access)
    ]
    return Section("What you fund", items, stands=True) if items else None
