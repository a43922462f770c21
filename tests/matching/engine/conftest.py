"""What several of the engine's tests need."""

import pytest

from matching.engine import whole


@pytest.fixture(params=["one table", "lists that grow"])
def both_masters(request, monkeypatch):
    """The test runs twice: as small problems are solved, and as if they were large."""
    if request.param == "lists that grow":
        monkeypatch.setattr(whole, "SMALL", 0)
