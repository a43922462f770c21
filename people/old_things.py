"""What has been kept for its time, with the messages of the room below.

A mail is worked out when it is sent and never stored: what is kept of one is that it went.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.models import AuditEvent
from notices.models import Notice
from people.models import Employment, Guest, OneTimeLink, Person, StaffImport
from people.retention import months_before

YEAR = timedelta(days=365)
AUDIT_MONTHS = 24


def audit_kept_from(now: datetime) -> datetime:
    """The midnight (UTC) before which everything is over for 24 months, by whole days."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = months_before(midnight.date(), AUDIT_MONTHS)
    return midnight.replace(year=day.year, month=day.month, day=day.day)


def old_events(now: datetime) -> QuerySet[AuditEvent]:
    """What happened on days that are over for 24 months."""
    return AuditEvent.objects.filter(at__lt=audit_kept_from(now))


def old_notices(now: datetime) -> QuerySet[Notice]:
    """Messages that were settled one way or another a year ago."""
    return Notice.objects.filter(settled_at__lte=now - YEAR)


def old_links(now: datetime) -> QuerySet[OneTimeLink]:
    """Links that a year ago were used or revoked already, or had run out."""
    ago = now - YEAR
    return OneTimeLink.objects.filter(Q(used_at__lte=ago) | Q(revoked_at__lte=ago) | Q(expires_at__lte=ago))


def old_imports(now: datetime) -> QuerySet[StaffImport]:
    """Staff lists that were saved, undone or dropped a year ago; their rows went long before."""
    return StaffImport.objects.exclude(state__in=StaffImport.OPEN).filter(uploaded_at__lte=now - YEAR)


def old_leavers(now: datetime) -> QuerySet[Person]:
    """Those who left a year ago or longer, and are not erased yet. Left is who has no place, and whose last ended then;
    who never had one, and never signed in since, has left when they came."""
    ago = now - YEAR
    day = timezone.localdate(now) - YEAR
    young = Q(end_date=None) | Q(end_date__gt=day)
    return Person.objects.filter(
        ~Exists(Employment.objects.filter(young, person=OuterRef("pk")).order_by()),
        ~Exists(Guest.objects.filter(young, person=OuterRef("pk")).order_by()),
        Q(last_login=None) | Q(last_login__lte=ago),
        is_active=False,
        merged_into=None,
        erased_at=None,
        created_at__lte=ago,
    )
