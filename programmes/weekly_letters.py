"""The weekly mail of a lead, written from what waits on that morning. It names nobody: numbers and where they lead."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.access import Access
from programmes.following import home_section


def leads_week(notice: Notice, now: datetime) -> Letter | Skip:
    """How much of what waits for this lead; nothing waits, no mail."""
    lead = notice.recipient
    section = home_section(lead, Access(lead, now=now), now)
    if section is None:
        return Skip("Nothing waits for this person.")
    context = {
        "given_name": lead.given_name,
        "waiting": [{"text": item.text, "link": settings.PORTAL_ADDRESS + item.url} for item in section.items],
        "link": settings.PORTAL_ADDRESS + reverse("programmes:task-list"),
    }
    return letter("programmes/mail/leads-week", subject="What waits for you this week", context=context)
