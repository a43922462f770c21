"""One mail a week to whoever leads: how much waits for them. What must be known at once has mails of its own."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from notices.actions import outbox
from people.models import Grant, Person

WEEK = "leads-week"  # the kind of notice
MONDAY_AT = time(8)  # London's
HELPS_FOR = timedelta(days=2)  # a sweep that comes later owes nothing for this week


@transaction.atomic
def owe_week(*, by: Person | None, now: datetime) -> int:
    """Owe every lead and site lead the mail of this week, from Monday morning; returns how many people that is.

    Twice owes nobody a second one: its key names the Monday. Who has nothing waiting gets none: that is judged when
    it is written.
    """
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday())
    due_at = timezone.make_aware(datetime.combine(monday, MONDAY_AT))
    if not due_at <= now < due_at + HELPS_FOR:
        return 0
    held = Grant.objects.live(on=today).filter(role__in=[Grant.Role.PROGRAMME_LEAD, Grant.Role.SITE_LEAD]).order_by()
    leads = list(Person.objects.filter(pk__in=held.values("person"), is_active=True).values_list("pk", flat=True))
    outbox.owe_many(
        kind=WEEK,
        owed=[(f"{WEEK}:{monday}:{lead}", lead, {"monday": str(monday)}) for lead in leads],
        due_at=due_at,
        expires_at=due_at + HELPS_FOR,
        by=by,
        now=now,
    )
    return len(leads)
