"""How long what members wrote is kept."""

from django.db import models

from programmes.models import Relationship


class TextsWarning(models.Model):
    """Whoever wrote in a relationship that has ended was told, once, that their words go soon."""

    relationship = models.OneToOneField(Relationship, on_delete=models.CASCADE, related_name="texts_warning")
    at = models.DateTimeField()
