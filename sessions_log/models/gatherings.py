"""What a programme holds for many of its people: training, supervision of mentors, a kick-off. No mentoring session."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from programmes.models import Cohort, Enrolment, Side


class GatheringQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(cancelled_at=None)

    def led_by(self, viewer, *, now: datetime):
        return self.filter(cohort__in=Cohort.objects.led_by(viewer, now=now).order_by())

    def for_person(self, person):
        """Those meant for a side on which ``person`` takes part. The other side's are not there for them."""
        mine = Enrolment.objects.live().filter(cohort=OuterRef("cohort"), person=person).order_by()
        as_mentor = Q(Exists(mine.filter(side=Side.MENTOR)), for_mentors=True)
        return self.filter(as_mentor | Q(Exists(mine.exclude(side=Side.MENTOR)), for_mentees=True))


class Gathering(models.Model):
    """One date of a cohort's own calendar. ``taken`` never passes ``places``: the database sees to it."""

    class Kind(models.TextChoices):
        TRAINING = "training", "Training"
        SUPERVISION = "supervision", "Supervision of mentors"
        KICK_OFF = "kick-off", "Kick-off"
        VISIT = "visit", "Visit"
        OTHER = "other", "Something else"

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="gatherings")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    title = models.CharField(max_length=120)
    day = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)  # London's; none: not fixed yet
    minutes = models.PositiveSmallIntegerField(default=60)
    where = models.CharField(max_length=300, blank=True)  # a room, or the address of a video meeting
    for_mentees = models.BooleanField(default=True)
    for_mentors = models.BooleanField(default=True)
    places = models.PositiveSmallIntegerField(null=True, blank=True)  # none: as many as come
    taken = models.PositiveSmallIntegerField(default=0)
    is_laid = models.BooleanField(default=False)  # the model asks for it; nobody typed it in
    sequence = models.PositiveIntegerField(default=0)  # grows with each change of when or where: calendars name it
    told_sequence = models.PositiveIntegerField(null=True, blank=True)  # which of them a lead had mailed; none: none
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = ["day", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "kind", "day"], condition=Q(is_laid=True), name="sessions_log_gathering_laid_once"
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(taken__lte=F("places")), name="sessions_log_gathering_places"
            ),
            models.CheckConstraint(
                condition=Q(for_mentees=True) | Q(for_mentors=True), name="sessions_log_gathering_for_somebody"
            ),
        ]


class GatheringPlace(models.Model):
    """Somebody's place at a gathering: signed up, then as a lead ticked it."""

    class State(models.TextChoices):
        COMING = "coming", "Coming"
        ATTENDED = "attended", "Was there"
        ABSENT = "absent", "Was not there"

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="coming")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="gatherings")
    state = models.CharField(max_length=8, choices=State.choices, default=State.COMING)
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "enrolment"], name="sessions_log_gatheringplace_once")
        ]
