from datetime import datetime

import pytest

from notices import kinds
from notices.actions import delivery
from notices.models import Notice
from notices.post import Post
from tests.builders.ground import plain_letter
from tests.notices.scenes import NOW, SCENES


@pytest.fixture
def kind(monkeypatch):
    """Registers a notice kind for one test: ``kind(render)`` or ``kind(render, name, nudge=True, …)``."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def register(render=plain_letter, name="test-letter", **more):
        kinds._kinds.pop(name, None)
        kinds.register(kinds.NoticeKind(name=name, label="A test letter", render=render, **more))

    register()
    return register


@pytest.fixture
def walk(db, time_machine, mailoutbox):
    """``walk(kind)``: its scene and the notices owed by it; ``sent(…)``: how many mails these make, at that moment."""

    def sent(owed: list[int], at: datetime) -> int:
        mailoutbox.clear()
        with Post() as post:
            for notice in owed:
                delivery.deliver(notice_id=notice, post=post, by=None, now=at)
        return len(mailoutbox)

    def begin(kind: str):
        time_machine.move_to(NOW, tick=False)
        before = list(Notice.objects.values_list("pk", flat=True))
        made = SCENES[kind]()
        time_machine.move_to(made.at, tick=False)
        due = Notice.objects.exclude(pk__in=before).filter(kind=kind, due_at__lte=made.at)
        return made, list(due.values_list("pk", flat=True))

    begin.sent = sent
    return begin
