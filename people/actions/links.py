"""One-time links: issue, use once, revoke. The token itself is made in people/one_time_links.py."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import OneTimeLink, Person
from people.one_time_links import MOST_TRIES, code_of

SPENT = "This link has been used already or has run out. Ask for a new one."


@transaction.atomic
def issue(
    *,
    purpose: str,
    person: Person | None,
    by: Person | None,
    now: datetime,
    expires_at: datetime,
    about_id: int | None = None,
) -> OneTimeLink:
    """Make a link that lets whoever holds it do one thing, once, until ``expires_at``."""
    link = OneTimeLink.objects.create(
        purpose=purpose, person=person, issued_by=by, about_id=about_id, created_at=now, expires_at=expires_at
    )
    record(Verb.LINK_ISSUED, by=by, now=now, on=link, about=person)
    return link


@transaction.atomic
def issue_many(
    *, purpose: str, about: dict[int, int], by: Person | None, now: datetime, expires_at: datetime
) -> dict[int, OneTimeLink]:
    """A link for each of many things: ``about`` maps the id of the thing to that of its person. By the thing's id.

    A link for the same thing and person that is open for at least half the time stays the one.
    """
    half = now + (expires_at - now) / 2
    there = OneTimeLink.objects.filter(
        purpose=purpose,
        about_id__in=list(about),
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=half,
        tries=0,
    )
    found = {link.about_id: link for link in there if link.person_id == about[link.about_id]}
    new = [
        OneTimeLink(
            purpose=purpose, person_id=person, issued_by=by, about_id=thing, created_at=now, expires_at=expires_at
        )
        for thing, person in about.items()
        if thing not in found
    ]
    OneTimeLink.objects.bulk_create(new, batch_size=500)
    record_many(Verb.LINK_ISSUED, by=by, now=now, on=new, about=lambda link: link.person_id)
    return found | {link.about_id: link for link in new}


@transaction.atomic
def try_code(*, link: OneTimeLink, code: str, by: Person | None, now: datetime) -> bool:
    """Whether ``code`` is the one that was mailed with the link. A wrong one is counted by the database; after
    ``MOST_TRIES`` of them the link opens nothing any more, whatever is typed."""
    typed = "".join(figure for figure in code if figure.isdecimal())
    open_still = OneTimeLink.objects.filter(pk=link.pk, tries__lt=MOST_TRIES)
    if constant_time_compare(typed, code_of(link)):
        return open_still.exists()
    open_still.update(tries=F("tries") + 1)
    return False


@transaction.atomic
def revoke_about(*, purpose: str, about_id: int, by: Person | None, now: datetime) -> int:
    """Close every link about one thing that is still open: it is done. Returns how many."""
    links = OneTimeLink.objects.filter(
        purpose=purpose, about_id=about_id, used_at__isnull=True, revoked_at__isnull=True
    )
    return links.update(revoked_at=now)


@transaction.atomic
def use(*, link: OneTimeLink, by: Person | None, now: datetime) -> OneTimeLink:
    """Spend the link; of two clicks at once exactly one succeeds. Refused where it opens nothing any more."""
    # The condition stands in the UPDATE itself: the database lets only one of two through. No join in it: Django
    # would turn that into a subquery, which PostgreSQL does not look at again after waiting for the other click.
    active = Person.objects.filter(is_active=True).order_by().values("pk")
    spent = OneTimeLink.objects.filter(
        Q(person__isnull=True) | Q(person_id__in=active),
        pk=link.pk,
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=now,
    ).update(used_at=now)
    if not spent:
        raise Refused(SPENT)
    link.used_at = now
    record(Verb.LINK_USED, by=by, now=now, on=link, about=link.person)
    return link


@transaction.atomic
def revoke_all(*, person: Person, by: Person | None, now: datetime, purpose: str | None = None) -> int:
    """Close every link of ``person`` that is still open, or those for ``purpose`` only; return how many."""
    links = OneTimeLink.objects.filter(person=person, used_at__isnull=True, revoked_at__isnull=True)
    if purpose is not None:
        links = links.filter(purpose=purpose)
    links = list(links)
    OneTimeLink.objects.filter(pk__in=[link.pk for link in links]).update(revoked_at=now)
    for link in links:
        record(Verb.LINK_REVOKED, by=by, now=now, on=link, about=person)
    return len(links)
