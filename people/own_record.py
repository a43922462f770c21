"""What others have opened or changed in one's own record, for oneself to read.

Only verbs of the staff record: what leads weigh about somebody in a programme
(a match that is not told yet, a pair kept apart) is in the audit record too, and
would be given away here.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from audit.models import AuditEvent
from audit.verbs import Verb
from people.models import Grant, Person

WORDS = {
    Verb.RECORD_OPENED: "opened your record",
    Verb.PERSON_ADDED: "added you",
    Verb.PERSON_CHANGED: "changed your details",
    Verb.PERSON_LEFT: "marked you as having left",
    Verb.PERSON_RETURNED: "let you come back",
    Verb.RECORDS_MERGED: "made two records of you one",
    Verb.EMPLOYMENT_STARTED: "gave you a job",
    Verb.EMPLOYMENT_CHANGED: "changed your job",
    Verb.EMPLOYMENT_ENDED: "ended your job",
    Verb.MANAGERS_CHANGED: "changed your managers",
    Verb.FACT_RECORDED: "recorded a fact about you",
    Verb.FACT_FORGOTTEN: "took away a fact about you",
    Verb.TIE_RECORDED: "recorded a tie between you and somebody",
    Verb.TIE_ENDED: "ended a tie between you and somebody",
    Verb.GRANT_GIVEN: "gave you a role",
    Verb.GRANT_ENDED: "ended a role of yours",
    Verb.SECOND_FACTOR_REMOVED: "removed your second factor",
}


@dataclass(frozen=True)
class Line:
    event: AuditEvent
    who: str  # "Lorna Fairweather", or "The portal"

    @property
    def role(self) -> str:
        return dict(Grant.Role.choices).get(self.event.role, "").lower()

    @property
    def did(self) -> str:
        return WORDS[Verb(self.event.verb)]


def events_about(person: Person) -> QuerySet[AuditEvent]:
    """What others did with the record of ``person``, newest first."""
    others = Q(actor_id=None) | ~Q(actor_id=person.pk)
    return AuditEvent.objects.filter(others, about_person_id=person.pk, verb__in=WORDS).order_by("-pk")


def lines(events) -> list[Line]:
    """The lines of one page; one query for all the names."""
    events = list(events)
    people = Person.objects.filter(pk__in={event.actor_id for event in events} - {None})
    names = {person.pk: person.name for person in people}
    return [
        Line(event, "The portal" if event.actor_id is None else names.get(event.actor_id, "Somebody no longer kept"))
        for event in events
    ]
