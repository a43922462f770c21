"""Forms open when they should, people are reminded as the model says, and never once it is done."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail

from notices.actions import delivery
from notices.models import Notice
from notices.post import Post
from people.actions import people as people_actions
from programmes.actions import relationships
from sessions_log.actions import chasing, form_opening, session_forms, sessions
from sessions_log.models import FormPlan, SessionForm
from sessions_log.queries.forms import rings
from tests.builders import people, programmes
from tests.builders import session_forms as builder


@pytest.fixture
def now(time_machine) -> datetime:
    """Monday 6 September 2027, ten in the morning in London."""
    moment = datetime(2027, 9, 6, 9, 0, tzinfo=UTC)
    time_machine.move_to(moment, tick=False)
    return moment


def made(now, **details):
    cohort = builder.cohort(now=now, **details)
    gus, hana = programmes.mentee(cohort, "Gus Adeyemi", now=now), programmes.mentor(cohort, "Hana Lind", now=now)
    return SimpleNamespace(
        cohort=cohort,
        pair=programmes.pair(cohort, gus, hana, now=now),
        gus=gus.person,
        hana=hana.person,
        officer=people.host_officer(cohort.programme.organisation, now=now),
    )


@pytest.fixture
def host(db, now):
    return made(now)


@pytest.fixture
def clock(time_machine):
    """Runs every sweep at nine in the morning up to a day, every day or so many days, and delivers; returns what was
    sent since."""

    def run(day: date, *, step: int = 1) -> list:
        sent = len(mail.outbox)
        at = getattr(run, "at", None) or datetime(2027, 9, 6, 9, 0, tzinfo=UTC)
        while at.date() <= day:
            time_machine.move_to(at, tick=False)
            builder.sweep(now=at)
            with Post() as post:
                for pk in Notice.objects.due(now=at).values_list("pk", flat=True):
                    delivery.deliver(notice_id=pk, post=post, by=None, now=at)
            at += timedelta(days=step)
        run.at = at
        return [(one.to[0], one.subject) for one in mail.outbox[sent:]]

    return run


def book(host, day: datetime, now):
    return sessions.book(relationship=host.pair, starts_at=day, minutes=60, mode="video", by=host.hana, now=now)


def kinds(host) -> list[str]:
    return list(Notice.objects.filter(recipient=host.hana, kind__startswith="form").values_list("kind", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_return_is_chased_on_the_days_of_the_story_and_stops_when_it_comes(host, now, clock):
    """Model 8: met on 16 September, due on the 23rd, chased on 30 September and 7 October, returned on the 8th."""
    book(host, datetime(2027, 9, 16, 11, 0, tzinfo=UTC), now)
    form = SessionForm.objects.get()
    assert (form.due_on, form.state, form.owed_by, form.about) == (date(2027, 9, 23), "open", host.hana, host.gus)
    assert not SessionForm.objects.open(now=now).exists()  # it is not to be seen before they have met
    clock(date(2027, 9, 6))
    assert not kinds(host)
    when = {}
    for day in (date(2027, 9, 6) + timedelta(days=ahead) for ahead in range(1, 31)):
        if [one for one in clock(day) if one[0] == host.hana.email]:
            when[day] = Notice.objects.filter(kind__startswith="form").latest("owed_at").kind
    assert when == {
        date(2027, 9, 17): "form-open",
        date(2027, 9, 30): "form-chase",
    }
    assert clock(date(2027, 10, 7)) == [(host.hana.email, "Still open: Monthly return")]
    clock(date(2027, 10, 8))
    session_forms.give_back(form=form, values=builder.ANSWERS, by=host.hana, now=clock.at)
    assert clock(date(2027, 12, 1), step=6) == []
    assert kinds(host) == ["form-open", "form-chase", "form-chase"]


@pytest.mark.django_db(transaction=True)
def to_ring(viewer, *, now):
    return [one for one in rings(viewer, now=now) if one.quiet_until(now.date()) is None]


def test_after_three_chases_somebody_rings_and_a_note_stops_chasing_till_then(host, now, clock):
    book(host, datetime(2027, 9, 8, 11, 0, tzinfo=UTC), now)
    clock(date(2027, 10, 6))
    assert kinds(host) == ["form-open"] + ["form-chase"] * 3
    [ring] = to_ring(host.officer, now=clock.at)
    assert (ring.person, ring.since) == (host.hana, date(2027, 10, 6))
    assert to_ring(host.gus, now=clock.at) == []
    assert to_ring(people.host_officer(people.organisation(now=now), now=now), now=clock.at) == []

    chasing.note_ring(
        programme=host.cohort.programme,
        person=host.hana,
        text="rang, on leave till May",
        silent_until=date(2028, 4, 30),
        by=host.officer,
        now=clock.at,
    )
    book(host, datetime(2027, 11, 8, 11, 0, tzinfo=UTC), clock.at)
    assert to_ring(host.officer, now=clock.at) == []
    assert [one for one in clock(date(2028, 4, 14), step=14) if "return" in one[1]] == []
    assert [one for one in clock(date(2028, 4, 30)) if "return" in one[1]] == []
    assert [to for to, subject in clock(date(2028, 5, 1)) if "return" in subject] == [host.hana.email]
    assert to_ring(host.officer, now=clock.at)[0].notes[0].text == "rang, on leave till May"


@pytest.mark.django_db
def test_a_sweep_twice_owes_nothing_twice(host, now):
    book(host, datetime(2027, 9, 8, 11, 0, tzinfo=UTC), now)
    later = datetime(2027, 9, 9, 9, 0, tzinfo=UTC)
    due = SessionForm.objects.values().get()
    builder.sweep(now=later)
    SessionForm.objects.update(next_at=due["next_at"], is_told=False)  # as another machine saw it
    builder.sweep(now=later)
    assert kinds(host) == ["form-open"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reason", ["returned", "excused", "ended", "paused", "left", "moved"])
def test_what_happens_between_owing_and_sending_leaves_no_mail(host, now, reason):
    session = book(host, datetime(2027, 9, 8, 11, 0, tzinfo=UTC), now)
    later = datetime(2027, 9, 22, 9, 0, tzinfo=UTC)
    builder.sweep(now=later)
    form = SessionForm.objects.get()
    owed = list(Notice.objects.filter(kind__startswith="form").values_list("pk", flat=True))
    assert owed
    match reason:
        case "returned":
            session_forms.give_back(form=form, values=builder.ANSWERS, by=host.hana, now=later)
        case "excused":
            session_forms.excuse(form=form, reason="on leave", by=host.officer, now=later)
        case "ended":
            relationships.end(relationship=host.pair, by=host.gus, now=later)
        case "paused":
            relationships.pause(relationship=host.pair, by=host.gus, now=later)
        case "left":
            people_actions.leave(person=host.hana, by=None, now=later)
        case "moved":
            sessions.move(session=session, starts_at=later + timedelta(days=2), seen=0, by=host.hana, now=later)
    with Post() as post:
        for pk in owed:
            delivery.deliver(notice_id=pk, post=post, by=None, now=later)
    assert not [one for one in mail.outbox if "return" in one.subject]
    assert set(Notice.objects.filter(pk__in=owed).values_list("state", flat=True)) == {"skipped"}


@pytest.mark.django_db
def test_a_session_that_moves_takes_its_form_with_it_and_still_owes_one(host, now):
    session = book(host, datetime(2027, 9, 16, 11, 0, tzinfo=UTC), now)
    sessions.move(session=session, starts_at=datetime(2027, 9, 19, 17, 0, tzinfo=UTC), seen=0, by=host.hana, now=now)
    [form] = SessionForm.objects.all()
    assert (form.opens_at, form.due_on) == (datetime(2027, 9, 19, 18, 0, tzinfo=UTC), date(2027, 9, 26))
    sessions.cancel(session=session, seen=1, by=host.hana, now=now)
    form.refresh_from_db()
    assert (form.state, form.next_at) == ("closed", None)


@pytest.mark.django_db
def test_a_date_of_the_cadence_that_nobody_booked_opens_the_return_all_the_same(db, now):
    host = made(now, cadence={"kind": "monthly", "sentence": "Monthly.", "minutes": 60})
    builder.sweep(now=now)
    target = host.pair.targets.filter(due_on__gt=now.date()).first()
    on_the_day = datetime(target.due_on.year, target.due_on.month, target.due_on.day, 9, 0, tzinfo=UTC)
    for days in range(0, (target.due_on - now.date()).days + 1, 3):
        builder.sweep(now=now + timedelta(days=days))
    builder.sweep(now=on_the_day)
    form = SessionForm.objects.get(target=target)
    assert (form.session, form.due_on) == (None, target.due_on + timedelta(days=7))
    session = sessions.book(
        relationship=host.pair,
        starts_at=on_the_day + timedelta(days=4, hours=3),
        minutes=60,
        target=target,
        by=host.hana,
        now=on_the_day,
    )
    form.refresh_from_db()
    assert (form.session, form.due_on) == (session, session.day + timedelta(days=7))
    assert SessionForm.objects.filter(target=target).count() == 1
    sessions.cancel(session=session, seen=0, by=host.hana, now=on_the_day)
    form.refresh_from_db()
    assert (form.state, form.session) == ("open", None)


@pytest.mark.django_db
def test_nobody_is_asked_about_what_was_before_the_portal_knew(db, now):
    cohort = builder.cohort(
        now=now,
        forms=["pulse@1", "end-of-year@1", "six-monthly-review@1"],
        start_date=date(2027, 9, 6),
        duration={"end": "fixed", "weeks": 52},
    )
    pair = programmes.pair(cohort, now=now)
    type(pair).objects.filter(pk=pair.pk).update(told_at=now - timedelta(days=300))
    long_on = now + timedelta(weeks=20)
    builder.sweep(now=long_on)
    assert not SessionForm.objects.exists()
    builder.sweep(now=datetime(2028, 3, 6, 9, 0, tzinfo=UTC))
    assert set(SessionForm.objects.values_list("occasion", flat=True)) == {"week-26", "month-6"}


@pytest.mark.django_db
def test_forms_open_at_weeks_at_months_and_at_the_end_for_each_of_the_two(db, now):
    cohort = builder.cohort(
        now=now,
        forms=["pulse@1", "end-of-year@1", "six-monthly-review@1"],
        start_date=date(2027, 9, 6),
        duration={"end": "fixed", "weeks": 52},
        reminders={"kind": "none"},
    )
    programmes.pair(cohort, now=now)
    builder.sweep(now=now)
    for occasion, day in {
        "week-6": date(2027, 10, 18),
        "week-13": date(2027, 12, 6),
        "week-26": date(2028, 3, 6),
        "month-6": date(2028, 3, 6),
        "week-39": date(2028, 6, 5),
        "end": date(2028, 9, 3),
    }.items():
        morning = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)
        forms = SessionForm.objects.filter(occasion=occasion)
        builder.sweep(now=morning - timedelta(days=1))
        assert forms.count() == (2 if occasion == "month-6" else 0), occasion  # opened on the same day as week 26
        builder.sweep(now=morning)
        assert forms.count() == 2, occasion
    assert not Notice.objects.filter(kind__startswith="form").exists()  # the model reminds nobody


@pytest.mark.django_db
def test_a_nudge_is_said_once(db, now):
    host = made(now, reminders={"kind": "nudge"})
    book(host, datetime(2027, 9, 8, 11, 0, tzinfo=UTC), now)
    for days in (0, 2, 3, 8, 9, 10, 11, 17, 24, 31, 60):
        builder.sweep(now=now + timedelta(days=days))
    assert kinds(host) == ["form-nudge"]


@pytest.mark.django_db
def test_preparation_opens_before_a_session_is_never_reminded_of_and_falls_away_with_it(db, now):
    host = made(now, forms=["conversation-guide@1"])
    book(host, datetime(2027, 9, 20, 11, 0, tzinfo=UTC), now)
    assert not SessionForm.objects.open(now=now).exists()
    ahead = datetime(2027, 9, 14, 9, 0, tzinfo=UTC)
    builder.sweep(now=ahead)
    assert set(SessionForm.objects.open(now=ahead).values_list("owed_by", flat=True)) == {host.hana.pk}
    builder.sweep(now=datetime(2027, 9, 21, 9, 0, tzinfo=UTC))
    assert set(SessionForm.objects.values_list("state", flat=True)) == {"closed"}
    assert not Notice.objects.filter(kind__startswith="form").exists()


@pytest.mark.django_db
def test_a_batch_takes_as_many_queries_for_thirty_as_for_six(db, now, django_assert_max_num_queries):
    cohort = builder.cohort(now=now, forms=["pulse@1"], start_date=date(2027, 9, 6))
    later = datetime(2027, 10, 18, 9, 0, tzinfo=UTC)
    counts = []
    for size in (1, 2, 12):
        for _ in range(size):
            programmes.pair(cohort, now=now)
        builder.sweep(now=now)
        FormPlan.objects.update(looked_to=date(2027, 10, 17), next_on=date(2027, 10, 18))
        SessionForm.objects.all().delete()
        with django_assert_max_num_queries(40) as first:
            form_opening.open_due(by=None, now=later)
        with django_assert_max_num_queries(40) as second:
            chasing.see_to_due(by=None, now=later)
        counts.append((len(first), len(second)))
    assert counts[1] == counts[2]
    assert SessionForm.objects.count() == 30
