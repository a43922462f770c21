"""How long this room keeps what somebody typed and never sent; the other rules are those of keeping.py."""

from people.retention import Rule, register
from sessions_log.actions.drafts import KEPT_FOR
from sessions_log.models import Draft


def register_rules() -> None:
    """Called once, when the portal starts."""
    register(
        Rule(
            "drafts",
            "What somebody typed and did not send",
            f"{KEPT_FOR.days} days from the last key",
            "Deleted, every hour",
            lambda now: Draft.objects.filter(saved_at__lte=now - KEPT_FOR),
            None,
        )
    )
