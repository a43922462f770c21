"""A preparation is its writer's until they share it, and again once they take it back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from people.access import Access
from programmes.actions import relationships
from sessions_log.actions import prep_sheets, sessions
from sessions_log.models import PrepSheet, SessionForm
from sessions_log.prep import prep_link
from sessions_log.queries.own_home import home_section
from tests.builders import people, programmes, session_forms, sessions_log

CANARY = "canary-91ab77-to-be-prepared"


def edit_url(pair):
    return reverse("sessions_log:prep-sheet-edit", args=[pair.relationship.pk])


def list_url(pair):
    return reverse("sessions_log:prep-sheet-list", args=[pair.relationship.pk])


def send(client, pair, text, **more):
    client.force_login(pair.mentee)
    seen_at = client.get(edit_url(pair)).context["seen_at"]
    return client.post(edit_url(pair), {"q-talk-about": text, "seen_at": seen_at} | more, follow=True).content.decode()


def read_by(client, person, pair):
    client.force_login(person)
    return client.get(list_url(pair)).content.decode()


def test_prep_sheet_edit_keeps_what_is_typed_for_its_writer_alone(client, pair, now):
    page = send(client, pair, CANARY)

    assert "Kept. Nobody else reads it." in page
    assert CANARY in page
    assert "Only you can open this in the portal until you share it; then only you and Ben Okoro." in page
    assert page.index("Only you can open this") < page.index("<textarea")
    assert CANARY not in read_by(client, pair.mentor, pair)
    assert not PrepSheet.objects.visible_to(pair.mentor, now=now).exists()
    assert prep_link(pair.relationship, pair.mentor, now=now) is None


def test_prep_sheet_edit_shares_by_an_explicit_act_and_changes_are_not_shared_with_it(client, pair, now):
    assert "Shared with Ben" in send(client, pair, CANARY, share="1")
    assert CANARY in read_by(client, pair.mentor, pair)
    assert "Asha Rao shared this with you" in read_by(client, pair.mentor, pair)
    with_htmx = {"HX-Request": "true"}
    client.force_login(pair.mentee)
    seen_at = client.get(edit_url(pair)).context["seen_at"]
    state = client.post(edit_url(pair), {"q-talk-about": "As I type on", "seen_at": seen_at}, headers=with_htmx)
    assert "Kept at 10:00" in state.content.decode()

    assert "As I type on" not in read_by(client, pair.mentor, pair)
    assert CANARY in read_by(client, pair.mentor, pair)

    send(client, pair, "As I type on", share="1")
    assert "As I type on" in read_by(client, pair.mentor, pair)
    assert AuditEvent.objects.filter(verb="prep-shared").count() == 2


def test_prep_sheet_take_back_closes_it_to_the_mentor(client, pair, now):
    sheet = sessions_log.prep_sheet(pair.relationship, pair.mentee, now=now, text=CANARY)
    assert CANARY in read_by(client, pair.mentor, pair)
    take_back = reverse("sessions_log:prep-sheet-take-back", args=[pair.relationship.pk, sheet.pk])
    assert client.post(take_back).status_code == 404  # the mentor may not
    client.force_login(pair.mentee)

    page = client.post(take_back, follow=True).content.decode()

    assert "Taken back. Only you can open it." in page
    assert CANARY in page
    assert CANARY not in read_by(client, pair.mentor, pair)
    assert not PrepSheet.objects.filter(shared_text__isnull=False).exists()
    prep_sheets.take_back(sheet=sheet, by=pair.mentee, now=now)
    assert AuditEvent.objects.filter(verb="prep-taken-back").count() == 1
    with pytest.raises(Refused):
        prep_sheets.take_back(sheet=sheet, by=pair.mentor, now=now)


def test_prep_sheet_edit_asks_about_an_nhs_number_and_loses_nothing(client, pair):
    page = send(client, pair, "About 943 476 5919", share="1")
    assert "Is 943 476 5919 a patient’s number? Take it out" in page
    sheet = PrepSheet.objects.get()
    assert sheet.shared_at is None
    assert "943" in sheet.text
    send(client, pair, "About 943 476 5919", share="1", **{"q-not_a_patient": "on"})
    assert PrepSheet.objects.get().shared_at is not None


def test_prep_sheet_edit_does_not_overwrite_what_was_typed_elsewhere(client, pair, now, time_machine):
    client.force_login(pair.mentee)
    first = client.get(edit_url(pair)).context["seen_at"]
    prep_sheets.keep(
        relationship=pair.relationship, typed="q-talk-about=On+my+phone", seen_at=None, by=pair.mentee, now=now
    )

    page = client.post(edit_url(pair), {"q-talk-about": CANARY, "seen_at": first}).content.decode()

    assert "You changed your preparation somewhere else" in page
    assert CANARY in page
    assert PrepSheet.objects.get().text == "q-talk-about=On+my+phone"
    state = client.post(edit_url(pair), {"q-talk-about": "x", "seen_at": first}, headers={"HX-Request": "true"})
    assert "somewhere else" in state.content.decode()


def test_prep_sheet_edit_is_shared_although_the_same_words_were_kept_while_the_button_was_pressed(
    client, pair, now, time_machine
):
    client.force_login(pair.mentee)
    seen_at = client.get(edit_url(pair)).context["seen_at"]
    typed = {"q-talk-about": CANARY, "seen_at": seen_at}
    client.post(edit_url(pair), typed, headers={"HX-Request": "true"})
    time_machine.move_to(now + timedelta(seconds=1), tick=False)
    assert "Shared with Ben" in client.post(edit_url(pair), typed | {"share": "1"}, follow=True).content.decode()
    assert CANARY in read_by(client, pair.mentor, pair)


def test_prep_sheet_belongs_to_the_session_once_it_is_held(client, pair, now):
    sessions_log.prep_sheet(pair.relationship, pair.mentee, now=now, text=CANARY)
    old = sessions.log_unplanned(
        relationship=pair.relationship, day=now.date(), by=pair.mentee, now=now + timedelta(hours=1)
    )
    assert PrepSheet.objects.get().session == old
    client.force_login(pair.mentee)
    assert CANARY not in client.get(edit_url(pair)).content.decode()  # the next page is empty
    page = read_by(client, pair.mentor, pair)
    assert "For the session of 14 April 2027" in page
    assert CANARY in page


def test_prep_sheet_of_later_is_not_taken_by_an_earlier_session_that_is_logged_late(pair, now):
    later = now + timedelta(days=3)
    sessions_log.prep_sheet(pair.relationship, pair.mentee, now=later)
    sessions.log_unplanned(relationship=pair.relationship, day=now.date(), by=pair.mentee, now=later)
    assert PrepSheet.objects.get().session is None


def test_prep_sheet_list_is_absent_for_everybody_else_and_closes_at_the_end(client, pair, now):
    sessions_log.prep_sheet(pair.relationship, pair.mentee, now=now, text=CANARY)
    organisation = pair.cohort.programme.organisation
    for somebody in (pair.lead, people.administrator(now=now), people.host_officer(organisation, now=now)):
        client.force_login(somebody)
        for url in (edit_url(pair), list_url(pair)):
            assert client.get(url).status_code == 404
        assert not PrepSheet.objects.visible_to(somebody, now=now).exists()
    relationships.end(relationship=pair.relationship, by=pair.lead, now=now)
    assert CANARY not in read_by(client, pair.mentor, pair)
    assert CANARY in read_by(client, pair.mentee, pair)
    client.force_login(pair.mentee)
    assert client.get(edit_url(pair)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_prep_sheet_list_asks_a_fixed_number_of_questions(client, pair, now, django_assert_num_queries, count):
    for days in range(count):
        then = now + timedelta(days=days)
        sessions_log.prep_sheet(pair.relationship, pair.mentee, now=then)
        sessions.log_unplanned(relationship=pair.relationship, day=then.date(), by=pair.mentee, now=then)
    client.force_login(pair.mentor)
    client.get(list_url(pair))
    with django_assert_num_queries(10):
        client.get(list_url(pair))


@pytest.mark.django_db
def test_prep_sheet_edit_asks_the_models_own_questions_and_nobody_owes_them(client, now):
    cohort = session_forms.cohort(forms=["mentee-prep@1"], now=now, reminders={"kind": "none"})
    relationship = programmes.pair(cohort, now=now)
    mentee = relationship.members.get(role="mentee").person
    client.force_login(mentee)
    url = reverse("sessions_log:prep-sheet-edit", args=[relationship.pk])

    page = client.get(url).content.decode()
    client.post(url, {"q-topics": ["My career", "Something else"], "q-good-outcome": "A plan", "share": "1"})

    assert "Before you meet your mentor" in page
    sessions_log.session(relationship, mentee, now=now)
    assert not SessionForm.objects.exists()
    client.force_login(relationship.members.get(role="mentor").person)
    page = client.get(reverse("sessions_log:prep-sheet-list", args=[relationship.pk])).content.decode()
    assert "<li>My career</li>" in page
    assert "A plan" in page


@pytest.mark.django_db
def test_home_section_leads_to_what_was_shared_and_to_preparing_where_the_model_asks_for_it(now):
    cohort = session_forms.cohort(forms=["mentee-prep@1"], now=now)
    relationship = programmes.pair(cohort, now=now)
    mentee, mentor = (relationship.members.get(role=role).person for role in ("mentee", "mentor"))
    sessions_log.session(relationship, mentee, now=now, at=sessions_log.next_hour(now, days=5))

    def texts(person):
        section = home_section(person, Access(person, now=now), now)
        return [item.text for item in section.items]

    assert "Prepare for your next session" in texts(mentee)
    assert "Prepare for your next session" not in texts(mentor)
    sheet = prep_sheets.keep(relationship=relationship, typed="q-good-outcome=x", seen_at=None, by=mentee, now=now)
    assert not any("prepared" in text for text in texts(mentor))
    prep_sheets.share(sheet=sheet, by=mentee, now=now)
    assert f"What {mentee.given_name} has prepared for your session" in texts(mentor)
    assert "Prepare for your next session" not in texts(mentee)
