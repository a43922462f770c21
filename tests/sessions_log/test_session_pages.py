"""Booking, moving and offering, as people do it in the browser."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from notices.kinds import registered
from notices.models import Notice
from sessions_log.actions import hours, offers, plans, sessions
from sessions_log.models import HoursException, OpenHours, PreferredChannel, Session, Target, WordRequest
from tests.builders import programmes
from tests.builders import sessions_log as builders

TUESDAY = datetime(2027, 4, 20, 11, 0, tzinfo=UTC)  # 12:00 in London


def url(name, pair, *more):
    return reverse(f"sessions_log:{name}", args=[pair.relationship.pk, *more])


def booking(day=date(2027, 4, 20), time="12:00", **more):
    return {"day": day, "time": time, "minutes": "60", "mode": "video"} | more


def open_tuesdays(person, *, until, now):
    """The person opens Tuesdays from noon."""
    hours.open_weekly(hours=[(1, time(12), time(until))], by=person, now=now)


def letter(kind, recipient, now):
    notice = Notice.objects.get(kind=kind, recipient=recipient)
    return registered()[kind].render(notice, now)


@pytest.fixture
def asha(client, pair):
    client.force_login(pair.mentee)
    return client


@pytest.fixture
def ben(client, pair):
    client.force_login(pair.mentor)
    return client


@pytest.fixture
def monthly(pair, now):
    builders.monthly(pair.cohort)
    pair.relationship.cohort = pair.cohort
    plans.change(relationship=pair.relationship, first_on=date(2027, 4, 20), mode="video", by=pair.mentee, now=now)
    return pair


def test_session_book_names_the_weekday_and_has_the_hours_of_a_working_day_first(asha, pair, now):
    page = asha.get(url("session-book", pair), {"at": "2027-04-22T12:15:00+0100"})
    form = page.context["form"]
    assert "It stands at Thursday 22 April 2027 until you change it." in page.content.decode()
    (_, first), (usual, hours), (other, rest) = form.fields["time"].choices
    assert (first, usual, other) == ("Choose a time", "From 08:00 to 20:00", "Another time")
    assert (hours[0][0], hours[-1][0], len(hours), len(rest)) == ("08:00", "20:00", 49, 47)
    assert "sessions_log/weekday" in page.content.decode()
    for hour in ("08:15", "21:30"):  # another time can be chosen all the same
        answer = asha.post(url("session-book", pair), booking(day=date(2027, 4, 26), time=hour), follow=True)
        assert f"Monday 26 April 2027 at {hour}" in answer.content.decode()


def test_session_book_books_what_was_agreed_and_the_page_shows_it(asha, pair):
    answer = asha.post(url("session-book", pair), booking(link="https://meet.example.org/asha"), follow=True)
    assert "Booked for Tuesday 20 April 2027 at 12:00" in answer.content.decode()
    session = Session.objects.get()
    assert (session.starts_at, session.mode) == (TUESDAY, "video")
    assert "https://meet.example.org/asha" in asha.get(url("session-book", pair)).content.decode()  # kept for the next


def test_session_book_says_what_is_wrong_and_keeps_what_was_typed(asha, pair):
    answer = asha.post(url("session-book", pair), booking(day=date(2027, 4, 1), place="Room 3")).content.decode()
    assert "That time has passed. You can log the session instead." in answer
    assert 'value="Room 3"' in answer
    assert "Choose a time" in asha.post(url("session-book", pair), booking(time="")).content.decode()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2028, 3, 26), "The clocks go forward that night, so there is no 01:30"),
        (date(2027, 10, 31), "The clocks go back that night, so 01:30 comes twice"),
    ],
)
def test_session_book_on_the_nights_of_the_clocks(asha, pair, day, sentence):
    assert sentence in asha.post(url("session-book", pair), booking(day=day, time="01:30")).content.decode()


def test_session_book_keeps_its_hour_over_the_change_of_the_clocks(asha, pair):
    asha.post(url("session-book", pair), booking(day=date(2027, 10, 29)))
    asha.post(url("session-book", pair), booking(day=date(2027, 11, 1)))
    assert [one.starts_at.hour for one in Session.objects.order_by("day")] == [11, 12]  # 12:00 in London, both


def test_session_book_into_open_hours_takes_three_clicks(asha, pair, now):
    open_tuesdays(pair.mentor, until=14, now=now)
    listing = asha.get(url("session-list", pair)).content.decode()
    assert url("session-book", pair) in listing  # one: Book a session
    page = asha.get(url("session-book", pair)).content.decode()
    slot = next(part.split('"')[0] for part in page.split('href="?')[1:] if "2027-04-20T12" in part)
    form = asha.get(url("session-book", pair) + "?" + slot.replace("&amp;", "&"))  # two: the free hour
    assert form.context["form"].initial["time"] == "12:00"
    asha.post(url("session-book", pair), booking())  # three: Book it
    again = asha.get(url("session-book", pair)).content.decode()
    assert "2027-04-20T12" not in again
    assert "2027-04-20T13" in again


def test_session_book_counts_for_the_date_it_was_booked_for(asha, monthly):
    target = monthly.relationship.targets.get(due_on=date(2027, 5, 20))
    page = asha.get(url("session-book", monthly) + f"?target={target.pk}")
    assert page.context["form"].initial["day"] == date(2027, 5, 20)
    asha.post(url("session-book", monthly) + f"?target={target.pk}", booking(day=date(2027, 5, 24), target=target.pk))
    target.refresh_from_db()
    assert target.state == Target.State.BOOKED
    assert "rearranged" in asha.get(url("session-list", monthly)).content.decode()


def test_session_book_a_further_one_leaves_the_dates_alone(asha, monthly):
    asha.post(url("session-book", monthly), booking(target="extra"))
    assert Session.objects.get().target is None
    assert monthly.relationship.targets.filter(state=Target.State.BOOKED).count() == 0


def test_session_move_moves_once_and_tells_the_others(asha, pair, now):
    session = builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    changed = booking(day=date(2027, 4, 22), seen="0")
    page = asha.get(url("session-move", pair, session.pk)).content.decode()
    assert "It is planned for Tuesday 20 April 2027 at 12:00." in page
    assert "until you change it" not in page, "the day is said once"
    asha.post(url("session-move", pair, session.pk), changed)
    answer = asha.post(url("session-move", pair, session.pk), changed).content.decode()
    assert "has just been changed by somebody else" in answer
    session.refresh_from_db()
    assert (session.day, session.sequence) == (date(2027, 4, 22), 1)
    moved = Notice.objects.get(recipient=pair.mentor, about__sequence=1)
    assert registered()["session"].render(moved, now).subject == (
        "Mentoring session moved: Thursday 22 April 2027 at 12:00"
    )
    first = Notice.objects.get(recipient=pair.mentor, about__sequence=0)
    assert registered()["session"].render(first, now).reason  # of the booking nothing is sent any more


def test_session_cancel_frees_the_hour(asha, pair, now):
    session = builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    asha.post(url("session-cancel", pair, session.pk))
    session.refresh_from_db()
    assert session.state == Session.State.CANCELLED
    assert asha.post(url("session-cancel", pair, session.pk)).status_code == 404
    assert "No session is planned" in asha.get(url("session-list", pair)).content.decode()


def test_session_list_shows_sessions_to_those_in_them_alone(client, pair, now):
    builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY, place="Room canary")
    for person, status in ((pair.mentee, 200), (pair.mentor, 200), (pair.lead, 404)):
        client.force_login(person)
        answer = client.get(url("session-list", pair))
        assert answer.status_code == status
        assert ("Room canary" in answer.content.decode()) is (status == 200)


def test_session_list_of_one_who_left_the_mentoring_keeps_the_past(asha, pair, now, time_machine):
    from programmes.actions import relationships

    sessions.log_unplanned(relationship=pair.relationship, day=now.date(), by=pair.mentee, now=now)
    relationships.end(relationship=pair.relationship, by=pair.mentor, now=now)
    page = asha.get(url("session-list", pair)).content.decode()
    assert "14 April 2027" in page
    assert "Book a session" not in page
    assert asha.get(url("session-book", pair)).status_code == 404


def test_session_list_asks_few_queries(asha, monthly, django_assert_max_num_queries):
    asha.get(url("session-list", monthly))
    with django_assert_max_num_queries(15):
        page = asha.get(url("session-list", monthly)).content.decode()
    assert "Book a session" in page


def test_session_overview_asks_as_much_for_three_as_for_one(asha, pair, now, django_assert_num_queries):
    def queries():
        with django_assert_num_queries(10):
            return asha.get(reverse("sessions_log:session-overview")).content.decode()

    assert "Ben Okoro" in queries()
    for name in ("Cas Tully", "Dee Marr"):
        cohort = programmes.cohort(now=now)
        programmes.pair(
            cohort, programmes.mentee(cohort, pair.mentee, now=now), programmes.mentor(cohort, name, now=now), now=now
        )
    page = queries()
    assert "Cas Tully" in page
    assert "Dee Marr" in page


def test_session_overview_puts_what_waits_for_an_answer_first(asha, pair, now):
    offers.offer(relationship=pair.relationship, times=[TUESDAY], minutes=60, by=pair.mentor, now=now)
    assert "Choose a time" in asha.get(reverse("sessions_log:session-overview")).content.decode()
    assert "Choose a time to meet Ben Okoro" in asha.get(reverse("home")).content.decode()


def test_offer_make_offers_and_the_other_picks_one(client, pair, now):
    client.force_login(pair.mentor)
    typed = {"minutes": "60", "mode": "phone"}
    for number, day in enumerate((20, 21), start=1):
        typed |= {f"day_{number}": date(2027, 4, day), f"time_{number}": "12:00"}
    client.post(url("offer-make", pair), typed)
    offer = pair.relationship.offers.get()
    times = letter("times-offered", pair.mentee, now).text
    assert "Tuesday 20 April 2027 at 12:00" in times
    last = offer.times.last()
    assert (
        "These are your own times"
        in client.post(url("offer-pick", pair, offer.pk), {"time": last.pk}, follow=True).content.decode()
    )
    client.force_login(pair.mentee)
    assert "Ben offers you times" in client.get(url("session-list", pair)).content.decode()
    client.post(url("offer-pick", pair, offer.pk), {"time": last.pk})
    assert Session.objects.get().day == date(2027, 4, 21)
    assert (
        "has answered this already"
        in client.post(url("offer-pick", pair, offer.pk), {"time": last.pk}, follow=True).content.decode()
    )


def test_offer_pick_of_an_hour_that_is_taken_meanwhile_leaves_the_offer_open(asha, pair, now):
    offer = offers.offer(relationship=pair.relationship, times=[TUESDAY], minutes=60, by=pair.mentor, now=now)
    builders.session(pair.relationship, pair.mentor, now=now, at=TUESDAY)
    answer = asha.post(url("offer-pick", pair, offer.pk), {"time": offer.times.get().pk}, follow=True)
    assert "another session then" in answer.content.decode()
    offer.refresh_from_db()
    assert offer.state == "open"


def test_offer_withdraw_takes_it_off_both_pages(ben, pair, now):
    offer = offers.offer(relationship=pair.relationship, times=[TUESDAY], minutes=60, by=pair.mentor, now=now)
    ben.post(url("offer-withdraw", pair, offer.pk))
    assert "You offered these times" not in ben.get(url("session-list", pair)).content.decode()


@pytest.mark.django_db
def test_offer_vote_in_a_group_counts_who_can_come_and_the_quorum(client, now):
    """The prescribers' group: a mentor and four, three of whom work that evening."""
    cohort = builders.group_cohort(quorum="mentor-and-half", now=now)
    group = builders.group(cohort, names=["Eli Fry", "Fin Moor", "Gus Lane", "Hal Rice"], now=now)
    mentor = group.members.get(role="mentor").person
    evening = datetime(2027, 4, 20, 18, 0, tzinfo=UTC)
    offer = offers.offer(relationship=group, times=[evening], minutes=60, by=mentor, now=now)
    at_work = group.members.filter(role="mentee")[1:]
    for member in at_work:
        hours.add_exception(
            starts_at=evening - timedelta(hours=1),
            ends_at=evening + timedelta(hours=5),
            is_open=False,
            by=member.person,
            now=now,
        )
    pair = type("Pair", (), {"relationship": group})
    client.force_login(mentor)
    assert "2 of 5 can come: below quorum" in client.get(url("session-list", pair)).content.decode()
    last = offer.times.get()
    for member in at_work[:2]:
        client.force_login(member.person)
        client.post(url("offer-vote", pair, offer.pk), {f"time-{last.pk}": "yes"})
    client.force_login(mentor)
    assert "4 of 5 can come<" in client.get(url("session-list", pair)).content.decode()
    client.post(url("offer-pick", pair, offer.pk), {"time": last.pk})
    assert Session.objects.get().starts_at == evening


def test_series_book_books_every_date_and_says_what_it_left_out(asha, monthly, now):
    answer = asha.post(url("series-book", monthly), follow=True).content.decode()
    assert "Say first at what time you usually meet" in answer
    plans.change(
        relationship=monthly.relationship,
        first_on=date(2027, 4, 20),
        mode="video",
        starts_at=time(12),
        by=monthly.mentee,
        now=now,
    )
    carol = programmes.mentee(monthly.cohort, "Carol Finch", now=now)
    ben = programmes.mentor(
        programmes.cohort(now=now, organisation=monthly.cohort.programme.organisation), monthly.mentor, now=now
    )
    second = programmes.pair(ben.cohort, programmes.mentee(ben.cohort, carol.person, now=now), ben, now=now)
    builders.session(second, monthly.mentor, now=now, at=TUESDAY)
    answer = asha.post(url("series-book", monthly), follow=True).content.decode()
    assert "11 sessions booked" in answer
    assert "20 April 2027: Ben has another session then" in answer
    assert len(set(monthly.relationship.sessions.values_list("series", flat=True))) == 1


def test_target_skip_leaves_a_date_out_and_takes_it_back(asha, monthly):
    target = monthly.relationship.targets.first()
    asha.post(url("target-skip", monthly, target.pk))
    target.refresh_from_db()
    assert target.state == Target.State.SKIPPED
    shown = asha.get(url("session-list", monthly)).content.decode()
    assert shown.index("Left out") < shown.index("Tuesday 20 April 2027") < shown.index("Take it back in")
    asha.post(url("target-skip", monthly, target.pk), {"back": "1"})
    target.refresh_from_db()
    assert target.state == Target.State.OPEN


def test_plan_edit_moves_the_dates_and_keeps_the_room(asha, monthly):
    answer = asha.post(
        url("plan-edit", monthly),
        {
            "first_on": date(2027, 5, 3),
            "starts_at": "12:30",
            "mode": "video",
            "link": "https://meet.example.org/room",
        },
    )
    assert answer.status_code == 302
    assert monthly.relationship.targets.first().asked_on == date(2027, 5, 3)
    assert monthly.relationship.targets.first().due_on == date(2027, 5, 4)  # the third is a bank holiday


def test_hours_edit_keeps_hours_and_channel(ben, pair):
    page = reverse("sessions_log:hours-edit")
    ben.post(page, {"mode": "phone", "monday_from": "12:00", "monday_to": "14:00"})
    assert OpenHours.objects.get().weekday == 0
    assert PreferredChannel.objects.get().mode == "phone"
    assert "Choose both times for Monday, or neither" in ben.post(page, {"monday_from": "12:00"}).content.decode()
    assert (
        "the end is not after the beginning"
        in ben.post(page, {"monday_from": "12:00", "monday_to": "12:00"}).content.decode()
    )
    assert OpenHours.objects.count() == 1
    ben.post(page, {"mode": ""})
    assert not PreferredChannel.objects.exists()


def test_hours_edit_offers_each_hour_once_those_of_a_working_day_first(ben, pair):
    shown = ben.post(reverse("sessions_log:hours-edit"), {"monday_from": "12:00"}).content.decode()
    [monday] = re.findall(r'<select[^>]*name="monday_from".*?</select>', shown)
    assert re.findall(r'<optgroup label="([^"]*)">', monday) == ["From 08:00 to 20:00", "Another time"]
    values = re.findall(r'<option value="([^"]*)"', monday)
    assert (values[:2], len(values), len(set(values))) == (["", "08:00"], 97, 97)
    assert re.findall(r'<option value="([^"]*)" selected>', monday) == ["12:00"]
    assert "[(" not in shown


def test_session_list_has_the_date_that_home_asks_for_also_when_it_has_just_gone_by(client, monthly, time_machine):
    target = monthly.relationship.targets.order_by("due_on").first()
    address = f"{url('session-book', monthly)}?target={target.pk}"
    for days, stands in ((6, True), (16, False)):
        time_machine.move_to(datetime.combine(target.due_on + timedelta(days=days), time(10), tzinfo=UTC), tick=False)
        client.force_login(monthly.mentee)
        home, page = (client.get(where).content.decode() for where in (reverse("home"), url("session-list", monthly)))
        assert (address in home, address in page) == (stands, stands)
        assert "Left out" not in page


def test_who_meets_weekly_is_asked_for_the_latest_week_and_not_for_those_before(client, pair, now, time_machine):
    builders.monthly(pair.cohort, kind="weekly")
    pair.relationship.cohort = pair.cohort
    plans.change(relationship=pair.relationship, first_on=date(2027, 4, 20), mode="video", by=pair.mentee, now=now)
    time_machine.move_to(datetime(2027, 5, 12, 10, tzinfo=UTC), tick=False)  # a Wednesday
    client.force_login(pair.mentee)
    weeks = {one.due_on: f"?target={one.pk}" for one in pair.relationship.targets.open()}
    before, latest, ahead = (weeks[date(2027, 5, day)] for day in (4, 11, 18))
    home, overview, page = (
        client.get(where).content.decode()
        for where in (reverse("home"), reverse("sessions_log:session-overview"), url("session-list", pair))
    )
    assert "Asked for about 11 May 2027." in home
    assert "Book the session of about 11 May<" in overview
    assert (latest in page, ahead in page, before in page) == (True, True, False)
    choices = client.get(url("session-book", pair)).context["form"].fields["target"].choices
    assert [text[-11:] for _, text in choices[:3]] == ["11 May 2027", "18 May 2027", "25 May 2027"]
    older = client.get(url("session-book", pair) + before).context["form"].fields["target"].choices
    assert older[0][1].endswith("about 4 May 2027"), "an older mail leads to its own week"


def test_home_and_booking_name_a_group_and_not_everybody_in_it(db, client, now, time_machine):
    cohort = builders.monthly(builders.group_cohort(now=now))
    group = builders.group(cohort, names=["Ada Oak", "Bea Elm", "Cy Ash"], now=now)
    mentor = group.members.get(role="mentor").person
    member = group.members.get(person__given_name="Ada").person
    plans.change(relationship=group, first_on=date(2027, 4, 20), mode="video", by=member, now=now)
    due = group.targets.order_by("due_on").first().due_on
    time_machine.move_to(datetime.combine(due, time(10), tzinfo=UTC), tick=False)
    client.force_login(member)
    home = client.get(reverse("home")).content.decode()
    name = f"{mentor.given_name}&#x27;s group"
    assert f"Book the next session of {name}" in home
    overview = client.get(reverse("sessions_log:session-overview")).content.decode()
    assert f">{name}</a>" in overview
    assert "Bea Elm" not in home + overview
    book = client.get(reverse("sessions_log:session-book", args=[group.pk])).content.decode()
    assert "Ask the group for a time" in book
    assert "picks one" not in book


def test_exception_add_takes_hours_away(ben, pair, now):
    open_tuesdays(pair.mentor, until=13, now=now)
    ben.post(reverse("sessions_log:exception-add"), {"is_open": "no", "first": date(2027, 4, 20)})
    assert "Tuesday 20 April 2027" in ben.get(reverse("sessions_log:hours-edit")).content.decode()
    ben.force_login(pair.mentee)
    page = ben.get(url("session-book", pair)).content.decode()
    assert "2027-04-20T12" not in page
    assert "2027-04-27T12" in page


def test_exception_remove_gives_them_back_to_whose_they_are(ben, pair, now):
    open_tuesdays(pair.mentor, until=13, now=now)
    exception = hours.add_exception(
        starts_at=TUESDAY, ends_at=TUESDAY + timedelta(hours=8), is_open=False, by=pair.mentor, now=now
    )
    remove = reverse("sessions_log:exception-remove", args=[exception.pk])
    ben.force_login(pair.mentee)
    assert ben.post(remove).status_code == 404
    ben.force_login(pair.mentor)
    ben.post(remove)
    assert not HoursException.objects.exists()
    ben.force_login(pair.mentee)
    assert "2027-04-20T12" in ben.get(url("session-book", pair)).content.decode()


def test_word_ask_sends_a_request_without_content_once(asha, pair, now):
    hours.prefer(mode="phone", by=pair.mentee, now=now)
    member = pair.relationship.members.get(person=pair.mentor)
    for _ in range(2):
        asha.post(url("word-ask", pair, member.pk))
    sent = letter("word-wanted", pair.mentor, now)
    assert "Asha would like a word, by phone." in sent.text
    asha.force_login(pair.mentor)
    assert "Asha would like a word, by phone" in asha.get(url("session-list", pair)).content.decode()


def test_word_done_takes_it_off_both_pages_and_stops_the_mail(asha, pair, now):
    request = hours.ask_for_a_word(relationship=pair.relationship, of=pair.mentor, by=pair.mentee, now=now)
    asha.post(url("word-done", pair, request.pk))
    assert WordRequest.objects.get().done_at is not None
    assert "would like a word" not in asha.get(url("session-list", pair)).content.decode()
    assert letter("word-wanted", pair.mentor, now).reason
