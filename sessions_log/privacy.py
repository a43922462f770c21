"""The class of every field in this room (TRUST 6): P public, I internal, C confidential, S special, K secret."""

CLASSES = {
    "Note": {
        "id": "I",
        "relationship": "I",
        "author": "I",
        "text": "S",
        "written_at": "I",
        "changed_at": "I",
    },
}
