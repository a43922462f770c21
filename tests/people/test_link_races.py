"""Two clicks at once use a link once; without the condition in the UPDATE they would use it twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from audit.models import AuditEvent
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import links
from people.models import OneTimeLink

CLICKS = 8


@pytest.fixture
def link(transactional_db, now):
    return links.issue(purpose="first-lead", person=None, by=None, now=now, expires_at=now + timedelta(days=1))


def race(click) -> list[bool]:
    """Run ``click(wait)`` in many threads, which meet where it calls ``wait``; what each returned."""
    together = Barrier(CLICKS)

    def one(_):
        try:
            return click(together.wait)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(one, range(CLICKS)))


def test_link_race_has_one_winner(link, now):
    def click(wait):
        mine = OneTimeLink.objects.get(pk=link.pk)
        wait()
        try:
            links.use(link=mine, by=None, now=now)
        except Refused:
            return False
        return True

    for _ in range(5):
        OneTimeLink.objects.update(used_at=None)
        assert sorted(race(click)) == [False] * (CLICKS - 1) + [True]
    assert AuditEvent.objects.filter(verb=Verb.LINK_USED).count() == 5


def test_link_race_twin_with_the_guard_off_has_many(link, now):
    def click(wait):
        mine = OneTimeLink.objects.get(pk=link.pk)
        wait()
        if mine.used_at is not None:  # read, then write: what the conditional UPDATE is there to prevent
            return False
        OneTimeLink.objects.filter(pk=mine.pk).update(used_at=now)
        return True

    assert sum(race(click)) > 1
