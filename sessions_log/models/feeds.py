"""The private address under which a person's calendar reads their sessions."""

import hashlib

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """One a person; a new one closes the old. Of the secret in its address only a hash is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of 256 random bits
    made_at = models.DateTimeField()

    @staticmethod
    def hash_of(token: str) -> str:
        """What is kept of the secret."""
        return hashlib.sha256(token.encode()).hexdigest()
