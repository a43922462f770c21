"""Mail as files: what the laptop and the demo use instead of a mail server.

Each message is a file of its own, ``*.eml``, whole from the moment it is there.
It is named after its Message-ID, so a message sent again replaces itself.
"""

import os
import re
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes to ``settings.EMAIL_FILE_PATH``. The file's time of change is when it was sent."""

    def send_messages(self, email_messages):
        """Write each message and return how many."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^0-9A-Za-z-]", "-", message["Message-ID"].strip("<>").partition("@")[0])
            draft = folder / f".{name}.{os.getpid()}"
            draft.write_bytes(message.as_bytes())
            draft.replace(folder / f"{name}.eml")
        return len(email_messages)
