"""Sign-ins that are over. Beginning and ending one is allauth's; how long it lasts stands in people/middleware.py."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from people.models import Person


@transaction.atomic
def drop_old(*, by: Person | None, now: datetime) -> int:
    """Forget sign-ins past their longest time, and from where each that is over was made; return how many of these."""
    Session.objects.filter(expire_date__lte=now).delete()
    forgotten, _ = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return forgotten
