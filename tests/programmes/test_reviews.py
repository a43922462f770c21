"""Whether there is still a need to meet: when members of pairs and groups are asked, and what a yes and a no do."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from audit.refusal import Refused
from notices.models import Notice
from programmes import review_letters
from programmes.actions import introductions, relationships, reviews
from programmes.actions.reviews import ask_due
from programmes.dates import latest_round
from programmes.models import Relationship, Review
from sessions_log.models import SessionForm
from tests.builders import people, programmes, session_forms, sessions_log


@pytest.fixture
def pair(db, now):
    return programmes.pair(programmes.bringing_cohort(now=now), now=now)


def asked(pair, moment) -> int:
    return ask_due(cohort=pair.cohort, by=None, now=moment)


@pytest.mark.parametrize(
    ("started", "months", "today", "expected"),
    [
        (date(2027, 9, 6), 12, date(2028, 9, 5), None),
        (date(2027, 9, 6), 12, date(2028, 9, 6), date(2028, 9, 6)),
        (date(2027, 9, 6), 6, date(2028, 9, 5), date(2028, 3, 6)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), None),
        (date(2024, 2, 29), 12, date(2025, 3, 1), date(2025, 3, 1)),  # 29 February is 1 March in other years
        (date(2027, 8, 31), 6, date(2028, 2, 29), None),
    ],
)
def test_the_day_is_counted_from_the_beginning(started, months, today, expected):
    assert latest_round(started, months, today=today) == expected


def test_both_are_asked_once_on_the_day_and_again_a_year_later(pair, now):
    assert asked(pair, now + timedelta(days=364)) == 0
    year_on = datetime(2028, 4, 14, 9, 0, tzinfo=now.tzinfo)
    assert asked(pair, year_on) == 2
    assert asked(pair, year_on + timedelta(days=20)) == 0
    assert Notice.objects.filter(kind="review-asked").count() == 2
    letter = review_letters.review_asked(Notice.objects.filter(kind="review-asked").first(), year_on)
    assert "Both of you are asked now and then" in letter.text
    assert asked(pair, datetime(2029, 4, 14, 9, 0, tzinfo=now.tzinfo)) == 2
    assert [one.due_on.year for one in Review.objects.open().filter(member__role="mentee")] == [2029]


def test_a_yes_of_both_leaves_all_as_it_is(pair, now):
    programmes.review(pair.members.get(role="mentee"), now=now)
    for one in Review.objects.all():
        reviews.answer(review=one, goes_on=True, by=one.member.person, now=now)
    pair.refresh_from_db()
    assert pair.state == Relationship.State.LIVE
    assert not Notice.objects.filter(kind="relationship-ended").exists()


def test_one_no_ends_it_and_the_other_hears_only_that(pair, now):
    one = programmes.review(pair.members.get(role="mentor"), now=now)
    with pytest.raises(Refused):
        reviews.answer(review=one, goes_on=False, by=pair.members.get(role="mentee").person, now=now)
    reviews.answer(review=one, goes_on=False, by=one.member.person, now=now)
    pair.refresh_from_db()
    assert pair.state == Relationship.State.ENDED
    told = Notice.objects.filter(kind="relationship-ended").values_list("recipient", flat=True)
    assert list(told) == [pair.members.get(role="mentee").person_id]
    other = pair.members.get(role="mentee").reviews.get()
    with pytest.raises(Refused, match="it has ended"):
        reviews.answer(review=other, goes_on=True, by=other.member.person, now=now)


@pytest.fixture
def group(db, now):
    cohort = sessions_log.group_cohort(duration={"review_months": 6, "weeks": 104}, now=now)
    return sessions_log.group(cohort, names=["Una Voss", "Vic Wade", "Wes York"], now=now)


def review_of(group, now, **who) -> Review:
    asked(group, now + timedelta(days=200))
    return Review.objects.get(member__relationship=group, **who)


def test_everybody_in_a_group_is_asked_and_a_members_no_leaves_it_to_the_others(group, now, signed_in):
    one = review_of(group, now, member__person__given_name="Una")
    assert Notice.objects.filter(kind="review-asked").count() == 4
    letter = review_letters.review_asked(Notice.objects.filter(kind="review-asked").first(), now)
    assert "All of you are asked now and then" in letter.text
    assert asked(group, now + timedelta(days=210)) == 0
    client, url = signed_in(one.member.person), reverse("programmes:review-answer", args=[one.pk])
    assert "About the others in" in client.get(reverse("home")).content.decode()
    page = client.get(url).content.decode()
    assert "It goes on for the others." in page
    assert "Vic Wade" not in page
    assert "You have left the group." in client.post(url, {"answer": "no"}, follow=True).content.decode()
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    assert group.members.current().count() == 3


def test_a_members_yes_leads_on_to_what_should_change_and_nothing_is_asked_twice(now, db, signed_in, time_machine):
    reviewed = {"duration": {"review_months": 6, "weeks": 104}, "forms": ["after-review@1"]}
    group = sessions_log.group(sessions_log.group_cohort(now=now, **reviewed), names=["Una Voss", "Vic Wade"], now=now)
    una = group.members.get(person__given_name="Una").person
    later = now + timedelta(days=200)
    time_machine.move_to(later, tick=False)
    session_forms.sweep(now=later)
    asked(group, later)
    client = signed_in(una)
    home = client.get(reverse("home")).content.decode()
    assert "Is there still a need to meet?" in home
    assert "What has been useful" not in home

    review = Review.objects.get(member__person=una)
    page = client.post(reverse("programmes:review-answer", args=[review.pk]), {"answer": "yes"}, follow=True)
    assert "One more page, and you are done." in page.content.decode()
    [form] = SessionForm.objects.filter(spec_key="after-review")
    assert form.owed_by == una
    assert page.redirect_chain == [(reverse("sessions_log:form-fill", args=[form.pk]), 302)]
    assert "Is there still a need to meet?" not in client.get(reverse("home")).content.decode()


def test_a_mentors_no_leaves_the_group_on_the_leads_list(group, now, signed_in):
    one = review_of(group, now, member__role="mentor")
    page = signed_in(one.member.person).get(reverse("programmes:review-answer", args=[one.pk])).content.decode()
    assert "the leads of the programme see that it needs one" in page
    reviews.answer(review=one, goes_on=False, by=one.member.person, now=now)
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    lead = people.lead(group.cohort.programme.organisation, now=now)
    assert "has no mentor" in signed_in(lead).get(reverse("programmes:task-list")).content.decode()


def test_both_of_a_peer_pair_are_asked(db, now):
    cohort = programmes.peers_cohort(now=now, duration={"end": "open", "review_months": 6})
    one, other = programmes.peer(cohort, "Gia", now=now), programmes.peer(cohort, "Hui", now=now)
    pair = programmes.pair(cohort, one, other, now=now)
    Relationship.objects.filter(pk=pair.pk).update(state=Relationship.State.LIVE)  # both said yes to each other
    assert asked(pair, now + timedelta(days=200)) == 2
    assert Review.objects.filter(member__role="peer").count() == 2


def test_paused_pairs_and_models_without_a_review_are_not_asked(pair, now):
    later = now + timedelta(days=800)
    relationships.pause(relationship=pair, by=None, now=now)
    assert asked(pair, later) == 0
    assert asked(programmes.pair(programmes.cohort(now=now), now=now), later) == 0


def test_a_prospective_consultant_and_each_mentor_are_asked_after_six_months(now, db):
    asked_for = programmes.introduction(now=now)
    for one in (asked_for.one, asked_for.other):
        introductions.accept(relationship=asked_for.relationship, by=one.person, now=now)
    cohort = asked_for.cohort
    assert ask_due(cohort=cohort, by=None, now=datetime(2027, 10, 13, 9, 0, tzinfo=now.tzinfo)) == 0
    assert ask_due(cohort=cohort, by=None, now=datetime(2027, 10, 14, 9, 0, tzinfo=now.tzinfo)) == 2


def test_review_answer_of_somebody_else_is_not_there_and_of_ones_own_leads_home_once_answered(pair, now, signed_in):
    own = programmes.review(pair.members.get(role="mentee"), now=now)
    url = reverse("programmes:review-answer", args=[own.pk])
    assert signed_in(pair.members.get(role="mentor").person).get(url).status_code == 404
    client = signed_in(own.member.person)
    assert "Is there still a need to meet?" in client.get(url).content.decode()
    client.post(url, {"answer": "yes"})
    assert client.get(url).status_code == 302
