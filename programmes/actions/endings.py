"""What becomes of matches whose time is over: they end with thanks, or go on until another day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.actions import enrolments, relationships
from programmes.lasting import end_of, may_go_on
from programmes.models import Enrolment, Member, Relationship, Side

THANKED = "relationship-thanked"


@transaction.atomic
def thank(*, ending: Iterable[Relationship], by: Person | None, now: datetime) -> int:
    """End these matches and thank everybody in them, with where to find the certificate; return how many ended.

    Whoever was matched there and has nothing left in the cohort has finished: they do
    not wait for somebody else. Mentors stay, for whoever comes next. What has
    ended meanwhile is passed over.
    """
    done = 0
    for relationship in ending:
        members = list(relationship.members.current().select_related("enrolment"))
        try:
            relationships.end(relationship=relationship, told=THANKED, by=by, now=now)
        except Refused:
            continue
        done += 1
        for enrolment in {one.enrolment for one in members if one.enrolment and one.role != Side.MENTOR}:
            left = Member.objects.current().filter(enrolment=enrolment, relationship__in=Relationship.objects.live())
            if not left.exists() and Enrolment.objects.live().filter(pk=enrolment.pk).exists():
                enrolments.withdraw(enrolment=enrolment, by=by, now=now)
    return done


@transaction.atomic
def renew(*, relationship: Relationship, until: date, by: Person | None, now: datetime) -> Relationship:
    """Let a match go on until ``until``. Refused for a day that is not to come, and where it is not under way."""
    if until <= timezone.localdate(now):
        raise Refused("Choose a day that is still to come.")
    rows = Relationship.objects.under_way().filter(pk=relationship.pk)
    if not rows.update(ends_on=until):
        raise Refused("This has ended already.")
    relationship.members.update(goes_on_at=None)
    record(Verb.RELATIONSHIP_RENEWED, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))
    relationship.refresh_from_db()
    return relationship


@transaction.atomic
def go_on(*, relationship: Relationship, by: Person, now: datetime) -> bool:
    """Keep the yes of one member to going on; with the last one it goes on as long again. Returns whether it does.

    Refused where the programme cannot be renewed, or it is too early to say.
    """
    relationship = (
        Relationship.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=relationship.pk)
    )
    if not may_go_on(relationship, now=now):
        raise Refused("There is nothing to renew just now.")
    asked = relationship.members.current().filter(role__in=Member.NAMED)
    if not asked.filter(person=by).update(goes_on_at=now):
        raise Refused("Only its members can say that it goes on.")
    record(Verb.RENEWAL_WANTED, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))
    if asked.filter(goes_on_at=None).exists():
        return False
    model = mentoring_models.of(relationship.cohort.programme)
    first = max(end_of(relationship, model), timezone.localdate(now))
    renew(relationship=relationship, until=first + timedelta(weeks=model.duration.weeks or 52), by=by, now=now)
    return True
