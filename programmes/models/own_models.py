"""What an organisation or a programme made its own: settings changed, and models with their versions."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from people.models import Grant, Organisation
from programmes.models.cohorts import Programme


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
