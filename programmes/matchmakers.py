"""Who may confirm pairs for a site, where a programme asks for that (model 2).

A site lead of the mentee's site, or a lead of the programme who works there.
"""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from people.current import scopes_held
from people.models import Employment, Grant, Person
from people.models.periods import not_over
from programmes.models import Member, Programme, Relationship
from programmes.models.cohorts import led


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
    granted = scopes_held(person, role=Grant.Role.SITE_LEAD, kind=Grant.ScopeKind.SITE, now=now)
    if granted is None:
        grants = Grant.objects.live(on=today).filter(person=person, role=Grant.Role.SITE_LEAD)
        granted = grants.filter(scope_kind=Grant.ScopeKind.SITE).order_by().values("scope_id")
    beside = Q(person__employments__site__employments__person=person)
    beside &= not_over(on=today, path="person__employments__site__employments")
    may = led(person, "cohort__programme", now=now) & _mentee_works(beside, on=today)
    if granted != []:
        may |= _mentee_works(Q(person__employments__site__in=granted), on=today)
    return Relationship.objects.to_confirm().filter(may)


def _mentee_works(there: Q, *, on: date) -> Q:
    """That the mentee of a relationship has a job ``there`` on the day ``on``; joins, which Django builds in half the
    time of subqueries."""
    works = there & not_over(on=on, path="person__employments")
    mentees = Member.objects.filter(works, left_at=None, role=Member.Role.MENTEE)
    return Q(pk__in=mentees.order_by().values("relationship"))


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
