"""Referral (R15): whom somebody may point to a programme. The person decides; the referrer learns nothing further."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from people.models import Employment, LineManagement, Person, Tie
from programmes.models import Cohort


def may_refer(cohort: Cohort, referrer: Person, *, now: datetime):
    """The people of the cohort's organisation whom ``referrer`` manages or supervises, by name; a queryset.

    Whether somebody takes part already makes no difference: it would tell.
    """
    today = timezone.localdate(now)
    managed = LineManagement.objects.not_over(on=today).filter(manager=referrer).order_by().values("report")
    kinds = [Tie.Kind.DS, Tie.Kind.ES, Tie.Kind.DPP]
    supervised = Tie.objects.not_over(on=today).filter(other=referrer, kind__in=kinds).order_by().values("person")
    staff = Employment.objects.not_over(on=today).filter(organisation=cohort.programme.organisation_id).order_by()
    people = Person.objects.filter(Q(pk__in=managed) | Q(pk__in=supervised), is_active=True)
    return people.filter(pk__in=staff.values("person")).order_by("family_name", "given_name", "pk")
