"""The page of a cohort with many people on it: narrowed, sorted, paged; who cannot be matched is counted, not read."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from people.actions import facts as fact_actions
from people.models import Employment
from programmes.actions import enrolments, standings
from programmes.models import Enrolment
from programmes.tasks import sweep_standings
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
QUERIES = 13


def _page(client, cohort, **asked):
    answer = client.get(reverse("programmes:cohort-detail", args=[cohort.pk]), asked)
    assert answer.status_code == 200
    return answer


def _names(client, cohort, **asked):
    return [line.enrolment.person.name for line in _page(client, cohort, **asked).context["lines"]]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_cohort_detail_asks_as_many_queries_for_three_as_for_one(rows, side, now, signed_in, django_assert_num_queries):
    trust = people_builders.organisation(now=now)
    cohort = builders.cohort(now=now, organisation=trust)
    for _ in range(rows):
        builders.pair(cohort, now=now)
    client = signed_in(people_builders.lead(trust, now=now))
    _page(client, cohort, side=side)  # the first one judges everyone
    with django_assert_num_queries(QUERIES):
        assert len(_page(client, cohort, side=side, show="matched", sort="newest", q="person").context["lines"]) == rows


def test_cohort_detail_is_narrowed_by_name_state_band_and_site(world, now, signed_in):
    riverside = people_builders.site(world.trust, now=now, name="Riverside")
    builders.mentor(world.cohort, "Zoë Ode", email="zoe@example.org", now=now, site=riverside, capacity=2)
    builders.mentor(world.cohort, "Dev Khan", now=now, band="7")
    builders.mentor(world.cohort, "Una Known", now=now, band="", job_title="Pharmacist")
    client = signed_in(world.lead)

    def found(**asked):
        return _names(client, world.cohort, side="mentor", **asked)

    assert found() == ["Ben Carter", "Dev Khan", "Una Known", "Zoë Ode"]
    assert found(q="zoe") == ["Zoë Ode"]
    assert found(show="matched") == ["Ben Carter"]
    assert found(show="open") == ["Dev Khan", "Una Known", "Zoë Ode"]
    assert found(show="barred") == ["Dev Khan", "Una Known"]
    assert found(show="missing") == ["Una Known"]
    assert found(band="7") == ["Dev Khan"]
    assert found(site=str(riverside.pk)) == ["Zoë Ode"]
    nonsense = dict.fromkeys(("site", "band", "show", "sort", "page"), "nonsense")
    assert found(**nonsense, q="carter") == ["Ben Carter"]
    assert found(sort="newest")[0] == "Una Known"
    assert _names(client, world.cohort) == ["Asha Patel"]


def test_cohort_detail_pages_at_fifty(now, signed_in):
    trust = people_builders.organisation(now=now)
    cohort = builders.cohort(now=now, organisation=trust)
    for _ in range(51):
        builders.mentee(cohort, now=now)
    client = signed_in(people_builders.lead(trust, now=now))
    assert len(_names(client, cohort)) == 50
    assert len(_names(client, cohort, page="2")) == 1


def test_cohort_detail_puts_the_longest_wait_first(world, now, signed_in):
    late = builders.mentee(world.cohort, "Abe Late", now=now)
    early = builders.mentee(world.cohort, "Zia Early", now=now - timedelta(days=30))
    asked = {"show": "open", "sort": "waiting"}
    assert _names(signed_in(world.lead), world.cohort, **asked) == [early.person.name, late.person.name]


def _bar(enrolment):
    enrolment.refresh_from_db()
    return enrolment.bar, enrolment.barred_by


def test_who_cannot_be_matched_is_kept_up_with_what_changes(world, now, django_assert_num_queries):
    dev = builders.mentor(world.cohort, now=now, band="7")
    una = builders.mentor(world.cohort, now=now, band="", job_title="Pharmacist")
    shy = builders.mentor(world.cohort, now=now, volunteered=False)

    def refresh(at=now):
        return standings.refresh(cohort=world.cohort, by=None, now=at)

    assert refresh()
    assert [_bar(one) for one in (world.ben, dev, una, shy)] == [
        ("none", ""),
        ("should", "mentor-band"),
        ("missing", "mentor-band"),
        ("must", "volunteered"),
    ]
    with django_assert_num_queries(1):  # has anything changed?
        assert refresh()

    fact_actions.record(person=shy.person, kind="volunteers_to_mentor", value="yes", by=None, now=now)
    refresh()
    assert _bar(shy) == ("none", "")
    Employment.objects.filter(person=una.person).update(band="6")  # nothing tells of it:
    refresh()
    assert _bar(una) == ("missing", "mentor-band")
    refresh(now + timedelta(days=1))  # but once a day everyone is judged
    assert _bar(una) == ("none", "")
    enrolments.withdraw(enrolment=dev, by=None, now=now)
    again = enrolments.enrol(cohort=world.cohort, person=dev.person, side="mentor", by=None, now=now)
    refresh(now + timedelta(days=1))
    assert _bar(again) == ("must", "volunteered")


def test_a_change_of_somebody_elsewhere_judges_nobody(world, now, django_assert_num_queries):
    standings.refresh(cohort=world.cohort, by=None, now=now)
    fact_actions.record(
        person=people_builders.person(now=now), kind="registered_on", value=date(2020, 1, 1), by=None, now=now
    )
    standings.refresh(cohort=world.cohort, by=None, now=now)
    with django_assert_num_queries(1):
        standings.refresh(cohort=world.cohort, by=None, now=now)


def test_where_many_have_changed_the_page_does_not_wait(world, now, signed_in, monkeypatch):
    monkeypatch.setattr(standings, "WHILE_SOMEBODY_WAITS", 1)
    client = signed_in(world.lead)
    assert "checking everyone against the rules again" in _page(client, world.cohort).content.decode()
    sweep_standings(now=now.isoformat())
    assert "checking everyone" not in _page(client, world.cohort).content.decode()
    assert not Enrolment.objects.filter(cohort=world.cohort, bar="").exists()


def test_cohort_detail_has_one_next_step_and_the_rest_under_headings(world, now, signed_in):
    builders.mentee(world.cohort, now=now)
    builders.mentor(world.cohort, now=now)
    page = _page(signed_in(world.lead), world.cohort)
    sections = {str(under): [item.text for item in items] for under, items in page.context["sections"]}
    assert list(sections) == ["Getting ready", "Matches", "While it runs", "What comes of it"]
    assert sections["Getting ready"][0] == "Fill the gaps"
    assert "Matches found so far" in sections["Matches"]
    assert "Whom they turn to until then has no address yet." in page.content.decode()
    world.cohort.programme.settings = {"texts": {"interim_email": "education@example.org"}}
    world.cohort.programme.save()
    assert "has no address yet" not in _page(signed_in(world.lead), world.cohort).content.decode()
    assert {"Mail", "Forms", "Calendar and training"} <= set(sections["While it runs"])
    assert sections["What comes of it"] == ["What this programme came to", "How long notes are kept"]
    text = page.content.decode()
    primary = re.findall(r'<(?:button|a) class="nhsuk-button(?![^"]*--(?:secondary|small))', text)
    assert len(primary) == 1
    assert text.index("Find matches</button>") < text.index('id="more"')


@pytest.mark.parametrize(("most", "is_link"), [(3, True), (1, False)])
def test_cohort_detail_leads_to_the_places_of_a_mentor_only_where_there_is_a_choice(most, is_link, now, signed_in):
    trust = people_builders.organisation(now=now)
    cohort = builders.cohort(now=now, organisation=trust, capacity={"mentor": {"most": most}})
    mentor = builders.mentor(cohort, now=now)
    client = signed_in(people_builders.lead(trust, now=now))
    places = reverse("programmes:enrolment-change", args=[mentor.pk])
    assert (places in _page(client, cohort, side="mentor").content.decode()) is is_link
    assert client.get(places).status_code == (200 if is_link else 404)
