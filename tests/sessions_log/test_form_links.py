"""A mailed link opens one form, once, with its code; and nothing happens to whoever only looks at it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from notices.models import Notice
from notices.tasks import deliver_notices
from people.log import mask
from people.models import OneTimeLink
from people.one_time_links import CODE_DIGITS, MOST_TRIES
from sessions_log.actions import session_forms
from sessions_log.models import FormDraft, SessionForm
from tests.builders import people, programmes
from tests.builders import session_forms as builder

ALL = "met discussed study-sessions portfolio"
GOOD = {
    "q-met": "yes",
    "q-discussed": "Calculations",
    "q-study-sessions": "none",
    "q-portfolio": "well on",
    "shown": ALL,
}


@pytest.fixture
def form(db, now):
    cohort = builder.cohort(now=now)
    pair = programmes.pair(
        cohort,
        programmes.mentee(cohort, "Gus Adeyemi", now=now),
        programmes.mentor(cohort, "Hana Lind", now=now),
        now=now,
    )
    form = builder.owed(pair, now=now)
    builder.sweep(now=now)
    return form


@pytest.fixture
def link(form):
    token, code = builder.link_of(form)
    return reverse("sessions_log:form-answer", args=[token]), code


def let_in(link, client=None) -> Client:
    client = client or Client()
    address, code = link
    assert client.post(address, {"code": code}).status_code == 200
    return client


def test_form_answer_by_looking_alone_shows_and_changes_nothing(link, form):
    page = Client().get(link[0])
    assert page.status_code == 200
    assert "Your code" in page.content.decode()
    for secret in ("Gus", "Hana", "Did you meet?", "Monthly return", form.relationship.cohort.programme.name):
        assert secret not in page.content.decode()
    assert OneTimeLink.objects.get().used_at is None
    assert page.headers["Referrer-Policy"] == "strict-origin"


def test_form_answer_with_the_code_leads_straight_to_the_boxes(link, form, now):
    stranger = let_in(link)
    page = stranger.get(link[0]).content.decode()
    assert "Did you meet?" in page
    done = stranger.post(link[0], GOOD).content.decode()
    assert "Thank you" in done
    form.refresh_from_db()
    assert form.state == "returned"
    assert OneTimeLink.objects.get().used_at == now
    assert "_auth_user_id" not in stranger.session  # nobody is signed in by it


def test_form_answer_opens_that_form_alone(link, form, now):
    other = builder.owed(programmes.pair(form.relationship.cohort, now=now), now=now)
    stranger = let_in(link)
    for address in (
        reverse("home"),
        reverse("sessions_log:form-list"),
        reverse("sessions_log:form-fill", args=[other.pk]),
        reverse("sessions_log:form-fill", args=[form.pk]),
    ):
        assert stranger.get(address).status_code == 302  # to sign in


def test_form_answer_after_use_after_thirty_days_and_made_up_says_one_thing(link, form, now, time_machine):
    pages = set()
    made_up = reverse("sessions_log:form-answer", args=["made.up"])
    pages.add(Client().get(made_up).content)
    time_machine.move_to(now + timedelta(days=30, seconds=1), tick=False)
    pages.add(Client().get(link[0]).content)
    time_machine.move_to(now, tick=False)
    let_in(link).post(link[0], GOOD)
    for answer in (Client().get(link[0]), Client().post(link[0], {"code": link[1]}), Client().post(link[0], GOOD)):
        assert answer.status_code == 410
        pages.add(answer.content)
    assert len(pages) == 1


def test_form_answer_is_dead_once_the_form_is_returned_otherwise_or_excused(link, form, now):
    session_forms.excuse(form=form, reason="on leave", by=form.owed_by, now=now)
    assert Client().get(link[0]).status_code == 410


def test_form_answer_is_dead_for_a_leaver(link, form, now):
    people.people_actions.leave(person=form.owed_by, by=None, now=now)
    assert Client().get(link[0]).status_code == 410


def test_form_answer_counts_wrong_codes_in_the_database(link, form):
    address, code = link
    wrong = f"{(int(code) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
    for number in range(MOST_TRIES):
        answer = Client().post(address, {"code": wrong})  # each from another browser
        assert answer.status_code == (200 if number < MOST_TRIES - 1 else 410)
    assert Client().post(address, {"code": code}).status_code == 410
    form.refresh_from_db()
    assert form.state == "open"
    builder.sweep(now=form.next_at)  # the next mail brings another
    assert builder.link_of(form) != (address.split("/")[2], code)


def test_form_answer_sent_without_the_code_is_not_taken_and_not_lost(link, form):
    page = Client().post(link[0], GOOD).content.decode()
    assert "Your code" in page
    assert 'name="q-discussed" value="Calculations"' in page
    form.refresh_from_db()
    assert form.state == "open"
    assert not FormDraft.objects.exists()
    done = Client().post(link[0], GOOD | {"code": link[1]}).content.decode()
    assert "Thank you" in done


def test_form_answer_code_of_one_link_opens_no_other(link, form, now):
    other = builder.owed(programmes.pair(form.relationship.cohort, now=now), now=now)
    builder.sweep(now=now)
    token, _ = builder.link_of(other)
    stranger = let_in(link)
    address = reverse("sessions_log:form-answer", args=[token])
    assert "Your code" in stranger.get(address).content.decode()
    assert "Your code" in stranger.post(address, GOOD).content.decode()


def test_form_answer_token_and_code_are_stored_nowhere(link, form):
    token, code = link[0].split("/")[2], link[1]
    row = OneTimeLink.objects.values().get()
    assert token not in str(row)
    assert code not in str(row)
    assert token not in str(list(Notice.objects.values()))
    assert mask(f"GET {link[0]} HTTP/1.1") == "GET /answer/…/ HTTP/1.1"


@pytest.mark.django_db(transaction=True)
def test_form_answer_mail_holds_the_link_the_code_and_nothing_confidential(link, form):
    deliver_notices(notice_ids=list(Notice.objects.filter(kind="form-open").values_list("pk", flat=True)))
    [letter] = [one for one in mail.outbox if one.to == [form.owed_by.email]]
    assert link[0] in letter.body
    assert f"Your code: {link[1]}" in letter.body
    assert "Gus" not in letter.body + letter.subject
    assert "You need no account." in letter.body


def test_form_answer_draft_is_kept_and_found_again(link, form):
    stranger = let_in(link)
    stranger.post(
        link[0], {"q-met": "yes", "q-discussed": "half a thought", "shown": ALL}, headers={"HX-Request": "true"}
    )
    again = let_in(link)
    assert "half a thought" in again.get(link[0]).content.decode()
    assert SessionForm.objects.get(pk=form.pk).state == "open"
