"""Delivering: what becomes of a notice, and what of it when things go wrong."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from notices.actions import delivery
from notices.checks import a_send_ends_before_its_lease
from notices.kinds import Attachment, Letter, Skip, Wait
from notices.models import Notice
from notices.post import Post, ServerAway
from people.actions import people as people_actions
from people.models import Person
from tests.builders import ground, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]


def deliver(notice, now):
    """The notice as it then stands; None where it was not to be taken."""
    with Post() as post:
        taken = delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
    if not taken:
        return None
    notice.refresh_from_db()
    return notice


class Server(EmailBackend):
    """A mail server that does what the test says."""

    fault = None  # raised while sending
    is_away = False
    greetings = 0

    def open(self):
        if self.is_away:
            raise ConnectionRefusedError
        type(self).greetings += 1

    def send_messages(self, messages):
        if self.fault:
            raise self.fault
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    yield Server
    Server.fault, Server.is_away, Server.greetings = None, False, 0


def test_deliver_writes_the_letter_as_it_is_now_and_sends_it(now):
    ama = people.person(now=now)
    notice = ground.notice(recipient=ama, now=now, key="k")
    delivered = deliver(notice, now + timedelta(minutes=90))
    [message] = mail.outbox
    assert (message.to, message.subject, message.body) == ([ama.email], "About k", "Written at 10:30.\n")
    assert message.extra_headers["Message-ID"] == f"<{notice.message_id}@example.org>"
    assert message.alternatives == []
    assert (delivered.state, delivered.settled_at) == ("sent", now + timedelta(minutes=90))
    assert (delivered.attempts, delivered.leased_until, delivered.reason) == (1, None, "")


def test_deliver_sends_text_and_html(now, kind):
    kind(lambda notice, now: Letter(subject="Hello", text="Hello", html="<p>Hello</p>"))
    deliver(ground.notice(recipient=people.person(now=now), now=now), now)
    [message] = mail.outbox
    assert message.alternatives == [("<p>Hello</p>", "text/html")]


def test_deliver_twice_sends_once(now):
    notice = ground.notice(recipient=people.person(now=now), now=now)
    assert deliver(notice, now).state == "sent"
    assert deliver(notice, now) is None
    assert len(mail.outbox) == 1


def test_deliver_leaves_what_is_not_due_or_gone(now):
    notice = ground.notice(recipient=people.person(now=now), now=now, due_at=now + timedelta(minutes=1))
    assert deliver(notice, now) is None
    notice.pk = 999
    assert deliver(notice, now) is None
    assert not mail.outbox


def test_deliver_skips_with_a_reason_what_changed_since_it_was_owed(now, kind):
    """The fact is read when the letter is written, not when it was owed."""
    ama = people.person(now=now)
    kind(lambda notice, now: Skip("The name is known by now.") if notice.recipient.given_name else None)
    skipped = deliver(ground.notice(recipient=ama, now=now), now)
    assert (skipped.state, skipped.reason, skipped.settled_at) == ("skipped", "The name is known by now.", now)
    assert not mail.outbox


def test_deliver_puts_back_what_is_to_wait_and_counts_no_attempt(now, kind):
    until = now + timedelta(hours=3)
    notice = ground.notice(recipient=people.person(now=now), now=now)
    kind(lambda notice, now: Wait(until, "Their relationship is paused."))
    for _ in range(12):  # more often than there are attempts
        Notice.objects.update(leased_until=None)
        waiting = deliver(notice, now)
    assert (waiting.state, waiting.attempts, waiting.leased_until) == ("owed", 0, until)
    assert waiting.reason == "Their relationship is paused."
    assert deliver(notice, until - timedelta(seconds=1)) is None
    kind()
    assert deliver(notice, until).state == "sent"


def test_deliver_does_not_look_again_at_once_where_the_wait_is_over_already(now, kind):
    kind(lambda notice, now: Wait(now - timedelta(days=1), "Confused."))
    assert deliver(ground.notice(recipient=people.person(now=now), now=now), now).leased_until == now + delivery.SOON


def test_deliver_sends_attachments(now, kind):
    file = Attachment("list.csv", b"a,b", "text/csv")
    kind(lambda notice, now: Letter(subject="x", text="x", attachments=(file,)))
    deliver(ground.notice(recipient=people.person(now=now), now=now), now)
    [part] = mail.outbox[0].attachments
    assert part.get_filename() == "list.csv"


def test_deliver_sends_nothing_to_people_who_have_left(now):
    ama = people.person(now=now)
    notice = ground.notice(recipient=ama, now=now)
    people_actions.leave(person=ama, by=None, now=now)
    skipped = deliver(notice, now)
    assert (skipped.state, skipped.reason) == ("skipped", "This person has left.")
    assert not mail.outbox


def test_deliver_fails_visibly_where_there_is_no_address(now):
    failed = deliver(ground.notice(recipient=people.person(now=now, email=None), now=now), now)
    assert (failed.state, failed.reason) == ("failed", "This person has no e-mail address.")


def test_deliver_fails_visibly_where_the_kind_is_unknown(now, kind):
    kind(name="gone")
    notice = ground.notice(recipient=people.person(now=now), now=now, kind="gone")
    Notice.objects.update(kind="never-heard-of")
    failed = deliver(notice, now)
    assert failed.state == "failed"
    assert "never-heard-of" in failed.reason


def test_deliver_lets_no_subject_become_a_header(now, kind):
    kind(lambda notice, now: Letter(subject="Hello\nBcc: everybody@example.org", text="x"))
    sent = deliver(ground.notice(recipient=people.person(now=now), now=now), now)
    assert sent.state == "sent"
    assert [mail.outbox[0].message()[name] for name in ("Subject", "Bcc")] == ["Hello Bcc: everybody@example.org", None]


def test_deliver_refuses_an_address_with_a_line_break(now):
    ama = people.person(now=now)
    Person.objects.filter(pk=ama.pk).update(email="ama@example.org\nbcc: everybody@example.org")
    failed = deliver(ground.notice(recipient=ama, now=now), now)
    assert (failed.state, mail.outbox) == ("failed", [])
    assert "characters" in failed.reason


def test_deliver_tries_again_later_what_could_not_be_written(now, kind):
    kind(lambda notice, now: 1 // 0)
    notice = ground.notice(recipient=people.person(now=now), now=now)
    waiting = deliver(notice, now)
    assert (waiting.state, waiting.attempts, waiting.leased_until) == ("owed", 1, now + timedelta(minutes=1))
    assert waiting.reason == "The notice could not be written (ZeroDivisionError)."
    assert deliver(notice, now + timedelta(seconds=59)) is None
    kind()
    assert deliver(notice, now + timedelta(seconds=60)).state == "sent"
    assert Notice.objects.get().reason == ""


FOR_GOOD = [
    smtplib.SMTPRecipientsRefused({"ama@example.org": (550, b"5.1.1 no such user")}),
    smtplib.SMTPSenderRefused(552, b"too large", "portal@example.org"),
    smtplib.SMTPDataError(554, b"spam"),
    smtplib.SMTPNotSupportedError("SMTPUTF8"),
]
FOR_NOW = [
    smtplib.SMTPRecipientsRefused({"ama@example.org": (450, b"greylisted")}),
    smtplib.SMTPSenderRefused(451, b"later", "portal@example.org"),
    smtplib.SMTPDataError(452, b"disk full"),
    smtplib.SMTPServerDisconnected("gone"),
    smtplib.SMTPResponseException(421, b"too many messages"),
    TimeoutError("slow"),
    ConnectionResetError(),
]


@pytest.mark.parametrize("fault", FOR_GOOD, ids=lambda fault: type(fault).__name__)
def test_deliver_stops_at_a_refusal_for_good(now, server, fault):
    server.fault = fault
    failed = deliver(ground.notice(recipient=people.person(now=now), now=now), now)
    assert (failed.state, failed.attempts, failed.settled_at) == ("failed", 1, now)
    assert failed.reason.startswith("The mail server")


@pytest.mark.parametrize("fault", FOR_NOW, ids=lambda fault: type(fault).__name__)
def test_deliver_waits_longer_each_time_then_gives_up(now, server, fault):
    server.fault = fault
    notice = ground.notice(recipient=people.person(now=now), now=now)
    waits, at = [], now
    while (waiting := deliver(notice, at)).state == "owed":
        waits.append(waiting.leased_until - at)
        at = waiting.leased_until
    assert waits == delivery.BACK_OFF
    assert waiting.state == "failed"
    assert waiting.reason.startswith("Given up after 9 attempts. The ")


def test_deliver_gives_the_claim_back_where_the_server_is_away(now, server):
    server.is_away = True
    notice = ground.notice(recipient=people.person(now=now), now=now)
    with pytest.raises(ServerAway):
        deliver(notice, now)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.leased_until) == ("owed", 0, None)
    server.is_away = False
    assert deliver(notice, now).state == "sent"


def test_deliver_asks_no_server_for_what_is_skipped(now, server, kind):
    kind(lambda notice, now: Skip("Not now."))
    assert deliver(ground.notice(recipient=people.person(now=now), now=now), now).state == "skipped"
    assert server.greetings == 0


def test_deliver_fails_visibly_what_killed_the_process_every_time(now):
    notice = ground.notice(recipient=people.person(now=now), now=now)
    Notice.objects.update(attempts=len(delivery.BACK_OFF) + 1)
    failed = deliver(notice, now)
    assert (failed.state, failed.reason) == ("failed", "Given up: every attempt broke off.")


def test_deliver_writes_down_that_it_sent_even_where_its_lease_ran_out(now, kind):
    """Another worker took over meanwhile. What is sent stays sent; what was not must not undo the other's."""
    notice = ground.notice(recipient=people.person(now=now), now=now)

    def slowly(outcome):
        def render(notice, now):
            Notice.objects.filter(pk=notice.pk).update(leased_until=now + timedelta(hours=1))
            return outcome

        return render

    kind(slowly(Skip("Out of date")))
    assert deliver(notice, now).state == "owed", "the other worker decides"
    Notice.objects.update(leased_until=None)
    kind(slowly(Letter(subject="x", text="x")))
    assert deliver(notice, now).state == "sent"


@pytest.mark.django_db(transaction=True)
def test_deliver_refuses_to_hold_the_database_while_mail_is_sent(now):
    notice = ground.notice(recipient=people.person(now=now), now=now)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        deliver(notice, now)
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_deliver_is_in_no_transaction_while_it_writes_and_sends(now, kind, settings):
    inside = []

    def render(notice, now):
        inside.append(transaction.get_connection().in_atomic_block)
        return Letter(subject="x", text="x")

    kind(render)
    deliver(ground.notice(recipient=people.person(now=now), now=now), now)
    assert inside == [False]


def test_expire_settles_what_is_too_late_and_leaves_what_is_being_sent(now):
    ama = people.person(now=now)
    late, held, open_ended = (
        ground.notice(recipient=ama, now=now, expires_at=expires)
        for expires in (now + timedelta(hours=1), now + timedelta(hours=1), None)
    )
    later = now + timedelta(hours=1)
    Notice.objects.filter(pk=held.pk).update(leased_until=later + timedelta(minutes=1))
    assert deliver(late, later) is None, "too late to be sent even before the sweep says so"
    assert delivery.expire(by=None, now=later) == 1
    late.refresh_from_db()
    assert (late.state, late.settled_at) == ("expired", later)
    assert set(Notice.objects.filter(state="owed")) == {held, open_ended}


@pytest.mark.parametrize(("timeout", "is_fine"), [(20, True), (29, True), (30, False), (None, False)])
def test_check_that_a_send_ends_before_its_lease(settings, timeout, is_fine):
    settings.EMAIL_TIMEOUT = timeout
    assert (a_send_ends_before_its_lease(None) == []) is is_fine
