"""How long this room keeps things after the end of a programme: from the day on which it, or the cohort, was closed."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from people.models import Person, Style
from people.retention import Rule, months_before, register
from programmes.models import Cohort, Enrolment, Flag, Hope, Introduction, Listing, MentorRequest

REQUEST_MONTHS, FLAG_MONTHS = 6, 24


def closed_for(now: datetime, months: int):
    """The ids of cohorts that so many calendar months ago were closed, or their programme."""
    day = months_before(timezone.localdate(now), months)
    over = Q(closed_at__date__lte=day) | Q(programme__closed_at__date__lte=day)
    return Cohort.objects.filter(over).order_by().values("pk")


def old_hopes(now):
    return Hope.objects.filter(enrolment__cohort__in=closed_for(now, REQUEST_MONTHS))


def old_requests(now):
    return MentorRequest.objects.filter(enrolment__cohort__in=closed_for(now, REQUEST_MONTHS))


def old_listings(now):
    return Listing.objects.filter(enrolment__cohort__in=closed_for(now, REQUEST_MONTHS))


def old_reasons(now):
    """Introductions that still hold why somebody said no, or what they wanted all the same."""
    said = Q(reason__isnull=False) | ~Q(consent="")
    return Introduction.objects.filter(said, cohort__in=closed_for(now, REQUEST_MONTHS))


def old_flags(now):
    """What was told to the leads and closed, where the words are still there."""
    cohorts = closed_for(now, FLAG_MONTHS)
    return Flag.objects.filter(reason__isnull=False, closed_at__isnull=False, relationship__cohort__in=cohorts)


def old_styles(now):
    """Styles of those who took part once, and in nothing that is open or was half a year ago."""
    own = Enrolment.objects.filter(person=OuterRef("person")).order_by()
    young = own.exclude(cohort__in=closed_for(now, REQUEST_MONTHS))
    return Style.objects.filter(Exists(own), ~Exists(young))


def _delete(find):
    def go(*, by: Person | None, now: datetime) -> int:
        pks = list(find(now).order_by().values_list("pk", flat=True))
        find(now).model.objects.filter(pk__in=pks).delete()
        return len(pks)

    return go


def _empty(find, **values):
    def go(*, by: Person | None, now: datetime) -> int:
        return find(now).update(**values)

    return go


def register_rules() -> None:
    """Called once, when the portal starts."""
    half_a_year = f"{REQUEST_MONTHS} months from the closing of the cohort"
    for name, what, kept, then, find, go in (
        ("hopes", "What people said that they hope for", half_a_year, "Deleted", old_hopes, _delete(old_hopes)),
        ("requests", "What people asked for", half_a_year, "Deleted", old_requests, _delete(old_requests)),
        ("listings", "What people offered on a list", half_a_year, "Deleted", old_listings, _delete(old_listings)),
        (
            "decline-reasons",
            "Why somebody said no after a first meeting",
            half_a_year,
            "The words are deleted; that it ended is kept",
            old_reasons,
            _empty(old_reasons, reason=None, consent=""),
        ),
        (
            "flags",
            "What was told to the leads privately, and is closed",
            f"{FLAG_MONTHS} months from the closing of the cohort",
            "The words are deleted; that it was told is kept",
            old_flags,
            _empty(old_flags, reason=None),
        ),
        (
            "style",
            "The style of somebody who takes part in nothing any more",
            f"{REQUEST_MONTHS} months from the closing of their last cohort",
            "Deleted",
            old_styles,
            _delete(old_styles),
        ),
    ):
        register(Rule(name, what, kept, then, find, go))
