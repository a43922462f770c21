"""What a mentee prepares for a session: theirs alone, until they share it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Member, Relationship
from sessions_log.models.sessions import Session
from vault.fields import EncryptedTextField


class PrepSheetQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now: datetime):
        """One's own, and what a mentee (or the other peer) shares with ``viewer`` while the two are in the match."""
        member = Member.objects.knowing().filter(
            person=viewer, role__in=[Member.Role.MENTOR, Member.Role.PEER], relationship__told_at__isnull=False
        )
        shared = Q(shared_at__isnull=False, relationship__in=member.order_by().values("relationship"))
        return self.filter(Q(author=viewer) | shared)


class PrepSheet(models.Model):
    """A mentee's preparation. ``session`` is none while it is for the next one, and set once that one is held.

    ``text`` is as they typed it last; ``shared_text`` as the mentor reads it, from the moment of sharing until it is
    shared again or taken back. Both are the fields of the form URL-encoded, as a form's draft is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="prep_sheets")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prep_sheets")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="prep_sheets")
    spec_key = models.SlugField(max_length=40)  # the form whose questions it answers
    spec_version = models.PositiveSmallIntegerField()
    text = EncryptedTextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    shared_text = EncryptedTextField(null=True)
    shared_at = models.DateTimeField(null=True, blank=True)

    objects = PrepSheetQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "author"],
                condition=Q(session__isnull=True),
                name="sessions_log_prepsheet_next",
            ),
            models.CheckConstraint(
                condition=Q(shared_at__isnull=True, shared_text__isnull=True)
                | Q(shared_at__isnull=False, shared_text__isnull=False),
                name="sessions_log_prepsheet_shared",
            ),
        ]

    @property
    def spec_name(self) -> str:
        return f"{self.spec_key}@{self.spec_version}"
