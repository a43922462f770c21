"""Roles: giving and ending them. Nobody changes their own."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people import scopes
from people.access import Access, Role, ScopeKind
from people.models import Grant, Person
from people.roles import SCOPES_OF, may_change

OWN = "You cannot change your own roles. Ask another lead or an administrator."
BEYOND = "You can give this role only where you hold it, or lead the organisation."


@transaction.atomic
def give(
    *,
    person: Person,
    role: str,
    scope_kind: str,
    scope_id: int = 0,
    start_date: date | None = None,
    end_date: date | None = None,
    by: Person | None,
    now: datetime,
) -> Grant:
    """Give ``person`` a role over a scope, from today and until further notice unless dated."""
    if scope_kind not in SCOPES_OF[Role(role)]:
        raise Refused(f"A {Role(role).label.lower()} is never one over {ScopeKind(scope_kind).label}.")
    if (scope_kind, scope_id) not in scopes.named([(scope_kind, scope_id)]):
        raise Refused("Choose what the role is over.")
    _may_change(by=by, person=person, role=role, kind=scope_kind, id=scope_id, now=now)
    if not person.is_active:
        raise Refused(f"{person.name} has left.")
    today = timezone.localdate(now)
    start_date = start_date or today
    if end_date is not None and end_date <= start_date:
        raise Refused("The end date is not after the start date.")
    same = Grant.objects.filter(person=person, role=role, scope_kind=scope_kind, scope_id=scope_id)
    if same.not_over(on=today).exists():
        raise Refused(f"{person.name} already holds this role.")
    grant = Grant.objects.create(
        person=person,
        role=role,
        scope_kind=scope_kind,
        scope_id=scope_id,
        start_date=start_date,
        end_date=end_date,
        given_by=by,
    )
    record(Verb.GRANT_GIVEN, by=by, now=now, on=grant, about=person, scope=(scope_kind, scope_id))
    return grant


@transaction.atomic
def end(*, grant: Grant, by: Person | None, now: datetime) -> Grant:
    """End a role today. The last administrator stays, or nobody could give that role again."""
    _may_change(by=by, person=grant.person, role=grant.role, kind=grant.scope_kind, id=grant.scope_id, now=now)
    today = timezone.localdate(now)
    if grant.end_date is not None and grant.end_date <= today:
        raise Refused("This role has already ended.")
    if grant.role == Role.ADMINISTRATOR:
        others = Grant.objects.live(on=today).filter(role=Role.ADMINISTRATOR).exclude(person=grant.person)
        if not others.exists():
            raise Refused(f"{grant.person.name} is the only administrator. Give somebody else the role first.")
    return _end(grant, today, by, now)


@transaction.atomic
def end_for_leaver(*, grant: Grant, by: Person | None, now: datetime) -> Grant:
    """End a role because its holder has left: whoever may mark the leaver need not be able to give the role."""
    return _end(grant, timezone.localdate(now), by, now)


def _may_change(*, by, person, role, kind, id, now):
    if by is None:  # the portal itself: a command, the first start, the demo
        return
    if by.pk == person.pk:
        raise Refused(OWN)
    scope = scopes.named([(kind, id)]).get((kind, id)) or scopes.Scope(kind, id, "", None)
    if not may_change(Access(by, now=now), role=role, scope=scope):
        raise Refused(BEYOND)


def _end(grant, today, by, now):
    grant.end_on(today)
    record(Verb.GRANT_ENDED, by=by, now=now, on=grant, about=grant.person, scope=(grant.scope_kind, grant.scope_id))
    return grant
