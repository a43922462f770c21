"""Grants: dated roles over a programme, a site, an organisation or the whole portal.

Being a mentor or a mentee is no grant; it follows from enrolment. The scope is
named by kind and id, not by foreign key, because programmes live in a room above.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.models.periods import Dated


class Grant(Dated):
    class Role(models.TextChoices):
        PROGRAMME_LEAD = "programme-lead", "Programme lead"
        SITE_LEAD = "site-lead", "Site lead"
        HOST_OFFICER = "host-officer", "Host officer"
        COMMISSIONER = "commissioner", "Commissioner"
        ADMINISTRATOR = "administrator", "System administrator"

    class ScopeKind(models.TextChoices):
        PORTAL = "portal", "the whole portal"
        ORGANISATION = "organisation", "an organisation"
        SITE = "site", "a site"
        PROGRAMME = "programme", "a programme"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=Role.choices)
    scope_kind = models.CharField(max_length=12, choices=ScopeKind.choices)
    scope_id = models.BigIntegerField(default=0)  # 0 where the scope is the portal
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="grants_given"
    )

    class Meta(Dated.Meta):
        ordering = ["person", "role", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "role", "scope_kind", "scope_id"],
                condition=Q(end_date__isnull=True),
                name="people_grant_once",
                violation_error_message="This person already holds this role.",
            ),
            models.CheckConstraint(
                condition=Q(scope_kind="portal", scope_id=0) | (~Q(scope_kind="portal") & Q(scope_id__gt=0)),
                name="people_grant_scope",
            ),
        ]
