"""How long things are kept: each rule on both sides of its day, the sweep that runs them, the page that shows them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.verbs import Verb
from notices.models import Notice
from people import retention, tasks
from people.actions import links
from people.models import OneTimeLink, StaffImport
from people.retention import Rule, months_before
from tests.builders import ground
from tests.builders import people as make

pytestmark = pytest.mark.django_db
A_YEAR = timedelta(days=365)


@pytest.fixture
def own_rules(monkeypatch):
    """A registry of the test's own."""
    monkeypatch.setattr(retention, "_RULES", dict(retention._RULES))
    return retention._RULES


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2027, 7, 31), 13, date(2026, 6, 30)),
        (date(2027, 4, 14), 24, date(2025, 4, 14)),
    ],
)
def test_months_before(day, months, then):
    assert months_before(day, months) == then


def settled(now, *, ago):
    notice = ground.notice(recipient=make.person(now=now), now=now, key=f"k{ago}", kind="invitation")
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.SENT, settled_at=now - ago)
    return notice


def test_messages_go_a_year_after_they_were_settled_and_not_before(now):
    stays, goes = settled(now, ago=A_YEAR - timedelta(seconds=1)), settled(now, ago=A_YEAR)
    waits = ground.notice(recipient=make.person(now=now), now=now - 3 * A_YEAR, key="waits", kind="invitation")
    assert retention.counts(now)["messages"] == 1
    assert retention.apply(now=now, only=["messages"]) == {"messages": 1}
    assert set(Notice.objects.values_list("pk", flat=True)) == {stays.pk, waits.pk} - {goes.pk}


def test_links_go_a_year_after_they_opened_nothing_any_more(now):
    person = make.person(now=now)
    for ago in (A_YEAR - timedelta(days=1), A_YEAR):
        link = links.issue(person=person, purpose="invitation", by=None, now=now - ago, expires_at=now - ago)
    assert retention.apply(now=now, only=["one-time-links"]) == {"one-time-links": 1}
    assert not OneTimeLink.objects.filter(pk=link.pk).exists()


def test_staff_lists_are_forgotten_after_a_year_and_those_under_way_are_not(now, trust, lead, upload):
    saved = StaffImport.State.SAVED
    for ago, state in ((A_YEAR, saved), (A_YEAR - timedelta(days=1), saved), (2 * A_YEAR, StaffImport.State.PREVIEW)):
        made = upload(b"Name,E-mail\nNora New,nora@example.org\n")
        StaffImport.objects.filter(pk=made.pk).update(state=state, uploaded_at=now - ago)
    assert retention.apply(now=now, only=["staff-lists"]) == {"staff-lists": 1}
    assert not StaffImport.objects.filter(state=saved, uploaded_at__lte=now - A_YEAR).exists()
    assert StaffImport.objects.count() == 2


def test_the_sweep_applies_every_rule_once_and_writes_down_which(now):
    settled(now, ago=A_YEAR)
    tasks.keep_no_longer(now=now.isoformat())
    tasks.keep_no_longer(now=now.isoformat())
    events = AuditEvent.objects.filter(verb=Verb.RETENTION_APPLIED)
    assert [(event.object_kind, event.object_id, event.actor_id) for event in events] == [
        ("retention", "messages", None)
    ]


def test_a_rule_that_fails_hinders_no_other_and_is_told(now, own_rules):
    def breaks(*, by, now):
        Notice.objects.all().delete()
        raise RuntimeError("a fault")

    own = own_rules.copy()
    own_rules.clear()
    own_rules["breaks"] = Rule("breaks", "A", "B", "C", lambda now: Notice.objects.none(), breaks)
    own_rules.update(own)
    stays, _ = ground.notice(recipient=make.person(now=now), now=now, kind="invitation"), settled(now, ago=A_YEAR)
    with pytest.raises(RuntimeError, match="a fault"):
        retention.apply(now=now)
    assert list(Notice.objects.all()) == [stays]  # what the broken rule did is undone, the others went on


def test_retention_list_counts_what_goes_within_thirty_days_and_names_nobody(
    now, signed_in, django_assert_max_num_queries
):
    settled(now, ago=A_YEAR - timedelta(days=30))
    settled(now, ago=A_YEAR - timedelta(days=31))
    client = signed_in(make.administrator(now=now))
    with django_assert_max_num_queries(15):
        page = client.get(reverse("people:retention-list"))
    lines = {line.rule.name: line.rows for line in page.context["lines"]}
    assert lines["messages"] == "fewer than 5"  # few of anything may be of one person in a confidential programme
    assert set(lines) == set(retention.registered())
    assert "Backups go when" in page.content.decode()


def test_retention_list_is_for_administrators(now, signed_in, lead):
    assert signed_in(lead).get(reverse("people:retention-list")).status_code == 404
