"""Lets tests with real transactions empty the audit tables afterwards.

Such tests end in a flush of every table, which the triggers of audit/append_only.py
refuse. Here they are taken off for the flush alone: while a test runs, they stand.
"""

import pytest
from django.db import connection
from django.test import TransactionTestCase

from audit.append_only import protect, release


@pytest.fixture(autouse=True, scope="session")
def _audit_tables_can_be_flushed():
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(self):
        release(connection)
        try:
            flush(self)
        finally:
            protect(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_triggers)
        yield
