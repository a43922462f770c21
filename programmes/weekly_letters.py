"""The weekly mail of a lead, written from what waits on that morning. It names nobody: numbers and where they lead."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.access import Access
from people.home import Item
from programmes.following import home_section
from programmes.models import Cohort


def leads_week(notice: Notice, now: datetime) -> Letter | Skip:
    """How much of what waits for this lead; nothing waits, no mail."""
    lead = notice.recipient
    section = home_section(lead, Access(lead, now=now), now) if lead.is_active else None
    if section is None:
        return Skip("Nothing waits for this person.")
    return _letter(lead.given_name, section.items)


def preview(cohort: Cohort, now: datetime) -> Letter:
    """The same about numbers made up."""
    page = reverse("programmes:task-list")
    examples = (("1 person asks for help with their match", "flags"), ("2 people need another mentor", "waiting"))
    return _letter("Ama", [Item(text, f"{page}#{anchor}") for text, anchor in examples])


def _letter(given_name: str, items: Sequence[Item]) -> Letter:
    waiting = [{"text": item.text, "link": settings.PORTAL_ADDRESS + item.url} for item in items]
    context = {
        "given_name": given_name,
        "waiting": waiting,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:task-list"),
    }
    return letter("programmes/mail/leads-week", subject="What waits for you this week", context=context)
