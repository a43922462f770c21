"""Forms that people owe, what they answered, and the texts of the forms themselves."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from people.models import Grant, Organisation
from programmes.models import Cohort, Member, Programme, Relationship
from sessions_log.models.plans import Target
from sessions_log.models.sessions import Session
from vault.fields import EncryptedTextField


class FormSpecVersionQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now: datetime):
        """Those of the organisations whose programmes ``viewer`` leads."""
        grants = Grant.objects.live(on=timezone.localdate(now)).filter(
            person=viewer, role=Grant.Role.PROGRAMME_LEAD, scope_kind=Grant.ScopeKind.ORGANISATION
        )
        return self.filter(organisation__in=grants.order_by().values("scope_id"))


class FormSpecVersion(models.Model):
    """One version of a form's text, never changed: an organisation's own, or one of the portal's that was used.

    The portal's own texts are files; the first time that somebody is asked to fill one in, its text is kept here,
    so that a file changed under the same version cannot change what was asked.
    """

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="form_specs"
    )  # none: one of the portal's
    key = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)  # of what it says; session_forms/files.py
    based_on = models.CharField(max_length=50, blank=True)  # ``session-return@2``
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="form_specs_saved"
    )
    saved_at = models.DateTimeField()

    objects = FormSpecVersionQuerySet.as_manager()

    class Meta:
        ordering = ["title", "-version"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="sessions_log_formspec_once")]

    def __str__(self):
        return self.title

    @property
    def name(self) -> str:
        return f"{self.key}@{self.version}"


class FormPlan(models.Model):
    """How far the calendar of a relationship has been looked through for forms to open.

    Everything that opens up to and with ``looked_to`` is open; nothing opens before ``next_on``.
    """

    relationship = models.OneToOneField(Relationship, on_delete=models.CASCADE, related_name="form_plan")
    looked_to = models.DateField()
    next_on = models.DateField(null=True)  # none: nothing opens by the calendar any more

    class Meta:
        indexes = [
            models.Index(fields=["next_on"], condition=Q(next_on__isnull=False), name="sessions_log_formplan_next")
        ]


class SessionFormQuerySet(models.QuerySet):
    def open(self, *, now: datetime):
        """Those that wait to be filled in: open, and their moment has come."""
        return self.filter(state=SessionForm.State.OPEN, opens_at__lte=now)

    def late(self, *, now: datetime):
        return self.open(now=now).filter(due_on__lt=timezone.localdate(now))

    def owed_by(self, person):
        """What ``person`` owes, what is due first on top."""
        return self.filter(owed_by=person).order_by(F("due_on").asc(nulls_last=True), "opens_at", "pk")

    def led_by(self, viewer, *, now: datetime):
        """For their standing alone, never an answer: those of the cohorts that ``viewer`` leads."""
        return self.filter(relationship__cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())

    def followed_by(self, viewer, *, now: datetime):
        """For their standing alone: those of the cohorts that ``viewer`` leads, and of the programmes of whose
        returns they keep track as an officer of the host."""
        hosted = hosted_programmes(viewer, now=now).order_by().values("pk")
        led = Cohort.objects.led_by(viewer, now=now).order_by().values("pk")
        return self.filter(Q(relationship__cohort__in=led) | Q(relationship__cohort__programme__in=hosted))

    def visible_to(self, viewer, *, now: datetime):
        """One's own once they have opened, and those of which one may read an answer."""
        read = Answer.objects.visible_to(viewer, now=now).order_by().values("form")
        return self.filter(Q(owed_by=viewer, opens_at__lte=now) | Q(pk__in=read))


class SessionForm(models.Model):
    """A form that somebody owes. A row may stand before its moment: nobody sees it until ``opens_at``.

    open -> returned, excused (with a reason, by a lead or the host) or closed (nobody needs it any more).
    ``occasion`` says what it is about, so that one occasion never opens a form twice: ``session:12``,
    ``target:7``, ``week-13``, ``month-6``, ``start``, ``end``, or a made-up word where it was begun by hand.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        RETURNED = "returned", "Returned"
        EXCUSED = "excused", "Excused"
        CLOSED = "closed", "Not needed any more"

    spec_key = models.SlugField(max_length=40)
    spec_version = models.PositiveSmallIntegerField()
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="session_forms")
    owed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="session_forms")
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="session_forms_about"
    )
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="session_forms")
    target = models.ForeignKey(Target, null=True, on_delete=models.SET_NULL, related_name="session_forms")
    occasion = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opens_at = models.DateTimeField()
    due_on = models.DateField(null=True)  # none: never late
    next_at = models.DateTimeField(null=True)  # when the sweep sees to it next: its opening, a nudge, a chase
    is_told = models.BooleanField(default=False)  # the mail of its opening is owed
    chases = models.PositiveSmallIntegerField(default=0)
    ring_on = models.DateField(null=True)  # since when its person is to be rung instead
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="session_forms_asked"
    )  # who asked for it by hand
    returned_at = models.DateTimeField(null=True)
    excused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="session_forms_excused"
    )
    excused_for = models.CharField(max_length=200, blank=True)  # why, for whoever follows returns

    objects = SessionFormQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "opens_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "spec_key", "owed_by", "occasion"], name="sessions_log_sessionform_once"
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned_at__isnull=False)
                | (~Q(state="returned") & Q(returned_at__isnull=True)),
                name="sessions_log_sessionform_returned",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(next_at__isnull=True), name="sessions_log_sessionform_settled"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="sessions_log_form_next"),
            models.Index(fields=["owed_by", "state", "opens_at"], name="sessions_log_form_owed"),
        ]

    @property
    def spec_name(self) -> str:
        return f"{self.spec_key}@{self.spec_version}"


class AnswerQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now: datetime):
        """One's own, and those returned ones whose question named the viewer as its reader when it was asked.

        Leads and officers of the host read what is meant for them, but not of a match that they are in themselves:
        what the other says there to the lead would not be said.
        """
        members = Member.objects.knowing().filter(person=viewer).order_by().values("relationship")
        theirs = Member.objects.filter(person=viewer, relationship=OuterRef("form__relationship"))
        led = Cohort.objects.led_by(viewer, now=now).order_by().values("pk")
        hosted = hosted_programmes(viewer, now=now).order_by().values("pk")
        of_role = Q(for_lead=True, form__relationship__cohort__in=led) | Q(
            for_host=True, form__relationship__cohort__programme__in=hosted
        )
        read = (
            Q(for_subject=True, form__about=viewer)
            | Q(for_members=True, form__relationship__in=members)
            | (of_role & ~Q(Exists(theirs)))
        )
        return self.filter(Q(form__owed_by=viewer) | (Q(form__state=SessionForm.State.RETURNED) & read))


class Answer(models.Model):
    """The answer to one question of a returned form, sealed. Who reads it was fixed when it was asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.ForeignKey(SessionForm, on_delete=models.CASCADE, related_name="answers")
    question = models.SlugField(max_length=40)
    value = EncryptedTextField()  # JSON: a text, a number, a list of choices
    for_members = models.BooleanField(default=False)
    for_subject = models.BooleanField(default=False)
    for_host = models.BooleanField(default=False)
    for_lead = models.BooleanField(default=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "question"], name="sessions_log_answer_once")]


class FormDraft(models.Model):
    """What somebody has typed into a form that they have not returned yet: theirs alone, sealed, dropped at return."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.OneToOneField(SessionForm, on_delete=models.CASCADE, related_name="draft")
    text = EncryptedTextField()  # the fields as typed, URL-encoded
    saved_at = models.DateTimeField()


class RingNote(models.Model):
    """Somebody was rung about what they owe to a programme: what came of it, and until when nothing is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="ring_notes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ring_notes")
    text = EncryptedTextField()  # "rang, on leave till May", for those who follow returns
    silent_until = models.DateField(null=True)  # with this day; none: chasing goes on
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="ring_notes_written"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "pk"]
        indexes = [models.Index(fields=["programme", "person", "silent_until"], name="sessions_log_ringnote_silent")]


def hosted_programmes(viewer, *, now: datetime):
    """The programmes of whose returns ``viewer`` keeps track: an officer of their organisation, or of them."""
    grants = (
        Grant.objects.live(on=timezone.localdate(now)).filter(person=viewer, role=Grant.Role.HOST_OFFICER).order_by()
    )
    return Programme.objects.filter(
        Q(pk__in=grants.filter(scope_kind=Grant.ScopeKind.PROGRAMME).values("scope_id"))
        | Q(organisation__in=grants.filter(scope_kind=Grant.ScopeKind.ORGANISATION).values("scope_id"))
    )
