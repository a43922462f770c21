"""What every test may ask for. Data is made by tests/builders, never here."""

import os
from datetime import UTC, datetime

import hypothesis
import pytest
from django.db import connection

from tests import services
from tests.audit_triggers import _audit_tables_can_be_flushed  # noqa: F401  for every test
from tests.story_table import StoryTable

NEEDS = {
    "postgres": (lambda: connection.vendor == "postgresql", "needs PostgreSQL"),
    "redis": (lambda: "PORTAL_TEST_REDIS_URL" in os.environ, "needs Redis"),
    "browser": (services.find_chromium, "needs Chromium"),
}

# No test is about time: a machine with other work on it would fail it.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")


def pytest_configure(config):
    config.pluginmanager.register(StoryTable(), "stories of the models")


def pytest_collection_modifyitems(items):
    """Skip, with the reason, what this run has no server or browser for."""
    for name, (is_there, sentence) in NEEDS.items():
        if not is_there():
            skip = pytest.mark.skip(reason=f"{sentence}: ./portal test --all installs and starts it")
            for item in items:
                if item.get_closest_marker(name):
                    item.add_marker(skip)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: a Wednesday morning in British Summer Time."""
    return datetime(2027, 4, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def redis_url() -> str:
    """The address of a real Redis; only for tests marked ``redis``."""
    return os.environ["PORTAL_TEST_REDIS_URL"]
