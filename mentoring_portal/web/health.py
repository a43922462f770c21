"""The health page, for whoever watches the portal: supervisors, proxies, monitors."""

from contextlib import closing

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views.generic import View

from mentoring_portal.celery import app
from mentoring_portal.sweeps import last_sweep_age


def broker_state() -> str:
    """ "up", or "down" where no message could be sent now."""
    try:
        with closing(app.connection_for_write()) as connection:
            connection.ensure_connection(max_retries=0, timeout=2, errback=None)
            connection.default_channel  # noqa: B018  the folder broker fails only here
    except Exception:
        return "down"
    return "up"


@method_decorator(login_not_required, name="dispatch")
class Healthz(View):
    """200 with JSON while the database answers, 503 while it does not.

    A broker that is away, or a sweep that is late, is told but is no 503: pages
    work without them, and a proxy that took this portal out would only make it worse.
    """

    def get(self, request):
        try:
            connection.ensure_connection()
            age = last_sweep_age(now=request.now)
        except DatabaseError:
            return JsonResponse({"database": "down", "broker": broker_state(), "last_sweep_seconds": None}, status=503)
        seconds = round(age.total_seconds(), 1) if age is not None else None
        return JsonResponse({"database": "up", "broker": broker_state(), "last_sweep_seconds": seconds})
