"""The way out: one connection to the mail server for a batch, and what its answers mean.

What is sent, and what is written down about it, does not belong here.
"""

import logging
import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection

from notices.models import Notice

Trouble = Notice.Trouble
NOT_US = (421, 530, 535, 550, 553, 554)  # to our own address: it will have no mail of ours, whoever it is for

log = logging.getLogger(__name__)


class ServerAway(Exception):
    """No mail can be sent at all just now: nothing was tried, and no attempt counts."""


class Undelivered(Exception):
    """One message did not go through; ``trouble`` says why in our own words, the text may quote the server."""

    def __init__(self, reason: str, trouble: Notice.Trouble):
        super().__init__(reason)
        self.trouble = trouble


class NotNow(Undelivered):
    """This message did not go through, but may later."""


class Never(Undelivered):
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
            self._refused(code, answer, Trouble.ADDRESS)
        except smtplib.SMTPSenderRefused as fault:
            if fault.smtp_code in NOT_US:
                self._hang_up()
                raise ServerAway(f"It refuses our own address with {fault.smtp_code}") from fault
            self._refused(fault.smtp_code, fault.smtp_error, Trouble.MESSAGE)
        except smtplib.SMTPResponseException as fault:
            self._refused(fault.smtp_code, fault.smtp_error, Trouble.MESSAGE)
        except smtplib.SMTPNotSupportedError as fault:
            raise Never("The mail server cannot write to this kind of address.", Trouble.ADDRESS) from fault
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            reason = f"The connection to the mail server broke ({type(fault).__name__})."
            raise NotNow(reason, Trouble.DELAYED) from fault
        except ValueError as fault:  # BadHeaderError is one; so is an address with a line break
            reason = "The message or its address holds characters that mail does not allow."
            raise Never(reason, Trouble.MESSAGE) from fault
        else:
            if not sent:
                raise Never("The message has nobody to go to.", Trouble.NO_ADDRESS)

    def _refused(self, code: int, answer: bytes | str, trouble: Notice.Trouble) -> None:
        """Raise what an SMTP answer means: 5xx is for good, and ``trouble``; anything else for now."""
        if code == 421:  # the server closes the connection
            self._hang_up()
        text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
        said = f"The mail server answered {code}: {' '.join(text.split())}"
        if 500 <= code < 600:
            raise Never(said, trouble)
        raise NotNow(said, Trouble.DELAYED)

    def _hang_up(self) -> None:
        # A server that is gone cannot be told goodbye; the next message makes a new connection.
        with suppress(OSError, smtplib.SMTPException):
            self._connection.close()
