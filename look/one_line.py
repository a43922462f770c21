"""A box of one line holds one line: what a browser takes out of it by itself, nobody else can send either."""

import re

# Control characters, and Unicode's own ends of a line and of a paragraph.
BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """``text`` with a space for whatever ends a line or cannot be shown."""
    return BREAKS.sub(" ", text)


def sent_as_one_line(widget, data, files, name) -> object:
    """``TextInput.value_from_datadict``. A name with a line break would begin a header of a mail, or a line of its
    own in a letter or a calendar."""
    value = data.get(name)
    return one_line(value) if isinstance(value, str) else value
