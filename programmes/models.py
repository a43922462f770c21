"""Programmes, cohorts, enrolments and the relationships that come of them.

What a mentoring model says is in its file (programmes/mentoring_models), never here.
"""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.current import scopes_held
from people.models import Employment, Grant, Organisation
from vault.fields import EncryptedTextField


class ProgrammeQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now: datetime):
        """Programmes that ``viewer`` leads at ``now``, by a grant over the programme or its organisation."""
        own, through = (
            scopes_held(viewer, role=Grant.Role.PROGRAMME_LEAD, kind=kind, now=now)
            for kind in (Grant.ScopeKind.PROGRAMME, Grant.ScopeKind.ORGANISATION)
        )
        if own is not None:
            return self.filter(Q(pk__in=own) | Q(organisation__in=through))
        grants = (
            Grant.objects.live(on=timezone.localdate(now))
            .filter(person=viewer, role=Grant.Role.PROGRAMME_LEAD)
            .order_by()
        )
        return self.filter(
            Q(pk__in=grants.filter(scope_kind=Grant.ScopeKind.PROGRAMME).values("scope_id"))
            | Q(organisation__in=grants.filter(scope_kind=Grant.ScopeKind.ORGANISATION).values("scope_id"))
        )

    def visible_to(self, viewer, *, now: datetime):
        """Programmes that ``viewer`` leads or takes part in."""
        led = Programme.objects.led_by(viewer, now=now).order_by().values("pk")
        joined = Enrolment.objects.live().filter(person=viewer).order_by().values("cohort__programme")
        return self.filter(Q(pk__in=led) | Q(pk__in=joined))


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
        return self.filter(programme__in=Programme.objects.led_by(viewer, now=now).order_by())

    def visible_to(self, viewer, *, now: datetime):
        """Cohorts that ``viewer`` leads or takes part in."""
        joined = Enrolment.objects.live().filter(person=viewer).order_by().values("cohort")
        led = Cohort.objects.led_by(viewer, now=now).order_by().values("pk")
        return self.filter(Q(pk__in=led) | Q(pk__in=joined))


class Cohort(models.Model):
    """One run of a programme. A rolling programme has one open cohort without an end."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=80)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # nobody joins or is matched; what lives goes on
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


class SettingChange(models.Model):
    """A lead changed one setting of a programme: what it was, what it became, and why. Never changed afterwards.

    Both values are kept in the words that the lead saw, so that the history
    still reads the same when the words of a setting change.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="setting_changes")
    line = models.CharField(max_length=120)  # the line of the settings page, such as "rule.mentor-band"
    label = models.CharField(max_length=300)
    was = models.TextField()
    became = models.TextField()
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="settings_changed"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]


class OwnModelQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now: datetime):
        """Models of the organisations whose programmes ``viewer`` leads."""
        grants = Grant.objects.live(on=timezone.localdate(now)).filter(
            person=viewer, role=Grant.Role.PROGRAMME_LEAD, scope_kind=Grant.ScopeKind.ORGANISATION
        )
        return self.filter(organisation__in=grants.order_by().values("scope_id"))


class OwnModel(models.Model):
    """A mentoring model of an organisation's own: a copy of another, or imported. Its texts are its versions.

    ``key`` is unique in the whole portal, files included, so that a programme's
    ``model_key`` always names one model.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="own_models")
    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)  # that of the newest version
    based_on = models.CharField(max_length=40, blank=True)  # the key of the model of which it is a copy
    created_at = models.DateTimeField()

    objects = OwnModelQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title

    def programmes(self):
        """The programmes that run any of its versions."""
        return Programme.objects.filter(own_version__own_model=self)


class OwnModelVersion(models.Model):
    """One text of an own model. Never changed: a change is a new version.

    ``fingerprint`` is made of the text (actions/own_models.py), so whatever is
    kept in memory under it can never be out of date, in any process.
    """

    own_model = models.ForeignKey(OwnModel, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    fingerprint = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=500, blank=True)  # asked for where the version is less strict
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="models_saved"
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["own_model", "number"], name="programmes_ownmodelversion_once")]

    def __str__(self):
        return f"{self.own_model}, version {self.number}"


class Side(models.TextChoices):
    MENTEE = "mentee", "mentee"
    MENTOR = "mentor", "mentor"
    PEER = "peer", "peer"


class EnrolmentQuerySet(models.QuerySet):
    def live(self):
        """Those who take part: not asked only, not declined, not withdrawn."""
        return self.filter(state=Enrolment.State.ENROLLED)

    def on_side(self, side: str):
        return self.filter(side=side)

    def barred(self):
        """Those whom the rules on one person keep from any match, as last judged."""
        return self.filter(bar__in=[Enrolment.Bar.MUST, Enrolment.Bar.SHOULD, Enrolment.Bar.MISSING])

    def with_places(self):
        """Those who have a place left."""
        return self.filter(places_taken__lt=F("capacity"))

    def led_by(self, viewer, *, now: datetime):
        return self.filter(cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())

    def visible_to(self, viewer, *, now: datetime):
        """One's own, and those of the cohorts that one leads."""
        led = Cohort.objects.led_by(viewer, now=now).order_by().values("pk")
        return self.filter(Q(person=viewer) | Q(cohort__in=led))


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

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    side = models.CharField(max_length=6, choices=Side.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ENROLLED)
    capacity = models.PositiveSmallIntegerField(default=1)  # a mentor's mentees, or a mentee's mentors
    places_taken = models.PositiveSmallIntegerField(default=0)
    volunteered_at = models.DateTimeField(null=True, blank=True)  # when they said yes themselves, or had it recorded
    waiting_since = models.DateField(null=True, blank=True)
    enrolled_at = models.DateTimeField()  # or asked, while they have not answered
    asked_at = models.DateTimeField(null=True, blank=True)  # when a lead, or they themselves, last had a mail sent
    ended_at = models.DateTimeField(null=True, blank=True)
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


class Hope(models.Model):
    """What a person hopes for from mentoring, in their own words. Read by themselves, their mentor and the leads (R5).

    A row of its own, so that the text is sealed to it (vault).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="hope")
    text = EncryptedTextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class JoiningLinkQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now: datetime):
        return self.filter(cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())

    def open(self, *, on: date):
        """Those that let people in on the day ``on``."""
        return self.filter(closed_at=None, last_day__gte=on, cohort__in=Cohort.objects.open())


class JoiningLink(models.Model):
    """An address for a poster or a mail to everyone, by which staff join one side of a cohort themselves.

    The id is the secret in the address. It lets nobody in who is not on the staff list.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="joining_links")
    side = models.CharField(max_length=6, choices=Side.choices)
    opened_at = models.DateTimeField()
    last_day = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = JoiningLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "side"],
                condition=Q(closed_at=None),
                name="programmes_joininglink_one_open",
                violation_error_message="There is a link for this side already.",
            )
        ]


class RelationshipQuerySet(models.QuerySet):
    def live(self):
        """Those that hold their people's places: all that have not ended, also those that nobody was told of yet."""
        return self.exclude(state=Relationship.State.ENDED)

    def under_way(self):
        """Those in which two people are mentoring: not merely arranged or proposed, and not ended."""
        return self.filter(state__in=Relationship.UNDER_WAY)

    def told(self):
        """Those that their members know of. Until then a pair is the leads' business alone."""
        return self.filter(told_at__isnull=False)

    def with_member(self, person):
        """Those of which ``person`` is a member now, also where they do not know of it: for actions, not for pages."""
        return self.filter(pk__in=Member.objects.current().filter(person=person).order_by().values("relationship"))

    def of(self, person):
        """Those of which ``person`` is a member now and knows it."""
        return self.told().filter(
            pk__in=Member.objects.knowing().filter(person=person).order_by().values("relationship")
        )

    def led_by(self, viewer, *, now: datetime):
        return self.filter(cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())

    def visible_to(self, viewer, *, now: datetime):
        """One's own while they last and once one was told, and those of the cohorts that one leads, also when over.

        Whatever ends takes leave of its members, so a current membership is enough.
        """
        own = Member.objects.knowing().filter(person=viewer).order_by().values("relationship")
        led = Cohort.objects.led_by(viewer, now=now).order_by().values("pk")
        return self.filter(Q(pk__in=own, told_at__isnull=False) | Q(cohort__in=led))

    def to_confirm(self):
        """Those that wait for a matchmaker of the mentee's site; nobody in them knows yet."""
        return self.filter(state=Relationship.State.PROPOSED, told_at__isnull=True)

    def at_sites(self, sites, *, on: date):
        """Those whose mentee works at one of ``sites`` (ids) on the day ``on``."""
        there = Employment.objects.not_over(on=on).filter(site__in=sites).order_by().values("person")
        mentees = Member.objects.current().filter(role=Member.Role.MENTEE, person__in=there).order_by()
        return self.filter(pk__in=mentees.values("relationship"))


class Relationship(models.Model):
    """The living mentoring relationship: pair, triad or group alike. Its people are its members.

    arranged -> live; proposed -> arranged or live; introduction -> live <-> paused; ended from each of them.
    It holds its people's places from the first moment, but they see it only once ``told_at`` is set.
    """

    class Shape(models.TextChoices):
        PAIR = "pair", "Pair"
        PEER_PAIR = "peer-pair", "Peer pair"
        TRIAD = "triad", "Triad"
        GROUP = "group", "Group"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"  # waits for a matchmaker of the site, or for both to accept
        ARRANGED = "arranged", "Arranged"  # decided; waits for the day on which the two are told
        INTRODUCTION = "introduction", "Introduction"
        LIVE = "live", "Live"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    UNDER_WAY = (State.INTRODUCTION, State.LIVE, State.PAUSED)

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="relationships")
    shape = models.CharField(max_length=9, choices=Shape.choices, default=Shape.PAIR)
    state = models.CharField(max_length=12, choices=State.choices, default=State.LIVE)
    started_at = models.DateTimeField()  # when it was made; from the day on which it goes live, that day
    told_at = models.DateTimeField(null=True, blank=True)  # since when its members know and see it
    opens_at = models.DateTimeField(null=True, blank=True)  # not to be told before; none: as soon as may be
    by_mail = models.BooleanField(default=True)  # told by mail; else the lead tells them
    confirmed_by = models.ForeignKey(  # the matchmaker of the mentee's site, where the programme asks for one
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="relationships_confirmed"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(  # who may let it go on, besides the leads; none: the portal, or a lead
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="relationships_paused"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="programmes_relationship_ended",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=False) | Q(state__in=["proposed", "arranged", "ended"]),
                name="programmes_relationship_told",
            ),
        ]
        indexes = [
            models.Index(fields=["opens_at"], condition=Q(state="arranged"), name="programmes_relationship_opens")
        ]


class MemberQuerySet(models.QuerySet):
    def current(self):
        return self.filter(left_at__isnull=True)

    def knowing(self):
        """Those of now who know that they are: not a trainee who is yet to be told of their two supervisors."""
        return self.current().filter(tells_on__isnull=True)


class Member(models.Model):
    """A person in a relationship, in a role, for a period."""

    class Role(models.TextChoices):
        MENTOR = "mentor", "mentor"
        MENTEE = "mentee", "mentee"
        PEER = "peer", "peer"
        OBSERVER = "observer", "observer"
        TRAINEE = "trainee", "trainee pharmacist"  # the third of a triad

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=8, choices=Role.choices)
    waited_from = models.DateField(null=True, blank=True)  # since when they had waited for it, where they had
    accepted_at = models.DateTimeField(null=True, blank=True)  # their yes, where both are asked
    tells_on = models.DateField(null=True, blank=True)  # until then a triad's trainee neither knows nor sees it
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "person"],
                condition=Q(left_at__isnull=True),
                name="programmes_member_once",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(left_at__isnull=True, role="trainee"),
                name="programmes_member_one_triad",
                violation_error_message="This person is the trainee of another triad already.",
            ),
        ]


class RuleOverrideQuerySet(models.QuerySet):
    def standing(self, *, at: datetime):
        """Those in force at ``at``, also as they stood in the past."""
        return self.filter(granted_at__lte=at).filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at))

    def led_by(self, viewer, *, now: datetime):
        """Those of the cohorts that ``viewer`` leads: nobody else learns of an override or its reason."""
        return self.filter(cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())


class RuleOverride(models.Model):
    """A lead allows one pair although a rule of strength ``should`` speaks against it, and says why (R3).

    It is about this rule and these two in this cohort alone, and never opens a ``must``.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="rule_overrides")
    mentee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides_as_mentee")
    mentor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides_as_mentor")
    rule = models.CharField(max_length=80)  # its name in the mentoring model
    sentence = models.CharField(max_length=300)  # what the rule said when it was allowed all the same
    reason = models.CharField(max_length=500)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides_granted")
    granted_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="overrides_withdrawn"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = RuleOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "mentee", "mentor", "rule"],
                condition=Q(withdrawn_at__isnull=True),
                name="programmes_ruleoverride_once",
                violation_error_message="This has been allowed already.",
            )
        ]


class AgreementVersion(models.Model):
    """The ground rules of a programme as they read at one time: whoever accepted can be shown what they accepted."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="agreement_versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=32)  # of the text: the same words are the same version
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programmes_agreementversion_number"),
            models.UniqueConstraint(fields=["programme", "digest"], name="programmes_agreementversion_text"),
        ]


class AgreementAcceptance(models.Model):
    """A member read one version of the ground rules and accepted them."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="acceptances")
    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "version"], name="programmes_agreementacceptance_once")
        ]


class FlagQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def read_by(self, viewer, *, now: datetime):
        """Those that ``viewer`` may read as a lead: never one about a match that they are or were in themselves."""
        led = Cohort.objects.led_by(viewer, now=now).order_by().values("pk")
        theirs = Member.objects.filter(person=viewer).order_by().values("relationship")
        return self.filter(relationship__cohort__in=led).exclude(relationship__in=theirs)

    def visible_to(self, viewer, *, now: datetime):
        """One's own, and those that one may read as a lead."""
        return self.filter(
            Q(raised_by=viewer) | Q(pk__in=Flag.objects.read_by(viewer, now=now).order_by().values("pk"))
        )


class Flag(models.Model):
    """A member's private "This isn't right for me" to the leads (R7). The other members never learn of it."""

    class Outcome(models.TextChoices):
        CARRIES_ON = "carries-on", "We talked, and the match goes on"
        ENDED = "ended", "The match has ended"
        REPLACED = "replaced", "There is a new match"
        PASSED_ON = "passed-on", "Passed on to Freedom to Speak Up or safeguarding"
        TAKEN_BACK = "taken-back", "Taken back by the person who raised it"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="flags")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="flags_raised")
    raised_at = models.DateTimeField()
    reason = EncryptedTextField(null=True)  # for the leads alone, and only if the person wants to say
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="flags_closed"
    )
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "raised_by"],
                condition=Q(closed_at__isnull=True),
                name="programmes_flag_one_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="programmes_flag_closed",
            ),
        ]


class RuleBreakQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def led_by(self, viewer, *, now: datetime):
        """Those of the cohorts that ``viewer`` leads: nobody else reads why a pair is in question."""
        return self.filter(relationship__cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())


class RuleBreak(models.Model):
    """A live pair that has come to break a rule since it was made: for the lead to decide, no silent pause (R3)."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "Kept all the same"
        SOLVED = "solved", "The rule is met again"
        ENDED = "ended", "The match has ended"

    relationship = models.ForeignKey(Relationship, on_delete=models.CASCADE, related_name="rule_breaks")
    rule = models.CharField(max_length=80)  # its name in the mentoring model
    strength = models.CharField(max_length=6)
    sentence = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="rule_breaks_closed"
    )
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)

    objects = RuleBreakQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "rule"],
                condition=Q(closed_at__isnull=True),
                name="programmes_rulebreak_one_open",
            )
        ]
