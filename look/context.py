"""What the base page needs from every view, besides the navigation."""

from django.conf import settings


def demo(request) -> dict:
    """``demo``: whether this is the demonstration, which the foot of the page says."""
    return {"demo": settings.DEMO}


def mail_stays_here() -> bool:
    """Whether mail is only kept as files, so that nobody would get what a page says is sent.

    The demo shows those files as its outbox.
    """
    return settings.EMAIL_BACKEND == "notices.mail_folder.EmailBackend" and not settings.DEMO


def mail(request) -> dict:
    """``mail_stays_here``, as the function of that name says."""
    return {"mail_stays_here": mail_stays_here()}
