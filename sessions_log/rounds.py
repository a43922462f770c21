"""The round of a facilitated group: who brings what to it, in which order people speak, and what leads hear of it.

The order is worked out from who is in the group; where a round stands is in the address of its page, so nothing is
written while it runs, and nobody can read afterwards who passed.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from people.days import in_words
from people.home import Item
from people.models import Person
from programmes import mentoring_models
from programmes.following import MOST, Task
from programmes.groups import named
from programmes.mentoring_models.matches import Round
from programmes.models import Member, Relationship, led
from programmes.offers import TaskKind
from sessions_log.agenda import days_to_come
from sessions_log.models import Output, Situation
from sessions_log.queries.notes import known_members, own_relationships
from vault.sealing import Undecryptable


@dataclass(frozen=True)
class Step:
    """One card of a round: whose turn it is, for how many minutes, and what they do."""

    part: str  # "presenting", "question", "pause", "reflections" or "learning"
    title: str
    says: str  # read out by the facilitator
    minutes: int
    who: str = ""

    @property
    def may_pass(self) -> bool:
        return self.part == "question"


def round_of(relationship: Relationship) -> Round | None:
    """How its rounds go; None where the model has none."""
    group = mentoring_models.of(relationship.cohort.programme).group
    return group.round if group and relationship.is_group else None


def in_the_round(relationship: Relationship) -> list[Member]:
    """Whoever may present and ask: the members, not the facilitator, in the order in which they came."""
    return [one for one in known_members(relationship) if one.role == Member.Role.MENTEE]


def steps_of(relationship: Relationship, presenter: Member) -> list[Step]:
    """The cards of the round in which ``presenter`` tells, in their order."""
    times = round_of(relationship)
    name = presenter.person.given_name
    asking = [
        Step(
            "question",
            one.person.name,
            f"One question for information: what would help you to understand? {name} answers. No comment yet.",
            times.question,
            one.person.name,
        )
        for one in in_the_round(relationship)
        if one.pk != presenter.pk
    ]
    return [
        Step(
            "presenting",
            f"{presenter.person.name} speaks",
            "What happened, and how did it make you feel? Everybody else listens.",
            times.presenting,
            presenter.person.name,
        ),
        *asking,
        Step("pause", "All pause", "Think of what you have heard. Nobody speaks.", times.pause),
        Step(
            "reflections",
            "Reflections",
            f"Whoever wants to says what came to mind. {name} listens. Nobody gives advice.",
            times.reflections,
        ),
        Step(
            "learning",
            f"{presenter.person.name} speaks",
            "What do you take away from this?",
            times.learning,
            presenter.person.name,
        ),
    ]


# --- What somebody brings --------------------------------------------------------------------


def text_of(row: Situation | Output) -> str | None:
    """Its text; None where it cannot be decrypted."""
    try:
        return row.text
    except Undecryptable:
        return None


def queue_of(relationship: Relationship, *, now: datetime) -> list[tuple[Situation, date | None]]:
    """The situations to be told, in the order in which they were brought, each with the meeting at which it is: one a
    meeting, as far as dates are known."""
    waiting = list(relationship.situations.to_tell().select_related("author"))
    days = days_to_come(relationship, now=now) if waiting else []
    return [(one, days[number] if number < len(days) else None) for number, one in enumerate(waiting)]


def presents_on(relationship: Relationship, person: Person, *, now: datetime) -> tuple[Situation | None, date | None]:
    """What ``person`` means to tell the group, and the day of the meeting at which it is their turn."""
    found = ((one, day) for one, day in queue_of(relationship, now=now) if one.author_id == person.pk)
    return next(found, (None, None))


def may_bring(relationship: Relationship, person: Person) -> bool:
    """Whether ``person`` is a member, not the facilitator, of a living group that has rounds."""
    if round_of(relationship) is None or relationship.state not in Relationship.UNDER_WAY:
        return False
    return person.pk in [member.person_id for member in in_the_round(relationship)]


def groups_beside(relationship: Relationship, person: Person) -> list[Relationship]:
    """The groups of the same cohort in which ``person`` is, where two peers have some beside them."""
    mine = Relationship.objects.under_way().of(person).filter(cohort=relationship.cohort_id)
    found = mine.filter(shape=Relationship.Shape.GROUP).select_related("cohort__programme").order_by("pk")
    return [one for one in found if may_bring(one, person)]


def situation_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """From a group for its members, and from a pair of peers for each of the two: taking a situation of one's own to
    the group. Where they are in none, the groups of the cohort."""
    if relationship.shape == Relationship.Shape.PEER_PAIR:
        is_in = own_relationships(viewer).filter(pk=relationship.pk).exists()
        group = mentoring_models.of(relationship.cohort.programme).group
        if relationship.state != Relationship.State.LIVE or not is_in or not (group and group.round):
            return None
        beside = groups_beside(relationship, viewer)
        if not beside:
            page = reverse("programmes:group-list", args=[relationship.cohort_id])
            return Item("Take it to a group", page, hint="You are in no group yet. Nobody else is asked.")
        relationship = beside[0]
    elif not may_bring(relationship, viewer):
        return None
    own, day = presents_on(relationship, viewer, now=now)
    hint = "Your own, where something stays hard. Nobody else is asked."
    if own:
        hint = f"You present on {in_words(day)}." if day else "You present at the next meeting."
    return Item(
        f"Bring a situation to {named(relationship)}" if not own else "The situation that you bring",
        reverse("sessions_log:situation-edit", args=[relationship.pk]),
        hint=hint,
    )


def round_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For the facilitator: whose turn it is, and how long."""
    if round_of(relationship) is None or relationship.state not in Relationship.UNDER_WAY:
        return None
    if not leads_round(relationship, viewer):
        return None
    count = relationship.situations.to_tell().count()
    brought = "Nothing is brought yet." if not count else f"{count} situation{'' if count == 1 else 's'} brought."
    page = reverse("sessions_log:round-detail", args=[relationship.pk])
    return Item("Turn card and timer for the round", page, hint=brought)


def leads_round(relationship: Relationship, person: Person) -> bool:
    """Whether ``person`` facilitates the group today and knows it."""
    roles = {member.person_id: member.role for member in known_members(relationship)}
    return roles.get(person.pk) == Member.Role.MENTOR


# --- On the list of a lead -------------------------------------------------------------------


def wanted_sessions(viewer: Person, *, now: datetime):
    """Sessions of CPD that groups of the viewer's programmes asked for: the topic, and nothing of why."""
    return Output.objects.wanted().filter(led(viewer, "relationship__cohort__programme", now=now))


def wanted_tasks(viewer: Person, *, now: datetime) -> list[Task]:
    today = timezone.localdate(now)
    rows = wanted_sessions(viewer, now=now).select_related("relationship__cohort__programme")
    return [
        Task(
            f"CPD session needed: {text_of(one) or 'its topic cannot be opened'}",
            reverse("sessions_log:output-settle", args=[one.pk]),
            f"{one.relationship.cohort.programme}, {one.relationship.cohort}",
            one.day,
            max((today - one.day).days, 0),
        )
        for one in rows[:MOST]
    ]


WANTED = TaskKind(
    "cpd",
    "CPD sessions that groups ask for",
    "The topic is all that a group passes on. Nobody reads who said what.",
    "Look at it",
    wanted_sessions,
    wanted_tasks,
    lambda count: f"{count} CPD {'session is' if count == 1 else 'sessions are'} asked for by groups",
)
