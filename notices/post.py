"""The way out: one connection to the mail server for a batch, and what its answers mean.

What is sent, and what is written down about it, does not belong here.
"""

import logging
import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection

log = logging.getLogger(__name__)


class ServerAway(Exception):
    """No mail can be sent at all just now: nothing was tried, and no attempt counts."""


class NotNow(Exception):
    """This message did not go through, but may later."""


class Never(Exception):
    """This message will not go through, however often it is tried."""


class Post:
    """Use it as a context: the connection is made when first needed and closed at the end."""

    def __init__(self):
        self._connection = get_connection()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._hang_up()

    def send(self, message: EmailMessage) -> None:
        """Hand ``message`` to the mail server; raises ServerAway, NotNow or Never, each with the reason.

        The reason may quote the server. It goes to administrators, never to a log.
        """
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as fault:
            raise ServerAway(type(fault).__name__) from fault
        try:
            sent = self._connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as fault:
            [(code, answer)] = fault.recipients.values()  # a notice has one recipient
            self._refused(code, answer)
        except smtplib.SMTPResponseException as fault:
            self._refused(fault.smtp_code, fault.smtp_error)
        except smtplib.SMTPNotSupportedError as fault:
            raise Never("The mail server cannot write to this kind of address.") from fault
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            raise NotNow(f"The connection to the mail server broke ({type(fault).__name__}).") from fault
        except ValueError as fault:  # BadHeaderError is one; so is an address with a line break
            raise Never("The message or its address holds characters that mail does not allow.") from fault
        else:
            if not sent:
                raise Never("The message has nobody to go to.")

    def _refused(self, code: int, answer: bytes | str) -> None:
        """Raise what an SMTP answer means: 5xx is for good, anything else for now."""
        if code == 421:  # the server closes the connection
            self._hang_up()
        text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
        said = f"The mail server answered {code}: {' '.join(text.split())}"
        raise (Never if 500 <= code < 600 else NotNow)(said)

    def _hang_up(self) -> None:
        # A server that is gone cannot be told goodbye; the next message makes a new connection.
        with suppress(OSError, smtplib.SMTPException):
            self._connection.close()
