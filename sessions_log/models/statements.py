"""That a mentee lets their line manager read how many hours a match takes: hours alone, and only once they say so."""

from django.db import models

from people.models import LineManagement
from programmes.models import Member, Relationship


class HoursShareQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken back, in matches that go on."""
        going_on = Relationship.objects.filter(state__in=Relationship.UNDER_WAY).order_by().values("pk")
        return self.filter(taken_back_at=None, member__left_at=None, member__relationship__in=going_on)

    def read_by(self, viewer, *, on):
        """Those of the people whom ``viewer`` manages directly on the day ``on``."""
        managed = LineManagement.objects.live(on=on).filter(manager=viewer).order_by().values("report")
        return self.standing().filter(member__person__in=managed)


class HoursShare(models.Model):
    """One member's word that their line manager may read the hours of this match."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="hours_share")
    shared_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = HoursShareQuerySet.as_manager()

    class Meta:
        ordering = ["shared_at", "pk"]
