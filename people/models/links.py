"""What signing in needs beside allauth's tables: one-time links, kept forms, sealed secrets."""

import uuid

from django.conf import settings
from django.db import models

from vault.fields import EncryptedTextField


class OneTimeLink(models.Model):
    """Permission to do one thing once without signing in.

    The secret is not stored: the token is this row's id signed with SECRET_KEY
    for its purpose, so a mail that must be sent again carries the same link and
    a stolen database opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=30)  # "invitation", "first-lead", "session-form"
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="one_time_links"
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="one_time_links_issued"
    )  # None: the portal itself, or the person asked again
    about_id = models.BigIntegerField(null=True)  # what it is about, where the purpose needs one
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong codes typed, where the purpose asks for one

    class Meta:
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["purpose", "about_id"], name="people_link_about")]


class KeptForm(models.Model):
    """What someone had typed when their sign-in turned out to have expired."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_forms")
    path = models.CharField(max_length=500)
    body = EncryptedTextField()  # the fields as sent, URL-encoded; may hold anything, so never in clear
    kept_at = models.DateTimeField()
    # Sent by the page itself while its person typed, and not yet by them: never preferred to what they sent.
    is_draft = models.BooleanField(default=False)

    class Meta:
        ordering = ["-kept_at", "pk"]


class SealedSecret(models.Model):
    """A secret of somebody's second factor. Allauth's own row holds this row's id in its place.

    A row of ours, so that the vault binds it to its place and seals it anew when
    keys are rotated.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = EncryptedTextField()

    class Meta:
        ordering = ["pk"]
