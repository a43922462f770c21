"""What the portal keeps about itself. Nothing of mentoring belongs here."""

from django.db import models


class SweepRecord(models.Model):
    """When one entry of the schedule last ran to its end, and what stopped it since, if anything."""

    name = models.CharField(max_length=40, primary_key=True)  # as in schedule.py
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)  # the class of the fault: its text might hold data

    class Meta:
        ordering = ["name"]


class CacheEntry(models.Model):
    """The table behind Django's database cache, which holds the limits on guessing.

    A model, so that migrations make the table and nobody needs to remember
    ``createcachetable``. Only the cache reads or writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["cache_key"]
