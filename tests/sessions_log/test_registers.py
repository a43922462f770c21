"""The register: one list at a meeting, everyone well but those of whom something is noted. No mail is sent."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from sessions_log.actions import plans, registers
from sessions_log.models import RegisterException, RegisterMeeting
from sessions_log.queries.registers import pairs_of
from tests.builders import people, programmes
from tests.builders import session_forms as builder

A_PATIENTS_NUMBER = "943 476 5919"


@pytest.fixture
def meeting(pair, now):
    return builder.meeting(pair.cohort, pair.lead, now=now)


def tick_url(meeting):
    return reverse("sessions_log:register-tick", args=[meeting.pk])


def test_register_list_shows_the_weeks_of_the_model_and_takes_a_meeting_of_ones_own(client, pair, now):
    builder.sweep(now=now)
    builder.sweep(now=now)
    assert list(pair.cohort.registers.values_list("week", "day")) == [
        (13, date(2027, 10, 25)),
        (26, date(2028, 1, 24)),
        (39, date(2028, 4, 24)),
    ]
    client.force_login(pair.lead)
    page = reverse("sessions_log:register-list", args=[pair.cohort.pk])
    assert "Mon 25 Oct 2027" in client.get(page).content.decode()
    day = {"day-day": "14", "day-month": "4", "day-year": "2027"}
    answer = client.post(page, {"title": "Band 6 and 7 forum"} | day)
    assert answer.url == tick_url(RegisterMeeting.objects.get(week=None))
    assert client.post(page, {"title": " "} | day).status_code == 200


def test_register_list_costs_as_many_queries_for_three_as_for_one(client, pair, now, django_assert_num_queries):
    client.force_login(pair.lead)
    page = reverse("sessions_log:register-list", args=[pair.cohort.pk])
    builder.meeting(pair.cohort, pair.lead, now=now)
    client.get(page)
    for _ in range(2):
        with django_assert_num_queries(6):
            client.get(page)
        for _ in range(2):
            builder.meeting(pair.cohort, pair.lead, now=now)


def test_whoever_has_a_longer_year_is_on_the_list_of_their_own_weeks(client, pair, now):
    """65 weeks instead of 52: week 13 comes after 16 weeks and a day or two, week 26 after 32, week 39 after 48."""
    start = pair.cohort.start_date
    builder.sweep(now=now)
    slow = programmes.pair(pair.cohort, now=now)
    mentee = slow.members.get(role="mentee").person
    end = start + timedelta(weeks=65, days=-1)
    plans.change(relationship=slow, first_on=start, ends_on=end, mode="video", by=mentee, now=now)
    builder.sweep(now=now)
    builder.sweep(now=now)
    weeks = list(pair.cohort.registers.order_by("week", "day").values_list("week", "day"))
    assert [week for week, _ in weeks] == [13, 13, 26, 26, 39, 39]
    days = [day for _, day in weeks]
    assert days[0::2] == [start + timedelta(weeks=week) for week in (13, 26, 39)]
    assert days[1::2] == [start + timedelta(days=number) for number in (113, 227, 341)]
    usual, own = pair.cohort.registers.filter(week=13).order_by("day")
    assert own.title == "Week 13 appraisal, longer year"
    assert list(pairs_of(usual)) == [pair.relationship]
    assert list(pairs_of(own)) == [slow]
    of_ones_own = builder.meeting(pair.cohort, pair.lead, now=now)
    assert set(pairs_of(of_ones_own)) == {pair.relationship, slow}
    registers.tick(meeting=own, exceptions={}, by=pair.lead, now=now + timedelta(weeks=80))
    own.refresh_from_db()
    assert own.pairs == 1
    plans.change(relationship=slow, first_on=start, ends_on=None, mode="video", by=mentee, now=now)
    builder.sweep(now=now)
    assert pair.cohort.registers.filter(week__isnull=False).count() == 4  # the three, and the one that was ticked
    assert set(pairs_of(usual)) == {pair.relationship, slow}


def test_weeks_that_have_passed_are_not_laid(db, now):
    cohort = programmes.cohort(start_date=(now - timedelta(weeks=20)).date(), now=now)
    registers.lay_due(by=None, now=now)
    assert list(cohort.registers.values_list("week", flat=True)) == [26, 39]


def test_register_tick_takes_one_button_where_everyone_is_well(client, pair, meeting, now):
    client.force_login(pair.lead)
    assert pair.mentee.name in client.get(tick_url(meeting)).content.decode()
    page = client.post(tick_url(meeting), {}, follow=True).content.decode()
    assert "1 of 1 are well. No mail was sent." in page
    meeting.refresh_from_db()
    assert (meeting.ticked_by, meeting.ticked_at, meeting.pairs) == (pair.lead, now, 1)
    assert AuditEvent.objects.filter(verb="register-ticked").count() == 1


def test_register_tick_puts_one_item_on_the_list_and_sends_no_mail(client, pair, meeting, now):
    client.force_login(pair.lead)
    before = Notice.objects.count()
    client.post(tick_url(meeting), {f"pair-{pair.relationship.pk}": "Ben not yet invited"})
    assert Notice.objects.count() == before
    tasks = client.get(reverse("programmes:task-list")).content.decode()
    assert tasks.count("Ben not yet invited") == 1
    assert "1 match was not well at a meeting" in client.get(reverse("home")).content.decode()
    other = people.lead(people.organisation(now=now), now=now)
    for viewer in (other, pair.mentee, pair.mentor):
        client.force_login(viewer)
        assert "Ben not yet invited" not in client.get(reverse("home")).content.decode()
        assert client.get(tick_url(meeting)).status_code == 404


def test_register_tick_again_replaces_what_is_open(client, pair, meeting, now):
    one = {pair.relationship: "Ben not yet invited"}
    registers.tick(meeting=meeting, exceptions=one, by=pair.lead, now=now)
    client.force_login(pair.lead)
    assert 'value="Ben not yet invited"' in client.get(tick_url(meeting)).content.decode()
    registers.tick(meeting=meeting, exceptions={pair.relationship: "Invited for May"}, by=pair.lead, now=now)
    assert RegisterException.objects.get().text == "Invited for May"
    registers.tick(meeting=meeting, exceptions={}, by=pair.lead, now=now)
    assert not RegisterException.objects.exists()


def test_register_tick_asks_about_a_patients_number(client, pair, meeting):
    client.force_login(pair.lead)
    sent = {f"pair-{pair.relationship.pk}": f"About {A_PATIENTS_NUMBER}"}
    assert "Take it out" in client.post(tick_url(meeting), sent).content.decode()
    assert not RegisterException.objects.exists()
    assert client.post(tick_url(meeting), sent | {"not_a_patient": "on"}).status_code == 302


def test_register_tick_waits_for_its_day(client, pair, now):
    builder.sweep(now=now)
    meeting = RegisterMeeting.objects.get(week=13)
    client.force_login(pair.lead)
    assert "still to come" in client.get(tick_url(meeting)).content.decode()
    with pytest.raises(Refused):
        registers.tick(meeting=meeting, exceptions={}, by=pair.lead, now=now)


def test_register_tick_of_thirty_takes_as_many_queries_as_of_one(client, pair, meeting, now, django_assert_num_queries):
    client.force_login(pair.lead)
    client.get(tick_url(meeting))
    for _ in range(2):
        with django_assert_num_queries(8):
            page = client.get(tick_url(meeting)).content.decode()
        for _ in range(29):
            programmes.pair(pair.cohort, now=now)
    assert page.count('type="text"') == 30


def test_register_exception_is_closed_once_it_is_dealt_with(client, pair, now):
    noted = builder.noted(pair.relationship, pair.lead, text="Ben not yet invited", now=now)
    client.force_login(pair.lead)
    page = reverse("sessions_log:register-exception", args=[noted.pk])
    shown = client.get(page).content.decode()
    assert "Ben not yet invited" in shown
    assert "Ask the designated supervisor by mail" in shown
    assert client.post(page).status_code == 302
    assert "Ben not yet invited" not in client.get(reverse("programmes:task-list")).content.decode()
    assert RegisterException.objects.get().closed_by == pair.lead


def test_register_tick_of_a_long_list_is_gone_through_by_pages(client, pair, meeting, now, monkeypatch):
    """What was noted on one page stands while the next is gone through; the last page ticks the meeting."""
    monkeypatch.setattr("sessions_log.web.registers.PER_PAGE", 1)
    other = programmes.pair(pair.cohort, now=now)
    first, last = sorted((pair.relationship, other), key=lambda one: name_of_mentee(one))
    client.force_login(pair.lead)

    page = client.get(tick_url(meeting)).content.decode()
    assert "2 matches." in page
    assert page.count('type="text"') == 1
    assert "The others are well" not in page
    answer = client.post(tick_url(meeting), {f"pair-{first.pk}": "Not yet met"})
    assert answer.url == f"{tick_url(meeting)}?page=2"
    meeting.refresh_from_db()
    assert meeting.ticked_at is None

    page = client.post(answer.url, {}, follow=True).content.decode()
    assert "1 of 2 are well. One is on your list" in page
    assert [one.relationship for one in meeting.exceptions.all()] == [first]
    client.post(f"{tick_url(meeting)}?page=2", {f"pair-{last.pk}": "Away", f"pair-{first.pk}": "Not on this page"})
    assert {one.relationship: one.text for one in meeting.exceptions.all()} == {first: "Not yet met", last: "Away"}


def name_of_mentee(relationship):
    return relationship.members.get(role="mentee").person.folded_name
