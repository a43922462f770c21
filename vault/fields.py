"""A text field that is unreadable in the database."""

from django.db import models


class EncryptedTextField(models.BinaryField):
    """Being built: the column is bytes, sealed with a key from the key file."""
