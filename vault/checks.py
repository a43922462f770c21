"""System checks: the portal does not start without its keys."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections

from vault.fields import EncryptedTextField, models_with_encrypted_fields
from vault.keys import KeyFileError, keyring
from vault.sealing import key_id

SAMPLE = 20  # rows a table: enough to see a wrong key file, few enough for every start


@register(Tags.security)
def key_file_is_in_order(app_configs, **kwargs):
    """No command runs, and no server starts, on keys that are missing, weak or open to others."""
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
        for model, fields in models_with_encrypted_fields().items():
            if model._meta.db_table in tables:
                found += [
                    Error(
                        f"{field} is sealed with keys that {settings.NOTE_KEY_FILE} does not hold: "
                        f"{', '.join(sorted(missing))}.",
                        hint="Bring back the key file that belongs to this database.",
                        id="vault.E002",
                    )
                    for field in fields
                    if (missing := _used(field, alias) - set(known))
                ]
    return found


def _used(field: EncryptedTextField, alias: str) -> set[str]:
    """The ids of the keys that a few rows were sealed with."""
    filled = field.model._base_manager.using(alias).filter(**{f"{field.name}__isnull": False}).order_by("pk")
    return {key_id(stored) for stored in filled.values_list(field.name, flat=True)[:SAMPLE]}


@register(Tags.security, deploy=True)
def key_file_is_named(app_configs, **kwargs):
    """On a real site the keys lie apart from the data, where the operator put them."""
    if settings.NOTE_KEY_FILE_IS_NAMED:
        return []
    return [
        Error(
            "The key file of the notes was made beside the data it protects.",
            hint="Keep it elsewhere, back it up by itself, and name it in NOTE_KEY_FILE.",
            id="vault.E003",
        )
    ]
