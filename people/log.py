"""Keeps the secret part of one-time links out of the log, where Django writes the path of a request."""

import logging
import re

SECRET = re.compile(
    r"(/(?:welcome|start|answer|met|calendar|reminders/stop|accounts/password/reset/key|accounts/confirm-email)/)[^/\s'\"?]+"
)


def mask(text: str) -> str:
    """``text`` with every token in the path of a one-time link replaced by an ellipsis."""
    return SECRET.sub(r"\1…", text)


class MaskTokens(logging.Filter):
    """Rewrites each record's message and arguments; on the handlers, so that no logger goes round it."""

    def filter(self, record):
        if isinstance(record.msg, str):
            record.msg = mask(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(mask(value) if isinstance(value, str) else value for value in record.args)
        return True
