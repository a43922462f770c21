"""Relationships and their members."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models.cohorts import Cohort, Enrolment, led


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
        return self.filter(led(viewer, "cohort__programme", now=now))

    def visible_to(self, viewer, *, now: datetime):
        """One's own while they last and once one was told, and those of the cohorts that one leads, also when over.

        Whatever ends takes leave of its members, so a current membership is enough.
        """
        own = Member.objects.knowing().filter(person=viewer).order_by().values("relationship")
        return self.filter(Q(pk__in=own, told_at__isnull=False) | led(viewer, "cohort__programme", now=now))

    def to_confirm(self):
        """Those that wait for a matchmaker of the mentee's site; nobody in them knows yet."""
        return self.filter(state=Relationship.State.PROPOSED, told_at__isnull=True)


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
    name = models.CharField(max_length=60, blank=True)  # a group's, where it has one of its own
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
    ends_on = models.DateField(null=True, blank=True)  # agreed since it began; none: as the cohort and its model say
    kept_small_at = models.DateTimeField(null=True, blank=True)  # a lead lets a group go on below its least size

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

    @property
    def is_group(self) -> bool:
        return self.shape == self.Shape.GROUP


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

    NAMED = (Role.MENTOR, Role.MENTEE, Role.PEER)  # those for which a model has words of its own: Words.of

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=8, choices=Role.choices)
    slot = models.CharField(max_length=40, blank=True)  # the domain that this match is for, where the model has some
    waited_from = models.DateField(null=True, blank=True)  # since when they had waited for it, where they had
    accepted_at = models.DateTimeField(null=True, blank=True)  # their yes, where both are asked
    tells_on = models.DateField(null=True, blank=True)  # until then a triad's trainee neither knows nor sees it
    goes_on_at = models.DateTimeField(null=True, blank=True)  # their yes to going on beyond its end
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
                fields=["enrolment", "slot"],
                condition=Q(left_at__isnull=True, role="mentee") & ~Q(slot=""),
                name="programmes_member_one_for_each_slot",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(left_at__isnull=True, role="trainee"),
                name="programmes_member_one_triad",
                violation_error_message="This person is the trainee of another triad already.",
            ),
        ]
