"""The administrators' list of messages, and trying a failed one again."""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from notices import kinds
from notices.actions import outbox
from notices.kinds import Letter, NoticeKind
from notices.models import Notice
from people.access import Access
from reports.queries import home_section
from tests.builders import people

URL = reverse("reports:notice-list")
SECRET = "Body that no administrator reads"


@pytest.fixture(autouse=True)
def a_kind(monkeypatch):
    """A kind of notice that the other tests do not know."""
    kind = NoticeKind("reports-test", "A word to somebody", lambda notice, now: Letter("Subject", SECRET))
    monkeypatch.setitem(kinds._kinds, kind.name, kind)


def owe(person, now, key="1"):
    return outbox.owe(kind="reports-test", key=key, recipient=person, about={}, due_at=now, by=None, now=now)


def owe_and_fail(person, now, key="1"):
    notice = owe(person, now, key)
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.FAILED, attempts=6, settled_at=now, reason="The mail server refused the address"
    )
    return notice


def test_notice_list_shows_states_and_no_bodies(as_administrator, now):
    owe(people.person("Asha Rao", now=now), now, "1")
    owe_and_fail(people.person("Ben Okoro", now=now), now, "2")

    answer = as_administrator.get(URL)
    page = answer.content.decode()

    assert "A word to somebody" in page
    assert "The mail server refused the address" in page
    assert SECRET not in page
    assert [tab.get("count") for tab in answer.context["tabs"]] == [None, 1, 0, 0, 0, 0, 1]


def test_notice_list_filters_by_state(as_administrator, now):
    owe(people.person("Asha Rao", now=now), now, "1")
    owe_and_fail(people.person("Ben Okoro", now=now), now, "2")

    page = as_administrator.get(URL, {"state": "failed"}).content.decode()

    assert "Ben Okoro" in page
    assert "Asha Rao" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_notice_list_asks_a_fixed_number_of_questions(as_administrator, now, django_assert_num_queries, rows):
    for number in range(rows):
        owe_and_fail(people.person(now=now), now, str(number))
    as_administrator.get(URL)
    with django_assert_num_queries(7):
        as_administrator.get(URL)


def test_notice_retry_owes_it_again_and_is_audited(as_administrator, administrator, now):
    notice = owe_and_fail(people.person("Ben Okoro", now=now), now)

    answer = as_administrator.post(reverse("reports:notice-retry", args=[notice.pk]), follow=True)

    notice.refresh_from_db()
    assert notice.state == Notice.State.OWED
    assert "The message to Ben Okoro will be tried again" in answer.content.decode()
    assert AuditEvent.objects.filter(verb="notice-retried", actor_id=administrator.pk).count() == 1


def test_notice_retry_of_one_that_did_not_fail_is_refused_in_words(as_administrator, now):
    notice = owe(people.person(now=now), now)

    answer = as_administrator.post(reverse("reports:notice-retry", args=[notice.pk]), follow=True)

    assert "Only a notice that could not be sent can be tried again." in answer.content.decode()


def test_notice_retry_does_not_act_on_a_link(as_administrator, now):
    notice = owe_and_fail(people.person(now=now), now)

    assert as_administrator.get(reverse("reports:notice-retry", args=[notice.pk])).status_code == 405


def test_notice_list_and_notice_retry_are_absent_for_everybody_else(client, now, db):
    home = people.organisation(now=now)
    notice = owe_and_fail(people.person(now=now), now)
    for somebody in (notice.recipient, people.lead(home, now=now), people.commissioner(home, now=now)):
        client.force_login(somebody)
        assert client.get(URL).status_code == 404
        assert client.post(reverse("reports:notice-retry", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.state == Notice.State.FAILED


def test_home_section_names_what_needs_an_administrator(administrator, now):
    for number in range(2):
        owe_and_fail(people.person(now=now), now, str(number))

    section = home_section(administrator, Access(administrator, now=now), now)

    assert section.items[0].text == "2 messages could not be sent"
    assert not section.stands
    assert section.items[0].url == f"{URL}?state=failed"


def test_home_section_warns_of_a_record_left_unsealed(administrator, now):
    later = now.replace(hour=12)

    section = home_section(administrator, Access(administrator, now=later), later)

    assert section.items[0].text == "The audit record has not been sealed since the portal was set up"


def test_home_section_only_stands_where_all_is_well_and_is_absent_for_others(administrator, now):
    somebody = people.person(now=now)
    owe_and_fail(somebody, now)

    assert home_section(somebody, Access(somebody, now=now), now) is None
    Notice.objects.update(state=Notice.State.SENT)
    assert home_section(administrator, Access(administrator, now=now), now).stands
