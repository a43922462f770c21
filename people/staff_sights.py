"""People's own reasons to see a person: keeping their staff list, their site, the portal's accounts.

Each is a Q over Person made of subqueries alone: it costs no query of its own,
and nobody appears twice however many jobs they have.
"""

from datetime import datetime

from django.db.models import Exists, Q
from django.utils import timezone

from people.current import scopes_held
from people.models import Employment, Grant, Guest, Person, Site

Role, ScopeKind = Grant.Role, Grant.ScopeKind


def staff_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whoever works there now or has a day to begin."""
    return _staff(now, organisation__in=_scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now))


def staff_of_led_sites(viewer: Person, now: datetime) -> Q:
    """Site lead: whoever works at the site now or has a day to begin there."""
    return _staff(now, site__in=_scopes(viewer, Role.SITE_LEAD, ScopeKind.SITE, now))


def leavers_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whoever worked there, or was its guest, and has left, so that they can come back."""
    led = _scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now)
    jobs = Employment.objects.filter(organisation__in=led).order_by()
    guests = Guest.objects.filter(organisation__in=led).order_by()
    # Who is here is passed over at once: it stands first in the SQL.
    return Q(is_active=False) & (Q(pk__in=jobs.values("person")) | Q(pk__in=guests.values("person")))


def guests_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whom it keeps on its list without employing them."""
    led = _scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now)
    guests = Guest.objects.not_over(on=timezone.localdate(now)).filter(organisation__in=led)
    return Q(pk__in=guests.order_by().values("person"))


def role_holders_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whoever holds a role over it or one of its sites, employed there or not."""
    led = _scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now)
    sites = Site.objects.filter(organisation__in=led).order_by().values("pk")
    held = _live_grants(now).filter(
        Q(scope_kind=ScopeKind.ORGANISATION, scope_id__in=led) | Q(scope_kind=ScopeKind.SITE, scope_id__in=sites)
    )
    return Q(pk__in=held.values("person"))


def everyone_for_administrators(viewer: Person, now: datetime) -> Q:
    """System administrator: every account, to keep accounts and roles."""
    held = scopes_held(viewer, role=Role.ADMINISTRATOR, kind=ScopeKind.PORTAL, now=now)
    if held is not None:
        return ~Q(pk__in=[]) if held else Q(pk__in=[])
    return Q(Exists(_live_grants(now).filter(person=viewer, role=Role.ADMINISTRATOR)))


def _live_grants(now):
    return Grant.objects.live(on=timezone.localdate(now)).order_by()


def _scopes(viewer, role, kind, now):
    """The scopes as ids where they are known, else as a subquery."""
    held = scopes_held(viewer, role=role, kind=kind, now=now)
    if held is not None:
        return held
    return _live_grants(now).filter(person=viewer, role=role, scope_kind=kind).values("scope_id")


def _staff(now, **where) -> Q:
    jobs = Employment.objects.not_over(on=timezone.localdate(now)).filter(**where)
    return Q(pk__in=jobs.order_by().values("person"))
