"""This room has no tables. The keys themselves (class K) lie in a file, never in a database."""

CLASSES: dict[str, dict[str, str]] = {}
