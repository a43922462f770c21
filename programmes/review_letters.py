"""The letter that asks a member of a match whether there is still a need to meet."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from programmes import mentoring_models
from programmes.groups import others_in
from programmes.models import Review


def review_asked(notice: Notice, now: datetime) -> Letter | Skip:
    """The question, and the page on which to answer it; skipped once they have, or where it has ended."""
    found = (
        Review.objects.open()
        .filter(pk=notice.about["review"])
        .select_related("member__person", "member__relationship__cohort__programme")
        .first()
    )
    if found is None or not found.member.person.is_active:
        return Skip("It has been answered or has ended, or the person has left.")
    pair = found.member.relationship
    members = pair.members.knowing().select_related("person").order_by("pk")
    context = {
        "given_name": found.member.person.given_name,
        "others": others_in(pair, members, found.member.person),
        "is_group": pair.is_group,
        "programme": pair.cohort.programme.name,
        "question": mentoring_models.of(pair.cohort.programme).texts.review,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:review-answer", args=[found.pk]),
    }
    return letter("programmes/mail/review-asked", subject=context["question"], context=context)
