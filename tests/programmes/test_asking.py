"""People are asked for facts about themselves only where a lead chooses; what they say is theirs."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from people.actions import facts as fact_actions
from people.models import Fact
from programmes import letters
from programmes.actions import asking
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim(now):
    cohort, _, _ = builders.supervisors(now=now)
    return builders.mentee(cohort, "Kim Lowe", now=now, band="7", would_like_mentor="yes", email="kim@example.org")


@pytest.fixture
def lead(kim, now):
    return people_builders.lead(kim.cohort.programme.organisation, now=now)


def _ask_page(kim):
    return reverse("programmes:facts-ask", args=[kim.cohort_id, "mentee"])


def _give_page(kim):
    return reverse("programmes:facts-give", args=[kim.pk])


def test_facts_ask_writes_once_to_those_who_lack_something(kim, lead, now, signed_in):
    client = signed_in(lead)
    assert "Ask this person" in client.get(_ask_page(kim)).content.decode()
    assert not Notice.objects.filter(kind="facts-wanted").exists()  # looking asks nobody
    client.post(_ask_page(kim))
    [notice] = Notice.objects.filter(kind="facts-wanted")
    assert notice.recipient == kim.person
    [event] = AuditEvent.objects.filter(verb="facts-wanted")
    assert (event.actor_id, event.object_id) == (lead.pk, str(kim.pk))
    client.post(_ask_page(kim))
    assert Notice.objects.filter(kind="facts-wanted").count() == 1
    with pytest.raises(Refused, match="nobody to ask"):
        asking.ask_for_facts(cohort=kim.cohort, side="mentee", by=lead, now=now + timedelta(days=13))
    assert asking.ask_for_facts(cohort=kim.cohort, side="mentee", by=lead, now=now + timedelta(days=15)) == 1


def test_the_mail_names_what_is_missing_and_is_skipped_once_nothing_is(kim, lead, now):
    asking.ask_for_facts(cohort=kim.cohort, side="mentee", by=lead, now=now)
    notice = Notice.objects.get(kind="facts-wanted")
    mail = letters.facts_wanted(notice, now)
    assert "Registered with the GPhC on" in mail.text
    assert "/welcome/" in mail.text  # no account yet: the mail is the way to one
    for kind in ("registered_on", "diploma_on", "band7_on", "mentor_trained_on", "first_ds_on", "ds_trained_on"):
        fact_actions.record(person=kim.person, kind=kind, applies=False, by=None, now=now)
    assert letters.facts_wanted(notice, now).reason == "Nothing is missing any more."


def test_facts_give_takes_down_what_the_person_says_as_theirs(kim, lead, now, signed_in):
    client = signed_in(kim.person)
    page = client.get(_give_page(kim)).content.decode()
    assert "Registered with the GPhC on" in page
    assert "Style" not in page
    day = {"registered_on-day": "1", "registered_on-month": "8", "registered_on-year": "2023"}
    client.post(_give_page(kim), day | {"diploma_on_not-applicable": "on"})
    said = Fact.objects.get(person=kim.person, kind="registered_on")
    assert (said.day, said.is_own) == (date(2023, 8, 1), True)
    assert not Fact.objects.get(person=kim.person, kind="diploma_on").applies
    shown = signed_in(lead).get(reverse("people:person-detail", args=[kim.person_id])).content.decode()
    assert "Said by them" in shown
    later = now + timedelta(days=1)
    fact_actions.record(person=kim.person, kind="registered_on", value=date(2022, 8, 1), by=lead, now=later)
    assert not Fact.objects.get(person=kim.person, kind="registered_on").is_own


def test_facts_give_writes_over_nothing_and_is_nobody_elses(kim, lead, now, signed_in):
    fact_actions.record(person=kim.person, kind="registered_on", value=date(2022, 8, 1), by=lead, now=now)
    with pytest.raises(Refused, match="on record by now"):
        asking.give_facts(enrolment=kim, answers={"registered_on": date(2000, 1, 1)}, by=kim.person, now=now)
    with pytest.raises(Refused, match="Only the person themselves"):
        asking.give_facts(enrolment=kim, answers={"diploma_on": None}, by=lead, now=now)
    assert signed_in(lead).get(_give_page(kim)).status_code == 404
    assert signed_in(kim.person).get(_ask_page(kim)).status_code == 404


def test_facts_give_says_when_nothing_is_needed(kim, now, signed_in):
    jo = kim.cohort.enrolments.get(person__given_name="Jo")
    assert "Nothing is needed from you" in signed_in(jo.person).get(_give_page(jo)).content.decode()
