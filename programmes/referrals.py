"""Referral (R15): whom somebody may point to a programme. The person decides; the referrer learns nothing further."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.home import Found, Item, Rows, Section
from people.models import Employment, LineManagement, Person, Tie
from programmes import mentoring_models
from programmes.models import Cohort


def may_refer(cohort: Cohort, referrer: Person, *, now: datetime):
    """The people of the cohort's organisation whom ``referrer`` manages or supervises, by name; a queryset.

    Whether somebody takes part already makes no difference: it would tell.
    """
    today = timezone.localdate(now)
    staff = Employment.objects.not_over(on=today).filter(organisation=cohort.programme.organisation_id).order_by()
    people = Person.objects.filter(_in_the_care_of(referrer, "pk", today), is_active=True)
    return people.filter(pk__in=staff.values("person")).order_by("family_name", "given_name", "pk")


def _in_the_care_of(referrer: Person, path: str, today: date) -> Q:
    """That the person at ``path`` is managed or supervised by ``referrer``."""
    managed = _managed_by(referrer, today).order_by().values("report")
    supervised = _supervised_by(referrer, today).order_by().values("person")
    return Q((f"{path}__in", managed)) | Q((f"{path}__in", supervised))


def _managed_by(person: Person, today: date) -> QuerySet[LineManagement]:
    return LineManagement.objects.not_over(on=today).filter(manager=person)


def _supervised_by(person: Person, today: date) -> QuerySet[Tie]:
    return Tie.objects.not_over(on=today).filter(other=person, kind__in=[Tie.Kind.DS, Tie.Kind.ES, Tie.Kind.DPP])


def _jobs_of_theirs(person: Person, now: datetime) -> QuerySet[Employment]:
    """The jobs of those in the care of ``person``."""
    today = timezone.localdate(now)
    theirs = _in_the_care_of(person, "person", today)
    return Employment.objects.not_over(on=today).filter(theirs, person__is_active=True)


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    """Whether anybody is in their care, of whom the section then reads the jobs."""
    rows = {"supervised": _supervised_by(person, timezone.localdate(now))}
    return (
        rows if access.is_known_to_manage_nobody else rows | {"managed": _managed_by(person, timezone.localdate(now))}
    )


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "Refer somebody": for managers and supervisors, the programmes of their people's organisations that take
    referrals. One query for whoever has nobody, two for others."""
    if found is not None and not (found["supervised"] or found.get("managed")):
        return None
    organisations = set(_jobs_of_theirs(person, now).order_by().values_list("organisation", flat=True))
    if not organisations:
        return None
    cohorts = Cohort.objects.open().filter(programme__organisation__in=organisations, programme__is_confidential=False)
    items = [
        Item(
            f"{cohort.programme.name}, {cohort.name}",
            reverse("programmes:referral-make", args=[cohort.pk]),
            hint="They are asked and decide themselves. You hear nothing further.",
        )
        for cohort in cohorts.select_related("programme__own_version").order_by("programme__name", "-start_date", "pk")
        if mentoring_models.of(cohort.programme).referral
    ]
    return Section("Refer somebody to mentoring", items, stands=True) if items else None
