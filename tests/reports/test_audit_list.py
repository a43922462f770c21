"""The administrators' list of what happened."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.record import record
from audit.verbs import Verb
from tests.builders import people

URL = reverse("reports:audit-list")


def test_audit_list_names_who_did_what_about_whom(as_administrator, administrator, now):
    asha = people.person("Asha Rao", now=now)
    record(Verb.RECORD_OPENED, by=administrator, now=now, on=asha, about=asha)

    page = as_administrator.get(URL).content.decode()

    assert "opened a person&#x27;s record" in page
    assert "Ada Stone" in page
    assert "Asha Rao" in page
    assert f"person {asha.pk}" in page
    assert "14 Apr 2027, 10:00:00" in page  # summer time in London


def test_audit_list_shows_an_object_that_is_no_row(as_administrator, administrator, now):
    record(Verb.ACCESS_DENIED, by=administrator, now=now, on=("url", "people:person-detail"))

    assert "url people:person-detail" in as_administrator.get(URL).content.decode()


def test_audit_list_filters_by_verb_actor_and_day(as_administrator, administrator, now):
    asha = people.person("Asha Rao", now=now)
    record(Verb.LINK_USED, by=asha, now=now - timedelta(days=3), on=asha)
    record(Verb.LINK_USED, by=administrator, now=now, on=asha)

    def shown(**wanted):
        rows = as_administrator.get(URL, wanted).context["rows"]
        return [row.actor for row in rows if row.event.verb == Verb.LINK_USED]

    assert shown(verb="link-used") == ["Ada Stone", "Asha Rao"]
    assert shown(who="asha rao") == ["Asha Rao"]
    assert shown(who="asha stone") == []
    assert shown(since="2027-04-14") == ["Ada Stone"]
    assert shown(until="2027-04-11") == ["Asha Rao"]
    assert shown(since="2027-04-12", until="2027-04-13") == []


def test_audit_list_says_what_is_wrong_with_a_day(as_administrator):
    page = as_administrator.get(URL, {"since": "yesterday"})

    assert page.status_code == 200
    assert "Enter the day from which to look" in page.content.decode()


def test_audit_list_is_absent_for_everybody_else(client, now, db):
    home = people.organisation(now=now)
    for somebody in (people.person(now=now), people.lead(home, now=now), people.host_officer(home, now=now)):
        client.force_login(somebody)
        assert client.get(URL).status_code == 404


@pytest.mark.parametrize("events", [1, 3])
def test_audit_list_asks_a_fixed_number_of_questions(
    as_administrator, now, django_assert_num_queries, events, administrator
):
    for _ in range(events):
        asha = people.person(now=now)
        record(Verb.RECORD_OPENED, by=asha, now=now, on=asha, about=asha)
    as_administrator.get(URL)
    with django_assert_num_queries(8):
        as_administrator.get(URL)


def test_audit_list_pages_keep_the_filter(as_administrator, administrator, now):
    for _ in range(51):
        record(Verb.LINK_USED, by=administrator, now=now, on=administrator)

    first = as_administrator.get(URL, {"verb": "link-used"})
    second = as_administrator.get(URL, {"verb": "link-used", "page": "2"})

    assert "?verb=link-used&amp;page=2" in first.content.decode()
    assert [len(page.context["rows"]) for page in (first, second)] == [50, 1]
