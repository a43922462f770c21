"""What every test may ask for. Data is made by tests/builders, never here."""

from datetime import UTC, datetime

import pytest

from tests.audit_triggers import _audit_tables_can_be_flushed  # noqa: F401  for every test


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: a Wednesday morning in British Summer Time."""
    return datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
