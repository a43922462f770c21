"""The outbox: every message owed to a person, and what became of it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class NoticeQuerySet(models.QuerySet):
    def waiting(self):
        """Neither sent nor settled in any other way."""
        return self.filter(settled_at=None)

    def due(self, *, now: datetime):
        """Owed, due, and held by nobody: a deliverer may take these."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.filter(free, state=Notice.State.OWED, due_at__lte=now)

    def to_hand_out(self, *, now: datetime):
        """Due, and not in a queue already: the sweep hands these to the workers."""
        return self.due(now=now).filter(Q(queued_until__isnull=True) | Q(queued_until__lte=now))

    def held_for(self, notices):
        """The rows of ``notices``, which one worker took together, as long as nobody else took them over."""
        ids = [notice.pk for notice in notices]
        return self.order_by().filter(pk__in=ids, state=Notice.State.OWED, leased_until=notices[0].leased_until)

    def troubled(self):
        """Those that do not arrive: given up, or put off after a failure. Nobody to whom a later one went."""
        later = Notice.objects.filter(
            recipient=models.OuterRef("recipient"), state=Notice.State.SENT, settled_at__gt=models.OuterRef("tried_at")
        )
        return self.filter(~Q(trouble=""), ~models.Exists(later))


class Notice(models.Model):
    """One message owed once. Rendered from current facts when it is delivered, never before."""

    class State(models.TextChoices):
        OWED = "owed", "Waiting"
        HELD = "held", "Held back"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not needed any more"
        EXPIRED = "expired", "Too late to help"
        FAILED = "failed", "Could not be sent"

    class Trouble(models.TextChoices):
        """Why it does not arrive, in words for the lead of the programme; what the server said is in ``reason``."""

        ADDRESS = "address", "the address is refused"
        NO_ADDRESS = "no-address", "no e-mail address is known"
        MESSAGE = "message", "the mail server refuses the message"
        UNWRITTEN = "unwritten", "the message could not be written"
        DELAYED = "delayed", "the mail server does not take it for now"

    key = models.CharField(max_length=200, unique=True)  # kind and cause: the same cause never owes twice
    kind = models.CharField(max_length=40)  # one of notices.kinds
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    about = models.JSONField(default=dict)  # ids only: {"relationship": 12}
    # To whose mail it belongs; see belonging.py. No foreign key, since cohorts are a room above.
    cohort_id = models.BigIntegerField(null=True)
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)  # the same in every attempt
    digest_id = models.UUIDField(null=True, editable=False)  # goes, or went, in one mail with others: that mail's id
    state = models.CharField(max_length=8, choices=State.choices, default=State.OWED)
    owed_by = models.ForeignKey(  # whose doing caused it; None: the portal itself
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="notices_caused"
    )
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # from then on it would help nobody
    queued_until = models.DateTimeField(null=True)  # in a queue; if nobody took it by then, it is handed out again
    leased_until = models.DateTimeField(null=True)  # nobody else touches it: being sent, or waiting after a failure
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)  # when it last did not arrive
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)  # of the last attempt
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why skipped or failed, or the last failure

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at", "leased_until"], condition=Q(state="owed"), name="notices_due"),
            # "Not settled", and not "owed or held": SQLite cannot tell that a list of two parameters is that very one.
            models.Index(fields=["expires_at"], condition=Q(settled_at__isnull=True), name="notices_expiry"),
            models.Index(
                fields=["cohort_id", "due_at"], condition=Q(settled_at__isnull=True), name="notices_of_cohort"
            ),
            models.Index(fields=["cohort_id"], condition=Q(state="held"), name="notices_held"),
            models.Index(fields=["cohort_id", "recipient"], condition=~Q(trouble=""), name="notices_trouble"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["owed", "held"], settled_at__isnull=True)
                | (~Q(state__in=["owed", "held"]) & Q(settled_at__isnull=False)),
                name="notices_settled",
            )
        ]


class NudgeChoice(models.Model):
    """Whether somebody wants nudges from now on; the latest counts, and whoever never chose gets them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="nudge_choices")
    wanted = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class MailPauseQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)


class MailPause(models.Model):
    """A cohort's mail is held back until a lead lets it go on."""

    cohort_id = models.BigIntegerField()  # no foreign key, since cohorts are a room above
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail_paused")
    paused_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="mail_resumed"
    )
    ended_at = models.DateTimeField(null=True)

    objects = MailPauseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort_id"], condition=Q(ended_at__isnull=True), name="notices_one_pause_a_cohort"
            )
        ]
