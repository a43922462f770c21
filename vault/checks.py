"""System checks: the portal does not start without its keys."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections

from vault.fields import EncryptedTextField
from vault.keys import KeyFileError, keyring
from vault.sealing import key_id

SAMPLE = 20  # rows a table: enough to see a wrong key file, few enough for every start


def encrypted_fields() -> list[EncryptedTextField]:
    """Every encrypted field of every model."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]


@register(Tags.security)
def key_file_is_in_order(app_configs, **kwargs):
    try:
        keyring()
    except KeyFileError as fault:
        return [Error(str(fault), id="vault.E001")]
    return []


@register(Tags.database)
def keys_open_what_is_stored(app_configs, databases, **kwargs):
    """Run by ``migrate``, with which every start begins: the keys must be those of this database."""
    try:
        known = keyring().keys
    except KeyFileError:
        return []  # said already
    found = []
    for alias in databases or []:
        tables = set(connections[alias].introspection.table_names())
        for field in encrypted_fields():
            model = field.model
            if model._meta.db_table not in tables:
                continue
            sample = model._base_manager.using(alias).filter(**{f"{field.name}__isnull": False}).order_by("pk")
            used = {key_id(stored) for stored in sample.values_list(field.name, flat=True)[:SAMPLE]}
            if missing := sorted(used - set(known)):
                found.append(
                    Error(
                        f"{field} is sealed with keys that {settings.NOTE_KEY_FILE} does not hold: "
                        f"{', '.join(missing)}.",
                        hint="Bring back the key file that belongs to this database.",
                        id="vault.E002",
                    )
                )
    return found


@register(Tags.security, deploy=True)
def key_file_is_named(app_configs, **kwargs):
    if settings.NOTE_KEY_FILE_IS_NAMED:
        return []
    return [
        Error(
            "The key file of the notes was made beside the data it protects.",
            hint="Keep it elsewhere, back it up by itself, and name it in NOTE_KEY_FILE.",
            id="vault.E003",
        )
    ]
