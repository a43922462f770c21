"""What every request carries, and how a refused action is shown. Sign-in's middleware is people's."""

import uuid

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from audit import request_id
from audit.models import AuditEvent
from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from look.numbers import whole
from people import current
from people.access import Access

LARGEST_ID = 2**63 - 1
METHODS = ("GET", "HEAD", "POST")
MOST_SENT = 12 * 1024 * 1024  # bytes: a staff list of 10 MiB, and what a browser puts around it


class LimitBody:
    """Refuse what is larger than anything the portal takes, before a byte of it is read, kept in memory or on disk.

    Without Django's length of the body nothing is read at all, so there is no other way in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = whole(request.META.get("CONTENT_LENGTH") or "0")
        if length is not None and length <= MOST_SENT:
            return self.get_response(request)
        return HttpResponse(get_template("413.html").render(), status=413)


class KnownMethods:
    """Refuse every method but those of links and forms, wherever it is sent.

    Django's views of forms take a PUT as if it were a POST, and what was sent with it stands in no ``request.POST``.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


class NoNul:
    """Refuse an address with a NUL in it: nobody can type one. PostgreSQL fails on it; SQLite ends the text there, so
    that a search for it finds everybody. Of what is sent by a form, its fields say so themselves.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("A NUL in the address")
        return self.get_response(request)


class RequestMiddleware:
    """Give each request one moment, one id and one view of its person's grants.

    ``request.now`` is the only clock a view reads, so that everything on a page
    is true at the same moment. Pages are never kept by a cache on the way: most
    show what only their reader may see.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.now = timezone.now()
        request.request_id = str(uuid.uuid4())
        request.access = SimpleLazyObject(lambda: Access(request.user, now=request.now))
        remembered, known = request_id.set(request.request_id), current.remember(request.access)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(remembered)
            current.forget(known)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers["X-Request-ID"] = request.request_id
        return response

    def process_view(self, request, view, args, kwargs):
        """A number that no row can have is no address of ours: a database would not take it, nor the audit record."""
        if any(isinstance(value, int) and value > LARGEST_ID for value in kwargs.values()):
            raise Http404

    def process_exception(self, request, exception):
        """Show an uncaught refusal as a page that says why, not as a fault; record what was not there for somebody."""
        if isinstance(exception, Refused):
            return render(request, "refused.html", {"sentence": str(exception)}, status=409)
        if isinstance(exception, Http404) and request.user.is_authenticated:
            self.record_denied(request)
        return None

    @staticmethod
    def record_denied(request):
        """Whether the thing exists or not, the page is the same, and so is the event: it names page and id only.

        It stands by itself, since whatever the view had begun was rolled back.
        """
        found = request.resolver_match
        # Ids only: an address may also hold a name or the secret of a link.
        asked = [str(value) for value in found.kwargs.values() if isinstance(value, int | uuid.UUID)] if found else []
        if asked:
            record(
                Verb.ACCESS_DENIED,
                by=request.user,
                now=request.now,
                on=(found.view_name, asked[-1]),
                outcome=AuditEvent.Outcome.REFUSED,
            )
