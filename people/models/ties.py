"""Ties between two people, other than line management, that bar or colour a match."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.models.periods import Dated


class Tie(Dated):
    """``other`` stands in this tie to ``person``: is their supervisor, assessor, or barred from them.

    Supervising ties have a direction; DECLARED and BLOCK hold both ways.
    """

    class Kind(models.TextChoices):
        DS = "ds", "designated supervisor"
        DPP = "dpp", "designated prescribing practitioner"
        ES = "es", "educational supervisor"
        ASSESSOR = "assessor", "assessor"
        DECLARED = "declared", "declared conflict"
        BLOCK = "block", "blocked pair"

    DIRECTED = frozenset({Kind.DS, Kind.DPP, Kind.ES, Kind.ASSESSOR})

    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ties")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ties_of_others")

    class Meta(Dated.Meta):
        ordering = ["person", "kind", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "person", "other"], condition=Q(end_date__isnull=True), name="people_tie_once"
            ),
            models.CheckConstraint(condition=~Q(person=F("other")), name="people_tie_not_self"),
        ]
