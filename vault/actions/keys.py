"""Sealing everything anew with the newest key."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from audit.record import REFUSED, record
from audit.verbs import Verb
from vault.fields import EncryptedTextField, models_with_encrypted_fields
from vault.keys import keyring
from vault.sealing import Undecryptable, key_id

BATCH = 200  # rows a transaction: short, since on SQLite it holds up every other writer


@dataclass
class Rotation:
    """What a rotation came to, counted in fields."""

    resealed: int = 0
    unreadable: int = 0


def rotate(*, by: AbstractBaseUser | None, now: datetime) -> Rotation:
    """Seal every stored text that an older key sealed with the newest one.

    Works in batches that each stand by themselves, so a run that was cut off is
    taken up by the next. What cannot be opened is left as it is, counted and
    recorded; the rest goes on.
    """
    rotation = Rotation()
    for model, fields in models_with_encrypted_fields().items():
        last = None
        while True:
            rows = model._base_manager.order_by("pk")
            ids = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:BATCH])
            if not ids:
                break
            _rotate_batch(model, fields, ids, rotation, by=by, now=now)
            last = ids[-1]
    return rotation


@transaction.atomic
def _rotate_batch(
    model: type[models.Model],
    fields: list[EncryptedTextField],
    ids: list,
    rotation: Rotation,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
) -> None:
    newest = keyring().newest
    # The lock keeps out an author who saves at the same moment; on SQLite the transaction itself does.
    for row in model._base_manager.filter(pk__in=ids).order_by("pk").select_for_update():
        for field in fields:
            stored = row.__dict__[field.attname]
            if stored is None or key_id(stored) == newest:
                continue
            try:
                sealed = field.reseal(row)
            except Undecryptable:
                record(Verb.NOTE_UNREADABLE, by=by, now=now, on=row, outcome=REFUSED)
                rotation.unreadable += 1
                continue
            model._base_manager.filter(pk=row.pk).update(**{field.attname: sealed})
            if not rotation.resealed:  # once a run, together with the first change
                record(Verb.KEYS_ROTATED, by=by, now=now, on=("vault.key", newest))
            rotation.resealed += 1
