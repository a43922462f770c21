"""What is kept about oneself, taken away as a file: everything that is one's own, and nothing of anybody else's."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import employments, own_data
from people.models import Person, Tie
from programmes.actions import flags
from programmes.models import Relationship
from sessions_log.actions import notes
from tests import scenarios
from tests.builders import people as make
from tests.builders import programmes, sessions_log

pytestmark = pytest.mark.django_db


def opened(data: bytes) -> tuple[dict, str]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    assert archive.namelist() == ["about-you.html", "about-you.json"]
    return json.loads(archive.read("about-you.json")), archive.read("about-you.html").decode()


def rows(data: dict, what: str) -> list[dict]:
    return next(one["rows"] for one in data["kept"] if one["what"] == what)


@pytest.fixture
def world(now):
    return scenarios.world(now=now)


def test_own_data_gives_each_their_own_words_and_nobody_else_s(world, now, signed_in):
    """The canaries of every kind of text: a member's file holds those that they wrote, and none that another wrote."""
    wrote = {
        "mentee": {
            "private note of the mentee",
            "what was shared of a preparation",
            "a preparation",
            "goal of one's own",
        },
        "mentor": {"private note of the mentor", "shared note", "shared of the group", "learning of the group"},
    }
    wrote["mentee"] |= {"goal of the two", "draft", "situation"}
    wrote["mentee"] |= {"record of aims"}  # the aim is about the mentee, and read by them
    wrote["mentor"] |= {"record of aims"}
    for role in ("mentee", "mentor", "lead", "administrator", "bystander"):
        answer = signed_in(world[role]).post(reverse("people:own-data"))
        assert answer["Content-Type"] == "application/zip"
        data, page = opened(answer.content)
        text = json.dumps(data)
        found = {one.kind for one in world["canaries"] if one.word in text}
        assert found == wrote.get(role, set()), role
        assert {one.kind for one in world["canaries"] if one.word in page} == found
        assert not [one.kind for one in world["other_canaries"] if one.word in text + page]


def test_own_data_says_who_one_is_and_who_manages_one(now, trust, signed_in):
    boss = make.person("Bea Boss", now=now)
    person = make.person("Otto Own", now=now, email="otto@example.org")
    make.job(person, trust, now=now, job_title="Pharmacist", band="7")
    employments.set_managers(person=person, managers=[boss], by=None, now=now)
    data, page = opened(own_data.take(person=person, by=person, now=now))
    assert data["person"] == "Otto Own"
    assert rows(data, "Who you are")[0]["Email"] == "otto@example.org"
    assert rows(data, "Your jobs")[0]["Job title"] == "Pharmacist"
    assert rows(data, "Who manages you")[0]["Manager"] == "Bea Boss"
    assert "otto@example.org" in page


def test_own_data_shows_what_was_typed_as_it_was_typed(world, now):
    """A preparation is kept as a browser sends it; in the file stand the words."""
    person = world["mentee"]
    data, page = opened(own_data.take(person=person, by=person, now=now))
    assert "q-talk-about" not in page
    assert rows(data, "What you prepared for sessions")[0]["Text"].startswith("canary-")


def test_own_data_tells_no_secret(world, now):
    person = world["mentee"]
    text = json.dumps(opened(own_data.take(person=person, by=person, now=now))[0])
    assert Person.objects.get(pk=person.pk).password not in text
    assert person.calendar_feed.token_hash not in text


def test_own_data_does_not_give_away_a_match_that_is_not_told(now):
    cohort = programmes.cohort(now=now)
    mentee, mentor = programmes.mentee(cohort, now=now), programmes.mentor(cohort, now=now)
    pair = programmes.pair(cohort, mentee, mentor, now=now)
    Relationship.objects.filter(pk=pair.pk).update(told_at=None, state="arranged")
    assert rows(opened(own_data.take(person=mentee.person, by=mentee.person, now=now))[0], "Your mentoring") == []


def test_own_data_holds_nothing_that_the_other_told_the_leads_or_keeps_apart(now):
    cohort = programmes.cohort(now=now)
    mentee, mentor = programmes.mentee(cohort, now=now), programmes.mentor(cohort, now=now)
    pair = programmes.pair(cohort, mentee, mentor, now=now)
    make.lead(cohort.programme.organisation, now=now)
    word = f"canary-{uuid4().hex}"
    flags.raise_flag(relationship=pair, reason=word, by=mentee.person, now=now)
    make.tie(Tie.Kind.BLOCK, mentor.person, mentee.person, now=now)
    mine = opened(own_data.take(person=mentee.person, by=mentee.person, now=now))[0]
    theirs = opened(own_data.take(person=mentor.person, by=mentor.person, now=now))[0]
    assert word in json.dumps(mine)
    assert word not in json.dumps(theirs)
    assert not rows(theirs, "Ties to other people that count in matching")


def test_own_data_is_on_record_and_nobody_else_s(now):
    person, other = make.person(now=now), make.administrator(now=now)
    with pytest.raises(Refused):
        own_data.take(person=person, by=other, now=now)
    own_data.take(person=person, by=person, now=now)
    event = AuditEvent.objects.get(verb=Verb.DATA_TAKEN)
    assert (event.actor_id, event.about_person_id) == (person.pk, person.pk)


def test_own_data_costs_the_same_however_much_there_is(now):
    cohort = programmes.cohort(now=now)
    mentee, mentor = programmes.mentee(cohort, now=now), programmes.mentor(cohort, now=now)
    pair = programmes.pair(cohort, mentee, mentor, now=now)
    person = mentor.person

    def cost():
        with CaptureQueriesContext(connection) as asked:
            own_data.take(person=person, by=person, now=now)
        return len(asked)

    sessions_log.note(pair, person, now=now)
    before = cost()
    for number in range(20):
        notes.write(relationship=pair, text=f"note {number}", by=person, now=now)
    assert cost() == before


def test_own_data_page_says_what_is_in_it(now, signed_in, django_assert_max_num_queries):
    client = signed_in(make.person(now=now))
    with django_assert_max_num_queries(15):
        page = client.get(reverse("people:own-data")).content.decode()
    assert "Notes that you wrote" in page
    assert reverse("people:own-data") in client.get(reverse("people:you")).content.decode()
