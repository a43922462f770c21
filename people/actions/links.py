"""One-time links: issue, use once, revoke. The token itself is made in people/one_time_links.py."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import OneTimeLink, Person

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
