"""A person's style: recording it and taking it back. Values are never written to the audit record."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from audit.record import record as write
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person, Style
from people.style import TRAIT_KEYS, traits_from


@transaction.atomic
def record(
    *, person: Person, source: str, traits: Mapping[str, int | None], by: Person | None, now: datetime
) -> Style | None:
    """Record the traits (0 to 8 by key, None where not known) in place of what this source said before.

    With no trait known the row goes, and None is returned. The person's own
    view is theirs alone to give: Refused from anybody else.
    """
    if source == Style.Source.OWN and by != person:
        raise Refused("Only the person can answer the questions about themselves.")
    values = dict(zip(TRAIT_KEYS, traits_from(traits), strict=True))
    if all(value is None for value in values.values()):
        forget(person=person, source=source, by=by, now=now)
        return None
    known = Style.objects.filter(person=person, source=source).first()
    if known and known.traits == tuple(values.values()):
        return known
    style, _ = Style.objects.update_or_create(person=person, source=source, defaults=values | {"recorded_at": now})
    write(Verb.STYLE_RECORDED, by=by, now=now, on=style, about=person)
    return style


@transaction.atomic
def forget(*, person: Person, source: str, by: Person | None, now: datetime) -> None:
    """Take away what this source said; nothing happens where it said nothing."""
    if source == Style.Source.OWN and by not in (person, None):
        raise Refused("Only the person can take back their own answers.")
    style = Style.objects.filter(person=person, source=source).first()
    if style is not None:
        write(Verb.STYLE_FORGOTTEN, by=by, now=now, on=style, about=person)
        style.delete()
