"""Reads of what members wrote: only ever their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from people.access import Access
from people.home import Item, Section
from people.models import Person
from programmes.models import Member, Relationship
from sessions_log.models import Note
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


def partners(relationship: Relationship, person: Person) -> str:
    """The names of the others in the relationship, as one phrase."""
    others = Member.objects.filter(relationship=relationship).exclude(person=person).select_related("person")
    return joined(member.person.name for member in others)


def joined(names: Iterable[str]) -> str:
    """``Ann, Bob and Di``; for nobody, ``nobody else``."""
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "nobody else"


def home_section(person: Person, access: Access, now: datetime) -> Section | None:
    """The notes of a relationship that has ended: its page is gone, the notes stay their author's."""
    ended = own_relationships(person).filter(state=Relationship.State.ENDED, notes__author=person).distinct()
    items = [
        Item(
            f"Your notes from the time with {partners(relationship, person)}",
            reverse("sessions_log:note-list", args=[relationship.pk]),
            "That mentoring has ended. Only you can open them in the portal.",
        )
        for relationship in ended.order_by("-ended_at", "-pk")
    ]
    return Section("Your notes", items) if items else None


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
    if not own_relationships(viewer).filter(pk=relationship.pk).exists():
        return None
    return Item(
        "Your private notes",
        reverse("sessions_log:note-list", args=[relationship.pk]),
        hint="Only you can open them in the portal.",
    )
