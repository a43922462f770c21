"""The append-only record of what happened. No foreign keys, so that it never hinders live data.

Events are written through audit/record.py. Triggers (audit/append_only.py) refuse
every change and removal.
"""

from django.db import models

from audit.verbs import Verb


class AuditEvent(models.Model):
    """One thing that somebody did. Holds who, what and on what; never a field's value."""

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)  # None: the portal itself
    role = models.CharField(max_length=16, blank=True)  # the role under which it was done
    verb = models.CharField(max_length=40)  # one of audit.verbs; not `choices`, which would need a migration a verb
    object_kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80)
    about_person_id = models.BigIntegerField(null=True, db_index=True)  # "who opened my record"
    scope_kind = models.CharField(max_length=12, blank=True)
    scope_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["pk"]

    @property
    def did(self) -> str:
        """What was done, in words that follow a person's name: 'published a match run'."""
        return Verb(self.verb).label


class AuditSeal(models.Model):
    """Seals a batch of events into a hash chain, so that a later change of any of them is found.

    A seal covers the events with ids above ``after_event_id`` up to and with
    ``last_event_id``. How it is computed stands in audit/chain.py.
    """

    after_event_id = models.BigIntegerField(unique=True)  # unique: the chain never forks
    last_event_id = models.BigIntegerField(unique=True)
    events = models.PositiveIntegerField()
    leaves = models.BinaryField()  # id and digest of each event, so that the very one is named
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
