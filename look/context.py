"""What the base page needs from every view, besides the navigation."""

from django.conf import settings


def demo(request) -> dict:
    """``demo``: whether this is the demonstration, which the foot of the page says."""
    return {"demo": settings.DEMO}
