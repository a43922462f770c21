"""The letters of pairs that bring themselves: somebody is named, or has said no. None says why."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.actions import invitations
from programmes import mentoring_models
from programmes.introductions import asks_for
from programmes.models import Nomination


def partner_named(notice: Notice, now: datetime) -> Letter | Skip:
    """Who would like them as a partner, what that is, and the page on which to answer."""
    found = (
        Nomination.objects.open()
        .filter(pk=notice.about["nomination"])
        .select_related("person", "one__person", "one__cohort__programme__organisation")
        .first()
    )
    if found is None or not found.person.is_active:
        return Skip("It has been answered or taken back, or the person has left.")
    programme = found.one.cohort.programme
    model = mentoring_models.of(programme)
    side = asks_for(model, found.one.side)
    page = reverse("programmes:nomination-answer", args=[found.pk])
    context = {
        "given_name": found.person.given_name,
        "other": found.one.person.name,
        "noun": model.words.of(side).one,
        "programme": programme.name,
        "organisation": programme.organisation.name,
        "sentence": model.sentence,
        "what_to_expect": model.texts.what_to_expect.of(side).strip(),
        "is_new": not found.person.has_signed_in,
        "link": invitations.welcome_address(person=found.person, by=None, now=now, page=page),
    }
    subject = f"{found.one.person.name} would like to go on with you"
    return letter("programmes/mail/partner-named", subject=subject, context=context)


def partner_declined(notice: Notice, now: datetime) -> Letter | Skip:
    """Whoever was named will not be the partner: no reason, since nobody asks for one."""
    found = (
        Nomination.objects.filter(pk=notice.about["nomination"], state=Nomination.State.DECLINED)
        .select_related("one__person", "one__cohort__programme")
        .first()
    )
    if found is None or not found.one.person.is_active:
        return Skip("The person has left.")
    context = {
        "given_name": found.one.person.given_name,
        "other": found.called,
        "programme": found.one.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:enrolment-detail", args=[found.one_id]),
    }
    return letter("programmes/mail/partner-declined", subject="It will not go ahead", context=context)
