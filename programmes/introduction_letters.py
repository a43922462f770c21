"""The letters of introductions and requests. None says why something ended, nor by whom."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.actions import invitations
from programmes import mentoring_models
from programmes.introduction_tasks import waiting_for
from programmes.introductions import day_and_month, may_ask
from programmes.models import Cohort, Enrolment, Relationship


def introduction_opened(notice: Notice, now: datetime) -> Letter | Skip:
    """Who would like to meet them, and until when the place is held; skipped once they have answered."""
    found = (
        Relationship.objects.of(notice.recipient)
        .filter(pk=notice.about["relationship"], state=Relationship.State.INTRODUCTION)
        .select_related("cohort__programme__organisation", "introduction")
        .first()
    )
    if found is None or not notice.recipient.is_active:
        return Skip("The introduction is over.")
    members = list(found.members.current().select_related("person"))
    own = next(one for one in members if one.person_id == notice.recipient_id)
    if own.accepted_at:
        return Skip("The person has answered.")
    other = next(one for one in members if one is not own)
    model = mentoring_models.of(found.cohort.programme)
    page = reverse("programmes:relationship-detail", args=[found.pk])
    context = {
        "given_name": notice.recipient.given_name,
        "other": other.person.name,
        "noun": model.words.of(other.role).one,
        "slot": own.slot,
        "until": day_and_month(found.introduction.holds_until),
        "programme": found.cohort.programme.name,
        "organisation": found.cohort.programme.organisation.name,
        "link": invitations.welcome_address(person=notice.recipient, by=None, now=now, page=page),
        "is_new": not notice.recipient.has_signed_in,
    }
    return letter("programmes/mail/introduction-opened", subject=f"Meet {other.person.name}", context=context)


def introduction_ended(notice: Notice, now: datetime) -> Letter | Skip:
    """That an introduction has ended, and no more."""
    found = (
        Relationship.objects.told()
        .filter(pk=notice.about["relationship"], state=Relationship.State.ENDED)
        .select_related("cohort__programme")
        .first()
    )
    if found is None or not notice.recipient.is_active:
        return Skip("It has not ended, or the person has left.")
    others = [one.person.name for one in found.members.select_related("person") if one.person_id != notice.recipient_id]
    context = {
        "given_name": notice.recipient.given_name,
        "others": " and ".join(others),
        "programme": found.cohort.programme.name,
        "home": settings.PORTAL_ADDRESS + reverse("home"),
    }
    return letter("programmes/mail/introduction-ended", subject="An introduction has ended", context=context)


def introductions_waiting(notice: Notice, now: datetime) -> Letter | Skip:
    """To a lead: how many wait to be introduced, or for a word on their request. Who stands on their list alone."""
    cohort = Cohort.objects.led_by(notice.recipient, now=now).filter(pk=notice.about["cohort"]).first()
    if cohort is None or not notice.recipient.is_active:
        return Skip("The person does not lead this programme any more.")
    count = waiting_for(cohort)
    if not count:
        return Skip("Nothing waits any more.")
    context = {
        "given_name": notice.recipient.given_name,
        "waiting": "1 person waits" if count == 1 else f"{count:,} people wait",
        "programme": cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:task-list"),
    }
    subject = f"{context['waiting']} for you: {cohort.programme.name}"
    return letter("programmes/mail/introductions-waiting", subject=subject, context=context)


def request_confirmed(notice: Notice, now: datetime) -> Letter | Skip:
    """That the list is open to them."""
    enrolment = (
        Enrolment.objects.live()
        .filter(pk=notice.about["enrolment"])
        .select_related("person", "cohort__programme")
        .first()
    )
    if enrolment is None or not enrolment.person.is_active or not may_ask(enrolment):
        return Skip("The request is not confirmed any more, or the person has left.")
    words = mentoring_models.of(enrolment.cohort.programme).words
    context = {
        "given_name": enrolment.person.given_name,
        "mentors": words.mentor.many,
        "programme": enrolment.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:request-detail", args=[enrolment.pk]),
    }
    return letter("programmes/mail/request-confirmed", subject="Your request is confirmed", context=context)
