"""How reading a list says no."""


class Unreadable(Exception):
    """The file is no list at all; the text is the sentence for the person who sent it."""
