"""What somebody types is kept as they type, for them alone, also when their sign-in runs out; what is sent is not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from people.actions import merges
from people.models import KeptForm
from programmes.actions import relationships
from sessions_log.actions import drafts
from sessions_log.models import Draft, Goal, Note
from sessions_log.tasks import drop_old_drafts
from tests.builders import people, programmes, session_forms, sessions_log
from tests.sessions_log.test_notes import stored_bytes

CANARY = "canary-b6643c-half-a-sentence"
WHILE_TYPING = {"HX-Request": "true"}


def list_url(pair):
    return reverse("sessions_log:note-list", args=[pair.relationship.pk])


def type_in(client, url, **typed):
    """As a page does while somebody types: the fields with what it sends along."""
    opened = client.get(url).context["request"].now.isoformat()
    return client.post(url, typed | {"draft": "1", "opened_at": opened}, headers=WHILE_TYPING)


def test_draft_is_kept_while_one_types_and_comes_back_with_the_page(client, pair, now):
    client.force_login(pair.mentee)

    state = type_in(client, list_url(pair), text=CANARY).content.decode()

    assert "Draft kept at 10:00. Only you can open it." in state
    assert "<html" not in state
    assert not Note.objects.exists()
    page = client.get(list_url(pair)).content.decode()
    assert CANARY in page
    assert "Your draft of 14 April 2027, 10:00, which you have not sent." in page
    assert Draft.objects.get().person == pair.mentee
    client.force_login(pair.mentor)
    assert CANARY not in client.get(list_url(pair)).content.decode()


def test_draft_is_gone_once_it_is_sent_and_no_late_request_brings_it_back(client, pair, now, time_machine):
    client.force_login(pair.mentee)
    opened = client.get(list_url(pair)).context["request"].now.isoformat()
    type_in(client, list_url(pair), text=CANARY)
    time_machine.move_to(now + timedelta(minutes=1), tick=False)
    client.post(list_url(pair), {"text": CANARY})
    assert Draft.objects.get().text == ""

    late = client.post(
        list_url(pair), {"text": CANARY, "draft": "1", "opened_at": opened}, headers=WHILE_TYPING
    ).content.decode()

    assert "Draft kept" not in late
    page = client.get(list_url(pair)).content.decode()
    assert page.count(CANARY) == 1  # the note itself
    time_machine.move_to(now + timedelta(minutes=2), tick=False)
    type_in(client, list_url(pair), text="Another")
    assert Draft.objects.get().text == "text=Another"


def test_draft_can_be_discarded(client, pair):
    client.force_login(pair.mentee)
    type_in(client, list_url(pair), text=CANARY)
    assert "Discard the draft" in client.get(list_url(pair)).content.decode()
    page = client.post(list_url(pair), {"text": CANARY, "discard": "1"}, follow=True).content.decode()
    assert CANARY not in page
    assert not Note.objects.exists()


def test_draft_stays_where_the_form_is_not_taken(client, pair):
    client.force_login(pair.mentee)
    type_in(client, list_url(pair), text="About 943 476 5919")
    page = client.post(list_url(pair), {"text": "About 943 476 5919"}).content.decode()
    assert "Take it out" in page
    assert Draft.objects.get().text.startswith("text=About")


def test_draft_of_logging_brings_every_answer_back(client, pair, now):
    step = sessions_log.goal(pair.relationship, pair.mentee, now=now)
    url = reverse("sessions_log:session-log-past", args=[pair.relationship.pk])
    client.force_login(pair.mentee)
    mentor = pair.relationship.members.get(person=pair.mentor)
    typed = {"attended": [mentor.pk], "minutes": "45", "mode": "phone", "done": [str(step.pk)], "step": CANARY}
    type_in(client, url, **typed, **{"step_due-day": "3", "step_due-month": "5"})

    form = client.get(url).context["form"]

    assert form["attended"].value() == [str(mentor.pk)]
    assert (form["minutes"].value(), form["mode"].value(), form["step"].value()) == ("45", "phone", CANARY)
    assert form["done"].value() == [str(step.pk)]
    page = client.get(url).content.decode()
    assert 'value="3"' in page
    assert Goal.objects.count() == 1


def test_draft_of_a_change_keeps_the_version_that_it_began_from(client, pair, now):
    note = sessions_log.note(pair.relationship, pair.mentee, now=now, text="As it was")
    url = reverse("sessions_log:note-edit", args=[pair.relationship.pk, note.pk])
    client.force_login(pair.mentee)
    seen_at = client.get(url).context["form"].initial["seen_at"]
    type_in(client, url, text=CANARY, seen_at=seen_at)
    later = now + timedelta(minutes=1)
    sessions_log.notes.change(note=note, text="On my phone", seen_at=note.changed_at, by=pair.mentee, now=later)
    form = client.get(url).context["form"]
    assert (form["text"].value(), form["seen_at"].value()) == (CANARY, seen_at)
    assert (
        "You changed this note somewhere else"
        in client.post(url, {"text": CANARY, "seen_at": seen_at}).content.decode()
    )


def test_draft_typed_after_the_sign_in_ran_out_is_there_when_its_person_is_back(client, pair, now):
    client.force_login(pair.mentee)
    opened = client.get(list_url(pair)).context["request"].now.isoformat()
    client.cookies.pop("sessionid", None)
    client.cookies.pop("__Host-sessionid", None)
    kept = dict(client.cookies)
    client.logout()
    client.cookies.update(kept)
    answer = client.post(list_url(pair), {"text": CANARY, "draft": "1", "opened_at": opened}, headers=WHILE_TYPING)
    assert "HX-Redirect" in answer.headers
    assert KeptForm.objects.get().person == pair.mentee
    assert not Draft.objects.exists()

    client.force_login(pair.mentee)
    page = client.get(list_url(pair)).content.decode()

    assert CANARY in page
    assert not KeptForm.objects.exists()
    assert not Note.objects.exists()  # it was on its way to be a draft, not a note
    client.force_login(pair.mentor)
    assert CANARY not in client.get(list_url(pair)).content.decode()


def test_draft_is_for_whoever_may_send_the_form_and_nobody_else(client, pair, now):
    client.force_login(pair.lead)
    answer = client.post(list_url(pair), {"text": CANARY, "draft": "1"}, headers=WHILE_TYPING)
    assert answer.status_code == 404
    assert not Draft.objects.exists()
    assert drafts.keep(page="/x/", typed="x" * 200_001, opened_at=None, by=pair.lead, now=now) is None


def test_draft_without_script_is_no_note_either(client, pair):
    """As a draft that was kept for an hour is sent again by hand."""
    client.force_login(pair.mentee)
    page = client.post(list_url(pair), {"text": CANARY, "draft": "1"}, follow=True).content.decode()
    assert CANARY in page
    assert not Note.objects.exists()


def test_draft_is_shown_to_its_writer_after_the_end_until_it_is_dropped(client, pair, now):
    client.force_login(pair.mentee)
    type_in(client, list_url(pair), text=CANARY)
    relationships.end(relationship=pair.relationship, by=pair.lead, now=now)
    assert CANARY in client.get(list_url(pair)).content.decode()
    drop_old_drafts(now=(now + timedelta(days=29)).isoformat())
    assert Draft.objects.exists()
    drop_old_drafts(now=(now + timedelta(days=30)).isoformat())
    assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_draft_canary_is_not_in_the_database(client, pair, now):
    client.force_login(pair.mentee)
    type_in(client, list_url(pair), text=CANARY)
    assert Draft.objects.get().text == f"text={CANARY}"
    assert CANARY.encode() not in stored_bytes()


def test_drafts_survive_that_two_records_become_one(client, db, now, time_machine):
    """What was typed and not sent under the old record waits under the new one: a box of a page, and a form owed."""
    time_machine.move_to(now, tick=False)
    cohort = session_forms.cohort(now=now)
    mentor = programmes.mentor(cohort, "Ben Okoro", now=now)
    relationship = programmes.pair(cohort, programmes.mentee(cohort, now=now), mentor, now=now)
    form = reverse("sessions_log:form-fill", args=[session_forms.owed(relationship, now=now).pk])
    notes = reverse("sessions_log:note-list", args=[relationship.pk])
    client.force_login(mentor.person)
    type_in(client, notes, text=CANARY)
    type_in(client, form, **{"q-met": "yes", "q-discussed": "Half a return"})
    new = people.person("Ben Okoro", now=now, email="ben.new@example.org")

    kept = merges.merge(kept=new, gone=mentor.person, email=new.email, by=None, now=now)

    client.force_login(kept)
    assert CANARY in client.get(notes).content.decode()
    assert "Half a return" in client.get(form).content.decode()
