"""Makes a copy of the database fit for development: the same shape, and nobody's name, address or words in it.

Every column of words is emptied or replaced but those in KEEPS, which hold the
portal's own keys. So a column that is new is scrubbed until somebody says that it
need not be. What lets somebody in, or waits to be mailed, goes altogether.
"""

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from people.holdings import classes
from people.models import Person
from vault.fields import EncryptedTextField

WORDS = "Scrubbed"
BATCH = 500
OF_WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, EncryptedTextField)

# Nobody is let in and nobody is written to from a copy.
GOES = (
    "account.EmailConfirmation",
    "account.EmailAddress",
    "mfa.Authenticator",
    "people.SealedSecret",
    "socialaccount.SocialToken",
    "socialaccount.SocialAccount",
    "socialaccount.SocialApp",
    "usersessions.UserSession",
    "sessions.Session",
    "people.KeptForm",
    "people.OneTimeLink",
    "people.StaffImport",
    "people.ColumnChoice",
    "programmes.JoiningLink",
    "sessions_log.CalendarFeed",
    "sessions_log.Draft",
    "sessions_log.FormDraft",
    "notices.Notice",
    "matching.PairDecision",  # runs name people in their reasons; another one is soon found
    "matching.LeftOut",
    "matching.Proposal",
    "matching.Publication",
    "matching.WhatIfRun",
    "matching.MatchRun",
    "mentoring_portal.CacheEntry",
)
# Columns of words that the portal wrote itself and cannot do without: keys, and texts that describe programmes.
KEEPS = {
    "audit.AuditEvent": "*",  # ids and verbs; nothing else may change it either
    "audit.AuditSeal": "*",
    "auth.Group": "*",
    "auth.Permission": "*",
    "contenttypes.ContentType": "*",
    "mentoring_portal.SweepRecord": {"name"},
    "people.Fact": {"kind"},
    "people.Style": {"source"},
    "programmes.Programme": {"model_key", "settings"},
    "programmes.OwnModel": {"key", "based_on"},
    "programmes.OwnModelVersion": {"text", "fingerprint"},
    "programmes.SettingChange": {"line"},
    "programmes.Enrolment": {"barred_by"},
    "programmes.Member": {"slot"},
    "programmes.MentorRequest": {"slots"},
    "programmes.Listing": {"slots", "strengths"},
    "programmes.Introduction": {"slot"},
    "programmes.RuleOverride": {"rule"},
    "programmes.RuleBreak": {"rule", "strength"},
    "programmes.AgreementVersion": {"digest"},
    "sessions_log.FormSpecVersion": {"key", "text", "fingerprint", "based_on"},
    "sessions_log.SessionForm": {"spec_key", "occasion"},
    "sessions_log.PrepSheet": {"spec_key"},
    "sessions_log.Answer": {"question"},
    "sessions_log.EvidencePlan": {"domain"},
}
NAMED = {  # what must go on having a name of its own: "Scrubbed site 3"
    "people.Organisation": ("name", "code"),
    "people.Site": ("name",),
    "people.Team": ("name",),
    "programmes.Programme": ("name",),
    "programmes.Cohort": ("name",),
}


@transaction.atomic
def scrub() -> dict[str, int]:
    """Scrub the whole database; how many rows of each table were changed or deleted."""
    changed = {}
    for label in GOES:
        changed[label] = apps.get_model(label)._base_manager.all().delete()[0]
    for label in classes():
        if label not in GOES and KEEPS.get(label) != "*":
            changed[label] = _scrub_table(apps.get_model(label))
    return {label: count for label, count in changed.items() if count}


def columns(table: type[models.Model]) -> list[models.Field]:
    """The columns of a table whose words are somebody's."""
    kept = KEEPS.get(table._meta.label, set())
    return [
        column
        for column in table._meta.concrete_fields
        if column.name not in kept
        and not column.primary_key
        and not column.is_relation
        and not column.choices
        and isinstance(
            column, models.CharField | models.TextField | models.JSONField | models.BinaryField | EncryptedTextField
        )
    ]


def _scrub_table(table: type[models.Model]) -> int:
    changes = columns(table)
    if not changes:
        return 0
    names = [column.name for column in changes]
    count = 0
    rows = table._base_manager.order_by("pk").only("pk", *(name for name in names if not _is_sealed(table, name)))
    for row in rows.iterator(chunk_size=BATCH):
        sealed = [name for name in names if _is_sealed(table, name)]
        there = dict(zip(sealed, _present(table, row.pk, sealed), strict=True)) if sealed else {}
        writes = []
        for column in changes:
            if column.name in there and not there[column.name]:
                continue  # nothing there, and nothing put there
            setattr(row, column.name, _instead(table, row, column))
            writes.append(column.name)
        if writes:
            models.Model.save(row, update_fields=writes)
            count += 1
    return count


def _is_sealed(table, name: str) -> bool:
    return isinstance(table._meta.get_field(name), EncryptedTextField)


def _present(table, pk, names: list[str]) -> list[bool]:
    """Which sealed columns hold something; they are not opened, the copy may lack the key."""
    rows = table._base_manager.filter(pk=pk)
    return [rows.filter(**{f"{name}__isnull": False}).exists() for name in names]


def _instead(table, row, column):
    """What stands there afterwards; of the same kind, and as unique as before."""
    label, name = table._meta.label, column.name
    if isinstance(row, Person):
        return _of_person(row, name)
    if name in NAMED.get(label, ()):
        word = f"Scrubbed {table._meta.verbose_name} {row.pk}"
        return word.lower().replace(" ", "-") if name == "code" else word
    if isinstance(column, EncryptedTextField):
        return "{}" if name == "value" else WORDS
    was = getattr(row, name)
    if isinstance(column, models.JSONField):
        return type(was)() if isinstance(was, dict | list) else None
    if isinstance(column, models.BinaryField):
        return None
    if not was:
        return was
    if isinstance(column, models.URLField):
        return "https://example.org/"
    if column.unique or isinstance(column, models.SlugField):
        return f"{WORDS.lower()}-{row.pk}"[: column.max_length]
    return WORDS[: column.max_length] if column.max_length else WORDS


def _of_person(person: Person, name: str):
    return {
        "given_name": "Person",
        "family_name": str(person.pk),
        "folded_name": f"person {person.pk}",
        "email": f"person-{person.pk}@example.org" if person.email else None,
        "password": make_password(None),
    }[name]


def vacuum() -> None:
    """Let go of the pages in which the old words still lie."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL" if connection.vendor == "postgresql" else "VACUUM")
