"""The secret part of a one-time link: from its row to the token in an address, and back.

Nothing here writes; issuing, using and revoking links are people/actions/links.py.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac

from people.models import OneTimeLink, Person

PAGES = {  # purpose: the page it opens
    "invitation": "people:welcome",
    "first-lead": "people:first-lead",
    "did-you-meet": "sessions_log:session-met",
    "session-form": "sessions_log:form-answer",
}
MOST_TRIES = 10  # wrong codes, after which a link opens nothing any more
CODE_DIGITS = 6


def _signer(purpose: str) -> Signer:
    # The purpose is the salt, so that a token for one purpose opens nothing of another.
    # A full stop, since some mail readers cut an address at a colon.
    return Signer(salt=f"one-time-link:{purpose}", sep=".")


def token(link: OneTimeLink) -> str:
    """The text that stands in the address: the row's id, signed for its purpose.

    The same row always gives the same token, so a mail that is sent again
    carries the same link.
    """
    return _signer(link.purpose).sign(link.pk.hex)


def code_of(link: OneTimeLink) -> str:
    """The digits that stand in the mail beside the link, for purposes that ask for them. As little stored as the token.

    A scanner that follows every link of a mail types nothing.
    """
    made = salted_hmac(f"one-time-code:{link.purpose}", link.pk.hex, algorithm="sha256").digest()
    return f"{int.from_bytes(made[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def address_of(link: OneTimeLink) -> str:
    """The full address, as it stands in a mail, of the page that the link opens."""
    return settings.PORTAL_ADDRESS + reverse(PAGES[link.purpose], args=[token(link)])


def find(token: str, *, purpose: str, now: datetime) -> OneTimeLink | None:
    """The link that ``token`` opens at ``now``, with its person; None where it opens nothing.

    A forged, used, revoked or expired token, and one whose person has left, are
    all the same None: the caller cannot tell them apart, so neither can a guesser.
    """
    row = read(token, purpose=purpose)
    if row is None:
        return None
    return (
        OneTimeLink.objects.select_related("person")
        .filter(Q(person__isnull=True) | Q(person__is_active=True))
        .filter(pk=row.pk, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now, tries__lt=MOST_TRIES)
        .first()
    )


def read(token: str, *, purpose: str) -> OneTimeLink | None:
    """The row behind a token that we signed, even one that opens nothing any more; None if forged.

    For saying "ask for a new one" only: whoever holds it may do nothing with it.
    """
    try:
        pk = UUID(hex=_signer(purpose).unsign(token))
    except (BadSignature, ValueError):
        return None
    return OneTimeLink.objects.select_related("person").filter(pk=pk, purpose=purpose).first()


def open_for(person: Person, *, purpose: str, now: datetime) -> QuerySet[OneTimeLink]:
    """The links of ``person`` that would still open at ``now``, newest first."""
    return open_at(now).filter(person=person, purpose=purpose)


def open_at(now: datetime) -> QuerySet[OneTimeLink]:
    """Every link that would still open at ``now``, newest first."""
    return OneTimeLink.objects.filter(
        used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now, tries__lt=MOST_TRIES
    )
