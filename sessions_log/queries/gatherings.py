"""Reads of a programme's own calendar: what each person may see of it, and for its leads how many came."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from people.days import in_words
from people.home import Item
from people.models import Person
from programmes import mentoring_models
from programmes.models import Cohort, Side
from programmes.readiness import Readiness
from sessions_log.models import Gathering, GatheringPlace

State = GatheringPlace.State


def when_in_words(gathering: Gathering) -> str:
    """``Thursday 21 October 2027 at 12:30``; the day alone while no hour is fixed."""
    hour = f" at {gathering.starts_at:%H:%M}" if gathering.starts_at else ""
    return f"{gathering.day:%A} {in_words(gathering.day)}{hour}"


def gatherings_for(person: Person, *, now: datetime):
    """What is still to come for ``person`` in the programmes in which they take part, with their own place."""
    own = GatheringPlace.objects.filter(enrolment__person=person)
    return (
        Gathering.objects.standing()
        .for_person(person)
        .filter(day__gte=timezone.localdate(now))
        .select_related("cohort__programme")
        .prefetch_related(Prefetch("coming", own, to_attr="own_places"))
    )


def dates(person: Person, *, now: datetime) -> list[Item]:
    """The next ones for somebody's home page, each opening its page. One query."""
    own = GatheringPlace.objects.filter(enrolment__person=person, gathering=OuterRef("pk")).order_by()
    items = []
    for one in gatherings_for(person, now=now).prefetch_related(None).annotate(has_place=Exists(own))[:3]:
        state = "You have a place." if one.has_place else "Sign up for a place." if one.places is not None else ""
        items.append(
            Item(
                f"{one.title}: {when_in_words(one)}",
                reverse("sessions_log:gathering-detail", args=[one.pk]),
                hint=f"{one.cohort.programme.name}. {state}".strip(),
            )
        )
    return items


def expected_at(gathering: Gathering):
    """The enrolments of those for whom a gathering is; where places are signed up for, of those who did."""
    live = meant_for(gathering)
    if gathering.places is not None:
        live = live.filter(gatherings__gathering=gathering)
    return live.order_by("person__family_name", "person__given_name", "pk")


def meant_for(gathering: Gathering):
    """The enrolments of everybody for whom it is, whether they have a place or not."""
    live = gathering.cohort.enrolments.live()
    if not gathering.for_mentors:
        live = live.exclude(side=Side.MENTOR)
    if not gathering.for_mentees:
        live = live.filter(side=Side.MENTOR)
    return live


@dataclass(frozen=True)
class GatheringLine:
    """One date as its leads see it: how many came of how many, against the aim where there is one."""

    gathering: Gathering
    attended: int
    expected: int
    target_percent: int | None
    is_to_come: bool

    @property
    def may_tell(self) -> bool:
        """Whether a lead can mail it: it is to come, and they have not been told as it stands."""
        return self.is_to_come and self.gathering.told_sequence != self.gathering.sequence

    @property
    def tell(self) -> str:
        return "Tell them by e-mail" if self.gathering.told_sequence is None else "Tell them of the change"

    @property
    def sentence(self) -> str:
        one = self.gathering
        if self.is_to_come:
            return f"{one.taken} of {one.places} places taken" if one.places is not None else "To come"
        if not self.expected:
            return "To tick"
        came = f"{self.attended} of {self.expected} came"
        if self.target_percent is None:
            return came
        return f"{came}: {round(100 * self.attended / self.expected)}%, aim {self.target_percent}%"


def lines(cohort: Cohort, *, now: datetime) -> list[GatheringLine]:
    """The calendar of a cohort for its leads, in the order of days. One query."""
    supervision, today = mentoring_models.of(cohort.programme).supervision, timezone.localdate(now)
    ticked = Count("coming", filter=~Q(coming__state=State.COMING))
    came = Count("coming", filter=Q(coming__state=State.ATTENDED))
    rows = cohort.gatherings.standing().annotate(ticked=ticked, came=came).order_by("day", "starts_at", "pk")
    return [
        GatheringLine(
            one,
            one.came,
            one.ticked,
            supervision.target_percent if supervision and one.kind == Gathering.Kind.SUPERVISION else None,
            one.day > today,
        )
        for one in rows
    ]


def calendar_link(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """From a cohort's page to its calendar."""
    return Item(
        "Calendar and training",
        reverse("sessions_log:gathering-list", args=[cohort.pk]),
        hint="Training, supervision, a kick-off: places, who came, and whose training is due.",
    )
