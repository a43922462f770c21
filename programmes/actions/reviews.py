"""Asking a pair now and then whether there is still a need to meet, and what each of the two says."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import mentoring_models
from programmes.actions import relationships
from programmes.dates import latest_round
from programmes.models import Cohort, Member, Relationship, Review

ASKED = "review-asked"  # kind of the notice


@transaction.atomic
def ask_due(*, cohort: Cohort, by: Person | None, now: datetime) -> int:
    """Ask both of every pair in ``cohort`` whose day has come, each by one mail; return how many people.

    Run twice it asks once. Groups are not asked: their mentor and members see each other all the time.
    """
    months, today = mentoring_models.of(cohort.programme).duration.review_months, timezone.localdate(now)
    if not months:
        return 0
    members = Member.objects.knowing().filter(
        relationship__cohort=cohort,
        relationship__state=Relationship.State.LIVE,
        role__in=[Member.Role.MENTEE, Member.Role.MENTOR, Member.Role.PEER],
    )
    members = members.exclude(relationship__shape=Relationship.Shape.GROUP).select_related("relationship")
    due = {}
    for member in members.select_for_update(of=("self",)).order_by("pk"):
        started_on = timezone.localdate(member.relationship.started_at)
        if day := latest_round(started_on, months, today=today):
            due[member] = day
    there = set(Review.objects.filter(member__in=list(due)).values_list("member", "due_on"))
    new = Review.objects.bulk_create(
        [Review(member=one, due_on=day, asked_at=now) for one, day in due.items() if (one.pk, day) not in there]
    )
    outbox.owe_many(
        kind=ASKED,
        owed=[(f"{ASKED}:{one.pk}", one.member.person_id, {"review": one.pk}) for one in new],
        due_at=now,
        by=by,
        now=now,
    )
    record_many(Verb.REVIEW_ASKED, by=by, now=now, on=new, scope=("cohort", cohort.pk))
    return len(new)


@transaction.atomic
def answer(*, review: Review, goes_on: bool, by: Person, now: datetime) -> None:
    """Say whether one still needs to meet. With one no the pair ends, and the other hears only that it has ended.

    Refused from anybody else, and where it was answered or has ended meanwhile.
    """
    found = Review.objects.open().filter(pk=review.pk, member__person=by).select_related("member__relationship").first()
    if found is None or not Review.objects.filter(pk=review.pk, answered_at=None).update(answered_at=now):
        raise Refused("This has been answered, or it has ended.")
    pair = found.member.relationship
    record(Verb.REVIEW_ANSWERED, by=by, now=now, on=found, scope=("cohort", pair.cohort_id))
    if not goes_on:
        relationships.end(relationship=pair, by=by, now=now)
