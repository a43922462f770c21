"""The entry point for gunicorn."""

import os

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from vault.keys import keyring


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8, whatever its sender calls it: our own pages send nothing else.

    Django would look up whatever name stands there ("hex", "undefined") and fail before any middleware is asked.
    """

    @property
    def encoding(self):
        return None  # the default, UTF-8

    @encoding.setter
    def encoding(self, said):
        pass


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring_portal.settings")
application = get_wsgi_application()
application.request_class = Utf8Request
keyring()  # gunicorn runs no system checks: without its keys the portal does not start
