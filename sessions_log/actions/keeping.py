"""Telling authors that their words go soon, and letting them go. Which and when is sessions_log/keeping.py's."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from sessions_log.keeping import authors_of, going, old_returns, texts_of, to_warn
from sessions_log.models import TextsWarning

TEXTS_GO = "texts-go"  # the kind of notice
BATCH = 500  # matches a sweep; the others with the next, some hours later


@transaction.atomic
def warn_due(*, by: Person | None, now: datetime) -> int:
    """Tell whoever wrote in a match that ended, once and 30 days ahead, that it goes; returns of how many matches."""
    due = list(to_warn(now).order_by("ended_at", "pk")[:BATCH])
    authors = authors_of([one.pk for one in due])
    people = Person.objects.in_bulk({person for some in authors.values() for person in some})
    for relationship in due:
        for person in sorted(authors[relationship.pk]):
            if people[person].is_active:
                outbox.owe(
                    kind=TEXTS_GO,
                    key=f"{TEXTS_GO}:{relationship.pk}:{person}",
                    recipient=people[person],
                    about={"relationship": relationship.pk},
                    due_at=now,
                    by=by,
                    now=now,
                )
    TextsWarning.objects.bulk_create([TextsWarning(relationship=one, at=now) for one in due], ignore_conflicts=True)
    return len(due)


@transaction.atomic
def drop_due(*, by: Person | None, now: datetime) -> int:
    """Delete the words of matches whose time is over; returns of how many. Those whose time is soon are told first."""
    warn_due(by=by, now=now)
    due = list(going(now).select_related("cohort").order_by("ended_at", "pk")[:BATCH])
    for texts in texts_of([one.pk for one in due]):
        texts.delete()
    for relationship in due:
        record(Verb.RETENTION_APPLIED, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))
    return len(due)


@transaction.atomic
def drop_old_returns(*, by: Person | None, now: datetime) -> int:
    """Delete what was returned to hosts and leads in programmes that closed long ago; that it was returned stays."""
    return old_returns(now).delete()[0]
