"""Goals and next steps: what somebody means to reach or do, carried from session to session."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import Member, Relationship
from sessions_log.models.sessions import Session
from vault.fields import EncryptedTextField


class GoalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Goal.State.OPEN)

    def recorded(self):
        """Those of a mentor's running record."""
        return self.filter(readers=Goal.Readers.RECORD)

    def visible_to(self, viewer, *, now: datetime):
        """One's own, those of one's own record, and those whose owner lets one read while one is in the match."""
        member = Member.objects.knowing().filter(person=viewer, relationship__told_at__isnull=False).order_by()
        every = member.exclude(role__in=[Member.Role.OBSERVER, Member.Role.TRAINEE]).values("relationship")
        mentors = member.filter(role=Member.Role.MENTOR).values("relationship")
        return self.filter(
            Q(owner=viewer)
            | Q(readers=Goal.Readers.RECORD, written_by=viewer)
            | Q(readers=Goal.Readers.MEMBERS, relationship__in=every)
            | Q(readers=Goal.Readers.MENTORS, relationship__in=mentors)
        )

    def due_by(self, day: date):
        return self.open().filter(due_on__lte=day)


class Goal(models.Model):
    """One goal or next step of ``owner``, in the words of ``written_by``. open -> done or dropped, and back."""

    class Kind(models.TextChoices):
        GOAL = "goal", "Goal"
        STEP = "step", "Next step"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    class Readers(models.TextChoices):
        OWN = "own", "Only the owner"
        MENTORS = "mentors", "The owner and the mentors of the group"
        MEMBERS = "members", "Everyone in it"
        RECORD = "record", "The mentor whose record it is, and the owner"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="goals")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="goals")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="goals_written")
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.STEP)
    readers = models.CharField(max_length=7, choices=Readers.choices, default=Readers.MEMBERS)
    text = EncryptedTextField()
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    session = models.ForeignKey(  # with which it was set
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="goals_set"
    )
    settled_in = models.ForeignKey(  # with which it was ticked off
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="goals_settled"
    )
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="sessions_log_goal_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="sessions_log_goal_due"),
            models.Index(fields=["relationship", "state"], name="sessions_log_goal_of_match"),
        ]
