"""Who may confirm pairs for a site, where a programme asks for that (model 2).

A site lead of the mentee's site, or a lead of the programme who works there.
"""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from people.models import Employment, Grant, Person
from programmes.models import Programme, Relationship


def matchmaker_sites(person: Person, programme: Programme, *, now: datetime) -> set[int]:
    """The sites for which ``person`` may confirm pairs of ``programme``. Two queries, three for a lead."""
    today = timezone.localdate(now)
    sites = set(
        Grant.objects.live(on=today)
        .filter(person=person, role=Grant.Role.SITE_LEAD, scope_kind=Grant.ScopeKind.SITE)
        .order_by()
        .values_list("scope_id", flat=True)
    )
    if Programme.objects.led_by(person, now=now).filter(pk=programme.pk).exists():
        jobs = Employment.objects.not_over(on=today).filter(person=person, site__isnull=False)
        sites |= set(jobs.order_by().values_list("site", flat=True))
    return sites


def confirmations_for(person: Person, *, now: datetime):
    """The proposed pairs that ``person`` may confirm, of every programme; a queryset."""
    today = timezone.localdate(now)
    granted = (
        Grant.objects.live(on=today)
        .filter(person=person, role=Grant.Role.SITE_LEAD, scope_kind=Grant.ScopeKind.SITE)
        .order_by()
        .values("scope_id")
    )
    own = Employment.objects.not_over(on=today).filter(person=person, site__isnull=False).order_by().values("site")
    waiting = Relationship.objects.to_confirm()
    return waiting.filter(
        Q(pk__in=waiting.at_sites(granted, on=today).order_by().values("pk"))
        | Q(pk__in=waiting.at_sites(own, on=today).led_by(person, now=now).order_by().values("pk"))
    )


def matchmakers_of(sites, *, now: datetime):
    """The site leads of ``sites`` (ids), as (person id, site id): whom to ask. One query."""
    return list(
        Grant.objects.live(on=timezone.localdate(now))
        .filter(
            role=Grant.Role.SITE_LEAD,
            scope_kind=Grant.ScopeKind.SITE,
            scope_id__in=sites,
            person__is_active=True,
        )
        .order_by("person")
        .values_list("person", "scope_id")
    )
