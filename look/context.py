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


def links_lead_here() -> bool:
    """Whether links in mail lead to the computer of whoever reads it, since the portal was given no address."""
    host = settings.ADDRESS.hostname or ""
    return (host == "localhost" or host == "::1" or host.startswith("127.")) and not settings.DEMO


def mail(request) -> dict:
    """``mail_stays_here`` and, where links in mail lead nowhere else, ``links_lead_here``: the portal's address."""
    return {
        "mail_stays_here": mail_stays_here(),
        "links_lead_here": settings.PORTAL_ADDRESS if links_lead_here() else "",
    }
