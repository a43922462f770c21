"""When people can be booked: the hours that a mentor opens, and what is different on one day. London's clock."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sessions_log.models.plans import Mode


class OpenHours(models.Model):
    """Hours that a person opens every week: those whom they mentor may book into them without asking."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="open_hours")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), weekday__lte=6),
                name="sessions_log_open_hours_period",
                violation_error_message="The end is not after the beginning.",
            )
        ]


class HoursException(models.Model):
    """One stretch of time that is not as usual: open besides the weekly hours, or not to be booked (leave, a shift)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hours_exceptions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_open = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["person", "ends_at"], name="sessions_log_exception_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="sessions_log_exception_period",
                violation_error_message="The end is not after the beginning.",
            )
        ]


class PreferredChannel(models.Model):
    """How somebody likes to be reached between sessions (R14). Those whom they meet read it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="preferred_channel")
    mode = models.CharField(max_length=9, choices=Mode.choices)


class WordRequest(models.Model):
    """ "Can I run this by you?": that a member would like a word, by whom and how. It has no content (line 269)."""

    relationship = models.ForeignKey("programmes.Relationship", on_delete=models.PROTECT, related_name="word_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="words_asked")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="words_wanted")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "asked_by", "asked_of"],
                condition=Q(done_at__isnull=True),
                name="sessions_log_word_request_once",
            )
        ]
