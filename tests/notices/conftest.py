import pytest

from notices import kinds
from tests.builders.ground import plain_letter


@pytest.fixture
def kind(monkeypatch):
    """Registers a notice kind for one test: ``kind(render)`` or ``kind(render, name, nudge=True, …)``."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def register(render=plain_letter, name="test-letter", **more):
        kinds._kinds.pop(name, None)
        kinds.register(kinds.NoticeKind(name=name, label="A test letter", render=render, **more))

    register()
    return register
