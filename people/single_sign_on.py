"""Signing in with the organisation's own account, by OpenID Connect.

It opens the account of somebody who is known here already, by the address that
the issuer has verified; it never makes one. What stands in the settings
(OIDC_…) is read there.
"""

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings

VOUCHED = "second_factor_elsewhere"  # in the session: whose second factor the issuer has asked for


class SingleSignOn(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        """Take down whether the issuer vouches for a second factor: for this sign-in and this account alone."""
        claims = sociallogin.account.extra_data.get("id_token") or {}
        asked = set(claims.get("amr") or ()) & set(settings.OIDC_SECOND_FACTOR)
        request.session[VOUCHED] = sociallogin.account.uid if asked else None


def vouched(request) -> bool:
    """Whether the signed-in person came from the issuer, who says that it asked for a second factor."""
    uid = request.session.get(VOUCHED)
    return uid is not None and any(
        done.get("method") == "socialaccount" and done.get("uid") == uid
        for done in get_authentication_records(request, request.user)
    )
