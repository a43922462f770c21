"""What members write: each note has one author, and readers that are fixed by its kind."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Member, Relationship
from sessions_log.models.sessions import Session
from vault.fields import EncryptedTextField


class NoteQuerySet(models.QuerySet):
    def private_of(self, author):
        """One's own, which nobody else reads."""
        return self.filter(author=author, kind=Note.Kind.OWN)

    def shared(self):
        return self.exclude(kind=Note.Kind.OWN)

    def visible_to(self, viewer, *, now: datetime):
        """One's own, and what the others of a match share while one is in it. No role and no grant widens this.

        The trainee of a triad reads what was written for the three, and nothing that the two wrote before.
        """
        member = Member.objects.knowing().filter(person=viewer, relationship__told_at__isnull=False).order_by()
        readers = member.exclude(role__in=[Member.Role.OBSERVER, Member.Role.TRAINEE])
        theirs = Q(relationship__in=readers.values("relationship")) | Q(trainee__in=member.values("pk"))
        return self.filter(Q(author=viewer) | (~Q(kind=Note.Kind.OWN) & theirs))


class Note(models.Model):
    """Confidential text of one author. The id is set before the first save because it seals the text.

    A shared note has one author too: whoever has something to add writes a note of their own, so that two who
    write at one moment lose nothing.
    """

    class Kind(models.TextChoices):
        OWN = "own", "Private note"
        SHARED = "shared", "Note"
        LEARNING = "learning", "Shared learning"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OWN)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="notes")
    trainee = models.ForeignKey(  # of a triad, where the three read it: the one of that moment, and no later one
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="notes_read"
    )
    text = EncryptedTextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="own") | Q(trainee__isnull=True), name="sessions_log_note_own_is_own"
            )
        ]
        indexes = [models.Index(fields=["relationship", "kind", "-written_at"], name="sessions_log_note_of_match")]
