"""Invitations: how somebody whom the staff list brought comes to sign in for the first time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from audit.many import insert
from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.actions import links
from people.models import OneTimeLink, Person
from people.one_time_links import address_of, open_for

INVITATION = "invitation"  # the purpose of the link and the kind of the notice
OPEN_FOR = timedelta(days=14)
PAUSE = timedelta(minutes=10)  # asked again within it, the last invitation stands: two clicks send one mail
BATCH = 500  # people a query: SQLite takes a limited number of values


@transaction.atomic
def ensure_addresses(*, people: Iterable[Person], by: Person | None, now: datetime) -> None:
    """Give each of ``people`` the one address row by which they sign in, equal to their ``email``.

    Call it, or ``ensure_address`` for one person, in every action that adds a
    person or changes or clears an e-mail, after the person is saved. Without the
    row, signing in by code would send a second mail to confirm the address. It
    counts as confirmed: the organisation that entered it answers for it, and
    nobody gets in without reading a mail that was sent there. Where an address
    changed, links mailed to the old one are closed, since it may be a stranger's.
    """
    people = list(people)
    for start in range(0, len(people), BATCH):
        _ensure(people[start : start + BATCH], by, now)


@transaction.atomic
def ensure_address(*, person: Person, by: Person | None, now: datetime) -> None:
    """``ensure_addresses`` for one person."""
    _ensure([person], by, now)


def _ensure(people, by, now):
    wanted = {person.pk: person.email for person in people if person.email}
    rows = list(EmailAddress.objects.filter(user_id__in=[person.pk for person in people]))
    stale = [row for row in rows if row.email != wanted.get(row.user_id)]
    right = [row for row in rows if row.email == wanted.get(row.user_id)]
    EmailAddress.objects.filter(pk__in=[row.pk for row in stale]).delete()
    # Somebody else may have asked to take over this very address; it is not theirs.
    EmailAddress.objects.filter(email__in=wanted.values()).exclude(user_id__in=wanted).delete()
    EmailAddress.objects.filter(pk__in=[row.pk for row in right if not (row.verified and row.primary)]).update(
        verified=True, primary=True
    )
    known = {row.user_id for row in right}
    insert(
        EmailAddress(user_id=pk, email=email, verified=True, primary=True)
        for pk, email in wanted.items()
        if pk not in known
    )
    moved = {row.user_id for row in stale if row.primary}
    for person in people:
        if person.pk in moved:
            links.revoke_all(person=person, by=by, now=now)


@transaction.atomic
def invite(*, person: Person, by: Person | None, now: datetime) -> OneTimeLink:
    """Owe ``person`` a mail with a link to choose a password; return the link.

    Asked again within ten minutes it changes nothing; later it closes the older
    link and sends a new one. Refused for somebody who has left, has no e-mail
    address, or can sign in already.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Refused(f"{person.name} has left.")
    if not person.email:
        raise Refused(f"The portal has no e-mail address for {person.name}.")
    if person.has_usable_password():
        raise Refused(f"{person.name} can sign in already.")
    link = open_for(person, purpose=INVITATION, now=now).filter(created_at__gt=now - PAUSE).first()
    if link is None:
        links.revoke_all(person=person, by=by, now=now, purpose=INVITATION)
        link = _issue(person, by, now)
    if link.issued_by_id is None and (inviter := by.pk if by else _last_inviter(person)):
        link.issued_by_id = inviter  # it was the person who asked anew, or the link of another mail
        link.save(update_fields=["issued_by"])
    outbox.owe(
        kind=INVITATION,
        key=f"{INVITATION}:{link.pk}",
        recipient=person,
        about={"link": link.pk},
        due_at=now,
        expires_at=link.expires_at,
        by=by,
        now=now,
    )
    return link


@transaction.atomic
def welcome_address(*, person: Person, by: Person | None, now: datetime, page: str = "/") -> str:
    """The full address to put in a mail to ``person`` that should lead to the path ``page``.

    For somebody who has never signed in it is a welcome link, good for at least
    a week, that leads on to ``page`` once they have chosen a password; for
    everybody else it is the page itself. Calling it again, as a mail that is
    tried again does, gives the same address.
    """
    if person.has_signed_in:
        return f"{settings.PORTAL_ADDRESS}{page}"
    link = open_for(person, purpose=INVITATION, now=now).filter(expires_at__gt=now + OPEN_FOR / 2).first() or _issue(
        person, by, now
    )
    address = address_of(link)
    return address if page == "/" else f"{address}?{urlencode({'next': page})}"


@transaction.atomic
def accept(*, link: OneTimeLink, password: str, by: Person | None, now: datetime) -> Person:
    """Spend the invitation and give its person the password they chose. Refused where the link is spent."""
    links.use(link=link, by=by, now=now)
    person = link.person
    person.set_password(password)
    person.save(update_fields=["password"])
    ensure_address(person=person, by=by, now=now)
    links.revoke_all(person=person, by=by, now=now, purpose=INVITATION)
    record(Verb.PASSWORD_SET, by=by, now=now, on=person, about=person)
    return person


def _last_inviter(person: Person) -> int | None:
    invited = OneTimeLink.objects.filter(person=person, purpose=INVITATION, issued_by__isnull=False)
    return invited.order_by("-created_at").values_list("issued_by", flat=True).first()


def _issue(person, by, now):
    return links.issue(purpose=INVITATION, person=person, by=by, now=now, expires_at=now + OPEN_FOR)
