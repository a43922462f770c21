"""Who may own, read and settle a goal or next step, in words for the page. Writing is actions/goals.py's.

A mentor's running record is made of goals too: what each member aims at, in the mentor's words, read by those two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.days import in_words
from people.home import Found, Item, Rows, Section
from people.models import Person
from programmes import own
from programmes.models import Member, Relationship
from sessions_log.models import Goal
from sessions_log.queries.notes import joined, known_members, may_write
from sessions_log.sharing import NO_OTHER_PAGE, sharers
from sessions_log.terms import terms_of
from vault.sealing import Undecryptable

SOON = timedelta(days=7)  # how long before its day a next step stands on home
MOST_AT_HOME = 5
Readers = Goal.Readers


def takers(members: Iterable[Member]) -> list[Member]:
    """Those who set goals and take steps: all who share, but the trainee of a triad."""
    return [member for member in members if member.role not in (Member.Role.TRAINEE, Member.Role.OBSERVER)]


def owners(relationship: Relationship, by: Person) -> list[Member]:
    """Those for whom ``by`` may write one down, oneself first: in a group a mentor for all, a mentee for themselves."""
    members = takers(sharers(relationship))
    own = [member for member in members if member.person_id == by.pk]
    others = [member for member in members if member.person_id != by.pk]
    if relationship.is_group and not any(member.role == Member.Role.MENTOR for member in own):
        others = []
    return own + others if own else []


def reader_choices(relationship: Relationship, by: Person) -> list[tuple[str, str]]:
    """Who may read one, the usual first: the two of a pair; in a group its owner and the mentors."""
    members = takers(sharers(relationship))
    others = [member for member in members if member.person_id != by.pk]
    if not relationship.is_group:
        return [
            (Readers.MEMBERS, joined(["You", *(member.person.name for member in others)])),
            (Readers.OWN, "Only you"),
        ]
    mentors = [member.person.name for member in others if member.role == Member.Role.MENTOR]
    named = joined(["You", *mentors]) if mentors else "You and the one whose it is"
    return [(Readers.MENTORS, named), (Readers.MEMBERS, "Everyone in this group"), (Readers.OWN, "Only you")]


def reader_sentence(relationship: Relationship, by: Person) -> str:
    """What stands above the box: the usual readers, and that it is the owner's to choose."""
    usual = reader_choices(relationship, by)[0][1]
    return f"Only {usual[0].lower()}{usual[1:]} can open it in the portal, unless you choose otherwise. {NO_OTHER_PAGE}"


def may_change(goal: Goal, person: Person) -> bool:
    """Its owner and its writer change its words; a mentor's record its mentor alone."""
    return person.pk == goal.written_by_id or (person.pk == goal.owner_id and goal.readers != Readers.RECORD)


@dataclass(frozen=True)
class GoalCard:
    """One goal or next step as its reader sees it. ``text`` is None where it cannot be decrypted."""

    goal: Goal
    text: str | None
    viewer: Person
    today: date

    @property
    def whose(self) -> str:
        return "You" if self.goal.owner_id == self.viewer.pk else self.goal.owner.name

    @property
    def is_late(self) -> bool:
        return self.goal.state == Goal.State.OPEN and self.goal.due_on is not None and self.goal.due_on < self.today

    @property
    def may_change(self) -> bool:
        return may_change(self.goal, self.viewer)


def cards(goals, viewer: Person, *, now: datetime) -> list[GoalCard]:
    """Goals opened for ``viewer``."""
    today = timezone.localdate(now)
    return [GoalCard(goal, text_of(goal), viewer, today) for goal in goals.select_related("owner", "written_by")]


def text_of(goal: Goal) -> str | None:
    """The words of a goal; None where they cannot be decrypted."""
    try:
        return goal.text
    except Undecryptable:
        return None


def goals_of(relationship: Relationship, viewer: Person, *, now: datetime):
    """The goals and next steps of a match that ``viewer`` may read, but those of a mentor's record."""
    visible = Goal.objects.visible_to(viewer, now=now).filter(relationship=relationship)
    return visible.exclude(readers=Readers.RECORD)


def open_steps(relationship: Relationship, viewer: Person, *, now: datetime) -> list[GoalCard]:
    """The next steps that are still to do, what is due first on top."""
    return cards(goals_of(relationship, viewer, now=now).open().filter(kind=Goal.Kind.STEP), viewer, now=now)


def has_record(relationship: Relationship) -> bool:
    """Whether its mentor keeps a record of what each member aims at (line 349)."""
    return terms_of(relationship).model.record_of_aims


def aims_of(relationship: Relationship, viewer: Person, *, now: datetime):
    """Of a mentor's record what ``viewer`` may read: the mentor all of their own, a member what is about them."""
    return Goal.objects.visible_to(viewer, now=now).filter(relationship=relationship).recorded()


def goals_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """From a match to its goals and next steps, with how many are open; for whoever sets them, and nobody else."""
    if relationship.state not in Relationship.UNDER_WAY:
        return None
    if viewer.pk not in [member.person_id for member in takers(known_members(relationship))]:
        return None
    dues = list(
        goals_of(relationship, viewer, now=now).open().filter(kind=Goal.Kind.STEP).values_list("due_on", flat=True)
    )
    hint = "What you mean to reach, and who does what next."
    if dues:
        first = min((day for day in dues if day), default=None)
        hint = f"{len(dues)} next step{'' if len(dues) == 1 else 's'} open"
        hint += f", the first by {in_words(first)}." if first else "."
    return Item("Goals and next steps", reverse("sessions_log:goal-list", args=[relationship.pk]), hint=hint)


def record_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For its mentor the running record, for a member their own aims; a lead knows that there is one, and no more."""
    if relationship.state not in Relationship.UNDER_WAY or not has_record(relationship):
        return None
    own = next((one for one in takers(known_members(relationship)) if one.person_id == viewer.pk), None)
    if own is None:
        return None
    url = reverse("sessions_log:record-list", args=[relationship.pk])
    if own.role == Member.Role.MENTOR:
        return Item("Your record of their aims", url, hint="Yours; each member reads what is about them.")
    return Item("Your aims, as your mentor noted them", url, hint="Your mentor and you read them, nobody else.")


def _due(access: Access):
    """The person's own next steps that are due within a week or late, in what is under way."""
    under_way = {
        one.relationship_id
        for one in own.memberships(access)
        if one.relationship.told_at and one.relationship.state in Relationship.UNDER_WAY
    }
    return (
        Goal.objects.due_by(timezone.localdate(access.now) + SOON)
        .filter(owner=access.person, kind=Goal.Kind.STEP, relationship__in=under_way)
        .exclude(readers=Readers.RECORD)
    )


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    return {"steps_due": _due(access)}


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "Your next steps": one's own that are due within a week or late. Nobody is written to about them."""
    if found is not None and not found["steps_due"]:
        return None
    shown = cards(_due(access)[:MOST_AT_HOME], person, now=now)
    items = [
        Item(
            _short(card.text),
            reverse("sessions_log:goal-list", args=[card.goal.relationship_id]),
            f"{'Was due' if card.is_late else 'Due'} {in_words(card.goal.due_on)}.",
        )
        for card in shown
    ]
    return Section("Your next steps", items) if items else None


def _short(text: str | None) -> str:
    if text is None:
        return "A next step that cannot be opened"
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


def may_set(relationship: Relationship, person: Person) -> bool:
    """Whether ``person`` is one who sets goals in it today."""
    return may_write(relationship, person) and bool(owners(relationship, person))
