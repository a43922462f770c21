"""Ground rules by version, and who accepted which."""

from django.db import models

from programmes.models.cohorts import Programme
from programmes.models.relationships import Member


class AgreementVersion(models.Model):
    """The ground rules of a programme as they read at one time: whoever accepted can be shown what they accepted."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="agreement_versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=32)  # of the text: the same words are the same version
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programmes_agreementversion_number"),
            models.UniqueConstraint(fields=["programme", "digest"], name="programmes_agreementversion_text"),
        ]


class AgreementAcceptance(models.Model):
    """A member read one version of the ground rules and accepted them."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="acceptances")
    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "version"], name="programmes_agreementacceptance_once")
        ]
