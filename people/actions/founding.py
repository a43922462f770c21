"""The beginning of an empty portal: the link printed in the terminal, and the first organisation and person."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import slugify

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.access import Role, ScopeKind
from people.actions import grants, links, organisations, people
from people.models import OneTimeLink, Organisation, Person
from people.one_time_links import address_of

FIRST_LEAD = "first-lead"  # the purpose of the link
OPEN_FOR = timedelta(days=1)
FOUNDED = "This portal has been set up already. Sign in, or ask its administrator for an invitation."


@transaction.atomic
def start_address(*, by: Person | None, now: datetime) -> str | None:
    """The full address at which an empty portal is set up; None once it has been.

    Asked again, it is the same address while that is good for another hour.
    """
    if Organisation.objects.exists():
        return None
    link = OneTimeLink.objects.filter(
        purpose=FIRST_LEAD,
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=now + timedelta(hours=1),
    ).first()
    if link is None:
        link = links.issue(purpose=FIRST_LEAD, person=None, by=by, now=now, expires_at=now + OPEN_FOR)
    return address_of(link)


@transaction.atomic
def found(
    *,
    link: OneTimeLink,
    organisation_name: str,
    organisation_kind: str,
    given_name: str,
    family_name: str,
    email: str,
    password: str,
    by: Person | None,
    now: datetime,
) -> Person:
    """Create the first organisation and its first person; return the person.

    They become programme lead of the whole organisation and administrator of the
    portal. Both, because at that moment nobody else could give either role: a
    lead alone could never appoint an administrator, and an administrator alone
    may not import staff. Once there are others, one of the two roles can be given
    up. Refused where the link is spent or any organisation exists.
    """
    links.use(link=link, by=by, now=now)
    if Organisation.objects.exists():
        raise Refused(FOUNDED)
    organisation = organisations.add(
        code=slugify(organisation_name)[:40].strip("-") or "organisation",
        name=organisation_name,
        kind=organisation_kind,
        by=by,
        now=now,
    )
    person = people.add(given_name=given_name, family_name=family_name, email=email, by=by, now=now)
    person.set_password(password)
    person.save(update_fields=["password"])
    record(Verb.PASSWORD_SET, by=by, now=now, on=person, about=person)
    for role, kind, scope_id in (
        (Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, organisation.pk),
        (Role.ADMINISTRATOR, ScopeKind.PORTAL, 0),
    ):
        grants.give(person=person, role=role, scope_kind=kind, scope_id=scope_id, by=by, now=now)
    return person
