"""The e-mail made of a letter: its headers, its parts, its attachments. Sending it is post.py's."""

import uuid
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.policy import Compat32
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notices.kinds import Attachment, Letter
from notices.nudges import Foot


class QuickHeaders(Compat32):
    """What fits on its line needs no folding: most of what Python spends on a mail is finding that out."""

    def fold_binary(self, name: str, value) -> bytes:
        line = f"{name}: {value}"
        if isinstance(value, str) and len(line) <= self.max_line_length and line.isascii() and line.isprintable():
            return f"{line}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


class Mail(EmailMultiAlternatives):
    """As Django writes it, in half the time. The lines between its parts are known, and not sought in its text."""

    def __init__(self, *args, message_id: uuid.UUID, **kwargs):
        super().__init__(*args, **kwargs)
        self.message_id = message_id

    def message(self):
        made = super().message()
        made.policy = QuickHeaders()
        for number, part in enumerate(one for one in made.walk() if one.is_multipart()):
            part.set_boundary(f"=_{number}_{self.message_id.hex}")
        return made


def message(letter: Letter, *, to: str, message_id: uuid.UUID, foot: Foot | None = None) -> Mail:
    """Return ``letter`` as a mail to ``to`` under a Message-ID that is the same however often it is tried.

    ``foot``: it is a nudge, and says how to stop them.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    made = Mail(
        message_id=message_id,
        subject=letter.subject,
        body=foot.below_text(letter.text) if foot else letter.text,
        to=[to],
        headers={
            "Message-ID": f"<{message_id}@{domain}>",  # of the notice, not of the attempt
            "Auto-Submitted": "auto-generated",  # so that no absence note comes back
            **(foot.headers if foot else {}),
        },
    )
    if letter.html:
        made.attach_alternative(foot.below_html(letter.html) if foot else letter.html, "text/html")
    for attachment in letter.attachments:
        if attachment.is_invitation:
            # Outlook and Google look among the alternatives, the last being the richest; others show
            # only attachments, and a second part of the same type would be taken for a second invitation.
            made.attach_alternative(attachment.content.decode(), attachment.mime_type)
        made.attach(_file(attachment))
    return made


def _file(attachment: Attachment) -> MIMEBase:
    """As base64, so that not one byte of it changes on the way."""
    mime_type = "application/ics" if attachment.is_invitation else attachment.mime_type
    kind, _, subtype = mime_type.partition("/")
    part = MIMEBase(kind, subtype)
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part
