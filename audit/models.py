"""The append-only record of what happened. No foreign keys, so that it never hinders live data."""

from django.db import models

from audit.verbs import Verb


class AuditEvent(models.Model):
    """One thing that somebody did. Holds who, what and on what; never a field's value."""

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)  # None: the portal itself
    role = models.CharField(max_length=16, blank=True)  # the role under which it was done
    verb = models.CharField(max_length=40, choices=Verb.choices)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    about_person_id = models.BigIntegerField(null=True, db_index=True)  # "who opened my record"
    scope_kind = models.CharField(max_length=12, blank=True)
    scope_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["pk"]


class AuditSeal(models.Model):
    """Seals the events up to ``last_event_id`` into a hash chain, so that an altered event is found."""

    last_event_id = models.BigIntegerField(unique=True)
    events = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
