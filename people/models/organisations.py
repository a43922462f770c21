"""Organisations, their sites and teams."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from people.current import scopes_held
from people.models.grants import Grant
from people.models.periods import Dated


class OrganisationQuerySet(models.QuerySet):
    def led_by(self, viewer, *, now):
        """The organisations over which ``viewer`` holds a programme-lead grant at ``now``."""
        known = scopes_held(viewer, role=Grant.Role.PROGRAMME_LEAD, kind=Grant.ScopeKind.ORGANISATION, now=now)
        if known is not None:
            return self.filter(pk__in=known)
        held = Grant.objects.live(on=timezone.localdate(now)).filter(
            person=viewer, role=Grant.Role.PROGRAMME_LEAD, scope_kind=Grant.ScopeKind.ORGANISATION
        )
        return self.filter(pk__in=held.order_by().values("scope_id"))


class Organisation(models.Model):
    """An employer or a host: a trust, a community chain, an ambulance service, a network."""

    class Kind(models.TextChoices):
        ACUTE = "acute", "Hospital trust"
        COMMUNITY = "community", "Community pharmacy"
        AMBULANCE = "ambulance", "Ambulance service"
        PRIMARY_CARE = "primary-care", "Primary care network"
        MENTAL_HEALTH = "mental-health", "Mental health trust"
        OTHER = "other", "Other"

    code = models.SlugField(max_length=40, unique=True)  # short, stable, used by commands and imports
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OTHER)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class Site(models.Model):
    """A place where an organisation's people work."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="people_site_name")]

    def __str__(self):
        return self.name


class Team(models.Model):
    """A team within an organisation, such as Dispensary or Critical care."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="people_team_name")]

    def __str__(self):
        return self.name


class Guest(Dated):
    """Somebody whom an organisation keeps on its list without employing them: a mentor from outside.

    No job, so no band, site or managers; where they work is words.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="guests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="guest_of")
    works_at = models.CharField(max_length=150, blank=True)

    class Meta(Dated.Meta):
        ordering = ["organisation", "-start_date", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(end_date__isnull=True), name="people_guest_once"
            ),
        ]
