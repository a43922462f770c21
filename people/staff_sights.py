"""People's own reasons to see a person: keeping their staff list, their site, the portal's accounts.

Each is a Q over Person made of subqueries alone: it costs no query of its own,
and nobody appears twice however many jobs they have. Where the viewer is known
to hold no role that could be the reason, it is NOBODY and leaves no trace in the SQL.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from people.current import scopes_held
from people.models import Employment, Grant, Guest, Person, Site
from people.sights import EVERYBODY, NOBODY

Role, ScopeKind = Grant.Role, Grant.ScopeKind


def staff_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whoever works there now or has a day to begin."""
    led = _scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now)
    # Asked of one person at a time, from an index of its own: the first page of 10,000 then reads 50.
    jobs = _jobs(now).filter(person=OuterRef("pk"), organisation__in=led)
    return NOBODY if led == [] else Q(Exists(jobs))


def staff_of_led_sites(viewer: Person, now: datetime) -> Q:
    """Site lead: whoever works at the site now or has a day to begin there."""
    led = _scopes(viewer, Role.SITE_LEAD, ScopeKind.SITE, now)
    return NOBODY if led == [] else Q(pk__in=_jobs(now).filter(site__in=led).values("person"))


def leavers_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whoever worked there, or was its guest, and has left, so that they can come back."""
    led = _scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now)
    if led == []:
        return NOBODY
    jobs = Employment.objects.filter(organisation__in=led).order_by()
    guests = Guest.objects.filter(organisation__in=led).order_by()
    # Who is here is passed over at once: it stands first in the SQL.
    return Q(is_active=False) & (Q(pk__in=jobs.values("person")) | Q(pk__in=guests.values("person")))


def guests_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whom it keeps on its list without employing them."""
    led = _scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now)
    if led == []:
        return NOBODY
    guests = Guest.objects.not_over(on=timezone.localdate(now)).filter(organisation__in=led)
    return Q(pk__in=guests.order_by().values("person"))


def role_holders_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whoever holds a role over it or one of its sites, employed there or not."""
    led = _scopes(viewer, Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, now)
    if led == []:
        return NOBODY
    sites = Site.objects.filter(organisation__in=led).order_by().values("pk")
    held = _live_grants(now).filter(
        Q(scope_kind=ScopeKind.ORGANISATION, scope_id__in=led) | Q(scope_kind=ScopeKind.SITE, scope_id__in=sites)
    )
    return Q(pk__in=held.values("person"))


def everyone_for_administrators(viewer: Person, now: datetime) -> Q:
    """System administrator: every account, to keep accounts and roles."""
    held = scopes_held(viewer, role=Role.ADMINISTRATOR, kind=ScopeKind.PORTAL, now=now)
    if held is not None:
        return EVERYBODY if held else NOBODY
    return Q(Exists(_live_grants(now).filter(person=viewer, role=Role.ADMINISTRATOR)))


def _live_grants(now):
    return Grant.objects.live(on=timezone.localdate(now)).order_by()


def _scopes(viewer, role, kind, now):
    """The scopes as ids where they are known, else as a subquery."""
    held = scopes_held(viewer, role=role, kind=kind, now=now)
    if held is not None:
        return held
    return _live_grants(now).filter(person=viewer, role=role, scope_kind=kind).values("scope_id")


def _jobs(now):
    return Employment.objects.not_over(on=timezone.localdate(now)).order_by()
