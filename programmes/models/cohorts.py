"""Programmes, their cohorts and who takes part in them."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q
from django.utils import timezone

from people.current import manages_people, scopes_held
from people.models import Grant, LineManagement, Organisation


def led(viewer, path: str = "", *, now: datetime) -> Q:
    """That ``viewer`` leads at ``now`` the programme at ``path`` ("cohort__programme"), by a grant over it or over its
    organisation. Joins along the path are cheaper to say and to answer than a subquery a step.

    Whoever manages anybody leads no confidential programme, whether one of their people is in it or not (ADR 61)."""
    own, through = (_held(viewer, kind, now=now) for kind in (Grant.ScopeKind.PROGRAMME, Grant.ScopeKind.ORGANISATION))
    condition = Q()
    if own != []:
        condition |= Q((f"{path or 'pk'}__in", own))
    if through != []:
        condition |= Q((f"{path}__organisation__in" if path else "organisation__in", through))
    if not condition:
        return Q(pk__in=[])
    manages = manages_people(viewer, now=now)
    if manages is False:  # the request knows: no look at the lines of management in each of a page's queries
        return condition
    if manages:
        return condition & Q((f"{path}__is_confidential" if path else "is_confidential", False))
    withheld = Programme.objects.filter(Exists(managers(now).filter(manager=viewer)), is_confidential=True)
    return condition & ~Q((f"{path or 'pk'}__in", withheld.order_by().values("pk")))


def managers(now: datetime):
    """The lines of management that hold at ``now`` or will; who manages somebody stands in ``manager``."""
    return LineManagement.objects.not_over(on=timezone.localdate(now)).order_by()


def _held(viewer, kind: str, *, now: datetime):
    """The scopes of ``kind`` that ``viewer`` leads, as ids where they are known, else as a subquery."""
    known = scopes_held(viewer, role=Grant.Role.PROGRAMME_LEAD, kind=kind, now=now)
    if known is not None:
        return known
    grants = Grant.objects.live(on=timezone.localdate(now)).filter(person=viewer, role=Grant.Role.PROGRAMME_LEAD)
    return grants.filter(scope_kind=kind).order_by().values("scope_id")


class ProgrammeQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now: datetime):
        """Programmes that ``viewer`` leads at ``now``, by a grant over the programme or its organisation."""
        return self.filter(led(viewer, now=now))

    def visible_to(self, viewer, *, now: datetime):
        """Programmes that ``viewer`` leads or takes part in."""
        joined = Enrolment.objects.live().filter(person=viewer).order_by().values("cohort__programme")
        return self.filter(led(viewer, now=now) | Q(pk__in=joined))


class Programme(models.Model):
    """One organisation runs one mentoring model, with its own settings."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    model_key = models.CharField(max_length=40)  # a file in models_of_mentoring/, or an OwnModel
    name = models.CharField(max_length=120)
    # The text that it runs where the model is the organisation's own: this version until its lead takes a newer one.
    own_version = models.ForeignKey(
        "OwnModelVersion",
        null=True,
        blank=True,
        to_field="fingerprint",
        on_delete=models.PROTECT,
        related_name="programmes",
    )
    settings = models.JSONField(default=dict, blank=True)  # only what differs from the model
    is_confidential = models.BooleanField(default=False)  # what model and settings say, where the database can ask
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="programmes_programme_name",
                violation_error_message="This organisation already has a programme with this name.",
            )
        ]

    def __str__(self):
        return self.name


class CohortQuerySet(models.QuerySet):
    def open(self):
        """Those that people can still join: neither they nor their programme are closed."""
        return self.filter(closed_at=None, programme__closed_at=None)

    def led_by(self, viewer, *, now: datetime):
        """Cohorts of the programmes that ``viewer`` leads."""
        return self.filter(led(viewer, "programme", now=now))

    def visible_to(self, viewer, *, now: datetime):
        """Cohorts that ``viewer`` leads or takes part in."""
        joined = Enrolment.objects.live().filter(person=viewer).order_by().values("cohort")
        return self.filter(led(viewer, "programme", now=now) | Q(pk__in=joined))


class Cohort(models.Model):
    """One run of a programme. A rolling programme has one open cohort without an end."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=80)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # nobody joins or is matched; what lives goes on
    # That whoever commissions it gives people the time, where the model asks for that before a group opens.
    time_confirmed_at = models.DateTimeField(null=True, blank=True)
    time_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="cohorts_confirmed"
    )
    judged_at = models.DateTimeField(null=True, blank=True)  # when everyone was last judged; see Enrolment.bar
    judged_event = models.BigIntegerField(default=0)  # changes up to this audit event are in the judgement

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-start_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="programmes_cohort_name",
                violation_error_message="This programme already has a cohort with this name.",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("start_date")),
                name="programmes_cohort_period",
                violation_error_message="The end date is not after the start date.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether people can still join and be matched."""
        return self.closed_at is None and self.programme.closed_at is None

    def facts_day(self, now: datetime) -> date:
        """The day on which jobs, managers and ties are read: the start, or today once it has begun.

        Dated eligibility is judged on ``start_date`` itself (R1).
        """
        return max(self.start_date, timezone.localdate(now))


class Side(models.TextChoices):
    MENTEE = "mentee", "mentee"
    MENTOR = "mentor", "mentor"


class EnrolmentQuerySet(models.QuerySet):
    def live(self):
        """Those who take part: not asked only, not declined, not withdrawn."""
        return self.filter(state=Enrolment.State.ENROLLED)

    def on_side(self, side: str):
        return self.filter(side=side)

    def barred(self):
        """Those whom the rules on one person keep from any match, as last judged."""
        return self.filter(bar__in=Enrolment.BARS)

    def with_places(self):
        """Those who have a place left."""
        return self.filter(places_taken__lt=F("capacity"))

    def awake(self, *, on: date):
        """Those who do not rest on the day ``on``: they take somebody new."""
        return self.filter(Q(rests_until=None) | Q(rests_until__lt=on))

    def led_by(self, viewer, *, now: datetime):
        return self.filter(led(viewer, "cohort__programme", now=now))

    def visible_to(self, viewer, *, now: datetime):
        """One's own, and those of the cohorts that one leads."""
        return self.filter(Q(person=viewer) | led(viewer, "cohort__programme", now=now))


class Enrolment(models.Model):
    """A person in a cohort, on one side. ``places_taken`` never passes ``capacity``: the database sees to it.

    offered -> enrolled or declined; enrolled -> withdrawn; enrolled again from declined or withdrawn.
    """

    class State(models.TextChoices):
        OFFERED = "offered", "Asked, not answered"
        ENROLLED = "enrolled", "Enrolled"
        DECLINED = "declined", "Said no"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Bar(models.TextChoices):
        """What the rules on one person say, the worst first where there are several."""

        UNJUDGED = "", "Not judged yet"
        MUST = "must", "A rule stands against it"
        SHOULD = "should", "A rule advises against it"
        MISSING = "missing", "A fact is missing"
        NONE = "none", "Can be matched"

    BARS = (Bar.MUST, Bar.SHOULD, Bar.MISSING)
    HARD_BARS = (Bar.MUST, Bar.MISSING)  # that no lead can allow a pair against
    WAIT_OVER = {"waiting_since": None, "put_first_at": None, "put_first_by": None, "put_first_why": ""}

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    side = models.CharField(max_length=6, choices=Side.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ENROLLED)
    capacity = models.PositiveSmallIntegerField(default=1)  # a mentor's mentees, or a mentee's mentors
    places_taken = models.PositiveSmallIntegerField(default=0)
    volunteered_at = models.DateTimeField(null=True, blank=True)  # when they said yes themselves, or had it recorded
    waiting_since = models.DateField(null=True, blank=True)
    # A lead puts them before all others who wait, until they have a match or it is taken back.
    put_first_at = models.DateTimeField(null=True, blank=True)
    put_first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="put_first"
    )
    put_first_why = models.CharField(max_length=300, blank=True)  # read by leads alone
    enrolled_at = models.DateTimeField()  # or asked, while they have not answered
    asked_at = models.DateTimeField(null=True, blank=True)  # when a lead, or they themselves, last had a mail sent
    ended_at = models.DateTimeField(null=True, blank=True)
    # Prepared for this programme: where it is confidential this stands here alone, and not on the person's record.
    trained_on = models.DateField(null=True, blank=True)
    rests_until = models.DateField(null=True, blank=True)  # takes nobody new up to and including this day
    outcome_on = models.DateField(null=True, blank=True)  # when they recorded that they reached what it is for
    facts_asked_at = models.DateTimeField(null=True, blank=True)  # when a lead last had them asked for missing facts
    # Kept only so that thousands can be counted; actions/standings.py. Nothing is decided by it.
    bar = models.CharField(max_length=7, choices=Bar.choices, default=Bar.UNJUDGED, blank=True)
    barred_by = models.CharField(max_length=80, blank=True)  # the rule's name in the mentoring model

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["person", "state"], name="programmes_enrolment_person"),
            models.Index(fields=["cohort", "side", "state", "bar"], name="programmes_enrolment_bar"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person", "side"],
                name="programmes_enrolment_once",
                violation_error_message="This person is already enrolled on this side.",
            ),
            models.CheckConstraint(
                condition=Q(places_taken__lte=F("capacity")),
                name="programmes_enrolment_capacity",
                violation_error_message="All places are taken.",
            ),
        ]
