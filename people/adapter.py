"""Where allauth asks us: who may sign up, where links in its mails lead, and how second factors are kept."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from people import kept_forms
from people.models import SealedSecret


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people come from a staff list or an invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right",
        "enter_current_password": "That is not your present password",
        "incorrect_code": "That is not the code we sent",
        "incorrect_password": "That is not your password",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again",
        "rate_limited": "Too many tries. Wait a few minutes, then try again",
    }

    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """Only pages of this portal, under the address by which it was reached."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def post_login(self, request, user, **kwargs):
        """After signing in, first offer the form that was sent when the last sign-in had run out. What was only typed
        is found again in the box of its page."""
        response = super().post_login(request, user, **kwargs)
        kept = kept_forms.kept_for(user, now=request.now).filter(is_draft=False).first()
        return HttpResponseRedirect(reverse("people:kept-form", args=[kept.pk])) if kept else response

    def is_reauthentication_required(self, *, app, **kwargs):
        """Somebody who signed in minutes ago is not asked for the password a second time."""
        request = allauth_context.request
        earliest = request.now.timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        if any(done["at"] > earliest for done in get_authentication_records(request, request.user)):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_mail(self, template_prefix, email, context):
        known = {"service_name": settings.SERVICE_NAME, "portal_address": settings.PORTAL_ADDRESS}
        super().send_mail(template_prefix, email, known | context)

    # Links in mail lead to the portal's own address, never to whatever host the request named.
    def get_reset_password_from_key_url(self, key):
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PORTAL_ADDRESS + path.replace("UID-KEY", key)

    def get_email_confirmation_url(self, request, emailconfirmation):
        return settings.PORTAL_ADDRESS + reverse("account_confirm_email", args=[emailconfirmation.key])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes sealed, not in clear."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That is not the code that the app shows now, or not a passkey of yours",
    }

    def generate_authenticator_name(self, user, type):
        return "Passkey"

    def encrypt(self, text):
        """Seal ``text`` in a row of ours; allauth stores the row's id where the secret would stand."""
        return str(SealedSecret.objects.create(text=text).pk)

    def decrypt(self, encrypted_text):
        return SealedSecret.objects.get(pk=encrypted_text).text
