"""What a group means to talk about at a meeting: the mentor's questions, or topics that its members raise."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Member, Relationship
from sessions_log.models.sessions import Session
from vault.fields import EncryptedTextField


class AgendaItemQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def visible_to(self, viewer, *, now: datetime):
        """One's own, and what was published in a group that one is in. No role and no grant widens this."""
        member = Member.objects.knowing().filter(person=viewer, relationship__told_at__isnull=False).order_by()
        theirs = Q(relationship__in=member.values("relationship"), published_at__isnull=False)
        return self.filter(Q(author=viewer) | theirs)


class AgendaItem(models.Model):
    """One question or topic for the meeting of a day; a draft of its author until it is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="agenda")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agenda_items")
    day = models.DateField()  # of the meeting
    number = models.PositiveSmallIntegerField()  # its place in the list of that day
    text = EncryptedTextField()
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    session = models.ForeignKey(  # at which it was talked about
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="agenda"
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["day", "number", "written_at", "pk"]
        indexes = [models.Index(fields=["relationship", "day"], name="sessions_log_agenda_by_day")]
