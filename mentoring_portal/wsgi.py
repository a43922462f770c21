"""The entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from vault.keys import keyring

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring_portal.settings")
application = get_wsgi_application()
keyring()  # gunicorn runs no system checks: without its keys the portal does not start
