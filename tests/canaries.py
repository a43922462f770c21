"""Words that must reach their readers and nobody else: one in every kind of text that members write (TRUST, T1 and F2).

Planted in the world of tests/scenarios.py; whoever asks every page of everybody listens for them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.urls import reverse

from programmes.models import Relationship
from sessions_log.actions import drafts, goals, notes, prep_sheets, rounds
from sessions_log.models import PrepSheet


@dataclass(frozen=True)
class Canary:
    """A random word: what kind of text holds it, whose it stays, who may read it, and a page on which they do."""

    kind: str
    word: str
    keepers: frozenset[str]  # who may read it still when the match is over: its author, and whom it is about
    readers: frozenset[str]
    page: str
    pages: tuple[tuple[str, str], ...] = ()  # roles that read it on another page, with that

    def page_of(self, role: str) -> str:
        return dict(self.pages).get(role, self.page)


def plant(things: dict, *, now: datetime) -> list[Canary]:
    """One canary in each kind of text of the world's match and of its group."""
    mentee, mentor = things["mentee"], things["mentor"]
    pair, group = (Relationship.objects.get(pk=things[word]) for word in ("relationship", "group"))
    found = []

    def word(kind: str, keepers: str, readers: str, page: str, relationship: Relationship = pair) -> str:
        token = f"canary-{uuid4().hex}"
        address = reverse(f"sessions_log:{page}", args=[relationship.pk])
        found.append(Canary(kind, token, frozenset(keepers.split()), frozenset(readers.split()), address))
        return token

    for role, person in (("mentee", mentee), ("mentor", mentor)):
        private = word(f"private note of the {role}", role, role, "note-list")
        notes.write(relationship=pair, text=private, by=person, now=now)
    notes.share(
        relationship=pair, text=word("shared note", "mentor", "mentee mentor", "shared-note-list"), by=mentor, now=now
    )
    for kind in ("shared", "learning"):
        of_group = word(f"{kind} of the group", "mentor", "mentee mentor", "shared-note-list", group)
        notes.share(relationship=group, text=of_group, kind=kind, by=mentor, now=now)

    sheet = PrepSheet.objects.get(relationship=pair, author=mentee, session=None)
    for kind, reader in (("what was shared of a preparation", "mentor"), ("a preparation", "mentee")):
        typed = urlencode({"q-talk-about": word(kind, "mentee", reader, "prep-sheet-list")})
        sheet = prep_sheets.keep(relationship=pair, typed=typed, seen_at=sheet.changed_at, by=mentee, now=now)
        if reader == "mentor":
            prep_sheets.share(sheet=sheet, by=mentee, now=now)

    soon = now.date() + timedelta(days=2)
    for readers, kind, who in (("own", "goal of one's own", "mentee"), ("members", "goal of the two", "mentee mentor")):
        text = word(kind, "mentee", who, "goal-list")
        goals.put(relationship=pair, text=text, readers=readers, due_on=soon, by=mentee, now=now)
    aim = word("record of aims", "mentee mentor", "mentee mentor", "record-list")
    goals.record_aim(relationship=pair, about=mentee, text=aim, by=mentor, now=now)

    with_round = Relationship.objects.get(pk=things["round_group"])
    brought = word("situation", "mentee", "mentee mentor", "situation-edit", with_round)
    card = reverse("sessions_log:round-detail", args=[with_round.pk])
    found[-1] = replace(found[-1], pages=(("mentor", card),))
    rounds.bring(relationship=with_round, text=brought, by=mentee, now=now)

    typed = urlencode({"text": word("draft", "mentee", "mentee", "note-list")})
    drafts.keep(page=found[-1].page, typed=typed, opened_at=None, by=mentee, now=now)
    return found


def heard(canaries: list[Canary], content: bytes | str, role: str | None) -> list[str]:
    """The kinds of text of which ``role`` reads a word in ``content`` that is not for them."""
    text = content if isinstance(content, str) else content.decode(errors="replace")
    return [one.kind for one in canaries if role not in one.readers and one.word in text]
