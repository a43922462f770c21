"""What stands between a due notice and its letter: night, digests, a person's choice, a paused cohort."""

import threading
import uuid
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import connection

from audit.models import AuditEvent
from audit.refusal import Refused
from notices import belonging, tasks
from notices.actions import claims, delivery, nudge_choices, outbox, pauses
from notices.kinds import NUDGES_HELP_FOR, Letter, Line, Skip, registered
from notices.models import MailPause, Notice
from notices.post import NotNow, Post, ServerAway, Trouble
from tests.builders import ground, people

pytestmark = pytest.mark.django_db
EVENING = timedelta(hours=11)  # after the ``now`` of tests, 10:00 in London: 21:00
MORNING = timedelta(hours=22)  # 08:00 the next day
STOP = "/reminders/stop/"


def as_line(notice, now):
    return Line(f"Line of {notice.key}.", f"http://portal.test/{notice.key}/")


@pytest.fixture
def nudges(kind):
    """A kind of nudge that may share a mail; and one, owed, that may too but cannot be unsubscribed from."""
    kind(name="nudge", nudge=True, line=as_line)
    kind(name="form", line=as_line)
    kind(name="lone-nudge", nudge=True)
    kind(name="news")


def deliver(notice, now):
    with Post() as post:
        delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
    notice.refresh_from_db()
    return notice


def failing(fault):
    """A mail server that does this."""
    return patch.object(Post, "send", side_effect=fault)


def owed(person, now, key, kind="nudge", **more):
    return ground.notice(recipient=person, now=now, key=key, kind=kind, **more)


# --- Night


@pytest.mark.parametrize("kind_name", ["nudge", "form", "lone-nudge"])
def test_nudge_waits_for_the_morning(now, nudges, kind_name):
    notice = owed(people.person(now=now), now, "n", kind_name)
    waiting = deliver(notice, now + EVENING)
    assert (waiting.state, waiting.leased_until, waiting.attempts) == ("owed", now + MORNING, 0)
    assert not mail.outbox
    assert deliver(notice, now + MORNING).state == "sent"


def test_news_comes_at_night_too(now, nudges):
    assert deliver(owed(people.person(now=now), now, "n", "news"), now + EVENING).state == "sent"


# --- One mail for several


def test_several_nudges_of_one_person_go_in_one_mail_with_its_own_id(now, nudges):
    ama, ben = people.person(now=now), people.person(now=now)
    first, second = owed(ama, now, "a", due_at=now - timedelta(hours=1)), owed(ama, now, "b", "form")
    other, alone = owed(ben, now, "c"), owed(ama, now, "d", "lone-nudge")
    later = owed(ama, now, "e", due_at=now + timedelta(hours=1))
    deliver(second, now)
    [message] = mail.outbox
    assert (message.to, message.subject) == ([ama.email], "2 reminders")
    assert message.body.index("Line of a.") < message.body.index("Line of b.")
    assert "http://portal.test/a/" in message.body
    ids = {notice.message_id for notice in Notice.objects.all()}
    for notice in (first, second):
        notice.refresh_from_db()
        assert (notice.state, notice.settled_at, notice.attempts) == ("sent", now, 1)
        assert message.extra_headers["Message-ID"] == f"<{notice.digest_id}@example.org>"
        assert notice.digest_id == uuid.uuid5(first.message_id, "digest")
        assert notice.digest_id not in ids
    for notice in (other, alone, later):
        notice.refresh_from_db()
        assert (notice.state, notice.attempts, notice.leased_until) == ("owed", 0, None)


def test_a_nudge_that_is_alone_is_its_own_letter(now, nudges):
    notice = deliver(owed(people.person(now=now), now, "a"), now)
    [message] = mail.outbox
    assert (message.subject, notice.digest_id) == ("About a", None)
    assert message.extra_headers["Message-ID"] == f"<{notice.message_id}@example.org>"


def test_what_is_not_true_any_more_is_no_line_and_the_last_one_left_is_its_own_letter(now, nudges, kind):
    kind(name="done", line=lambda notice, now: Skip("The form is done."))
    ama = people.person(now=now)
    one, done = owed(ama, now, "a"), owed(ama, now, "b", "done")
    deliver(done, now)
    [message] = mail.outbox
    one.refresh_from_db()
    done.refresh_from_db()
    assert (message.subject, one.state, one.digest_id) == ("About a", "sent", None)
    assert (done.state, done.reason) == ("skipped", "The form is done.")


def test_what_falls_due_after_the_days_mail_goes_with_the_next_mornings(now, nudges):
    ama = people.person(now=now)
    deliver(owed(ama, now, "a"), now)
    later = now + timedelta(hours=2)
    second, third = (owed(ama, later, key, due_at=later) for key in "bc")
    deliver(second, later)
    third.refresh_from_db()
    for notice in (second, third):
        assert (notice.state, notice.leased_until, notice.attempts) == ("owed", now + MORNING, 0)
    deliver(third, now + MORNING)
    assert [message.subject for message in mail.outbox] == ["About a", "2 reminders"]


def test_what_would_be_too_late_tomorrow_goes_today(now, nudges):
    ama = people.person(now=now)
    deliver(owed(ama, now, "a"), now)
    assert deliver(owed(ama, now, "b", expires_at=now + timedelta(hours=5)), now).state == "sent"


def test_a_digest_that_may_have_gone_goes_again_as_the_same_mail(now, nudges, monkeypatch):
    """The worker died between sending and marking. What fell due meanwhile does not change that mail."""
    ama = people.person(now=now)
    for key in "ab":
        owed(ama, now, key)
    with monkeypatch.context() as dying:
        dying.setattr(delivery, "_mark_sent", lambda *arguments: None)
        deliver(Notice.objects.first(), now)
    later = now + claims.LEASE
    extra = owed(ama, later, "c", due_at=later)
    deliver(Notice.objects.first(), later)
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert first.body == again.body
    extra.refresh_from_db()
    assert extra.state == "owed"


def test_a_digest_that_did_not_arrive_is_put_off_or_given_back_whole(now, nudges):
    ama = people.person(now=now)
    for key in "ab":
        owed(ama, now, key)

    with failing(ServerAway("Away")), pytest.raises(ServerAway):
        deliver(Notice.objects.first(), now)
    assert set(Notice.objects.values_list("attempts", "leased_until")) == {(0, None)}
    with failing(NotNow("Later", Trouble.DELAYED)):
        deliver(Notice.objects.first(), now)
    assert set(Notice.objects.values_list("attempts", "leased_until")) == {(1, now + delivery.BACK_OFF[0])}
    deliver(Notice.objects.last(), now + delivery.BACK_OFF[0])
    assert [message.subject for message in mail.outbox] == ["2 reminders"]


def one_by_one(batch, *, notice_id, by, now):
    """Claim the one notice and then look for others: what claiming all at once is there to prevent."""
    notice = claims._with_facts(Notice.objects.due(now=now).filter(pk=notice_id), now).first()
    free = Notice.objects.due(now=now).filter(pk=notice_id)
    if notice is None or not free.update(leased_until=now + claims.LEASE, attempts=1):
        return []
    notice.leased_until = now + claims.LEASE
    return [notice]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "guard off"])
def test_two_workers_with_one_nudge_each_send_one_mail(now, nudges, guarded, monkeypatch):
    if not guarded:
        monkeypatch.setattr(claims.Batch, "claim", one_by_one)
    everybody = [people.person(now=now) for _ in range(12)]
    pairs = [[owed(person, now, f"{key}{person.pk}") for key in "ab"] for person in everybody]
    together, faults = threading.Barrier(2, timeout=30), []

    def work(which):
        try:
            for pair in pairs:
                together.wait()
                with Post() as post:
                    delivery.deliver(notice_id=pair[which].pk, post=post, by=None, now=now)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    if guarded:
        assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
        assert len(mail.outbox) == len(everybody)
        assert {message.subject for message in mail.outbox} == {"2 reminders"}
    else:
        assert len(mail.outbox) > len(everybody), "Without the guard this test would show nothing."


# --- A person's choice


def test_whoever_wants_no_nudges_gets_what_is_owed_and_news_alone(now, nudges):
    ama = people.person(now=now)
    nudge_choices.choose(person=ama, wanted=False, by=ama, now=now)
    assert deliver(owed(ama, now, "a"), now).reason == "This person wants no reminders."
    assert deliver(owed(ama, now, "b", "form"), now).state == "sent"
    assert deliver(owed(ama, now, "c", "news"), now).state == "sent"
    nudge_choices.choose(person=ama, wanted=True, by=ama, now=now)
    assert deliver(owed(ama, now, "d", "lone-nudge"), now).state == "sent"
    assert [event.verb for event in AuditEvent.objects.filter(about_person_id=ama.pk, verb__startswith="nudges")] == [
        "nudges-stopped",
        "nudges-wanted",
    ]


def test_choose_the_same_again_changes_nothing(now):
    ama = people.person(now=now)
    for _ in range(2):
        nudge_choices.choose(person=ama, wanted=False, by=ama, now=now)
    assert ama.nudge_choices.count() == 1


def test_a_nudge_says_how_to_stop_them_in_its_foot_and_its_headers(now, nudges, kind):
    kind(
        lambda *_: Letter(subject="x", text="Text\n", html="<html><body><p>Text</p></body></html>"), "nudge", nudge=True
    )
    deliver(owed(people.person(now=now), now, "a"), now)
    [message] = mail.outbox
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert STOP in address
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in message.body
    [(html, _)] = message.alternatives
    assert f'href="{address}"' in html
    assert html.endswith("</body></html>")


@pytest.mark.parametrize("kind_name", ["form", "news"])
def test_what_is_owed_has_no_such_foot(now, nudges, kind_name):
    deliver(owed(people.person(now=now), now, "a", kind_name), now)
    [message] = mail.outbox
    assert "List-Unsubscribe" not in message.extra_headers
    assert STOP not in message.body


def test_a_digest_has_the_foot_where_it_holds_a_nudge(now, nudges):
    ama, ben = people.person(now=now), people.person(now=now)
    for person, kinds in ((ama, ("nudge", "form")), (ben, ("form", "form"))):
        notices = [owed(person, now, f"{person.pk}-{number}", kind) for number, kind in enumerate(kinds)]
        deliver(notices[0], now)
    assert ["List-Unsubscribe" in message.extra_headers for message in mail.outbox] == [True, False]


def test_a_nudge_helps_for_two_weeks_where_nothing_else_is_said(now, nudges):
    ama = people.person(now=now)
    assert owed(ama, now, "a").expires_at == now + NUDGES_HELP_FOR
    assert owed(ama, now, "b", expires_at=now + timedelta(days=1)).expires_at == now + timedelta(days=1)
    assert owed(ama, now, "c", "news").expires_at is None
    assert registered()["form"].helps_for is None


# --- A paused cohort


@pytest.fixture
def things(monkeypatch):
    """Notices about a thing belong to the cohort of its number."""
    monkeypatch.setattr(belonging, "_FINDERS", {"thing": lambda ids: {one: int(one) * 10 for one in ids}})


@pytest.fixture
def lead(now):
    return people.person(now=now)


def test_a_notice_belongs_to_the_cohort_of_what_it_is_about(now, nudges, things):
    ama = people.person(now=now)
    assert owed(ama, now, "a", about={"other": 7, "thing": 3}).cohort_id == 30
    assert owed(ama, now, "b", about={"other": 7}).cohort_id is None
    outbox.owe_many(kind="news", owed=[("c", ama, {"thing": "4"}), ("d", ama, {})], due_at=now, by=None, now=now)
    assert list(Notice.objects.order_by("key").values_list("cohort_id", flat=True)) == [30, None, 40, None]


def test_paused_mail_is_held_back_and_goes_on_when_it_is_let_go(now, nudges, things, lead, kind):
    kind(name="flag", past_pauses=True)
    ama = people.person(now=now)
    pauses.pause(cohort_id=30, by=lead, now=now)
    held = owed(ama, now, "a", "news", about={"thing": 3})
    flag = owed(lead, now, "b", "flag", about={"thing": 3})
    other = owed(ama, now, "c", "news", about={"thing": 4})
    for notice in (held, flag, other):
        deliver(notice, now)
    assert [(one.state, one.attempts) for one in (held, flag, other)] == [("held", 0), ("sent", 1), ("sent", 1)]
    assert not Notice.objects.due(now=now).exists()
    assert pauses.resume(cohort_id=30, by=lead, now=now) == 0
    held.refresh_from_db()
    assert deliver(held, now).state == "sent"
    assert [event.verb for event in AuditEvent.objects.filter(object_kind="cohort")] == ["mail-paused", "mail-resumed"]


def test_what_became_too_old_meanwhile_expires(now, nudges, things, lead):
    pauses.pause(cohort_id=30, by=lead, now=now)
    notice = deliver(owed(people.person(now=now), now, "a", "lone-nudge", about={"thing": 3}), now)
    assert notice.state == "held"
    assert pauses.resume(cohort_id=30, by=lead, now=now + NUDGES_HELP_FOR) == 1
    notice.refresh_from_db()
    assert (notice.state, len(mail.outbox)) == ("expired", 0)


def test_what_was_held_back_just_after_the_pause_ended_is_let_go_by_the_sweep(now, nudges, things, monkeypatch):
    """The worker read "paused" and wrote "held" after the lead had let it go on."""
    monkeypatch.setattr(tasks.deliver_notices, "delay", lambda **message: None)
    notice = owed(people.person(now=now), now, "a", "news", about={"thing": 3})
    Notice.objects.update(state="held")
    tasks.sweep_notices(now=now.isoformat())
    notice.refresh_from_db()
    assert notice.state == "owed"


def test_pause_and_resume_refuse_what_is_so_already(now, lead):
    pauses.pause(cohort_id=30, by=lead, now=now)
    with pytest.raises(Refused, match="paused already"):
        pauses.pause(cohort_id=30, by=lead, now=now)
    pauses.resume(cohort_id=30, by=lead, now=now)
    with pytest.raises(Refused, match="not paused"):
        pauses.resume(cohort_id=30, by=lead, now=now)
    pauses.pause(cohort_id=30, by=lead, now=now)
    assert MailPause.objects.live().count() == 1


# --- What does not arrive


def test_troubled_are_those_that_do_not_arrive_until_a_later_one_does(now, nudges):
    ama = people.person(now=now)
    notice = owed(ama, now, "a", "news")
    with failing(NotNow("450", Trouble.DELAYED)):
        deliver(notice, now)
    assert list(Notice.objects.troubled()) == [notice]
    assert Notice.objects.get().get_trouble_display() == "the mail server does not take it for now"
    deliver(owed(ama, now, "b", "news"), now + timedelta(seconds=5))
    assert not Notice.objects.troubled().exists()
