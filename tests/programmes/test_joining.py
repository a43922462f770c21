"""Asking and answering, joining links, places and hopes: the actions and their pages."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from people.access import Access
from programmes.actions import enrolments, joining
from programmes.home import home_section
from programmes.letters import asked_to_take_part
from programmes.models import Enrolment, Hope, JoiningLink
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
JOINING_QUERIES = 7


@pytest.fixture
def ela(world, now):
    """A band 6 pharmacist of the trust who takes part in nothing yet."""
    return people_builders.person("Ela Frost", organisation=world.trust, band="6", email="ela@example.org", now=now)


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


# --- Asking and answering -------------------------------------------------------------------


def test_ones_part_leads_to_the_match_once_one_was_told(world, now, signed_in):
    match = url("relationship-detail", world.pair.pk)
    part = url("enrolment-detail", world.asha.pk)
    assert f'<a href="{match}">Ben Carter</a>' in text(signed_in(world.asha.person).get(part))
    assert f'<a href="{match}">Ben Carter</a>' in text(signed_in(world.lead).get(part))
    type(world.pair).objects.filter(pk=world.pair.pk).update(told_at=None, state="arranged")
    assert match not in text(signed_in(world.asha.person).get(part))


def test_whoever_was_asked_comes_to_the_question_from_their_own_page(world, ela, now, signed_in):
    asked = builders.asked(world.cohort, ela, now=now)
    client = signed_in(ela)
    part = url("enrolment-detail", asked.pk)
    assert part in text(client.get(reverse("people:you")))
    assert client.get(part).url == url("enrolment-answer", asked.pk)


def test_ask_owes_one_mail_a_day_and_enrols_nobody(world, ela, now):
    ask = {"cohort": world.cohort, "person": ela, "side": "mentor", "by": world.lead}
    asked = joining.ask(**ask, now=now)
    joining.ask(**ask, now=now + timedelta(hours=3))
    assert asked.state == Enrolment.State.OFFERED
    assert not Enrolment.objects.live().filter(person=ela).exists()
    assert Notice.objects.filter(kind=joining.ASKED).count() == 1
    joining.ask(**ask, now=now + timedelta(days=1, minutes=1))
    assert Notice.objects.filter(kind=joining.ASKED).count() == 2
    assert AuditEvent.objects.filter(verb="asked").count() == 2


def test_ask_refuses_who_takes_part_has_left_or_has_no_address(world, now):
    ask = {"cohort": world.cohort, "side": "mentor", "by": world.lead, "now": now}
    with pytest.raises(Refused, match="Ben is already enrolled as a mentor"):
        joining.ask(person=world.ben.person, **ask)
    silent = people_builders.person("Sol Ash", organisation=world.trust, email=None, now=now)
    with pytest.raises(Refused, match="has no e-mail address for Sol Ash"):
        joining.ask(person=silent, **ask)
    silent.is_active = False
    with pytest.raises(Refused, match="Sol has left"):
        joining.ask(person=silent, **ask)


def test_ask_many_is_all_or_nothing(world, ela, now):
    silent = people_builders.person("Sol Ash", organisation=world.trust, email=None, now=now)
    ask = {"cohort": world.cohort, "side": "mentor", "by": world.lead, "now": now}
    with pytest.raises(Refused):
        joining.ask_many(people=[ela, silent], **ask)
    assert not Notice.objects.filter(kind=joining.ASKED).exists()
    asked = joining.ask_many(people=[ela, world.ben.person], **ask)
    assert [one.person for one in asked] == [ela]


def test_the_question_is_skipped_once_there_is_an_answer(world, ela, now):
    asked = builders.asked(world.cohort, ela, now=now)
    notice = Notice.objects.get(kind=joining.ASKED)
    letter = asked_to_take_part(notice, now)
    assert "as a mentor" in letter.text
    assert "ela@example.org" not in letter.text
    joining.answer(enrolment=asked, yes=False, by=ela, now=now)
    assert "answer already" in asked_to_take_part(notice, now).reason


def test_answer_yes_enrols_as_volunteering_with_the_places_said(world, ela, now):
    asked = builders.asked(world.cohort, ela, now=now)
    enrolment = joining.answer(enrolment=asked, yes=True, capacity=2, by=ela, now=now)
    assert (enrolment.state, enrolment.capacity, enrolment.volunteered_at) == (Enrolment.State.ENROLLED, 2, now)


def test_answer_not_now_can_be_changed_to_yes(world, ela, now):
    asked = builders.asked(world.cohort, ela, now=now)
    declined = joining.answer(enrolment=asked, yes=False, by=ela, now=now)
    assert declined.state == Enrolment.State.DECLINED
    assert joining.answer(enrolment=declined, yes=True, by=ela, now=now).state == Enrolment.State.ENROLLED


def test_answer_is_the_persons_own(world, ela, now):
    asked = builders.asked(world.cohort, ela, now=now)
    with pytest.raises(Refused, match="Only the person who was asked"):
        joining.answer(enrolment=asked, yes=True, by=world.lead, now=now)
    with pytest.raises(Refused, match="answered already"):
        joining.answer(enrolment=world.ben, yes=False, by=world.ben.person, now=now)


def test_enrolment_answer_asks_and_acts_only_when_sent(world, ela, now, signed_in):
    asked = builders.asked(world.cohort, ela, now=now)
    client = signed_in(ela)
    page = text(client.get(url("enrolment-answer", asked.pk)))
    assert "Would you like to take part as a mentor?" in page
    assert "How many trainee pharmacists can you take on?" in page
    asked.refresh_from_db()
    assert asked.state == Enrolment.State.OFFERED
    client.post(url("enrolment-answer", asked.pk), {"no": "no"})
    assert "You said “not now”" in text(client.get(url("enrolment-answer", asked.pk)))
    answer = client.post(url("enrolment-answer", asked.pk), {"yes": "yes", "capacity": "3"})
    assert answer.url == url("enrolment-detail", asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.capacity) == (Enrolment.State.ENROLLED, 3)
    assert client.get(url("enrolment-answer", asked.pk)).url == url("enrolment-detail", asked.pk)


def test_home_asks_until_there_is_an_answer(world, ela, now):
    asked = builders.asked(world.cohort, ela, now=now)
    [item] = home_section(ela, Access(ela, now=now), now).items
    assert item.text == "Trainee mentoring: would you like to take part as a mentor?"
    joining.answer(enrolment=asked, yes=False, by=ela, now=now)
    assert home_section(ela, Access(ela, now=now), now) is None


# --- Joining links --------------------------------------------------------------------------


@pytest.fixture
def link(world, now) -> JoiningLink:
    return builders.joining_link(world.cohort, now=now)


def test_open_link_is_one_a_side_and_not_in_the_past(world, link, now):
    opening = {"cohort": world.cohort, "by": world.lead, "now": now}
    with pytest.raises(Refused, match="There is a joining link already"):
        joining.open_link(side="mentor", last_day=date(2027, 5, 1), **opening)
    with pytest.raises(Refused, match="lies in the past"):
        joining.open_link(side="mentee", last_day=date(2027, 4, 13), **opening)
    joining.close_link(link=link, by=world.lead, now=now)
    joining.close_link(link=link, by=world.lead, now=now)
    assert AuditEvent.objects.filter(verb="joining-link-closed").count() == 1
    assert joining.open_link(side="mentor", last_day=date(2027, 5, 1), **opening).pk != link.pk


def test_join_lets_staff_in_until_the_link_closes(world, link, ela, now):
    assert joining.join(link=link, capacity=2, by=ela, now=now).volunteered_at == now
    joining.close_link(link=link, by=world.lead, now=now)
    late = people_builders.person(organisation=world.trust, band="6", now=now)
    with pytest.raises(Refused, match="This link is closed"):
        joining.join(link=link, by=late, now=now)


def test_join_is_for_staff_of_the_organisation(link, world, now, signed_in):
    stranger = people_builders.person(organisation=people_builders.organisation(now=now), band="6", now=now)
    with pytest.raises(Refused, match="This link is for people who work at Northbank Hospitals"):
        joining.join(link=link, by=stranger, now=now)
    assert "This link is for people who work at" in text(signed_in(stranger).get(url("join", link.pk)))


def test_join_says_why_somebody_cannot(link, world, now, signed_in):
    dev = people_builders.person("Dev Khan", organisation=world.trust, band="7", now=now)
    page = text(signed_in(dev).get(url("join", link.pk)))
    assert "Mentors on this programme are band 6. Dev is band 7." in page
    assert "Yes, I would like to take part" not in page


def test_join_enrols_whoever_is_signed_in(link, ela, signed_in):
    client = signed_in(ela)
    answer = client.post(url("join", link.pk), {"capacity": "1"})
    enrolment = Enrolment.objects.get(person=ela)
    assert answer.url == url("enrolment-detail", enrolment.pk)
    assert client.get(url("join", link.pk)).url == url("enrolment-detail", enrolment.pk)


def test_join_tells_a_stranger_nothing_about_who_works_here(link, world, ela, client, now, time_machine):
    time_machine.move_to(now, tick=False)
    cache.clear()
    known = client.post(url("join", link.pk), {"email": "Ela@example.org"})
    unknown = client.post(url("join", link.pk), {"email": "nobody@example.org"})
    already = client.post(url("join", link.pk), {"email": "ben@example.org"})
    assert known.content == unknown.content == already.content
    assert list(Notice.objects.filter(kind=joining.ASKED).values_list("recipient", flat=True)) == [ela.pk]


def test_join_is_limited_for_one_address(link, ela, client, now, time_machine):
    time_machine.move_to(now, tick=False)
    cache.clear()
    answers = [text(client.post(url("join", link.pk), {"email": "ela@example.org"})) for _ in range(4)]
    assert ["Look in your mail" in answer for answer in answers] == [True, True, True, False]
    assert "Too many tries with this address" in answers[3]


def test_join_says_kindly_that_a_link_is_closed_or_never_was(world, link, client, now, time_machine):
    time_machine.move_to(now, tick=False)
    joining.close_link(link=link, by=world.lead, now=now)
    closed, made_up = client.get(url("join", link.pk)), client.get(url("join", uuid.uuid4()))
    assert closed.status_code == made_up.status_code == 410
    assert "This link is closed" in text(closed)


@pytest.mark.parametrize("rows", [1, 3])
def test_joining_list_shows_answers_in_as_many_queries_for_three_as_for_one(
    rows, world, now, signed_in, django_assert_num_queries
):
    for number in range(rows):
        person = people_builders.person(f"Asked Number{number}", organisation=world.trust, band="6", now=now)
        builders.asked(world.cohort, person, now=now)
    client = signed_in(world.lead)
    with django_assert_num_queries(JOINING_QUERIES):
        page = text(client.get(url("joining-list", world.cohort.pk)))
    assert page.count("No answer yet") == rows


def test_joining_close_ends_the_link_that_the_list_made(world, now, signed_in):
    client = signed_in(world.lead)
    page = url("joining-list", world.cohort.pk)
    last = {"last_day-day": "1", "last_day-month": "5", "last_day-year": "2027"}
    client.post(page, {"side": "mentee", **last})
    link = JoiningLink.objects.get()
    assert url("join", link.pk) in text(client.get(page))
    assert "There is a joining link already" in text(client.post(page, {"side": "mentee", **last}))
    client.post(url("joining-close", link.pk))
    assert url("join", link.pk) not in text(client.get(page))


def test_enrolment_ask_again_sends_one_more_mail(world, ela, now, signed_in):
    asked = builders.asked(world.cohort, ela, now=now - timedelta(days=3))
    assert signed_in(world.lead).post(url("enrolment-ask-again", asked.pk)).status_code == 302
    assert Notice.objects.filter(kind=joining.ASKED).count() == 2


# --- One's own part -------------------------------------------------------------------------


def test_enrolment_detail_shows_own_part_and_the_leads_view_of_it(world, signed_in):
    own = text(signed_in(world.ben.person).get(url("enrolment-detail", world.ben.pk)))
    assert "Your part" in own
    assert "Stop taking part" in own
    lead = text(signed_in(world.lead).get(url("enrolment-detail", world.ben.pk)))
    assert "Withdraw Ben" in lead
    assert signed_in(world.elsewhere).get(url("enrolment-detail", world.ben.pk)).status_code == 404
    assert signed_in(world.asha.person).get(url("enrolment-detail", world.ben.pk)).status_code == 404


def test_enrolment_change_gives_places_but_never_fewer_than_are_taken(world, now, signed_in):
    client = signed_in(world.ben.person)
    client.post(url("enrolment-change", world.ben.pk), {"capacity": "3"})
    world.ben.refresh_from_db()
    assert world.ben.capacity == 3
    second = builders.mentee(world.cohort, now=now)
    builders.pair(world.cohort, second, world.ben, now=now)
    page = text(client.post(url("enrolment-change", world.ben.pk), {"capacity": "1"}))
    assert "2 places are taken, so there cannot be fewer." in page
    assert signed_in(world.asha.person).get(url("enrolment-change", world.asha.pk)).status_code == 404


def test_change_capacity_loses_against_a_place_taken_meanwhile(world, now):
    stale = Enrolment.objects.get(pk=world.ben.pk)
    Enrolment.objects.filter(pk=world.ben.pk).update(capacity=3, places_taken=3)
    with pytest.raises(Refused, match="3 places are taken"):
        enrolments.change_capacity(enrolment=stale, capacity=2, by=world.lead, now=now)


def test_hope_edit_keeps_it_for_mentor_and_lead_and_nobody_else(world, now, signed_in):
    client = signed_in(world.asha.person)
    hope = "canary: to find my feet in the dispensary"
    client.post(url("hope-edit", world.asha.pk), {"text": hope})
    relationship = url("relationship-detail", world.pair.pk)
    assert hope in text(signed_in(world.ben.person).get(relationship))
    assert hope in text(signed_in(world.lead).get(url("enrolment-detail", world.asha.pk)))
    another = builders.mentor(world.cohort, now=now).person
    assert hope not in text(signed_in(another).get(reverse("home")))
    assert signed_in(another).get(url("enrolment-detail", world.asha.pk)).status_code == 404
    assert not AuditEvent.objects.filter(outcome__contains="canary").exists()


def test_hope_edit_asks_about_a_patients_number_and_takes_an_empty_text_as_nothing(world, signed_in):
    client = signed_in(world.asha.person)
    page = client.post(url("hope-edit", world.asha.pk), {"text": "Help with 943 476 5919"})
    assert "Is 943 476 5919 a patient’s number? Take it out" in text(page)
    assert not Hope.objects.exists()
    client.post(url("hope-edit", world.asha.pk), {"text": "Help"})
    client.post(url("hope-edit", world.asha.pk), {"text": " "})
    assert not Hope.objects.exists()


def test_hope_is_the_mentees_own_words(world, now):
    with pytest.raises(Refused, match="Only the person themselves"):
        joining.write_hope(enrolment=world.asha, text="x", by=world.lead, now=now)
    with pytest.raises(Refused, match="up to 2,000 characters"):
        joining.write_hope(enrolment=world.asha, text="x" * 2001, by=world.asha.person, now=now)


def test_enrolment_withdraw_is_open_to_people_themselves(world, signed_in):
    client = signed_in(world.ben.person)
    assert "Stop taking part" in text(client.get(url("enrolment-withdraw", world.ben.pk)))
    assert client.post(url("enrolment-withdraw", world.ben.pk)).url == reverse("home")
    world.ben.refresh_from_db()
    assert world.ben.state == Enrolment.State.WITHDRAWN
