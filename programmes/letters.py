"""The letters of this room's notices, written from the facts of the moment."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.actions import invitations
from programmes import mentoring_models
from programmes.asking import wanted_of
from programmes.interim import interim_contact
from programmes.models import Enrolment, Member, Relationship, RuleOverride


def relationship_ended(notice: Notice, now: datetime) -> Letter | Skip:
    """Told only that it has ended: neither why nor by whom (R7)."""
    if not notice.recipient.is_active:
        return Skip("The person has left.")
    relationship = (
        Relationship.objects.filter(pk=notice.about["relationship"]).select_related("cohort__programme").first()
    )
    if relationship is None or relationship.state != Relationship.State.ENDED:
        return Skip("The relationship has not ended.")
    members = list(relationship.members.select_related("person"))
    own = next((member for member in members if member.person_id == notice.recipient_id), None)
    if own is None:
        return Skip("The person was not a member.")
    others = [member.person.name for member in members if member.person_id != notice.recipient_id]
    model = mentoring_models.of(relationship.cohort.programme)
    context = {
        "given_name": notice.recipient.given_name,
        "others": " and ".join(others),
        "programme": relationship.cohort.programme.name,
        "interim_contact": interim_contact(model) if own.role == Member.Role.MENTEE else "",
        "home": settings.PORTAL_ADDRESS + reverse("home"),
    }
    return letter("programmes/mail/relationship-ended", subject="Your mentoring has ended", context=context)


def relationship_thanked(notice: Notice, now: datetime) -> Letter | Skip:
    """Thanks, once the time of a match is over, and where the certificate is."""
    if not notice.recipient.is_active:
        return Skip("The person has left.")
    members = Member.objects.filter(
        relationship=notice.about["relationship"], relationship__state=Relationship.State.ENDED
    )
    members = list(members.select_related("person", "relationship__cohort__programme").order_by("pk"))
    own = next((member for member in members if member.person_id == notice.recipient_id), None)
    if own is None:
        return Skip("The relationship has not ended, or the person was not a member.")
    others = [one.person.name for one in members if one.person_id != notice.recipient_id and one.left_at == own.left_at]
    page = reverse("programmes:enrolment-detail", args=[own.enrolment_id]) if own.enrolment_id else reverse("home")
    context = {
        "given_name": notice.recipient.given_name,
        "others": " and ".join(others),
        "programme": own.relationship.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + page,
    }
    return letter("programmes/mail/relationship-thanked", subject="Thank you for your mentoring", context=context)


def rule_overridden(notice: Notice, now: datetime) -> Letter | Skip:
    """Tells a second lead that a pair was allowed against a rule; whom it is about and why is behind the link."""
    override = (
        RuleOverride.objects.filter(pk=notice.about["override"])
        .select_related("cohort__programme", "granted_by")
        .first()
    )
    if override is None or override.withdrawn_at is not None:
        return Skip("The pair is not allowed any more.")
    if not RuleOverride.objects.led_by(notice.recipient, now=now).filter(pk=override.pk).exists():
        return Skip("The person does not lead this programme any more.")
    context = {
        "given_name": notice.recipient.given_name,
        "lead": override.granted_by.name,
        "programme": override.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:override-list", args=[override.cohort_id]),
    }
    subject = f"A match was allowed against a rule: {override.cohort.programme.name}"
    return letter("programmes/mail/rule-overridden", subject=subject, context=context)


def asked_to_take_part(notice: Notice, now: datetime) -> Letter | Skip:
    """The question, what it is about, and the page on which to answer; skipped once there is an answer."""
    enrolment = (
        Enrolment.objects.filter(pk=notice.about["enrolment"], state=Enrolment.State.OFFERED)
        .select_related("person", "cohort__programme__organisation")
        .first()
    )
    if enrolment is None or not enrolment.person.is_active:
        return Skip("There is an answer already, or the person has left.")
    programme = enrolment.cohort.programme
    if not enrolment.cohort.is_open:
        return Skip("The cohort has closed.")
    model = mentoring_models.of(programme)
    page = reverse("programmes:enrolment-answer", args=[enrolment.pk])
    noun = model.words.of(enrolment.side).a
    context = {
        "given_name": enrolment.person.given_name,
        "noun": noun,
        "programme": programme.name,
        "organisation": programme.organisation.name,
        "sentence": model.sentence,
        "what_to_expect": model.texts.what_to_expect.of(enrolment.side).strip(),
        "is_new": not enrolment.person.has_signed_in,
        "link": invitations.welcome_address(person=enrolment.person, by=None, now=now, page=page),
    }
    return letter(
        "programmes/mail/asked-to-take-part", subject=f"{programme.name}: would you like to take part?", context=context
    )


def facts_wanted(notice: Notice, now: datetime) -> Letter | Skip:
    """What the programme would like to know of somebody, and the page on which they say it; once, never chased."""
    enrolment = (
        Enrolment.objects.live()
        .filter(pk=notice.about["enrolment"])
        .select_related("person", "cohort__programme__organisation")
        .first()
    )
    if enrolment is None or not enrolment.person.is_active:
        return Skip("The person takes part no more.")
    wanted = wanted_of(enrolment, now=now)
    if not wanted:
        return Skip("Nothing is missing any more.")
    programme = enrolment.cohort.programme
    page = reverse("programmes:facts-give", args=[enrolment.pk])
    context = {
        "given_name": enrolment.person.given_name,
        "programme": programme.name,
        "organisation": programme.organisation.name,
        "wanted": [need.label for need in wanted],
        "is_new": not enrolment.person.has_signed_in,
        "link": invitations.welcome_address(person=enrolment.person, by=None, now=now, page=page),
    }
    subject = f"{programme.name}: a few facts about you"
    return letter("programmes/mail/facts-wanted", subject=subject, context=context)
