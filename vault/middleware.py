"""Records that somebody met a text that does not open. The page itself fails: raw text is never shown."""

import logging

from audit.record import REFUSED, record
from audit.verbs import Verb
from vault.sealing import Undecryptable

log = logging.getLogger(__name__)


class UnreadableTextMiddleware:
    """An unreadable text is a fault or an attack: it is logged, recorded and shown as an error page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Record it by itself: whatever transaction met the text is over by now."""
        if isinstance(exception, Undecryptable):
            log.error("%s", exception)  # says where and why, never what
            record(
                Verb.NOTE_UNREADABLE,
                by=request.user if request.user.is_authenticated else None,
                now=request.now,
                on=(exception.label, exception.row_id),
                outcome=REFUSED,
            )
