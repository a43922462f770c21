"""What has been kept for its time, with the messages of the room below.

A mail is worked out when it is sent and never stored: what is kept of one is that it went.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from notices.models import Notice
from people.models import OneTimeLink, StaffImport

YEAR = timedelta(days=365)


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
