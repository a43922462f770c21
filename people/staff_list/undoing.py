"""What undoing a saved staff list would do, and why it cannot be done.

Reads; people/actions/staff_import_undo.py does it, and says what goes back and what does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.db.models import Model

from audit.models import AuditEvent
from audit.verbs import Verb
from people.access import Access
from people.models import Person, StaffImport
from people.roles import reaching_further
from people.staff_list.journal import CHUNK, checksum, in_chunks, is_as_left
from people.staff_list.outcome import LAST_DAY

PERSON, SITES = "people.person", ("people.site", "people.team")
# Children before what they hang on: the order in which made rows are removed.
REMOVED = ("people.linemanagement", "people.fact", "people.employment", PERSON)
ENDED_FOR_GOOD = (Verb.RELATIONSHIP_ENDED, Verb.ENROLMENT_WITHDRAWN)

NOT_LAST = "Only the last saved list of {organisation} can be undone."
NOT_SAVED = "Only a saved list can be undone."
FORGOTTEN = "This list was saved more than thirty days ago, or by an older version of the portal. It cannot be undone."
SHOWN = 5  # people named in a sentence
# What may happen without anything being built on a list, or changing what a comparison says.
HARMLESS = {
    *(Verb.SIGNED_IN, Verb.SIGNED_OUT, Verb.SIGN_IN_FAILED, Verb.ACCESS_DENIED, Verb.RECORD_OPENED),
    *(Verb.STAFF_LIST_READ, Verb.STAFF_LIST_DROPPED, Verb.NOTICE_RETRIED, Verb.KEYS_ROTATED),
    *(Verb.NOTE_WRITTEN, Verb.NOTE_CHANGED, Verb.NOTE_DELETED, Verb.NOTE_UNREADABLE),
    *(Verb.MATCH_RUN_REQUESTED, Verb.MATCH_RUN_FINISHED, Verb.MATCH_RUN_FAILED, Verb.MATCH_RUN_CANCELLED),
}


@dataclass
class Outlook:
    """What undoing would do, and why it cannot be done."""

    removed: list[Person] = field(default_factory=list)  # whom the list added
    restored: list[Person] = field(default_factory=list)  # whose details or job go back
    returned: list[Person] = field(default_factory=list)  # whom the list marked as having left
    stays_ended: int = 0  # relationships and enrolments that ended with those
    blockers: list[str] = field(default_factory=list)  # sentences; any of them refuses the undoing

    @property
    def is_possible(self) -> bool:
        return not self.blockers


def outlook(staff_import: StaffImport, access: Access) -> Outlook:
    """What undoing ``staff_import`` would do now. Writes nothing."""
    if reason := why_not(staff_import):
        return Outlook(blockers=[reason])
    return examined(staff_import, access)


def examined(staff_import: StaffImport, access: Access) -> Outlook:
    """What stands there now, against what the list left."""
    found = Outlook()
    made, changed = staff_import.journal["made"], staff_import.journal["changed"]
    added = {pk for pk, _ in made.get(PERSON, ())}
    touched: dict[int, Person] = {}
    altered: set[int] = set()  # people of whom something is not as the list left it
    for label, rows in changed.items():
        by_id = {pk: after for pk, _, after in rows}
        seen = set()
        for row in in_chunks(label, by_id):
            seen.add(row.pk)
            person = _person_of(row)
            touched[person] = None
            if not is_as_left(row, by_id[row.pk]) or _has_ended_since(row, by_id[row.pk]):
                altered.add(person)
        if by_id.keys() - seen:
            found.blockers.append("Something that the list changed has been removed since.")
    for label in (*REMOVED, *SITES):
        sums = dict(made.get(label, ()))
        if label in SITES:
            continue  # a site that is used by now simply stays
        seen = set()
        for row in in_chunks(label, sums):
            seen.add(row.pk)
            if _person_of(row) not in added:
                touched[_person_of(row)] = None
            if checksum(row) != sums[row.pk]:
                altered.add(_person_of(row))
        if sums.keys() - seen:
            found.blockers.append("Something that the list added has been removed since.")
    people = {person.pk: person for person in in_chunks(PERSON, {*added, *touched, *altered})}
    left = {pk for pk, before, _ in changed.get(PERSON, ()) if before.get("is_active") is True}
    found.removed = _by_name(people[pk] for pk in added if pk in people)
    found.returned = _by_name(people[pk] for pk in left if pk in people)
    found.restored = _by_name(people[pk] for pk in touched.keys() - added - left if pk in people)
    if altered:
        names = _named(people[pk] for pk in altered if pk in people)
        found.blockers.append(f"Changed since the list was saved: {names}.")
    readdressed = {pk for pk, before, _ in changed.get(PERSON, ()) if "email" in before} & people.keys()
    further = reaching_further(readdressed, access) if access.person else set()
    if bound := [people[pk] for pk in readdressed if people[pk].has_signed_in or pk in further]:
        found.blockers.append(f"An address that the list gave is not yours to take back any more: {_named(bound)}.")
    came_back = {pk for pk, before, _ in changed.get(PERSON, ()) if before.get("is_active") is False}
    used = _built_on(added, made) | _events_since(staff_import, came_back)
    if used:
        names = _named(people[pk] for pk in set().union(*used.values()) if pk in people)
        found.blockers.append(f"Came with the list and has something since then ({', '.join(sorted(used))}): {names}.")
    for start in range(0, len(ids := sorted(left)), CHUNK):
        some = AuditEvent.objects.filter(at=staff_import.saved_at, verb__in=ENDED_FOR_GOOD)
        found.stays_ended += some.filter(about_person_id__in=ids[start : start + CHUNK]).count()
    return found


def _has_ended_since(row: Model, after: dict) -> bool:
    """Whether this is a job of which the list gave the last working day, and that day has come."""
    return LAST_DAY in after and "end_date" not in after and row.end_date is not None


def why_not(staff_import: StaffImport) -> str:
    """Why this list is none that can be undone, as a sentence; empty where it may be."""
    if staff_import.state != StaffImport.State.SAVED:
        return NOT_SAVED
    saved = StaffImport.objects.filter(organisation=staff_import.organisation_id, state=StaffImport.State.SAVED)
    if saved.order_by("-saved_at", "-pk").values_list("pk", flat=True).first() != staff_import.pk:
        return NOT_LAST.format(organisation=staff_import.organisation)
    return FORGOTTEN if staff_import.journal is None else ""


def _person_of(row: Model) -> int:
    """The id of the person whom a row is about."""
    if isinstance(row, Person):
        return row.pk
    return row.report_id if hasattr(row, "report_id") else row.person_id


def _built_on(added: set[int], made: dict[str, list]) -> dict[str, set[int]]:
    """What hangs on people whom the list added, beside what it added itself: a word for it, and whose it is.

    Asked of every table that names a person, those of rooms above included, without knowing them.
    """
    found: dict[str, set[int]] = {}
    own = {label: {pk for pk, _ in made.get(label, ())} for label in REMOVED}
    for relation in Person._meta.get_fields(include_hidden=True):
        if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created:
            continue
        model, name = relation.related_model, relation.field.attname
        label = model._meta.label_lower
        if label == EmailAddress._meta.label_lower:
            continue
        ids = sorted(added)
        for start in range(0, len(ids), CHUNK):
            rows = model._base_manager.filter(**{f"{name}__in": ids[start : start + CHUNK]})
            for pk, person in rows.values_list("pk", name):
                if pk not in own.get(label, ()):
                    found.setdefault(str(model._meta.verbose_name), set()).add(person)
    return found


def _events_since(staff_import: StaffImport, people: set[int]) -> dict[str, set[int]]:
    """What has been recorded about people whom the list brought back: they were away, so it builds on the list."""
    found: dict[str, set[int]] = {}
    ids = sorted(people)
    for start in range(0, len(ids), CHUNK):
        events = AuditEvent.objects.filter(at__gt=staff_import.saved_at, about_person_id__in=ids[start : start + CHUNK])
        for verb, person in events.exclude(verb__in=HARMLESS).values_list("verb", "about_person_id"):
            found.setdefault(Verb(verb).label, set()).add(person)
    return found


def _by_name(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (person.family_name, person.given_name, person.pk))


def _named(people: Iterable[Person]) -> str:
    names = [person.name for person in _by_name(people)]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
