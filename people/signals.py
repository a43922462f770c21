"""Answers what Django and allauth announce: who signed in, out or tried becomes audit events."""

from allauth.account.signals import email_changed, login_code_rejected, password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from audit.record import REFUSED, record
from audit.verbs import Verb
from people.middleware import stamp
from people.models import Person, SealedSecret


def _now(request):
    return getattr(request, "now", None) or timezone.now()


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs):
    now = _now(request)
    stamp(request.session, now=now)
    record(Verb.SIGNED_IN, by=user, now=now, on=user, about=user)


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs):
    request.signed_out = True  # for the middleware, which forgets who sat here
    if user is not None:
        record(Verb.SIGNED_OUT, by=user, now=_now(request), on=user, about=user)


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, request=None, **kwargs):
    """Who it was about is known only where the address is somebody's; the address itself is never written down."""
    person = Person.objects.filter(email=str(credentials.get("email", "")).lower()).first()
    _failed(request, person)


@receiver([login_code_rejected, authentication_failed])
def code_rejected(sender, request, user, **kwargs):
    _failed(request, user)


@receiver([password_changed, password_set, password_reset])
def password_was_set(sender, request, user, **kwargs):
    record(Verb.PASSWORD_SET, by=user, now=_now(request), on=user, about=user)


@receiver(email_changed)
def address_was_changed(sender, request, user, **kwargs):
    record(Verb.PERSON_CHANGED, by=user, now=_now(request), on=user, about=user)


@receiver(authenticator_added)
def second_factor_was_added(sender, request, user, authenticator, **kwargs):
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record(Verb.SECOND_FACTOR_ADDED, by=user, now=_now(request), on=user, about=user)


@receiver(authenticator_removed)
def second_factor_was_removed(sender, request, user, authenticator, **kwargs):
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record(Verb.SECOND_FACTOR_REMOVED, by=user, now=_now(request), on=user, about=user)


@receiver(post_delete, sender=Authenticator)
def secret_goes_too(sender, instance, **kwargs):
    """Its sealed secret goes with it."""
    kept = [instance.data[name] for name in ("secret", "seed") if name in instance.data]
    SealedSecret.objects.filter(pk__in=kept).delete()


def _failed(request, person):
    record(
        Verb.SIGN_IN_FAILED,
        by=None,
        now=_now(request),
        on=person or ("people.person", "unknown"),
        about=person,
        outcome=REFUSED,
    )
