"""The audit record as tests compare it: what happened, who did it, on what, about whom, within what."""

from audit.models import AuditEvent


def events(*, since: int = 0) -> list[tuple]:
    """(verb, actor, kind of object, person it is about, scope) of each event after the id ``since``, in order."""
    return [
        (
            event.verb,
            event.actor_id,
            event.object_kind,
            event.about_person_id,
            (event.scope_kind, event.scope_id) if event.scope_kind else None,
        )
        for event in AuditEvent.objects.filter(pk__gt=since).order_by("pk")
    ]


def last() -> int:
    """The id of the newest event, to compare from."""
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
