"""The letters of this room's notices, written from the facts of the moment."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from programmes import mentoring_models
from programmes.models import Member, Relationship, RuleOverride


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
        "interim_contact": model.texts.interim_contact if own.role == Member.Role.MENTEE else "",
        "home": settings.PORTAL_ADDRESS + reverse("home"),
    }
    return letter("programmes/mail/relationship-ended", subject="Your mentoring has ended", context=context)


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
