"""What a site lead finds of their site: its people and the programmes they take part in, on home and in the list of
people.

That somebody takes part is all that is told here, not with whom; and nothing of a
confidential programme, which is told to nobody outside it. Pairs to confirm are in following.py.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from people.access import Access, Role, ScopeKind
from people.home import Found, Item, Section
from people.models import Employment, Person, Site
from people.offers import Narrowing
from programmes.dates import in_words
from programmes.models import Cohort, Enrolment


@dataclass(frozen=True)
class AtSite:
    """A cohort in which people of the sites take part, and how many of them."""

    cohort: Cohort
    people: int


def cohorts_at_sites(access: Access) -> list[AtSite]:
    """The open cohorts in which people of the viewer's sites take part, by programme, the latest first. One query."""
    if not access.is_site_lead:
        return []
    theirs = Q(enrolments__state=Enrolment.State.ENROLLED, enrolments__person__in=_staff(access))
    cohorts = (
        Cohort.objects.open()
        .select_related("programme")
        .annotate(people=Count("enrolments__person", filter=theirs, distinct=True))
        .filter(people__gt=0, programme__is_confidential=False)
        .order_by("programme__name", "-start_date", "pk")
    )
    return [AtSite(one, one.people) for one in cohorts]


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "Your site": who works there, and what they take part in; each number opens its list. Two queries."""
    if not access.is_site_lead:
        return None
    everyone, today = reverse("people:person-list"), timezone.localdate(now)
    jobs = Q(employments__in=Employment.objects.not_over(on=today).order_by().values("pk"))
    sites = Site.objects.filter(pk__in=_sites(access)).annotate(
        staff=Count("employments__person", filter=jobs, distinct=True)
    )
    items = [
        Item(
            f"{_people(site.staff)} at {site.name}",
            f"{everyone}?site={site.pk}",
            hint="Look somebody up, or invite them to sign in.",
        )
        for site in sites
    ]
    where = "your site" if len(sites) == 1 else "your sites"
    for one in cohorts_at_sites(access):
        start = one.cohort.start_date
        items.append(
            Item(
                f"{one.cohort.programme}, {one.cohort}: {_people(one.people)} of {where}",
                f"{everyone}?cohort={one.cohort.pk}",
                hint=f"{'Started' if start <= today else 'Starts'} on {in_words(start)}.",
            )
        )
    return Section(where.capitalize(), items, stands=True) if items else None


def _options(access: Access) -> list[tuple[str, str]]:
    return [(str(one.cohort.pk), f"{one.cohort.programme}, {one.cohort}") for one in cohorts_at_sites(access)]


def _takes_part(value: str, access: Access) -> Q:
    """Only people of the viewer's sites: who else takes part is not theirs to know."""
    enrolled = Enrolment.objects.live().filter(cohort=value, person__in=_staff(access)).order_by()
    return Q(pk__in=enrolled.values("person"))


BY_COHORT = Narrowing("cohort", "Takes part in", _options, _takes_part)


def _sites(access: Access) -> set[int]:
    return access.scope_ids(Role.SITE_LEAD, ScopeKind.SITE)


def _staff(access: Access):
    """Ids of whoever works at one of the viewer's sites, or will: a subquery."""
    jobs = Employment.objects.not_over(on=timezone.localdate(access.now)).filter(site__in=_sites(access))
    return jobs.order_by().values("person")


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
