"""What every request carries, and how a refused action is shown. Sign-in's middleware is people's."""

import uuid

from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from audit import request_id
from audit.refusal import Refused
from people.access import Access


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
        remembered = request_id.set(request.request_id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(remembered)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers["X-Request-ID"] = request.request_id
        return response

    def process_exception(self, request, exception):
        """Show an uncaught refusal as a page that says why, not as a fault."""
        if isinstance(exception, Refused):
            return render(request, "refused.html", {"sentence": str(exception)}, status=409)
        return None
