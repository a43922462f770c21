"""Asking the members of a match now and then whether there is still a need to meet, and what each of them says."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import membership_steps, mentoring_models
from programmes.actions import groups, relationships
from programmes.dates import latest_round
from programmes.models import Cohort, Member, Relationship, Review

ASKED = "review-asked"  # kind of the notice


@transaction.atomic
def ask_due(*, cohort: Cohort, by: Person | None, now: datetime) -> int:
    """Ask everybody in each match of ``cohort`` whose day has come, pair or group, each by one mail; return how many
    people. Run twice it asks once.

    The day is counted from the beginning of the match; who came into a group later is asked with the others.
    """
    months, today = mentoring_models.of(cohort.programme).duration.review_months, timezone.localdate(now)
    if not months:
        return 0
    living = {"relationship__cohort": cohort, "relationship__state": Relationship.State.LIVE}
    members = Member.objects.knowing().filter(**living, role__in=Member.NAMED).select_related("relationship")
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
def answer(*, review: Review, goes_on: bool, by: Person, now: datetime) -> str:
    """Say whether one still needs to meet. With one no a pair ends, and the other hears only that it has ended.

    A group goes on: a mentee who says no leaves it, and where a mentor does, it stands on the leads' list.
    Returns where somebody who goes on is led to, where more is asked of them; else an empty text.
    Refused from anybody else, and where it was answered or has ended meanwhile.
    """
    found = Review.objects.open().filter(pk=review.pk, member__person=by).select_related("member__relationship").first()
    if found is None or not Review.objects.filter(pk=review.pk, answered_at=None).update(answered_at=now):
        raise Refused("This has been answered, or it has ended.")
    match = found.member.relationship
    record(Verb.REVIEW_ANSWERED, by=by, now=now, on=found, scope=("cohort", match.cohort_id))
    if goes_on:
        return membership_steps.stays(member=found.member, by=by, now=now)
    if not match.is_group:
        relationships.end(relationship=match, by=by, now=now)
    elif found.member.role == Member.Role.MENTEE:
        groups.leave(member=found.member, by=by, now=now)
    else:
        groups.go(member=found.member, by=by, now=now)
    return ""
