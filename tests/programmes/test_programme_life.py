"""Starting, renaming and closing programmes, and opening and closing cohorts: the actions and the pages."""

from datetime import date

import pytest
from django.urls import reverse

from audit.refusal import Refused
from matching.actions import runs
from programmes import mentoring_models
from programmes.actions import enrolments, programmes
from programmes.models import Cohort, Programme
from programmes.web.forms import suggested_name
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.people.audited import events, last

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def programme(world) -> Programme:
    return world.cohort.programme


def test_closing_a_programme_lets_nobody_in_and_leaves_pairs_alone(world, programme, now):
    since = last()
    programmes.close(programme=programme, by=world.lead, now=now)
    world.cohort.refresh_from_db()
    with pytest.raises(Refused, match="is closed, so nobody can join"):
        enrolments.enrol(
            cohort=world.cohort, person=people_builders.person(now=now), side="mentee", by=world.lead, now=now
        )
    with pytest.raises(Refused, match=r"is closed\. Open it again"):
        runs.request(cohort=world.cohort, by=world.lead, now=now)
    with pytest.raises(Refused, match="closed already"):
        programmes.close(programme=programme, by=world.lead, now=now)
    world.pair.refresh_from_db()
    assert world.pair.state == "live"
    assert "programme-closed" in [event[0] for event in events(since=since)]
    programmes.reopen(programme=programme, by=world.lead, now=now)
    programme.refresh_from_db()
    assert programme.closed_at is None
    with pytest.raises(Refused, match="is open"):
        programmes.reopen(programme=programme, by=world.lead, now=now)


def test_closing_one_cohort_leaves_the_other_open(world, programme, now):
    rolling = programmes.open_cohort(
        programme=programme, name="All year", start_date=date(2027, 5, 3), by=world.lead, now=now
    )
    programmes.close_cohort(cohort=world.cohort, by=world.lead, now=now)
    assert list(Cohort.objects.open()) == [rolling]
    with pytest.raises(Refused, match="closed already"):
        programmes.close_cohort(cohort=world.cohort, by=world.lead, now=now)
    programmes.reopen_cohort(cohort=world.cohort, by=world.lead, now=now)
    with pytest.raises(Refused, match="is open"):
        programmes.reopen_cohort(cohort=world.cohort, by=world.lead, now=now)


def test_no_cohort_opens_in_a_closed_programme_or_ends_before_it_starts(programme, now):
    dates = {"start_date": date(2027, 5, 3), "end_date": date(2027, 5, 3)}
    with pytest.raises(Refused, match="not after the start"):
        programmes.open_cohort(programme=programme, name="New", **dates, by=None, now=now)
    programmes.close(programme=programme, by=None, now=now)
    programme.refresh_from_db()
    with pytest.raises(Refused, match="is closed"):
        programmes.open_cohort(programme=programme, name="New", start_date=date(2027, 5, 3), by=None, now=now)


def test_a_name_is_given_once_in_an_organisation(world, programme, now):
    other = builders.programme(organisation=world.trust, name="Another", now=now)
    with pytest.raises(Refused, match="already has a programme called Another"):
        programmes.rename(programme=programme, name="Another", by=world.lead, now=now)
    assert programmes.rename(programme=other, name="Another", by=world.lead, now=now) == other


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_the_suggested_name_reads_well_in_a_mail(model):
    name = suggested_name(model)
    assert name.endswith("mentoring") or model.programme_name
    assert len(name) <= 60
    assert " and " not in name


def test_programme_rename_page(world, programme, signed_in):
    client = signed_in(world.lead)
    assert 'value="Trainee mentoring"' in text(client.get(url("programme-rename", programme.pk)))
    client.post(url("programme-rename", programme.pk), {"name": "Foundation mentoring"})
    programme.refresh_from_db()
    assert programme.name == "Foundation mentoring"


def test_programme_close_says_what_it_means_and_programme_reopen_undoes_it(world, programme, now, signed_in):
    builders.mentee(world.cohort, now=now)
    client = signed_in(world.lead)
    page = text(client.get(url("programme-close", programme.pk)))
    assert "1 live match goes on" in page
    assert "1 person who waits stays without a match" in page
    client.post(url("programme-close", programme.pk))
    assert "Open it again" in text(client.get(url("programme-detail", programme.pk)))
    assert "Trainee mentoring" in text(client.get(url("programme-list")))
    client.post(url("programme-reopen", programme.pk))
    programme.refresh_from_db()
    assert programme.closed_at is None


def test_cohort_open_opens_a_rolling_cohort(world, programme, signed_in):
    client, address = signed_in(world.lead), url("cohort-open", programme.pk)
    assert "It has no end: people join all year round" in text(client.get(address))
    data = {"cohort_name": "All year", "start_date": "2027-05-03", "rolling": "on"}
    assert client.post(address, data).status_code == 302
    assert programme.cohorts.get(name="All year").end_date is None
    assert "already has a cohort called All year" in text(client.post(address, data))
    wrong = text(client.post(address, {"cohort_name": "Other", "start_date": "2027-05-03", "end_date": "2027-05-01"}))
    assert "The end date must be after the start date" in wrong


def test_cohort_close_and_cohort_reopen(world, signed_in):
    client = signed_in(world.lead)
    assert "Close 2027 intake?" in text(client.get(url("cohort-close", world.cohort.pk)))
    client.post(url("cohort-close", world.cohort.pk))
    assert "Closed cohorts" in text(client.get(url("programme-detail", world.cohort.programme_id)))
    client.post(url("cohort-reopen", world.cohort.pk))
    world.cohort.refresh_from_db()
    assert world.cohort.closed_at is None


def test_programme_detail_shows_leads_settings_and_who_leads(world, programme, signed_in):
    page = text(signed_in(world.lead).get(url("programme-detail", programme.pk)))
    assert "Everything is as the model says." in page
    assert "Whom to ask while waiting" in page
    assert "Lorna Lead" in page
    member = text(signed_in(world.asha.person).get(url("programme-guide", programme.pk)))
    assert "Settings" not in member
    assert "Close this programme" not in member


def test_programme_reopen_and_cohort_reopen_say_when_there_is_nothing_to_open(world, programme, signed_in):
    client = signed_in(world.lead)
    client.post(url("programme-reopen", programme.pk))
    assert "Trainee mentoring is open." in text(client.get(url("programme-detail", programme.pk)))


def test_cohort_reopen_is_refused_while_its_programme_is_closed(world, programme, now, signed_in):
    programmes.close_cohort(cohort=world.cohort, by=world.lead, now=now)
    programmes.close(programme=programme, by=world.lead, now=now)
    client = signed_in(world.lead)
    client.post(url("cohort-reopen", world.cohort.pk))
    assert "is closed. Open it again first." in text(client.get(url("programme-detail", programme.pk)))
