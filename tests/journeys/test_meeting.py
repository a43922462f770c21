"""Meeting over the year, whatever the model: an evening between shifts, the weekends on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.urls import reverse

from tests.builders import programmes
from tests.journeys.walking import date_fields, letters, page, send, told

LONDON = ZoneInfo("Europe/London")


def invitations(mails) -> list:
    """The calendar entries that mails carry, as a mail program would read them."""
    parts = [part for letter in mails for part in letter.message().walk() if part.get_content_type() == "text/calendar"]
    found = {}
    for part in parts:
        event = vobject.readOne(part.get_payload(decode=True).decode()).vevent
        found[event.uid.value, event.sequence.value] = event
    return sorted(found.values(), key=lambda event: event.dtstart.value)


def local(event) -> datetime:
    return event.dtstart.value.astimezone(LONDON)


@pytest.mark.django_db(transaction=True)
def test_journey_a_shift_worker_is_booked_on_a_sunday_evening(at, client):
    """Cas works from six till midnight in the week: Sunday evening is open, but for the one on which Cas works."""
    now = at(2027, 10, 4)
    cohort = programmes.cohort(now=now)
    eli, cas = programmes.mentee(cohort, "Eli Marsh", now=now), programmes.mentor(cohort, "Cas Orr", now=now)
    pair = programmes.pair(cohort, eli, cas, now=now)
    letters()
    client.force_login(cas.person)
    hours = {"sunday_from": "19:00", "sunday_to": "22:00", "mode": "phone"}
    assert "Your hours are kept" in send(client, "sessions_log:hours-edit", **hours)
    shift = {**date_fields("first", date(2027, 10, 10)), **date_fields("last", date(2027, 10, 11))}
    send(client, "sessions_log:exception-add", is_open="no", start="18:00", end="00:00", **shift)

    client.force_login(eli.person)
    free = page(client, "sessions_log:session-book", pair.pk)
    assert "17 October" in free
    assert "Sunday 10 October" not in free
    at_nine = datetime(2027, 10, 17, 20, 0, tzinfo=UTC)  # nine in London
    chosen = client.get(reverse("sessions_log:session-book", args=[pair.pk]), {"at": at_nine.isoformat()})
    assert "21:00" in chosen.content.decode()
    how = {"time": "21:00", "minutes": 60, "mode": "phone", "link": "", "place": ""}
    said = send(client, "sessions_log:session-book", pair.pk, **date_fields("day", date(2027, 10, 17)), **how)
    assert "Booked for Sunday 17 October 2027 at 21:00" in said
    [event] = invitations(letters())
    assert event.dtstart.value == at_nine


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "last", "missing"),
    [
        (date(2027, 10, 18), date(2027, 11, 8), "The clocks go back that night, so 01:30 comes twice."),
        (date(2028, 3, 13), date(2028, 4, 3), "The clocks go forward that night, so there is no 01:30."),
    ],
)
def test_journey_a_weekly_series_keeps_its_hour_over_the_change_of_the_clocks(at, client, first, last, missing):
    before = first - timedelta(days=5)
    now = at(before.year, before.month, before.day)
    cohort = programmes.cohort(now=now, start_date=first, cadence={"kind": "weekly", "minutes": 30})
    pair = programmes.pair(cohort, now=now)
    vera = pair.members.get(role="mentee").person
    letters()
    client.force_login(vera)
    plan = {"starts_at": "18:00", "mode": "phone", "link": "", "place": ""}
    dates = date_fields("first_on", first) | date_fields("ends_on", last)
    send(client, "sessions_log:plan-edit", pair.pk, **dates, **plan)
    assert "4 sessions booked" in told(client.post(reverse("sessions_log:series-book", args=[pair.pk]), follow=True))

    events = invitations(letters())
    assert [local(event).date() for event in events] == [first + timedelta(weeks=week) for week in range(4)]
    assert {local(event).strftime("%H:%M") for event in events} == {"18:00"}
    assert {event.dtstart.value.astimezone(UTC).hour for event in events} == {17, 18}  # summer and winter

    # In the night itself one hour is missing, or comes twice.
    night = events[1].dtstart.value.date() + timedelta(days=6)
    how = {"time": "01:30", "minutes": 30, "mode": "phone", "link": "", "place": "", "target": "extra"}
    said = send(client, "sessions_log:session-book", pair.pk, **date_fields("day", night), **how)
    assert missing in said

    # One of them moves to the day after the change; its entry is replaced, not doubled.
    moved = pair.sessions.get(day=first + timedelta(weeks=1))
    new = night + timedelta(days=2)
    how = {"time": "12:15", "minutes": 30, "mode": "phone", "link": "", "place": "", "seen": 0}
    assert "Moved to" in send(client, "sessions_log:session-move", pair.pk, moved.pk, **date_fields("day", new), **how)
    [event] = invitations(letters())
    assert (event.uid.value, event.sequence.value) == (events[1].uid.value, "1")
    assert (local(event).date(), local(event).strftime("%H:%M")) == (new, "12:15")
