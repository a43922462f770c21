"""A session for one's own record: one's own words, all of them, and nobody else's."""

import json

import pytest
from django.urls import reverse

from people.models import Person
from sessions_log.actions import goals, session_forms, sessions
from sessions_log.models import Answer, SessionForm
from tests.builders import people, programmes, sessions_log
from tests.builders import session_forms as forms_builder

MINE, THEIRS = "words-of-mine", "words-of-theirs"


@pytest.fixture
def held(db, now):
    """A session about which both have written everything that can be written."""
    cohort = forms_builder.cohort(
        forms=["conversation-guide@1"], note_readers=["own", "pair"], reminders={"kind": "none"}, now=now
    )
    asha, ben = programmes.mentee(cohort, "Asha Rao", now=now), programmes.mentor(cohort, "Ben Okoro", now=now)
    relationship = programmes.pair(cohort, asha, ben, now=now)
    mentee, mentor = (relationship.members.get(role=role).person for role in ("mentee", "mentor"))
    before = {
        person: sessions_log.goal(relationship, person, now=now, text=f"{text} did before")
        for person, text in ((mentee, MINE), (mentor, THEIRS))
    }
    sessions_log.prep_sheet(relationship, mentee, now=now, text=f"{MINE} prepared")
    session = sessions.log_unplanned(relationship=relationship, day=now.date(), minutes=45, by=mentee, now=now)
    for person, text in ((mentee, MINE), (mentor, THEIRS)):
        sessions_log.note(relationship, person, now=now, text=f"{text} in private")
        sessions_log.shared_note(relationship, person, now=now, text=f"{text} shared", session=session)
        sessions_log.goal(relationship, person, now=now, text=f"{text} to do next", session=session)
        goals.settle(goal=before[person], state="done", session=session, by=person, now=now)
    sessions_log.goal(relationship, mentee, by=mentor, now=now, text=f"{THEIRS} for the mentee", session=session)
    _returned(relationship, session, mentor, now)
    session.mentee, session.mentor, session.cohort = mentee, mentor, cohort
    return session


def _returned(relationship, session, mentor, now):
    form = SessionForm.objects.create(
        spec_key="conversation-guide",
        spec_version=1,
        relationship=relationship,
        owed_by=mentor,
        session=session,
        occasion="by-hand",
        opens_at=now,
    )
    session_forms.give_back(form=form, values={"wish": f"{THEIRS} answered"}, by=mentor, now=now)
    assert json.loads(Answer.objects.get().value) == f"{THEIRS} answered"


def url_of(session):
    return reverse("sessions_log:portfolio-draft", args=[session.relationship_id, session.pk])


def draft_for(client, session, person: Person) -> str:
    client.force_login(person)
    return client.get(url_of(session)).context["text"]


def test_portfolio_draft_holds_ones_own_words_and_nobody_elses(client, held):
    text = draft_for(client, held, held.mentee)
    for words in ("prepared", "in private", "shared", "did before", "to do next"):
        assert f"{MINE} {words}" in text
    assert THEIRS not in text
    assert not [name for name in ("Asha", "Rao", "Ben", "Okoro") if name in text]
    assert text.startswith("Mentoring session, 14 April 2027\n45 minutes")

    text = draft_for(client, held, held.mentor)
    for words in ("answered", "in private", "shared", "did before", "to do next"):
        assert f"{THEIRS} {words}" in text
    assert "for the mentee" not in text  # it is the mentee's to do
    assert MINE not in text


def test_portfolio_draft_is_a_text_file_too_and_says_that_nothing_is_kept(client, held):
    client.force_login(held.mentee)
    page = client.get(url_of(held)).content.decode()
    assert "keeps no copy and sends it to nobody" in page
    answer = client.get(url_of(held), {"file": "1"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="mentoring-session-2027-04-14.txt"'
    assert f"{MINE} in private" in answer.content.decode()


def test_portfolio_draft_without_a_word_leads_to_the_note(client, pair, now):
    session = sessions.log_unplanned(relationship=pair.relationship, day=now.date(), by=pair.mentee, now=now)
    client.force_login(pair.mentee)
    page = client.get(url_of(session)).content.decode()
    assert "You have written nothing about this session yet." in page
    assert f"?session={session.pk}" in page


def test_portfolio_draft_is_absent_for_whoever_was_not_in_it(client, held, now):
    other = programmes.pair(held.cohort, now=now).members.first().person
    for somebody in (people.lead(held.cohort.programme.organisation, now=now), people.administrator(now=now), other):
        client.force_login(somebody)
        assert client.get(url_of(held)).status_code == 404
