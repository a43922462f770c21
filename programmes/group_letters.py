"""The letters of a group that is under way: somebody has come or gone, there is a place again."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from programmes import mentoring_models
from programmes.groups import name_of, named, places_taken
from programmes.models import GroupRequest, Member, Relationship


def group_changed(notice: Notice, now: datetime) -> Letter | Skip:
    """To those in a group: who has joined it, leads it now, or has left. Never why."""
    member = (
        Member.objects.filter(pk=notice.about["member"])
        .select_related("person", "relationship__cohort__programme")
        .first()
    )
    there = Relationship.objects.live().of(notice.recipient)
    if member is None or not there.filter(pk=member.relationship_id).exists():
        return Skip("The group has ended, or the person has left it.")
    members = list(member.relationship.members.current().select_related("person").order_by("pk"))
    what = "has left" if member.left_at else "leads" if member.role == Member.Role.MENTOR else "has joined"
    context = {
        "given_name": notice.recipient.given_name,
        "who": member.person.name,
        "what": what,
        "group": name_of(member.relationship, members),
        "programme": member.relationship.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:relationship-detail", args=[member.relationship_id]),
    }
    subject = f"{member.person.name} {what} your group{' now' if what == 'leads' else ''}"
    return letter("programmes/mail/group-changed", subject=subject, context=context)


def place_free(notice: Notice, now: datetime) -> Letter | Skip:
    """To somebody on the waiting list: there is a place, and whoever comes first has it."""
    request = (
        GroupRequest.objects.waiting()
        .filter(relationship=notice.about["relationship"], enrolment__person=notice.recipient)
        .select_related("relationship__cohort__programme")
        .first()
    )
    if request is None or not notice.recipient.is_active or request.relationship.ended_at:
        return Skip("The person does not wait any more, or the group has ended.")
    group = mentoring_models.of(request.relationship.cohort.programme).group
    if places_taken(request.relationship) >= group.size.default:
        return Skip("The place is taken.")
    context = {
        "given_name": notice.recipient.given_name,
        "group": named(request.relationship),
        "joins": group.joining == "open",
        "programme": request.relationship.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:group-join", args=[request.relationship_id]),
    }
    return letter("programmes/mail/group-place-free", subject="There is a place in a group again", context=context)
