"""Home: what needs me today."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.access import Role
from tests import scenarios
from tests.builders import matching, people, programmes, session_forms, sessions_log


@pytest.fixture(autouse=True)
def _then(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.mark.django_db
def test_home_sends_a_stranger_to_sign_in(client):
    answer = client.get(reverse("home"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.django_db
def test_home_says_so_when_nothing_needs_me(client, now):
    client.force_login(people.person("Ada Quill", now=now))
    text = client.get(reverse("home")).content.decode()
    assert "Hello, Ada" in text
    assert "Nothing needs you today." in text


@pytest.mark.django_db
def test_home_leads_a_member_to_their_own_mentoring_only(client, now):
    cohort = programmes.cohort(now=now)
    own = programmes.pair(
        cohort,
        programmes.mentee(cohort, "Ada Quill", now=now),
        programmes.mentor(cohort, "Ben Oduya", now=now),
        now=now,
    )
    programmes.pair(cohort, programmes.mentee(cohort, "Cy Strange", now=now), now=now)
    client.force_login(own.members.get(role="mentee").person)
    text = client.get(reverse("home")).content.decode()
    assert "Ben Oduya" in text
    assert "Cy Strange" not in text
    assert reverse("programmes:relationship-detail", args=[own.pk]) in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "entries"),
    [
        (lambda now: people.person(now=now), ["Home"]),
        (lambda now: people.lead(people.organisation(now=now), now=now), ["Home", "People", "Programmes", "Roles"]),
        (lambda now: people.administrator(now=now), ["Home", "People", "Roles", "Messages", "Audit record"]),
    ],
    ids=["bystander", "lead", "administrator"],
)
def test_home_menu_follows_the_role(client, now, make, entries):
    client.force_login(make(now))
    menu = client.get(reverse("home")).context["navigation"]
    assert [link.text for link in menu] == entries
    assert [link.text for link in menu if link.current] == ["Home"]


@pytest.mark.django_db
def test_home_menu_marks_programmes_on_the_pages_of_a_match_run(client, now):
    organisation = people.organisation(now=now)
    lead = people.lead(organisation, now=now)
    cohort = programmes.cohort(organisation=organisation, now=now)
    programmes.mentee(cohort, now=now)
    programmes.mentor(cohort, now=now)
    run = matching.finished(cohort, lead, now=now)
    client.force_login(lead)
    menu = client.get(reverse("matching:run-detail", args=[run.pk])).context["navigation"]
    assert [link.text for link in menu if link.current] == ["Programmes"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "text", "hint"),
    [
        (people.host_officer, "Host officer for Eastmoor", "Forms that pairs return"),
        (people.commissioner, "Commissioner for Eastmoor", "What it shows to whoever funds it"),
    ],
    ids=["host", "commissioner"],
)
def test_home_says_why_there_is_nothing_for_a_reader_yet(client, now, make, text, hint):
    client.force_login(make(people.organisation(now=now, name="Eastmoor"), now=now))
    [section] = client.get(reverse("home")).context["sections"]
    [item] = section.items
    assert item.text == text
    assert item.hint.startswith(hint)
    assert client.get(item.url).status_code == 200


MOST_QUERIES = 15


def with_three_roles(mentor, organisation, *, now):
    """``mentor``, who leads all programmes of ``organisation`` as well and keeps track of their returns."""
    for role in (Role.PROGRAMME_LEAD, Role.HOST_OFFICER):
        people.grant(mentor, role, organisation, now=now)
    return mentor


def asked_by(client, name: str) -> tuple[str, list[str]]:
    """A page as text, and the questions that it asked of the database."""
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as captured:
        text = client.get(reverse(name)).content.decode()
    return text, [query["sql"][:150] for query in captured]


@pytest.mark.django_db
def test_home_of_three_kinds_of_role_takes_few_queries(client, now):
    cohort = session_forms.cohort(now=now)
    pair = programmes.pair(cohort, now=now)
    mentor = pair.members.get(role="mentor").person
    sessions_log.session(pair, mentor, now=now, at=sessions_log.next_hour(now, days=5))
    session_forms.owed(pair, now=now)
    client.force_login(with_three_roles(mentor, cohort.programme.organisation, now=now))
    text, asked = asked_by(client, "home")
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
    shown = ["Your sessions", "Forms to fill in", "Your mentoring", "Your programmes", "Returns"]
    assert [heading for heading in shown if heading not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "most", "shown"),
    [
        ("home", MOST_QUERIES, ["Your sessions", "For you to decide", "Forms to fill in", "Your programmes"]),
        ("programmes:task-list", MOST_QUERIES, ["Matches that break a rule now", "Noted at a meeting"]),
    ],
)
def test_home_and_tasks_ask_little_even_where_everything_waits(client, now, name, most, shown):
    world = scenarios.world(now=now)
    mentor = world["mentor"]
    client.force_login(with_three_roles(mentor, mentor.employments.get().organisation, now=now))
    text, asked = asked_by(client, name)
    assert len(asked) <= most, "\n".join(asked)
    assert [heading for heading in shown if heading not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_home_of_a_lead_asks_as_much_for_three_cohorts_as_for_one(client, now, rows, django_assert_num_queries):
    """Those that they lead are read once, for the tasks that ask of all of them and for the next steps."""
    organisation = people.organisation(now=now)
    for _ in range(rows):
        cohort = programmes.cohort(organisation=organisation, now=now)
        programmes.pair(cohort, programmes.mentee(cohort, now=now), programmes.mentor(cohort, now=now), now=now)
    client.force_login(people.lead(organisation, now=now))
    client.get(reverse("home"))
    with django_assert_num_queries(8):
        text = client.get(reverse("home")).content.decode()
    assert text.count("1 mentor") >= rows
