"""An organisation's own forms: copied, brought in, changed as new versions, and taken by a programme.

Every text is read by the schema before it is kept, so whatever is in the
database is a form. A text is data: nothing in it is ever run.
"""

import re
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from look.numbers import whole
from people.models import Organisation, Person
from programmes.toml_schema import Mistake, Mistaken
from programmes.toml_text import with_top_key
from sessions_log.models import FormSpecVersion
from sessions_log.session_forms import files, fingerprint, read_text

MOST_KEY = 40  # characters
_VERSION = re.compile(r"^[ \t]*version[ \t]*=.*$", re.MULTILINE)


@transaction.atomic
def copy(*, organisation: Organisation, of: str, title: str, by: Person, now: datetime) -> FormSpecVersion:
    """Make the organisation's own copy of the form named ``of``, such as ``pulse@1``; comments stay. KeyError where
    there is none."""
    kept = FormSpecVersion.objects.filter(key=of.partition("@")[0], version=_number(of)).first()
    text = kept.text if kept else files.texts()[of]
    for key, value in (("key", _free_key(title)), ("title", title)):
        text = with_top_key(text, key, value)
    return _keep(organisation, text, 1, based_on=of, by=by, now=now)


@transaction.atomic
def bring_in(*, organisation: Organisation, text: str, by: Person, now: datetime) -> FormSpecVersion:
    """Keep a text that came from a file. Its key is kept where it is free, else numbered. Raises Mistaken."""
    spec = read_text(_unix(text))
    return _keep(organisation, with_top_key(_unix(text), "key", _free_key(spec.key)), 1, based_on="", by=by, now=now)


@transaction.atomic
def save(*, newest: FormSpecVersion, text: str, seen: int | None = None, by: Person, now: datetime) -> FormSpecVersion:
    """Keep ``text`` as the next version; whoever was asked before goes on with theirs. The number is set here.

    ``seen`` is the version that was the newest when the writing began. Raises Mistaken with every mistake. Refused
    where nothing changed, and where somebody else saved a version meanwhile.
    """
    latest = (
        FormSpecVersion.objects.select_for_update()
        .filter(key=newest.key, organisation=newest.organisation)
        .order_by("-version")[0]
    )
    if seen is not None and seen != latest.version:
        raise Refused(
            f"{latest.saved_by or 'Somebody'} saved version {latest.version} while you were writing. "
            "Your text is still here: copy it, look at that version, and put the two together."
        )
    number = latest.version + 1
    text = _with_version(_unix(text), number)
    spec = read_text(text)
    if spec.key != newest.key:
        raise Mistaken([Mistake("key", f"is {spec.key!r}, but this form is {newest.key!r} for good")])
    if fingerprint(text) == fingerprint(_with_version(latest.text, number)):
        raise Refused("Nothing was changed.")
    return _keep(newest.organisation, text, number, based_on=latest.name, by=by, now=now)


def _keep(organisation, text, version, *, based_on, by, now) -> FormSpecVersion:
    text = _with_version(_unix(text), version)
    spec = read_text(text)
    row = FormSpecVersion.objects.create(
        organisation=organisation,
        key=spec.key,
        version=version,
        title=spec.title,
        text=text,
        fingerprint=fingerprint(text),
        based_on=based_on[:50],
        saved_by=by,
        saved_at=now,
    )
    record(Verb.FORM_SPEC_SAVED, by=by, now=now, on=row, scope=("organisation", organisation.pk))
    return row


def _with_version(text: str, number: int) -> str:
    line = f"version = {number}"
    head, mark, rest = text.partition("\n[[")
    head = _VERSION.sub(line, head, count=1) if _VERSION.search(head) else f"{line}\n{head}"
    return f"{head}{mark}{rest}"


def _free_key(wanted: str) -> str:
    """A key like ``wanted`` that no form has yet, of the portal or of anybody."""
    stem = slugify(wanted)[:MOST_KEY].strip("-_").replace("_", "-") or "form"
    stem = stem if stem[0].isalpha() else f"form-{stem}"[:MOST_KEY]
    taken = {name.partition("@")[0] for name in files.texts()}
    key, number = stem, 1
    while key in taken or FormSpecVersion.objects.filter(key=key).exists():
        number += 1
        key = f"{stem[: MOST_KEY - len(str(number)) - 1]}-{number}"
    return key


def _number(name: str) -> int:
    return whole(name.partition("@")[2]) or 0


def _unix(text: str) -> str:
    """Lines as TOML's readers count them; a text area sends another end of line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"
