"""What administrators are not told: that somebody takes part in a confidential programme (ADR 61, ADR 82).

Their lists of events and of messages are as they would be without it. Where it cannot be told whether an event belongs
to such a programme, because its row is gone or is about no programme, it is left out for whoever takes part in one.
"""

import json
from collections import deque

from django.apps import apps
from django.db import connection
from django.db.models import CharField, F, Model, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from audit.models import AuditEvent
from audit.verbs import Verb
from notices.models import Notice
from people.models import Grant, OneTimeLink, Style
from programmes.models import Cohort, Enrolment, Member, Programme

OF_MENTORING = ("programmes.", "matching.", "sessions_log.", "notices.")  # whatever is done on a thing of these rooms
OF_PEOPLE = (OneTimeLink._meta.label_lower, Style._meta.label_lower)  # and of these, which stand below
# Done on oneself, and only by whoever takes part in something.
OF_ONESELF = (Verb.FEED_OPENED, Verb.FEED_CLOSED, Verb.HOURS_CHANGED, Verb.NUDGES_STOPPED, Verb.NUDGES_WANTED)


BATCH = 10_000  # things looked up at once: a statement takes only so many parameters


def cohorts() -> QuerySet[Cohort]:
    return Cohort.objects.filter(programme__is_confidential=True).order_by()


def messages_told() -> Q:
    """Of a notice: that administrators may know of it. Who is to get a message that failed is not said either, but it
    must be seen, to be tried again."""
    return Q(cohort_id=None) | ~Q(cohort_id__in=cohorts().values("pk")) | Q(state=Notice.State.FAILED)


def without(events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """``events`` but those that would tell. Their ids, which may be more than a statement takes parameters, are one."""
    ids = _events()
    if not ids:
        return events
    if connection.vendor == "postgresql":
        return events.exclude(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))
    return events.exclude(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)]))


def _events() -> list[int]:
    """The ids of the events that would tell. Three queries; one where nobody takes part in a confidential programme."""
    people = _people()
    if not people:
        return []
    leads = Grant.objects.filter(
        role=Grant.Role.PROGRAMME_LEAD,
        scope_kind=Grant.ScopeKind.PROGRAMME,
        scope_id__in=Programme.objects.filter(is_confidential=True).order_by().values("pk"),
    )
    theirs = AuditEvent.objects.filter(Q(actor_id__in=people) | Q(about_person_id__in=people)).order_by()
    kinds = Q(object_kind__in=OF_PEOPLE) | Q(verb__in=OF_ONESELF)
    kinds |= Q(verb=Verb.FACT_RECORDED, actor_id=F("about_person_id"))  # a programme had asked them
    for room in OF_MENTORING:
        kinds |= Q(object_kind__startswith=room)
    # Whom somebody looks up who leads nothing but such a programme takes part in it.
    looked_up = Q(about_person_id__in=people, actor_id__in=leads.order_by().values("person"))
    found = list(theirs.filter(kinds | looked_up).values_list("pk", "object_kind", "object_id"))
    objects = sorted({(kind, object_id) for _, kind, object_id in found})
    told = set()
    for start in range(0, len(objects), BATCH):
        told |= _of_open_programmes(objects[start : start + BATCH])
    return [pk for pk, kind, object_id in found if (kind, object_id) not in told]


def _people() -> set[int]:
    """Whoever takes part in a confidential programme, did, or was asked to."""
    enrolled = Enrolment.objects.filter(cohort__programme__is_confidential=True).order_by().values_list("person")
    members = Member.objects.filter(relationship__cohort__programme__is_confidential=True).order_by()
    return {person for (person,) in enrolled.union(members.values_list("person"))}


def _of_open_programmes(objects: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of ``objects`` (kind, id) that are there and belong to a programme that is not confidential, or are links
    by which somebody was invited to the portal. One query, however many kinds."""
    ids: dict[str, list[str]] = {}
    for kind, object_id in objects:
        ids.setdefault(kind, []).append(object_id)
    parts = [_part(kind, some) for kind, some in sorted(ids.items())]
    first, *rest = [part for part in parts if part is not None] or [None]
    if first is None:
        return set()
    # SQLite keeps a UUID without its hyphens.
    plain = {(kind, object_id.replace("-", "")): (kind, object_id) for kind, object_id in objects}
    rows = first.union(*rest, all=True) if rest else first
    return {plain[kind, text.replace("-", "")] for kind, text in rows}


def _part(kind: str, ids: list[str]) -> QuerySet | None:
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return None
    if model is OneTimeLink:
        # What the portal issues by itself goes into a mail to somebody who never signed in, whatever that is about.
        rows = model.objects.filter(about_id=None, issued_by__isnull=False)
    elif (path := _path(model)) is not None:
        rows = model.objects.filter(**{"__".join((*path, "is_confidential")): False})
    else:
        return None
    told = rows.filter(pk__in=ids).order_by()
    return told.values_list(Value(kind, output_field=CharField()), Cast("pk", CharField()))


def _path(model: type[Model]) -> tuple[str, ...] | None:
    """The shortest way from a row to its programme, by the names of foreign keys."""
    waiting, seen = deque([(model, ())]), {model}
    while waiting:
        here, path = waiting.popleft()
        if here is Programme:
            return path
        for field in here._meta.concrete_fields:
            if field.many_to_one and field.related_model not in seen:
                seen.add(field.related_model)
                waiting.append((field.related_model, (*path, field.name)))
    return None
