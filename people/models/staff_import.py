"""A staff list on its way: read, its columns chosen, checked, looked at, saved, perhaps undone."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.models.organisations import Organisation


class StaffImportQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now):
        """The lists of the organisations that ``viewer`` leads at ``now``."""
        return self.filter(organisation__in=Organisation.objects.led_by(viewer, now=now).order_by().values("pk"))

    def light(self):
        """Without what is megabytes in a long list: the file, its rows, and what saving them changed."""
        return self.defer("file", "rows", "problems", "warnings", "journal")

    def under_way(self):
        """Those that a worker has, or should take."""
        return self.filter(state__in=StaffImport.UNDER_WAY)


class StaffImport(models.Model):
    """The file and its rows are kept until confirmed or for two days, then dropped; the counts stay.

    columns -> checking -> preview -> saving -> saved -> undone; dropped from any of the first three.
    A fault leads from checking back to columns, from saving back to preview, with a sentence.
    """

    class State(models.TextChoices):
        COLUMNS = "columns", "Waiting for its columns to be named"
        CHECKING = "checking", "Being checked"
        PREVIEW = "preview", "Waiting to be confirmed"
        SAVING = "saving", "Being saved"
        SAVED = "saved", "Saved"
        UNDONE = "undone", "Undone"
        DROPPED = "dropped", "Not saved"

    UNDER_WAY = (State.CHECKING, State.SAVING)
    OPEN = (State.COLUMNS, State.CHECKING, State.PREVIEW)

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff_imports")
    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20)
    is_complete = models.BooleanField(default=False)  # "this is everyone": absent people are leavers
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREVIEW)
    file = models.BinaryField(null=True)  # compressed, so that columns can be chosen anew
    told = models.JSONField(default=dict)  # what was said about columns and sheet: people/staff_list/columns.py Map
    sheet = models.CharField(max_length=100, blank=True)
    headings = models.JSONField(default=dict)  # field to the list's own heading, for the preview
    unused = models.JSONField(default=list)  # headings that mean nothing to the portal
    notes = models.JSONField(default=list)  # sentences about the file as a whole
    row_count = models.PositiveIntegerField(default=0)
    rows = models.JSONField(default=list)  # as people/staff_list/check.py makes them
    problems = models.JSONField(default=list)  # of single rows: {"row", "column", "message"}
    warnings = models.JSONField(default=list)  # the same, but nothing that must be mended
    left_out = models.JSONField(default=list)  # rows that are not people: {"row"}, until settled with what they say
    answers = models.JSONField(default=dict)  # by row: the id of whom it means, 0 for somebody new
    adds = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    leavers = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_imports")
    uploaded_at = models.DateTimeField()
    # Work under way, as of a match run: who asked, how far it is, and when it was last heard of.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    seen = models.CharField(max_length=32, blank=True)  # the digest of what was looked at when saving was asked for
    is_sure = models.BooleanField(default=False)  # that so many would leave was seen
    stage = models.CharField(max_length=60, blank=True)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    is_taken = models.BooleanField(default=False)  # a worker has it
    tries = models.PositiveSmallIntegerField(default=0)  # how often one took it since it was asked for
    attempt = models.PositiveIntegerField(default=0)  # whoever holds the latest may write; earlier ones may not
    fault = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    journal = models.JSONField(null=True)  # what saving changed, to undo it: people/staff_list/journal.py
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = StaffImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(state="undone", saved_at__isnull=False),
                name="people_staffimport_undone",
            )
        ]

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def progress(self) -> str:
        """How far the stage is, in words."""
        return f"{self.done:,} of {self.of:,}"


class ColumnChoice(models.Model):
    """What an organisation's lead said the columns of a list are, for the next list with the same headings."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="column_choices")
    headings = models.CharField(max_length=40)  # people/staff_list/columns.py key_of
    columns = models.JSONField()  # field to label; what is not named is not used
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "headings"], name="people_columnchoice_once")]
