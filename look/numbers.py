"""Whole numbers in what is sent: in an address, a hidden field, a box. A field of a form reads its own."""

LONGEST = 18  # figures: what a database keeps, and what int() reads at once


def whole(text: str | None) -> int | None:
    """The whole number that ``text`` is, in figures and nothing else. None where it is none, or longer than any id."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST else None
