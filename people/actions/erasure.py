"""Erasing a person. What is about them alone goes, what others share with them stays, as of "A former colleague".

What goes and what stays is said table by table in the rooms' privacy.py
(people/holdings.py). The audit record holds ids and no name, and stays whole.
"""

from datetime import datetime

from django.db import models, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.access import Access
from people.holdings import holdings
from people.models import Person
from people.striking import strike

FORMER = "A former colleague"


@transaction.atomic
def erase(*, person: Person, by: Person | None, now: datetime) -> Person:
    """Erase somebody who has left, for good; records that were merged into theirs go too.

    Partners keep their sessions, forms and counts; whoever stood there is "A former
    colleague" from then on. By nobody where the sweep does it, twelve months after
    they left. Refused for oneself, for a person who has not left, and to anybody
    but an administrator.
    """
    if by is not None and not Access(by, now=now).is_administrator:
        raise Refused("Only an administrator can erase a person.")
    if by is not None and by.pk == person.pk:
        raise Refused("You cannot erase yourself. Ask another administrator.")
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        raise Refused("This person has been erased already.")
    if person.merged_into_id:
        raise Refused(f"{person.name} has been merged into another record. Erase that one.")
    if person.is_active:
        raise Refused(f"{person.name} has not left. Mark them as having left first: that ends what they take part in.")
    records = [person, *Person.objects.filter(merged_into=person)]
    words = _words_for(records)
    for one in records:
        _let_go(one)
    if words:
        strike(words)
    for one in records:
        one.given_name, one.family_name, one.email = FORMER, "", None
        one.last_login, one.erased_at = None, now
        one.set_unusable_password()
        one.save(update_fields=["given_name", "family_name", "email", "last_login", "erased_at", "password"])
        record(Verb.PERSON_ERASED, by=by, now=now, on=one, about=one)
    return person


def _let_go(person: Person) -> None:
    """Delete and empty, as every room has said. What one row protects goes before it, whatever the order said."""
    for held in holdings():
        for lookup, values in held.blanks.items():
            held.table._base_manager.filter(**{lookup: person.pk}).update(**values)
    waiting = [(held.table, lookup) for held in holdings() for lookup in held.deletes]
    while waiting:
        left = []
        for table, lookup in waiting:
            pks = table._base_manager.filter(**{lookup: person.pk}).order_by().values_list("pk", flat=True)
            rows = table._base_manager.filter(pk__in=list(pks))
            try:
                with transaction.atomic():
                    for row in rows if _has_signals(table) else ():
                        row.delete()
                    rows.delete()
            except models.ProtectedError:
                left.append((table, lookup))
        if len(left) == len(waiting):
            raise RuntimeError(f"Rows of a person hold each other: {left}")
        waiting = left


def _has_signals(table) -> bool:
    """Whether something else goes with each row, such as the sealed secret of a second factor."""
    return models.signals.post_delete.has_listeners(table)


def _words_for(records: list[Person]) -> list[str]:
    """By what they would be known in sentences of the portal: their addresses, and their full names where nobody
    else has the same. A name of one word alone would strike out other words."""
    own = {one.pk for one in records}
    words = [one.email for one in records if one.email]
    for one in records:
        alike = Person.objects.filter(folded_name=one.folded_name).exclude(pk__in=own)
        if one.given_name and one.family_name and not alike.exists():
            words.append(one.name)
    return list(dict.fromkeys(words))
