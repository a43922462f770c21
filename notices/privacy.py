"""What class of data each field of this room holds: P public, I internal, C confidential, S special, K secret."""

CLASSES = {
    "Notice": {
        "id": "I",
        "key": "C",  # names what happened to whom
        "kind": "C",
        "recipient": "C",
        "about": "C",
        "cohort_id": "C",
        "message_id": "I",
        "digest_id": "I",
        "state": "I",
        "owed_by": "C",
        "owed_at": "I",
        "due_at": "I",
        "expires_at": "I",
        "queued_until": "I",
        "leased_until": "I",
        "attempts": "I",
        "tried_at": "I",
        "trouble": "C",
        "settled_at": "I",
        "reason": "C",  # may quote a mail server, address and all
    },
    "NudgeChoice": {"id": "I", "person": "C", "wanted": "C", "at": "I"},
    "MailPause": {
        "id": "I",
        "cohort_id": "I",
        "paused_by": "I",
        "paused_at": "I",
        "ended_by": "I",
        "ended_at": "I",
    },
}
