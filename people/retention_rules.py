"""How long this room keeps things, with the outbox and the audit record that lie below it."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from people import old_things
from people.actions import old_things as actions
from people.actions.staff_imports import KEPT, UNDOABLE
from people.kept_forms import KEPT_FOR
from people.models import KeptForm, StaffImport
from people.retention import Rule, register


def register_rules() -> None:
    """Called once, when the portal starts."""
    register(
        Rule(
            "leavers",
            "Somebody who has left",
            "12 months",
            "Erased: others' history names “A former colleague”",
            old_things.old_leavers,
            actions.erase_leavers,
        )
    )
    register(
        Rule(
            "messages",
            "That a message went out, or why it did not; its text is never kept",
            "12 months",
            "Deleted",
            old_things.old_notices,
            actions.drop_notices,
        )
    )
    register(
        Rule(
            "one-time-links",
            "Links that were used, revoked or have run out",
            "12 months",
            "Deleted",
            old_things.old_links,
            actions.drop_links,
        )
    )
    register(
        Rule(
            "staff-lists",
            "That a staff list was uploaded, by whom, and how many rows it had",
            "12 months",
            "Deleted",
            old_things.old_imports,
            actions.drop_imports,
        )
    )
    register(
        Rule(
            "staff-list-rows",
            "The file and rows of a staff list that nobody has confirmed",
            "2 days",
            "Deleted, every hour",
            lambda now: StaffImport.objects.filter(state__in=StaffImport.OPEN, uploaded_at__lte=now - KEPT),
            None,
        )
    )
    register(
        Rule(
            "staff-list-undo",
            "How to undo a staff list",
            "30 days",
            "Deleted, every hour",
            lambda now: StaffImport.objects.filter(saved_at__lte=now - UNDOABLE, journal__isnull=False),
            None,
        )
    )
    register(
        Rule(
            "sign-ins",
            "From where somebody is signed in",
            "Until that sign-in is over",
            "Deleted, every hour",
            lambda now: UserSession.objects.exclude(
                session_key__in=Session.objects.filter(expire_date__gt=now).values("session_key")
            ),
            None,
        )
    )
    register(
        Rule(
            "kept-forms",
            "A form that was kept because the sign-in had run out",
            "1 hour",
            "Deleted, every hour",
            lambda now: KeptForm.objects.filter(kept_at__lte=now - KEPT_FOR),
            None,
        )
    )
    register(
        Rule(
            "audit",
            "The record of what happened",
            f"{old_things.AUDIT_MONTHS} months",
            "Deleted, the seals of the chain apart, when an administrator runs ./portal manage purge_audit",
            old_things.old_events,
            None,
        )
    )
