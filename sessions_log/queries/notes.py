"""Reads of what members wrote: only ever their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.urls import reverse

from people.access import Access
from people.home import Found, Item, Rows, Section
from people.models import Person
from programmes import own
from programmes.groups import name_of, named
from programmes.models import Member, Relationship
from sessions_log.models import Goal, Note, PrepSheet
from vault.sealing import Undecryptable


@dataclass(frozen=True)
class NoteCard:
    """One note as its author sees it. ``text`` is None where it cannot be decrypted; nothing else is shown then."""

    note: Note
    text: str | None

    @property
    def is_readable(self) -> bool:
        return self.text is not None

    @property
    def was_changed(self) -> bool:
        return self.note.changed_at != self.note.written_at


def own_relationships(person: Person) -> QuerySet[Relationship]:
    """Relationships that the person is or was a member of and knows of, ended ones too: their notes stay theirs."""
    return Relationship.objects.told().filter(pk__in=Member.objects.filter(person=person).values("relationship"))


def may_write(relationship: Relationship, person: Person) -> bool:
    """Whether the person is a member today of a relationship that has not ended."""
    return (
        relationship.state in Relationship.UNDER_WAY
        and Member.objects.filter(relationship=relationship, person=person, left_at__isnull=True).exists()
    )


def known_members(relationship: Relationship) -> list[Member]:
    """The members of now who know of it, with their persons; nobody before it is told. For pages: where many links of
    one page ask, the page has fetched them once as ``relationship.known``."""
    if relationship.told_at is None:
        return []
    known = getattr(relationship, "known", None)
    return list(relationship.members.knowing().select_related("person").order_by("pk")) if known is None else known


def is_known_to(relationship: Relationship, person: Person) -> bool:
    """Whether ``person`` is a member now and knows of it."""
    return person.pk in [member.person_id for member in known_members(relationship)]


def partners(relationship: Relationship, person: Person) -> str:
    """The names of the others in the relationship, as one phrase; what a group is called."""
    if relationship.is_group:
        return named(relationship)
    others = Member.objects.filter(relationship=relationship).exclude(person=person).select_related("person")
    return joined(member.person.name for member in others)


def _partners_then(relationship: Relationship, person: Person) -> str:
    """The same, of one that was read with its members."""
    members = list(relationship.members.all())
    if relationship.is_group:
        return name_of(relationship, members)
    return joined(member.person.name for member in members if member.person_id != person.pk)


def joined(names: Iterable[str]) -> str:
    """``Ann, Bob and Di``; for nobody, ``nobody else``."""
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "nobody else"


def _written_and_ended(access: Access) -> QuerySet[Relationship]:
    """Relationships that have ended and in which the person wrote."""
    over = {
        one.relationship_id
        for one in own.memberships(access)
        if one.relationship.told_at and one.relationship.state == Relationship.State.ENDED
    }
    if not over:
        return Relationship.objects.none()
    wrote = [
        Q(pk__in=model.objects.filter(**{author: access.person}).order_by().values("relationship"))
        for model, author in ((Note, "author"), (PrepSheet, "author"), (Goal, "written_by"), (Goal, "owner"))
    ]
    return Relationship.objects.filter(reduce(or_, wrote), pk__in=over)


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    return {"written": _written_and_ended(access)}


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """What one wrote in a relationship that has ended: its page is gone, one's own words stay one's own."""
    if found is not None and not found["written"]:
        return None
    known = {one.relationship_id: one.relationship for one in own.memberships(access)}
    ended = _written_and_ended(access).order_by("-ended_at", "-pk").values_list("pk", flat=True)
    items = [
        Item(
            f"Your notes from the time with {_partners_then(relationship, person)}",
            reverse("sessions_log:note-list", args=[relationship.pk]),
            "That mentoring has ended. Only you can open them in the portal.",
        )
        for relationship in (known[pk] for pk in ended)
    ]
    return Section("Your notes", items) if items else None


def left_behind(relationship: Relationship, person: Person) -> list[Item]:
    """Where else one's own words are, once one is out of a match: what one shared, prepared, and set out to do."""
    about = {"relationship": relationship}
    record = Goal.objects.recorded().filter(Q(written_by=person) | Q(owner=person), **about)
    own = (
        ("What you shared", "shared-note-list", Note.objects.shared().filter(author=person, **about)),
        ("What you prepared", "prep-sheet-list", PrepSheet.objects.filter(author=person, **about)),
        ("Your goals and next steps", "goal-list", Goal.objects.filter(owner=person, **about)),
        ("The record of aims", "record-list", record),
    )
    return [Item(text, reverse(f"sessions_log:{name}", args=[relationship.pk])) for text, name, rows in own if rows]


def note_cards(notes: QuerySet[Note]) -> list[NoteCard]:
    """The notes opened for their author."""
    return [NoteCard(note, text_of(note)) for note in notes]


def text_of(note: Note) -> str | None:
    """The note's text; None where it cannot be decrypted."""
    try:
        return note.text
    except Undecryptable:
        return None


def notes_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For a member, the way to their own notes; for anybody else nothing, leads included."""
    if relationship.state == Relationship.State.PROPOSED:
        return None  # nothing to write about yet
    if not is_known_to(relationship, viewer):
        return None
    return Item(
        "Your private notes",
        reverse("sessions_log:note-list", args=[relationship.pk]),
        hint="Only you can open them in the portal.",
    )
