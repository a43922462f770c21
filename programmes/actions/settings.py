"""Changing what a programme does otherwise than its model says. Every change is kept with who, when and why (R3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import confidential, mentoring_models
from programmes.mentoring_models import own
from programmes.model_settings.lines import Line, Path, line
from programmes.model_settings.proposals import proposed
from programmes.models import OwnModelVersion, Programme, SettingChange
from programmes.toml_schema import Mistaken

AS_THE_MODEL = "Back to what the model says."
MOST_REASON = 500  # characters, as many as SettingChange.reason holds


@transaction.atomic
def change(
    *, programme: Programme, key: str, values: Mapping[Path, Any], reason: str = "", by: Person | None, now: datetime
) -> SettingChange:
    """Change the line ``key`` of a programme to ``values``, and keep what it was.

    Refused where nothing changes, where the values do not fit together, where a
    change protects people less, or might, and no reason is given, and where people
    take part on the promise that nobody learns of it and that would end.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    changed = _line(programme, key)
    before = mentoring_models.of(programme)
    was = changed.values(before)
    if {**was, **values} == was:
        raise Refused("Nothing was changed.")
    reason = " ".join(reason.split())
    if changed.needs_reason(was, {**was, **values}) and not reason:
        raise Refused("Say why. The reason is kept with the change, for whoever asks later.")
    try:
        copy = proposed(programme, changed, {**was, **values})
    except Mistaken as mistaken:
        raise Refused(str(mistaken))
    after = mentoring_models.of(copy)
    confidential.must_be_able_to_change(programme, after.confidential_membership, by=by, now=now)
    only = changed.different(before, after)
    kept = SettingChange.objects.create(
        programme=programme,
        line=key,
        label=changed.label[:300],
        was=changed.sentence(before, only=only),
        became=changed.sentence(after, only=only),
        reason=reason[:MOST_REASON],
        by=by,
        at=now,
    )
    Programme.objects.filter(pk=programme.pk).update(
        settings=copy.settings, is_confidential=after.confidential_membership
    )
    verb = Verb.RULE_CHANGED if changed.kind == "rule" else Verb.SETTING_CHANGED
    record(verb, by=by, now=now, on=kept, scope=("programme", programme.pk))
    return kept


@transaction.atomic
def reset(*, programme: Programme, key: str, by: Person | None, now: datetime) -> SettingChange:
    """Give the line ``key`` back what the model says. Refused where it says so already."""
    values = _line(programme, key).values(own.base(programme))
    return change(programme=programme, key=key, values=values, reason=AS_THE_MODEL, by=by, now=now)


@transaction.atomic
def take_version(
    *, programme: Programme, version: OwnModelVersion, reason: str = "", by: Person | None, now: datetime
) -> SettingChange:
    """Move a programme to another version of its own model. Its own settings stay, where they still mean something.

    Refused where it runs that version already, where the version is of another
    model, where the programme's settings do not fit it, and without a reason.
    """
    programme = Programme.objects.select_for_update(of=("self",)).select_related("own_version").get(pk=programme.pk)
    current = programme.own_version
    if current is None or current.own_model_id != version.own_model_id:
        raise ValueError("A programme moves between versions of one model.")
    if current.pk == version.pk:
        raise Refused(f"This programme runs version {version.number} already.")
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Say why. The reason is kept with the change, for whoever asks later.")
    programme.own_version = version
    try:
        after = mentoring_models.of(programme)
    except Mistaken as mistaken:
        raise Refused(f"Settings of this programme do not fit that version: {mistaken}.")
    confidential.must_be_able_to_change(programme, after.confidential_membership, by=by, now=now)
    programme.is_confidential = after.confidential_membership
    kept = SettingChange.objects.create(
        programme=programme,
        line="model",
        label="The text of the model",
        was=f"Version {current.number}",
        became=f"Version {version.number}",
        reason=reason[:MOST_REASON],
        by=by,
        at=now,
    )
    programme.save(update_fields=["own_version", "is_confidential"])
    record(Verb.MODEL_VERSION_TAKEN, by=by, now=now, on=kept, scope=("programme", programme.pk))
    return kept


@transaction.atomic
def change_forms(*, programme: Programme, forms: Sequence[str], by: Person | None, now: datetime) -> SettingChange:
    """Let a programme use these forms, named as ``pulse@1``, in place of those that it used; kept in the history.

    What is open already stays as it was asked. Refused where nothing changes. Whether there are such forms is for
    whoever calls, since forms are a room above.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    before = mentoring_models.of(programme).forms
    if tuple(forms) == before:
        raise Refused("This programme uses that form already.")
    kept = SettingChange.objects.create(
        programme=programme,
        line="forms",
        label="Forms",
        was=", ".join(before) or "None",
        became=", ".join(forms) or "None",
        by=by,
        at=now,
    )
    programme.settings = programme.settings | {"forms": list(forms)}
    programme.save(update_fields=["settings"])
    record(Verb.SETTING_CHANGED, by=by, now=now, on=kept, scope=("programme", programme.pk))
    return kept


def _line(programme: Programme, key: str) -> Line:
    found = line(mentoring_models.of(programme), key)
    if found is None:
        raise Refused("This programme has no such setting.")
    return found
