"""The letters of this room's notices, written from the facts of the moment."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from programmes import mentoring_models
from programmes.models import Member, Relationship


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
