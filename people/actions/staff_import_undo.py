"""Undoing the last saved staff list of an organisation.

What goes back: people whom the list added are removed, with the jobs, facts and lines of
management that came with them; every field that it changed is what it was; whoever it
marked as having left works here again, with their roles and ties. What does not: mentoring
that ended because somebody left stays ended, since the others have been told; and one-time
links stay closed. Nothing that anybody did since is overwritten: where something has been
built on the list, or somebody has signed in with an address that it gave, undoing is
refused with the reason, and all of it stays.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from people.access import Access
from people.actions import invitations
from people.models import Grant, Person, StaffImport
from people.staff_list.journal import CHUNK, give_back, in_chunks
from people.staff_list.kept import refuse_others
from people.staff_list.undoing import NOT_SAVED, PERSON, REMOVED, SITES, examined, why_not


@transaction.atomic
def undo(*, staff_import: StaffImport, by: Person | None, now: datetime) -> StaffImport:
    """Put everything back that saving this list changed, or refuse with the reason and change nothing."""
    refuse_others([staff_import.organisation_id], by, now)
    saved = StaffImport.objects.filter(pk=staff_import.pk, state=StaffImport.State.SAVED)
    if reason := why_not(staff_import):
        raise Refused(reason)
    # The claim comes first: of two at once the second waits here, and then finds nothing to undo.
    if not saved.update(state=StaffImport.State.UNDONE, undone_at=now, undone_by=by):
        raise Refused(NOT_SAVED)
    found = examined(staff_import, Access(by, now=now))
    if found.blockers:
        raise Refused(f"The list cannot be undone. {' '.join(found.blockers)}")
    made, changed = staff_import.journal["made"], staff_import.journal["changed"]
    try:
        with transaction.atomic():
            _remove(made)
            _restore(changed)
            _remove_unused(made)
            connection.check_constraints()  # foreign keys are else looked at only when all is committed
    except IntegrityError as error:  # a staff number given out again, or something that the list of relations missed
        raise Refused("The list cannot be undone: something has been built on it since.") from error
    addressed = [person for person in found.restored if person.pk in _changed_people(changed, "email")]
    fresh = in_chunks(PERSON, [person.pk for person in addressed])
    invitations.ensure_addresses(people=list(fresh), by=by, now=now)
    scope = ("organisation", staff_import.organisation_id)
    told = {"by": by, "now": now, "about": lambda person: person.pk, "scope": scope}
    record_many(Verb.PERSON_REMOVED, on=found.removed, **told)
    record_many(Verb.PERSON_RETURNED, on=found.returned, **told)
    record_many(Verb.PERSON_CHANGED, on=found.restored, **told)
    record(Verb.STAFF_LIST_UNDONE, by=by, now=now, on=staff_import, scope=scope)
    StaffImport.objects.filter(pk=staff_import.pk).update(journal=None)
    staff_import.refresh_from_db()
    return staff_import


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
        apps.get_model(label)._default_manager.bulk_update(restored, sorted(fields), CHUNK)


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
