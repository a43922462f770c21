"""An organisation's own models: copied, imported, changed as new versions, deleted while nobody runs them.

Every text is read by the contract before it is kept, so whatever is in the
database is a model. A text is data: nothing in it is ever run.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Organisation, Person
from programmes import mentoring_models
from programmes.mentoring_models import MentoringModel, files, own
from programmes.mentoring_models.tables import table_of
from programmes.model_settings.lines import Path, line, lines_of, value_of
from programmes.model_settings.proposals import less_strict, with_values
from programmes.models import OwnModel, OwnModelVersion
from programmes.toml_schema import Mistake, Mistaken
from programmes.toml_text import with_top_key, written

MOST_KEY = 40  # characters, as many as OwnModel.key holds
MOST_REASON = 500
MOST_NUMBER = 1_000  # of anything: weeks, years, minutes; a day so many years on is still a day
SAY_WHY = "This version protects people less, or might: {}. Say why. The reason is kept with the version."


@transaction.atomic
def copy(*, organisation: Organisation, of: str, title: str, by: Person | None, now: datetime) -> OwnModelVersion:
    """Make the organisation's own copy of the model with the key ``of``, a file or an own model; comments stay.

    Refused where the model cannot be started yet. KeyError where there is none.
    """
    text = _text_of(of)
    if not own.read_text(text).is_ready:
        raise Refused("This way of mentoring cannot be copied yet: it is still being made.")
    for key, value in (("key", _free_key(title)), ("title", title), ("based_on", of)):
        text = with_top_key(text, key, value)
    return _add(organisation, text, based_on=of, reason="", by=by, now=now)


@transaction.atomic
def bring_in(
    *, organisation: Organisation, text: str, reason: str = "", by: Person | None, now: datetime
) -> OwnModelVersion:
    """Keep a text that came from a file. Its key is kept where it is free, else numbered.

    Raises Mistaken with every mistake in the text. Refused where it protects
    people less than the model of which it says it is a copy, and no reason is given.
    """
    model = own.read_text(text)
    based_on = model.based_on or (model.key if _exists(model.key) else "")
    key = _free_key(model.key)
    if key != model.key:
        text = with_top_key(text, "key", key)
    if based_on and based_on != model.based_on:
        text = with_top_key(text, "based_on", based_on)
    return _add(organisation, text, based_on=based_on, reason=reason, by=by, now=now)


@transaction.atomic
def save(
    *, own_model: OwnModel, text: str, reason: str = "", seen: int | None = None, by: Person | None, now: datetime
) -> OwnModelVersion:
    """Keep ``text`` as the newest version. Programmes go on with theirs until their leads move.

    ``seen`` is the number of the version that was the newest when the writing
    began. Raises Mistaken with every mistake in the text. Refused where nothing
    changed, where somebody else saved a version meanwhile, and where it
    protects people less and no reason is given.
    """
    own_model = OwnModel.objects.select_for_update().get(pk=own_model.pk)
    newest = own_model.versions.first()
    if seen is not None and seen != newest.number:
        raise Refused(
            f"{newest.saved_by or 'Somebody'} saved version {newest.number} while you were writing. "
            "Your text is still here: copy it, look at that version, and put the two together."
        )
    text = _unix(text)
    if text.strip() == newest.text.strip():
        raise Refused("Nothing was changed.")
    model = own.read_text(text)
    if model.key != own_model.key:
        raise Mistaken([Mistake("key", f"is {model.key!r}, but this model is {own_model.key!r} for good")])
    before = own.read_text(newest.text)
    _check(model, allowed={before.note_readers})
    return _keep(own_model, text, model, newest.number + 1, _reason(before, model, reason), by, now)


@transaction.atomic
def change(
    *, own_model: OwnModel, key: str, values: Mapping[Path, Any], reason: str = "", by: Person | None, now: datetime
) -> OwnModelVersion:
    """Change one line of the newest version. The text is written anew, so its comments are lost. As ``save``."""
    model = own.read_text(own_model.versions.first().text)
    changed = line(model, key, own=True)
    if changed is None:
        raise Refused("This model has no such setting.")
    if {**changed.values(model), **values} == changed.values(model):
        raise Refused("Nothing was changed.")
    text = written(table_of(with_values(model, changed, {**changed.values(model), **values})))
    return save(own_model=own_model, text=text, reason=reason, by=by, now=now)


@transaction.atomic
def delete(*, own_model: OwnModel, by: Person | None, now: datetime) -> None:
    """Delete a model with all its versions. Refused while a programme runs it, a closed one included."""
    running = own_model.programmes().order_by("name")
    if running.exists():
        names = ", ".join(str(programme) for programme in running)
        raise Refused(f"{own_model} is the model of {names}, so it cannot be deleted.")
    record(Verb.MODEL_DELETED, by=by, now=now, on=own_model, scope=("organisation", own_model.organisation_id))
    own_model.delete()


def _text_of(key: str) -> str:
    """The newest text of the model with this key, a file or an own model. KeyError where there is none."""
    version = OwnModelVersion.objects.filter(own_model__key=key).order_by("-number").first()
    return version.text if version else files.text(key)


def _add(
    organisation: Organisation, text: str, *, based_on: str, reason: str, by: Person | None, now: datetime
) -> OwnModelVersion:
    text = _unix(text)
    model = own.read_text(text)
    try:
        before = own.read_text(_text_of(based_on)) if based_on else None
    except KeyError:  # a copy of a model of somewhere else
        before = None
    _check(model, allowed={before.note_readers} if before else _readers_of_files())
    reason = _reason(before, model, reason) if before else reason
    own_model = OwnModel.objects.create(
        organisation=organisation, key=model.key, title=model.title[:200], based_on=based_on[:MOST_KEY], created_at=now
    )
    return _keep(own_model, text, model, 1, reason, by, now)


def _keep(own_model, text, model, number, reason, by, now) -> OwnModelVersion:
    digest = hashlib.sha256(f"{own_model.pk}\n{number}\n{text}".encode()).hexdigest()
    version = OwnModelVersion.objects.create(
        own_model=own_model,
        number=number,
        text=text,
        fingerprint=digest,
        reason=" ".join(reason.split())[:MOST_REASON],
        saved_by=by,
        saved_at=now,
    )
    OwnModel.objects.filter(pk=own_model.pk).update(title=model.title[:200])
    record(Verb.MODEL_SAVED, by=by, now=now, on=version, scope=("organisation", own_model.organisation_id))
    return version


def _reason(before: MentoringModel, after: MentoringModel, reason: str) -> str:
    """The reason, or Refused where one is needed and none is given."""
    if not reason.strip() and (found := less_strict(before, after)):
        raise Refused(SAY_WHY.format("; ".join(found)))
    return reason


def _check(model: MentoringModel, *, allowed: set[tuple[str, ...]]) -> None:
    """Mistaken where a number is beyond reason, or somebody else would read notes.

    Who reads notes is promised to whoever writes one (R5), so no text changes it.
    """
    if far := [path for path, number in _numbers(model) if not 0 <= number <= MOST_NUMBER]:
        raise Mistaken([Mistake(path, f"is not a number from 0 to {MOST_NUMBER}") for path in far])
    if model.note_readers not in allowed:
        known = " or ".join(str(list(readers)) for readers in sorted(allowed))
        message = f"is {list(model.note_readers)}, but who reads notes cannot be changed: it must be {known}"
        raise Mistaken([Mistake("note_readers", message)])


def _numbers(model: MentoringModel) -> Iterator[tuple[str, int]]:
    """Every number in a model with its key, as a mistake names it: ``rule three-years.parameters.milestones.years``."""
    for one in lines_of(model, own=True):
        for leaf in one.leaves:
            value = value_of(model, leaf)
            for number in value if isinstance(value, tuple) else (value,):
                if isinstance(number, int):
                    head, *rest = leaf.path
                    named = [f"{head} {rest[0]}", *rest[1:]] if head in ("rule", "preference") else leaf.path
                    dotted = ".".join(str(part) for part in named if not isinstance(part, int))
                    yield dotted, number


def _readers_of_files() -> set[tuple[str, ...]]:
    return {model.note_readers for model in mentoring_models.every()}


def _exists(key: str) -> bool:
    return key in {model.key for model in mentoring_models.every()} or OwnModel.objects.filter(key=key).exists()


def _free_key(wanted: str) -> str:
    """A key like ``wanted`` that no model has yet."""
    stem = slugify(wanted)[:MOST_KEY].strip("-_") or "own-model"
    key, number = stem, 1
    while _exists(key):
        number += 1
        key = f"{stem[: MOST_KEY - len(str(number)) - 1]}-{number}"
    return key


def _unix(text: str) -> str:
    """Lines as TOML's readers and ours count them; a text area sends another end of line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"
