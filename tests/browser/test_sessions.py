"""Booking and logging on a phone, with every click counted."""

import re
from datetime import time, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.kinds import registered
from notices.models import Notice
from sessions_log.actions import asking, hours, offers
from sessions_log.models import Session
from tests.browser.conftest import PHONE, check_page
from tests.builders import programmes
from tests.builders import sessions_log as builder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(live_server, settings, page):
    page.set_viewport_size(PHONE)
    now = timezone.now()
    cohort = programmes.cohort(now=now, reminders={"kind": "nudge"})
    asha, ben = programmes.mentee(cohort, "Asha Rao", now=now), programmes.mentor(cohort, "Ben Okoro", now=now)
    relationship = programmes.pair(cohort, asha, ben, now=now)
    return SimpleNamespace(relationship=relationship, asha=asha.person, ben=ben.person, now=now)


def test_a_session_is_logged_in_two_clicks_from_the_mail_without_signing_in(live_server, page, pair):
    session = builder.session(pair.relationship, pair.ben, now=pair.now)
    begun = pair.now - timedelta(hours=2)
    Session.objects.filter(pk=session.pk).update(starts_at=begun, day=timezone.localdate(begun))
    asking.ask_due(by=None, now=pair.now)
    notice = Notice.objects.get(kind="did-you-meet")
    html = registered()["did-you-meet"].render(notice, pair.now).html
    [address] = re.findall(r'href="([^"]+/met/[^"]+)"', html)
    page.set_content(html)
    clicks = []
    # The mail as a mail program shows it: its link leads to the portal.
    here = live_server.url + "/met/" + address.split("/met/")[1]
    page.evaluate("at => { document.querySelector(`a[href*='/met/']`).href = at }", here)
    page.get_by_role("link", name="Yes, we met").click()
    clicks.append("the mail's link")
    check_page(page)
    page.get_by_role("button", name="Yes, we met").click()
    clicks.append("the button")
    page.get_by_role("heading", name="Thank you. It is logged.").wait_for()
    check_page(page)
    session.refresh_from_db()
    assert session.state == Session.State.HELD
    assert len(clicks) == 2


def test_a_free_hour_is_booked_in_three_clicks(live_server, page, pair, sign_in):
    day = timezone.localdate(pair.now) + timedelta(days=3)
    hours.open_weekly(hours=[(day.weekday(), time(18, 0), time(20, 0))], by=pair.ben, now=pair.now)  # after the shift
    sign_in(pair.asha)
    page.goto(live_server.url + reverse("sessions_log:session-list", args=[pair.relationship.pk]))
    check_page(page)
    page.get_by_role("button", name="Book a session").click()  # one
    check_page(page)
    page.get_by_role("button", name=re.compile("^18:00")).first.click()  # two
    page.get_by_role("button", name="Book it").click()  # three
    page.get_by_text("Booked for").wait_for()
    check_page(page)
    session = Session.objects.get()
    assert (session.day, timezone.localtime(session.starts_at).hour) == (day, 18)


def test_a_poll_is_answered_and_settled_by_keyboard(live_server, page, pair, sign_in):
    group = builder.group(builder.group_cohort(quorum="mentor-and-half", now=pair.now), mentees=2, now=pair.now)
    mentor = group.members.get(role="mentor").person
    offers.offer(relationship=group, times=[builder.next_hour(pair.now)], minutes=60, by=mentor, now=pair.now)
    address = live_server.url + reverse("sessions_log:session-list", args=[group.pk])
    sign_in(group.members.filter(role="mentee").first().person)
    page.goto(address)
    check_page(page)
    page.get_by_label("I can come").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send my answer").press("Enter")
    page.get_by_text("Kept").wait_for()
    page.context.clear_cookies()
    sign_in(mentor)
    page.goto(address)
    check_page(page)
    page.get_by_role("button", name=re.compile("^Book this time")).press("Enter")
    page.get_by_text("Booked for").wait_for()
    assert Session.objects.filter(relationship=group).count() == 1


def test_what_one_writes_on_a_phone_survives_a_closed_tab(live_server, page, pair, sign_in):
    """Log a session with a next step, share a note, prepare: each kept as one types, and axe finds nothing."""
    pair.relationship.cohort.programme.settings |= {"note_readers": ["own", "pair"]}
    pair.relationship.cohort.programme.save(update_fields=["settings"])
    sign_in(pair.asha)

    page.goto(live_server.url + reverse("sessions_log:session-log-past", args=[pair.relationship.pk]))
    page.get_by_label("A next step (optional)").fill("Send the figures round")
    check_page(page)
    page.get_by_role("button", name="Log it").click()
    page.get_by_text("Send the figures round").first.wait_for()
    check_page(page)

    address = live_server.url + reverse("sessions_log:shared-note-list", args=[pair.relationship.pk])
    page.goto(address)
    page.get_by_text("Only you and Ben Okoro can open this note in the portal.").wait_for()
    page.get_by_label("Your shared note").press_sequentially("We looked at the aud")
    page.get_by_text("Draft kept at").wait_for()
    again = page.context.new_page()
    again.faults = page.faults
    page.close()  # as a phone does between patients
    again.on("pageerror", lambda error: again.faults.append(f"script error: {error}"))
    again.set_viewport_size(PHONE)
    again.goto(address)
    again.get_by_text("which you have not sent").wait_for()
    assert again.get_by_label("Your shared note").input_value() == "We looked at the aud"
    check_page(again)
    again.get_by_role("button", name="Share it").click()
    again.get_by_role("article").filter(has_text="We looked at the aud").wait_for()
    assert again.get_by_label("Your shared note").input_value() == ""
    check_page(again)

    again.goto(live_server.url + reverse("sessions_log:prep-sheet-edit", args=[pair.relationship.pk]))
    again.get_by_label("What do you want to talk about?").fill("The poster")
    again.get_by_text("Nobody else reads it until you share it").wait_for()
    again.get_by_text("Kept at").wait_for()
    check_page(again)
    again.get_by_role("button", name="Share it with Ben").click()
    again.get_by_role("heading", name="Ben can read this").wait_for()
    check_page(again)

    again.goto(live_server.url + reverse("sessions_log:goal-list", args=[pair.relationship.pk]))
    check_page(again)
    held = pair.relationship.sessions.get()
    again.goto(live_server.url + reverse("sessions_log:portfolio-draft", args=[pair.relationship.pk, held.pk]))
    assert "We looked at the aud" in again.get_by_label("Your draft").input_value()
    again.get_by_role("button", name="Copy it").click()
    again.get_by_text(re.compile("Copied|The text is selected")).wait_for()
    check_page(again)
