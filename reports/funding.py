"""What a board or whoever commissions a programme reads of it: counts, and what its members agreed to show. No names.

What each programme shows is its model's to say (``note_readers``); nothing here opens a note.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse

from people.access import Access, Role, ScopeKind
from people.home import Found, Item, Section
from people.models import Person
from people.small_numbers import part_in_words
from programmes import mentoring_models
from programmes.models import Cohort, Programme, Relationship
from sessions_log.board import text_of as theme_of
from sessions_log.models import AgreedAction, Attendance, Output, Session
from sessions_log.queries.frames import text_of

MOST_MEETINGS = 50
SILENT = "This way of mentoring shows nothing to whoever funds it."


@dataclass(frozen=True)
class Funded:
    """A programme of which the viewer is commissioner or board, or which they lead."""

    programme: Programme
    shows: bool  # what it came to; some ways of mentoring show no such thing to whoever funds them
    has_map: bool  # of its open slots by domain

    @property
    def hint(self) -> str:
        if self.shows:
            return "Counts, and what its members agreed to show. Never who said what."
        return "Which domains lack a mentor, in counts." if self.has_map else SILENT


def funded(access: Access) -> list[Funded]:
    """The programmes of which the viewer is commissioner or board, and all that they lead; none that is confidential
    and shows them nothing. Two queries."""
    programmes = access.scope_ids(Role.COMMISSIONER, ScopeKind.PROGRAMME)
    organisations = access.scope_ids(Role.COMMISSIONER, ScopeKind.ORGANISATION)
    if not (programmes or organisations or access.is_lead):
        return []
    led = set(Programme.objects.led_by(access.person, now=access.now).order_by().values_list("pk", flat=True))
    rows = Programme.objects.filter(
        Q(pk__in=programmes) | Q(organisation__in=organisations) | Q(pk__in=led)
    ).select_related("organisation")
    found = []
    for one in rows.order_by("name", "pk"):
        model = mentoring_models.of(one)
        shows = one.pk in led or model.shows_funders
        found.append(Funded(one, shows, bool(model.slots)))
    return [one for one in found if one.shows or not one.programme.is_confidential]


@dataclass(frozen=True)
class Action:
    """An action to which both of a pair agreed that the board reads it."""

    text: str
    since: datetime
    is_done: bool


@dataclass(frozen=True)
class Meeting:
    """One meeting of a group that somebody commissions: how many came, if that is not few (R5), and nobody's name."""

    day: date
    group: str
    came: str


@dataclass(frozen=True)
class Figures:
    """What the board sees of one programme."""

    held: int
    actions: list[Action]
    has_actions: bool = False  # its members agree on some, and may let the board read them
    is_commissioned: bool = False  # by somebody who reads attendance and themes
    meetings: list[Meeting] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)


def figures_of(programme: Programme) -> Figures:
    """Sessions held, and the agreed actions in the order in which they were agreed; attendance and themes of groups,
    where the programme shows these to whoever commissions it. Two queries, or four."""
    held = Session.objects.held().filter(relationship__cohort__programme=programme).count()
    agreed = AgreedAction.objects.for_the_board().filter(relationship__cohort__programme=programme)
    actions = [Action(text_of(one), one.board_since, one.done_at is not None) for one in agreed]
    actions.sort(key=lambda one: one.since)
    model = mentoring_models.of(programme)
    if "commissioner" not in model.note_readers:
        return Figures(held, actions, has_actions=bool(actions) or model.outline == "book")
    themes = Output.objects.filter(kind=Output.Kind.THEME, relationship__cohort__programme=programme)
    read = [text for one in themes.order_by("-day", "-written_at", "-pk") if (text := theme_of(one))]
    return Figures(held, actions, is_commissioned=True, meetings=_meetings(programme), themes=read)


def _meetings(programme: Programme) -> list[Meeting]:
    """The latest meetings of its groups. One query."""
    came = Count("attendances", filter=Q(attendances__state=Attendance.State.ATTENDED))
    sessions = Session.objects.held().filter(
        relationship__cohort__programme=programme, relationship__shape=Relationship.Shape.GROUP
    )
    rows = sessions.annotate(came=came, of=Count("attendances")).order_by("-day", "-pk")[:MOST_MEETINGS]
    few = mentoring_models.of(programme).few
    return [
        # One without a name of its own is elsewhere called after its mentor.
        Meeting(one.day, one.relationship.name or "A group", part_in_words(one.came, one.of, few))
        for one in rows.select_related("relationship")
    ]


def time_wanted(programmes: list[Programme]) -> list[Cohort]:
    """The open cohorts for which the time that people have is yet to be confirmed. One query, or none."""
    asking = [one.pk for one in programmes if (group := mentoring_models.of(one).group) and group.time_is_confirmed]
    if not asking:
        return []
    rows = Cohort.objects.open().filter(programme__in=asking, time_confirmed_at=None)
    return list(rows.select_related("programme").order_by("programme__name", "start_date", "pk"))


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "What you fund": one line a programme, for boards and commissioners."""
    if not access.has_role(Role.COMMISSIONER):
        return None
    found = funded(access)
    items = [
        Item(
            f"{cohort.programme}, {cohort}: confirm protected time",
            reverse("programmes:time-confirm", args=[cohort.pk]),
            hint="No group opens before you do.",
        )
        for cohort in time_wanted([one.programme for one in found])
    ]
    items += [
        Item(
            f"{one.programme.name}, {one.programme.organisation.name}",
            reverse("reports:board-detail", args=[one.programme.pk]),
            hint=one.hint,
        )
        for one in found
    ]
    return Section("What you fund", items, stands=True) if items else None
