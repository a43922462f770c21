"""What class of data each field of this room holds: P public, I internal, C confidential, S special, K secret."""

CLASSES = {
    "AuditEvent": {
        "id": "I",
        "at": "C",
        "actor_id": "C",
        "role": "C",
        "verb": "C",
        "object_kind": "C",
        "object_id": "C",
        "about_person_id": "C",
        "scope_kind": "C",
        "scope_id": "C",
        "outcome": "C",
        "request_id": "I",
    },
    "AuditSeal": {
        "id": "I",
        "after_event_id": "I",
        "last_event_id": "I",
        "events": "I",
        "leaves": "I",
        "digest": "I",
        "sealed_at": "I",
    },
}
