"""A person's style: one row for the lead's view and one for the person's own. What it means is in people/style.py."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.style import MOST, TRAIT_KEYS, Traits


def _trait() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(null=True, blank=True)


class Style(models.Model):
    """Five traits from 0 to 8; an empty one is not known. A row holds at least one."""

    class Source(models.TextChoices):
        LEAD = "lead", "As a lead sees it"
        OWN = "own", "From their own answers"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="styles")
    source = models.CharField(max_length=4, choices=Source.choices)
    outgoing = _trait()
    warm = _trait()
    organised = _trait()
    calm = _trait()
    imaginative = _trait()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["person", "source"]
        constraints = [
            models.UniqueConstraint(fields=["person", "source"], name="people_style_once"),
            models.CheckConstraint(
                condition=Q(*(Q((key, None)) | Q((f"{key}__lte", MOST)) for key in TRAIT_KEYS)),
                name="people_style_scale",
            ),
            models.CheckConstraint(
                condition=~Q(*((key, None) for key in TRAIT_KEYS)),
                name="people_style_not_empty",
            ),
        ]

    @property
    def traits(self) -> Traits:
        """The values in the order of people.style.TRAITS."""
        return tuple(getattr(self, key) for key in TRAIT_KEYS)
