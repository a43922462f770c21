"""The letters of this room, written from the facts of the moment at which they are sent."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.actions.invitations import INVITATION
from people.models import Employment, OneTimeLink, Person
from people.one_time_links import address_of, find, token


def invitation(notice: Notice, now: datetime) -> Letter | Skip:
    """The link with which somebody chooses their first password; skipped once it opens nothing any more."""
    link = OneTimeLink.objects.filter(pk=notice.about["link"]).first()
    link = link and find(token(link), purpose=INVITATION, now=now)
    if link is None:
        return Skip("The link was used, replaced or has run out.")
    return letter(
        "people/mail/invitation",
        subject=f"Your invitation to the {settings.SERVICE_NAME}",
        context={
            "person": link.person,
            "inviter": link.issued_by,
            "organisation": employer(link.person, now),
            "address": address_of(link),
            "until": timezone.localdate(link.expires_at),
        },
    )


def records_merged(notice: Notice, now: datetime) -> Letter | Skip:
    """To both addresses: under which one the person signs in from now on, and whom to ask if that was not them."""
    kept = Person.objects.filter(pk=notice.about["kept"]).first()
    if kept is None or not kept.is_active:
        return Skip("The person has left.")
    gives_up = notice.recipient_id != kept.pk
    return letter(
        "people/mail/records-merged",
        subject="Your two records have been made one",
        context={
            "given_name": notice.recipient.given_name,
            "gives_up": gives_up,
            "actor": notice.owed_by,
            "home": settings.PORTAL_ADDRESS,
        },
    )


def employer(person, now: datetime):
    """The organisation for which ``person`` works now; None where the portal knows of none."""
    job = (
        Employment.objects.live(on=timezone.localdate(now)).filter(person=person).select_related("organisation").first()
    )
    return job.organisation if job else None
