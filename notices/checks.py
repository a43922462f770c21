"""System checks: the settings of mail fit how notices are delivered."""

from django.conf import settings
from django.core.checks import Error, register

from notices import quiet
from notices.actions.claims import FRESH, LEASE

WAITS = (
    10  # answers that one delivery waits for at most, each up to EMAIL_TIMEOUT: connect, EHLO, TLS, log-in, the mail
)


@register
def a_send_ends_before_its_lease(app_configs, **kwargs):
    """A send that outlives its lease would be begun again by another worker."""
    timeout = getattr(settings, "EMAIL_TIMEOUT", None)
    longest = (LEASE - FRESH).total_seconds() / WAITS
    if timeout and timeout < longest:
        return []
    return [
        Error(
            f"EMAIL_TIMEOUT must be set, and below {longest:.1f} seconds.",
            hint="Otherwise a slow mail server makes two workers send the same notice.",
            id="notices.E001",
        )
    ]


@register
def quiet_hours_can_be_read(app_configs, **kwargs):
    """A mistyped setting would otherwise stop every nudge on its way out."""
    try:
        quiet.hours()
    except ValueError:
        hint = "Such as 20:00-08:00; empty for none."
        return [Error("QUIET_HOURS is not two times of the day.", hint=hint, id="notices.E002")]
    return []
