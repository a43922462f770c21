"""A programme's own calendar: who sees a date, who has a place, who came, and what that records."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from audit.refusal import Refused
from notices.kinds import Skip
from notices.models import Notice
from people.models import Fact
from programmes.actions.training import record_training
from programmes.mentoring_models.contract import Supervision
from sessions_log.actions import gatherings
from sessions_log.cadence import supervision_days
from sessions_log.gathering_letters import gathering_told
from sessions_log.models import Gathering, GatheringPlace
from tests.builders import people, programmes

State = GatheringPlace.State
WHEN = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
FORM = {"kind": "supervision", "title": "Peer support", "minutes": 60, "sides": ["mentor"], "starts_at": "12:30"}
FORM |= {"day-day": 21, "day-month": 4, "day-year": 2027}


@pytest.fixture
def world(now):
    trust = people.organisation(now=now)
    cohort = programmes.cohort(organisation=trust, now=now)
    return {
        "cohort": cohort,
        "lead": people.lead(trust, now=now),
        "asha": programmes.mentee(cohort, "Asha Patel", now=now),
        "ben": programmes.mentor(cohort, "Ben Carter", now=now),
        "day": now.date() + timedelta(days=7),
    }


def training(world, now, **more) -> Gathering:
    details = {"kind": "training", "title": "Mentor skills", "day": world["day"], "places": 1} | more
    return gatherings.add(cohort=world["cohort"], by=world["lead"], now=now, **details)


@pytest.mark.django_db
def test_gathering_of_two_who_reach_for_the_last_place_one_has_it(world, now):
    one = training(world, now)
    gatherings.sign_up(gathering=one, by=world["asha"].person, now=now)
    gatherings.sign_up(gathering=one, by=world["asha"].person, now=now)  # twice counts once
    with pytest.raises(Refused, match=r"^All 1 places are taken.$"):
        gatherings.sign_up(gathering=one, by=world["ben"].person, now=now)
    with pytest.raises(Refused, match=r"^1 have signed up, so there cannot be fewer places.$"):
        gatherings.change(gathering=one, places=0, by=world["lead"], now=now)
    gatherings.give_up(gathering=one, by=world["asha"].person, now=now)
    gatherings.sign_up(gathering=one, by=world["ben"].person, now=now)
    one.refresh_from_db()
    assert one.taken == 1


@pytest.mark.django_db
def test_gathering_of_a_training_records_who_came_and_in_confidence_not_on_their_record(world, now):
    one = training(world, now, places=None)
    with pytest.raises(Refused, match=r"^This is still to come.$"):
        gatherings.tick(gathering=one, attended=[], by=world["lead"], now=now)
    later = now + timedelta(days=8)
    gatherings.tick(gathering=one, attended=[world["ben"].pk], by=world["lead"], now=later)
    states = dict(one.coming.values_list("enrolment", "state"))
    assert states == {world["ben"].pk: State.ATTENDED, world["asha"].pk: State.ABSENT}
    assert Fact.objects.get(person=world["ben"].person, kind="mentor_trained_on").day == world["day"]
    gatherings.tick(gathering=one, attended=[world["asha"].pk], by=world["lead"], now=later)  # it may be done again
    assert one.coming.filter(state=State.ATTENDED).get().enrolment == world["asha"]

    hidden = programmes.cohort(now=now, model_key="reverse")
    sana = programmes.mentor(hidden, now=now, band="8a")
    record_training(enrolments=[sana], day=now.date(), by=None, now=now)
    sana.refresh_from_db()
    assert (sana.trained_on, Fact.objects.filter(person=sana.person).exists()) == (now.date(), False)


def test_gathering_dates_of_supervision_are_third_thursdays_of_every_second_month():
    days = supervision_days(Supervision(), start=date(2027, 9, 2), end=date(2028, 3, 2))
    assert days == [date(2027, 10, 21), date(2027, 12, 16), date(2028, 2, 17)]
    first = supervision_days(Supervision(nth=1, after_months=0), start=date(2027, 9, 2), end=date(2027, 12, 1))
    assert first == [date(2027, 11, 4)]  # that of the day of the start itself is none


@pytest.mark.django_db
def test_gathering_supervision_is_laid_once_and_stays_as_a_lead_leaves_it(now):
    cohort = programmes.cohort(now=now, model_key="reverse", start_date=date(2027, 9, 2))
    assert (gatherings.lay_due(by=None, now=now), gatherings.lay_due(by=None, now=now)) == (1, 0)
    one = cohort.gatherings.first()
    gatherings.cancel(gathering=one, by=None, now=now)
    assert gatherings.lay_due(by=None, now=now) == 0
    assert cohort.gatherings.standing().count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("more", [0, 2])
def test_gathering_list_has_as_many_queries_however_many_dates(client, world, now, more, django_assert_num_queries):
    for number in range(1 + more):
        training(world, now, title=f"Training {number}")
    client.force_login(world["lead"])
    address = reverse("sessions_log:gathering-list", args=[world["cohort"].pk])
    client.get(address)
    with django_assert_num_queries(9):
        page = client.get(address).content.decode()
    assert page.count("0 of 1 places taken") == 1 + more


@pytest.fixture
def support(client, world, now, time_machine) -> Gathering:
    """A date for mentors alone, put on the calendar by the lead, who is signed in."""
    time_machine.move_to(now, tick=False)
    client.force_login(world["lead"])
    address = reverse("sessions_log:gathering-list", args=[world["cohort"].pk])
    assert "Say for whom it is" in client.post(address, FORM | {"sides": []}).content.decode()
    assert client.post(address, FORM).status_code == 302
    return Gathering.objects.get()


@pytest.mark.django_db
def test_gathering_detail_is_there_for_those_whom_it_is_for(client, world, support):
    for person, status in ((world["ben"].person, 200), (world["asha"].person, 404)):
        client.force_login(person)
        assert client.get(reverse("sessions_log:gathering-detail", args=[support.pk])).status_code == status
        assert ("Peer support: Wednesday 21 April 2027 at 12:30" in client.get("/").content.decode()) == (status == 200)


@pytest.mark.django_db
def test_gathering_edit_changes_title_and_day(client, world, support):
    edit = reverse("sessions_log:gathering-edit", args=[support.pk])
    assert "Peer support" in client.get(edit).content.decode()
    assert client.post(edit, FORM | {"title": "Peer talk", "day-day": 14}).status_code == 302
    support.refresh_from_db()
    assert (support.title, support.day) == ("Peer talk", date(2027, 4, 14))


@pytest.mark.django_db
def test_gathering_tick_lists_those_whom_it_was_for(client, world, support):
    gatherings.change(gathering=support, day=date(2027, 4, 14), by=world["lead"], now=WHEN)
    tick = reverse("sessions_log:gathering-tick", args=[support.pk])
    page = client.get(tick).content.decode()
    assert ("Ben Carter" in page, "Asha Patel" in page) == (True, False)
    assert "1 of 1 came" in client.post(tick, {"came": [world["ben"].pk]}, follow=True).content.decode()


@pytest.mark.django_db
def test_gathering_cancel_takes_it_off_everybodys_page(client, world, support):
    address = reverse("sessions_log:gathering-cancel", args=[support.pk])
    assert "No mail is sent" in client.get(address).content.decode()
    client.post(address)
    assert client.get(address).status_code == 404
    client.force_login(world["ben"].person)
    assert "Peer support" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_gathering_tell_mails_those_whom_it_is_for_once_and_again_when_it_moves(client, world, now, support):
    tell = reverse("sessions_log:gathering-tell", args=[support.pk])
    calendar = reverse("sessions_log:gathering-list", args=[world["cohort"].pk])
    assert "Tell them by e-mail" in client.get(calendar).content.decode()
    assert "1 person is told by e-mail." in client.post(tell, follow=True).content.decode()
    assert "They have been told already." in client.post(tell, follow=True).content.decode()
    notice = Notice.objects.get(kind="gathering")
    assert notice.recipient == world["ben"].person
    letter = gathering_told(notice, now)
    assert letter.subject == "Peer support, Wednesday 21 April 2027 at 12:30"
    entry = letter.attachments[0].content.decode()
    assert "SUMMARY:Mentoring programme" in entry
    assert "DTSTART:20270421T113000Z" in entry
    assert "Peer support" not in entry
    support.refresh_from_db()
    gatherings.change(gathering=support, day=date(2027, 4, 22), by=world["lead"], now=now)
    assert isinstance(gathering_told(notice, now), Skip)
    assert "Tell them of the change" in client.get(calendar).content.decode()
    client.post(tell)
    support.refresh_from_db()
    gatherings.cancel(gathering=support, by=world["lead"], now=now)
    last = Notice.objects.filter(kind="gathering").latest("pk")
    assert Notice.objects.filter(kind="gathering").count() == 3
    off = gathering_told(last, now)
    assert off.subject.startswith("Cancelled: ")
    assert "METHOD:CANCEL" in off.attachments[0].content.decode()


@pytest.mark.django_db
def test_gathering_cancel_mails_nobody_who_was_not_told(world, now, support):
    gatherings.cancel(gathering=support, by=world["lead"], now=now)
    assert not Notice.objects.filter(kind="gathering").exists()


@pytest.mark.django_db
def test_training_record_says_who_has_done_it(client, world, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(world["lead"])
    address = reverse("sessions_log:training-record", args=[world["cohort"].pk])
    assert "Tick who did the training." in client.post(address, {}, follow=True).content.decode()
    page = client.post(address, {"who": [world["ben"].pk]}, follow=True).content.decode()
    assert "1 person is recorded as trained." in page
    assert Fact.objects.get(person=world["ben"].person).day == now.date()


@pytest.mark.django_db
def test_gathering_list_calls_training_due_only_where_the_programme_asks_for_it(client, now, time_machine):
    time_machine.move_to(now, tick=False)
    for key, said, unsaid in (
        ("trainee-band6", "Training due", "does not ask for it"),
        ("trainee-host", "Not recorded", "Training due"),
    ):
        cohort = programmes.cohort(model_key=key, now=now)
        programmes.mentor(cohort, now=now)
        client.force_login(people.lead(cohort.programme.organisation, now=now))
        page = client.get(reverse("sessions_log:gathering-list", args=[cohort.pk])).content.decode()
        assert said in page
        assert unsaid not in page
