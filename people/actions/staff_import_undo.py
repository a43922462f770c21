"""Undoing the last saved staff list of an organisation.

What goes back: people whom the list added are removed, with the jobs, facts and lines of
management that came with them; every field that it changed is what it was; whoever it
marked as having left works here again, with their roles and ties. What does not: mentoring
that ended because somebody left stays ended, since the others have been told; and one-time
links stay closed. Nothing that anybody did since is overwritten: where something has been
built on the list, undoing is refused with the reason, and all of it stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError

from audit.models import AuditEvent
from audit.record import record, record_each
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import invitations, staff_imports
from people.actions.staff_import_journal import CHUNK, checksum, give_back, in_chunks, is_as_left
from people.models import Grant, Person, StaffImport

PERSON, SITES = "people.person", ("people.site", "people.team")
# Children before what they hang on: the order in which made rows are removed.
REMOVED = ("people.linemanagement", "people.fact", "people.employment", PERSON)
ENDED_FOR_GOOD = (Verb.RELATIONSHIP_ENDED, Verb.ENROLMENT_WITHDRAWN)

NOT_LAST = "Only the last saved list of {organisation} can be undone."
NOT_SAVED = "Only a saved list can be undone."
FORGOTTEN = "This list was saved more than thirty days ago, or by an older version of the portal. It cannot be undone."
SHOWN = 5  # people named in a sentence


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


def outlook(staff_import: StaffImport) -> Outlook:
    """What undoing ``staff_import`` would do now. Writes nothing."""
    if reason := _why_not(staff_import):
        return Outlook(blockers=[reason])
    return _examined(staff_import)


def _examined(staff_import: StaffImport) -> Outlook:
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
            if not is_as_left(row, by_id[row.pk]):
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
    came_back = {pk for pk, before, _ in changed.get(PERSON, ()) if before.get("is_active") is False}
    used = _built_on(added, made) | _events_since(staff_import, came_back)
    for word, ids in sorted(used.items()):
        names = _named(people[pk] for pk in ids if pk in people)
        found.blockers.append(f"Came with the list and has something since then ({word}): {names}.")
    for start in range(0, len(ids := sorted(left)), CHUNK):
        some = AuditEvent.objects.filter(at=staff_import.saved_at, verb__in=ENDED_FOR_GOOD)
        found.stays_ended += some.filter(about_person_id__in=ids[start : start + CHUNK]).count()
    return found


@transaction.atomic
def undo(*, staff_import: StaffImport, by: Person | None, now: datetime) -> StaffImport:
    """Put everything back that saving this list changed, or refuse with the reason and change nothing."""
    staff_imports.refuse_others([staff_import.organisation_id], by, now)
    saved = StaffImport.objects.filter(pk=staff_import.pk, state=StaffImport.State.SAVED)
    if reason := _why_not(staff_import):
        raise Refused(reason)
    # The claim comes first: of two at once the second waits here, and then finds nothing to undo.
    if not saved.update(state=StaffImport.State.UNDONE, undone_at=now, undone_by=by):
        raise Refused(NOT_SAVED)
    found = _examined(staff_import)
    if found.blockers:
        raise Refused(f"The list cannot be undone. {' '.join(found.blockers)}")
    made, changed = staff_import.journal["made"], staff_import.journal["changed"]
    try:
        with transaction.atomic():
            _remove(made)
            _restore(changed)
            _remove_unused(made)
    except IntegrityError as error:  # a staff number given out again, or something that the list of relations missed
        raise Refused("The list cannot be undone: something has been built on it since.") from error
    addressed = [person for person in found.restored if person.pk in _changed_people(changed, "email")]
    fresh = in_chunks(PERSON, [person.pk for person in addressed])
    invitations.ensure_addresses(people=list(fresh), by=by, now=now)
    scope = ("organisation", staff_import.organisation_id)
    record_each(Verb.PERSON_REMOVED, ((one, one.pk) for one in found.removed), by=by, now=now, scope=scope)
    record_each(Verb.PERSON_RETURNED, ((one, one.pk) for one in found.returned), by=by, now=now, scope=scope)
    record_each(Verb.PERSON_CHANGED, ((one, one.pk) for one in found.restored), by=by, now=now, scope=scope)
    record(Verb.STAFF_LIST_UNDONE, by=by, now=now, on=staff_import, scope=scope)
    StaffImport.objects.filter(pk=staff_import.pk).update(journal=None)
    staff_import.refresh_from_db()
    return staff_import


def _why_not(staff_import: StaffImport) -> str:
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
        for verb, person in events.exclude(verb__in=staff_imports.HARMLESS).values_list("verb", "about_person_id"):
            found.setdefault(Verb(verb).label, set()).add(person)
    return found


def _remove(made: dict[str, list]) -> None:
    addresses = [pk for pk, _ in made.get(PERSON, ())]
    for start in range(0, len(addresses), CHUNK):
        EmailAddress.objects.filter(user__in=addresses[start : start + CHUNK]).delete()
    for label in REMOVED:
        model = apps.get_model(label)
        ids = [pk for pk, _ in made.get(label, ())]
        for start in range(0, len(ids), CHUNK):
            # What hangs on these rows was looked at before, and the database has the last word.
            rows = model._base_manager.filter(pk__in=ids[start : start + CHUNK])
            rows._raw_delete(rows.db)


def _restore(changed: dict[str, list]) -> None:
    for label, rows in changed.items():
        befores = {pk: before for pk, before, _ in rows}
        fields = {name for before in befores.values() for name in before}
        restored = list(in_chunks(label, befores))
        for row in restored:
            give_back(row, befores[row.pk])
        apps.get_model(label)._base_manager.bulk_update(restored, sorted(fields), CHUNK)


def _remove_unused(made: dict[str, list]) -> None:
    """Sites and teams that came with the list go with it, unless somebody uses them by now."""
    for label in SITES:
        for site in list(in_chunks(label, [pk for pk, _ in made.get(label, ())])):
            held = Grant.objects.filter(scope_kind=Grant.ScopeKind.SITE, scope_id=site.pk)
            if label == "people.site" and held.exists():
                continue
            try:
                with transaction.atomic():
                    site.delete()
            except (IntegrityError, ProtectedError):
                continue


def _changed_people(changed: dict[str, list], name: str) -> set[int]:
    return {pk for pk, before, _ in changed.get(PERSON, ()) if name in before}


def _by_name(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (person.family_name, person.given_name, person.pk))


def _named(people: Iterable[Person]) -> str:
    names = [person.name for person in _by_name(people)]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
