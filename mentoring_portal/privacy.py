"""The class of every field this room stores (see docs/TRUST.md)."""

CLASSES = {
    "SweepRecord": {"name": "I", "finished_at": "I", "failed_at": "I", "fault": "I"},
    "CacheEntry": {"cache_key": "K", "value": "K", "expires": "I"},
}
