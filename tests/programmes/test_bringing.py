"""A pair that brings itself: naming a partner, their yes and no, and what stands in the way."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from people.actions import people as people_actions
from people.models import Guest, Person, Tie
from programmes.actions import enrolments, nominations
from programmes.models import Enrolment, Nomination, Relationship
from tests.builders import people, programmes


@pytest.fixture
def own(db, now):
    return programmes.mentee(programmes.bringing_cohort(now=now), "Vera Quill", now=now)


@pytest.fixture
def will(own, now):
    return people.person("Will Haddad", now=now)


def name(own, now, email="zia@example.org", **more):
    fields = {"given_name": "Zia", "family_name": "Moor", "email": email} | more
    return nominations.name(own=own, by=own.person, now=now, **fields)


def owed(kind: str) -> list[int]:
    return list(Notice.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_naming_somebody_unknown_puts_them_on_the_list_and_asks_them(own, now):
    named = name(own, now, works_at="Southdown Surgery")
    person = Person.objects.get(email="zia@example.org")
    assert (named.person, named.called, named.state) == (person, "Zia Moor", Nomination.State.ASKED)
    assert Guest.objects.get(person=person).works_at == "Southdown Surgery"
    assert owed("partner-named") == [person.pk]
    assert not Relationship.objects.exists()
    assert AuditEvent.objects.filter(verb="partner-named", about_person_id=own.person_id).count() == 1


def test_without_outsiders_nobody_unknown_is_asked(now, db):
    cohort = programmes.bringing_cohort(now=now, outsiders=False)
    own = programmes.mentee(cohort, now=now)
    with pytest.raises(Refused, match="Nobody on the staff list has this address"):
        name(own, now)
    assert not Person.objects.filter(email="zia@example.org").exists()


def test_nomination_make_shows_nothing_of_whoever_the_address_belongs_to(own, will, now, signed_in):
    page = signed_in(own.person).post(
        reverse("programmes:nomination-make", args=[own.pk]),
        {"given_name": "Somebody", "family_name": "Else", "email": will.email},
        follow=True,
    )
    assert "Somebody Else is asked." in page.content.decode()
    assert "Haddad" not in page.content.decode()


def test_one_at_a_time_and_five_a_day(own, will, now):
    for number in range(5):
        named = name(own, now, email=f"p{number}@example.org")
        if number < 4:
            with pytest.raises(Refused, match="Take that back first"):
                name(own, now, email=will.email)
        nominations.take_back(nomination=named, by=own.person, now=now)
    with pytest.raises(Refused, match="You have named 5 people today"):
        name(own, now, email=will.email)
    assert name(own, now + timedelta(days=1), email=will.email).person == will


def test_the_yes_makes_the_pair_and_their_part_in_the_programme(own, will, now):
    named = name(own, now, email=will.email)
    with pytest.raises(Refused):
        nominations.accept(nomination=named, by=own.person, now=now)
    pair = nominations.accept(nomination=named, by=will, now=now)
    assert pair.state == Relationship.State.LIVE
    part = Enrolment.objects.get(person=will)
    assert (part.side, part.places_taken, part.volunteered_at) == ("mentor", 1, now)
    assert owed("match-published") == [own.person_id]
    with pytest.raises(Refused, match="answered or taken back"):
        nominations.accept(nomination=named, by=will, now=now)
    own.refresh_from_db()
    with pytest.raises(Refused, match="nobody for you to name"):
        name(own, now)


def test_a_full_mentor_takes_one_more_place_up_to_what_the_model_allows(own, will, now):
    part = programmes.mentor(own.cohort, will, now=now, capacity=1)
    programmes.pair(own.cohort, programmes.mentee(own.cohort, now=now), part, now=now)
    nominations.accept(nomination=name(own, now, email=will.email), by=will, now=now)
    part.refresh_from_db()
    assert (part.capacity, part.places_taken) == (2, 2)


def test_a_mentor_with_the_most_places_cannot_say_yes_and_nothing_is_half_done(now, db):
    cohort = programmes.bringing_cohort(now=now, capacity={"mentor": {"default": 1, "least": 1, "most": 1}})
    part = programmes.mentor(cohort, now=now)
    programmes.pair(cohort, programmes.mentee(cohort, now=now), part, now=now)
    named = name(programmes.mentee(cohort, now=now), now, email=part.person.email)
    with pytest.raises(Refused, match="the most for one"):
        nominations.accept(nomination=named, by=part.person, now=now)
    named.refresh_from_db()
    assert named.closed_at is None


def test_a_no_tells_whoever_named_them_and_frees_them_to_name_another(own, will, now):
    named = name(own, now, email=will.email)
    nominations.decline(nomination=named, by=will, now=now)
    assert owed("partner-declined") == [own.person_id]
    assert not Enrolment.objects.filter(person=will).exists()
    name(own, now)


def test_whoever_has_left_is_answered_for(own, will, now):
    name(own, now, email=will.email)
    people_actions.leave(person=will, by=None, now=now)
    assert owed("partner-declined") == [own.person_id]
    name(own, now)


def test_nomination_take_back_is_for_whoever_named_them(own, will, now, signed_in):
    named = name(own, now, email=will.email)
    page = reverse("programmes:nomination-take-back", args=[named.pk])
    assert signed_in(will).post(page).status_code == 404
    assert "Taken back." in signed_in(own.person).post(page, follow=True).content.decode()
    assert "answered or taken back" in signed_in(own.person).post(page, follow=True).content.decode()


def test_who_stops_taking_part_waits_for_nobody(own, will, now):
    named = name(own, now, email=will.email)
    enrolments.withdraw(enrolment=own, by=own.person, now=now)
    with pytest.raises(Refused, match="answered or taken back"):
        nominations.accept(nomination=named, by=will, now=now)


def test_a_rule_speaks_to_whoever_names(own, will, now):
    people.tie(Tie.Kind.DPP, own.person, will, now=now)
    with pytest.raises(Refused, match=r"^Your DPP can become your mentor after your prescribing course ends\.$"):
        name(own, now, email=will.email)


@pytest.mark.parametrize(("last_day", "refused"), [(date(2027, 7, 25), False), (date(2027, 7, 26), True)])
def test_a_course_that_is_over_when_the_programme_starts_is_past(own, will, now, last_day, refused):
    """The cohort starts on 26 July 2027; the day is said by whoever names, and stands on no record."""
    if not refused:
        assert name(own, now, email=will.email, supervised_until=last_day).supervised_until == last_day
        return
    with pytest.raises(Refused, match=r"^Your DPP can become your mentor after .* ends on 26 July 2027\.$"):
        name(own, now, email=will.email, supervised_until=last_day)


def test_only_where_pairs_bring_themselves(now, db, signed_in):
    own = programmes.mentee(programmes.cohort(now=now), now=now)
    with pytest.raises(Refused, match="nobody for you to name"):
        name(own, now)
    assert signed_in(own.person).get(reverse("programmes:nomination-make", args=[own.pk])).status_code == 404


def test_nomination_answer_of_an_old_mail_leads_home_with_a_sentence(own, will, now, signed_in):
    named = name(own, now, email=will.email)
    nominations.take_back(nomination=named, by=own.person, now=now)
    page = signed_in(will).get(reverse("programmes:nomination-answer", args=[named.pk]), follow=True)
    assert "This has been answered or taken back." in page.content.decode()
