"""Facts about a person that models of mentoring ask for: registration, diploma, training, style.

Which facts exist, and what each means, is the catalogue in people/fact_kinds.py,
so that a new mentoring model needs no new column.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Fact(models.Model):
    """One fact of one person: a day, a text from a list, or 'does not apply'.

    No row means 'not yet known', which is never guessed.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=40)
    day = models.DateField(null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    applies = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True, blank=True)  # by the person; counts while it is recorded_at, see is_own

    class Meta:
        ordering = ["person", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="people_fact_once"),
            models.CheckConstraint(
                condition=Q(applies=False, day__isnull=True, text="")
                | Q(applies=True, day__isnull=False, text="")
                | (Q(applies=True, day__isnull=True) & ~Q(text="")),
                name="people_fact_one_value",
            ),
        ]

    @property
    def is_own(self) -> bool:
        """Whether the person said it themselves. Whatever is written over it later ends that."""
        return self.said_at is not None and self.said_at == self.recorded_at
