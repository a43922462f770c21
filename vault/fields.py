"""A text field that is unreadable in the database: the column is bytes, opened only on the row itself.

It fails closed: what does not open raises Undecryptable, and no raw value is ever
handed out. It cannot be searched, and every way round ``save`` is refused, since
only ``save`` knows the row to which the text is sealed.
"""

from django.apps import apps
from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.forms import CharField, Textarea

from vault.keys import keyring
from vault.sealing import key_id, open_sealed, seal


class Stored(bytes):
    """A sealed value as it came from the database."""


class SealedForRow(bytes):
    """A value that was sealed for the row it is about to be written to."""


class _Opener(DeferredAttribute):
    """Opens a stored value each time it is asked for; the row in memory keeps it sealed."""

    def __get__(self, instance, cls=None):
        value = super().__get__(instance, cls)
        return self.field.open(instance, value) if isinstance(value, Stored) else value

    # With these two it comes before the instance's own dictionary, where the sealed value lies.
    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value

    def __delete__(self, instance):
        del instance.__dict__[self.field.attname]


class EncryptedTextField(models.Field):
    """Text, sealed on save for its model, row and field. The row's key must be set before the first save.

    Renaming the model or the field makes stored values unreadable: seal them anew
    in that migration.
    """

    description = "Encrypted text"
    descriptor_class = _Opener
    empty_strings_allowed = False

    def get_internal_type(self):
        return "BinaryField"

    def check(self, **kwargs):
        found = super().check(**kwargs)
        if isinstance(self.model._meta.pk, models.AutoField):
            found.append(
                checks.Error(
                    "A model with an encrypted field needs a primary key that is set before the first save.",
                    hint="Use UUIDField(primary_key=True, default=uuid.uuid4).",
                    obj=self,
                    id="vault.E010",
                )
            )
        return found

    def place(self, instance) -> dict:
        """Where the value belongs, as sealing.py wants it."""
        return {"label": self.model._meta.label_lower, "row_id": instance.pk, "field": self.attname}

    def open(self, instance, stored: bytes) -> str:
        """Return the text of ``stored`` on ``instance``; Undecryptable where it does not belong there."""
        return open_sealed(stored, **self.place(instance))

    def reseal(self, instance) -> SealedForRow:
        """Return the row's text sealed anew with the newest key."""
        return SealedForRow(seal(getattr(instance, self.attname), **self.place(instance)))

    # --- to the database ----------------------------------------------------
    def pre_save(self, model_instance, add):
        if model_instance.pk is None:
            raise ValueError("The primary key must be set before an encrypted field is saved.")
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        if isinstance(value, Stored):
            # Untouched since it was read. Opening it proves that it belongs to this row, not to one it was copied from;
            # one sealed with an older key is sealed anew, or a save could undo a rotation under way.
            self.open(model_instance, value)
            if key_id(value) == keyring().newest:
                return SealedForRow(value)
        return self.reseal(model_instance)

    def get_db_prep_save(self, value, connection):
        if not (value is None or isinstance(value, SealedForRow)):
            raise TypeError(f"{self} can only be written by save(): update() and bulk_update() do not know the row.")
        return None if value is None else connection.Database.Binary(bytes(value))

    # --- from the database --------------------------------------------------
    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        return Stored(value.encode() if isinstance(value, str) else bytes(value))

    # --- no way round ---------------------------------------------------------
    def get_lookup(self, lookup_name):
        """Nothing but null can be asked of it; Django then says 'unsupported lookup'."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name):
        return None

    def value_to_string(self, obj):
        raise TypeError(f"{self} is not serialised: a dump must not hold it in clear.")

    # --- forms ----------------------------------------------------------------
    def to_python(self, value):
        return value if value is None or isinstance(value, str) else str(value)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": CharField, "widget": Textarea, **kwargs})


def models_with_encrypted_fields() -> dict[type[models.Model], list[EncryptedTextField]]:
    """Every table that holds sealed text, with the fields that do."""
    found = {}
    for model in apps.get_models():
        if fields := [field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]:
            found[model] = fields
    return found
