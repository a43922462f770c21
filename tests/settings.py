"""The portal's settings, as the tests run them: nothing outside the test's own folder is touched."""

import os
from pathlib import Path

# A developer's .env must not decide what the tests find.
os.environ.setdefault("PORTAL_ENV_FILE", os.devnull)
os.environ.setdefault("PORTAL_DEMO", "0")
os.environ.setdefault("PORTAL_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))

from mentoring_portal.settings import *  # noqa: F403

TESTING = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # straight from the source folders: nobody collects them for a test
WHITENOISE_USE_FINDERS = True
# Never eager: a task sent in a test waits in memory, as it would wait for a worker.
CELERY_BROKER_URL = os.environ.get("PORTAL_TEST_REDIS_URL", "memory://")
CELERY_BROKER_TRANSPORT_OPTIONS = {}
SECOND_FACTOR_REQUIRED = (
    False  # tests/people/test_second_factor.py turns it on; elsewhere every lead would be led aside
)
