"""What each action writes, what it refuses, and what it tells whom, exactly."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.kinds import Letter, Skip, registered
from notices.models import Notice
from people.actions import people as people_actions
from programmes.actions import enrolments, programmes, relationships
from programmes.models import Cohort, Enrolment, Programme
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded():
    """Call it for the audit events written since the last call: (verb, object's kind, object's id, about, scope)."""
    seen = []

    def since():
        events = list(AuditEvent.objects.exclude(pk__in=seen).order_by("pk"))
        seen.extend(event.pk for event in events)
        return [
            (
                event.verb,
                event.object_kind,
                int(event.object_id),
                event.about_person_id,
                (event.scope_kind, event.scope_id),
            )
            for event in events
        ]

    return since


def owed():
    return {(notice.kind, notice.recipient_id) for notice in Notice.objects.all()}


# --- Programmes -----------------------------------------------------------------------------


def test_start_opens_the_first_cohort_and_records_both(now, recorded):
    trust = people_builders.organisation(now=now)
    lead = people_builders.lead(trust, now=now)
    recorded()
    cohort = programmes.start(
        organisation=trust,
        model_key="trainee-band6",
        name="Mentoring",
        cohort_name="2027 intake",
        start_date=date(2027, 7, 26),
        by=lead,
        now=now,
    )
    assert recorded() == [
        ("programme-started", "programmes.programme", cohort.programme_id, None, ("organisation", trust.pk)),
        ("cohort-opened", "programmes.cohort", cohort.pk, None, ("programme", cohort.programme_id)),
    ]
    assert set(AuditEvent.objects.order_by("-pk").values_list("actor_id", flat=True)[:2]) == {lead.pk}
    assert not Notice.objects.exists()


def test_start_refuses_a_name_that_is_taken_and_keeps_nothing(now):
    trust = people_builders.organisation(now=now, name="Northbank")
    builders.cohort(now=now, organisation=trust, name="Mentoring")
    with pytest.raises(Refused, match=r"^Northbank already has a programme called Mentoring\. Choose another name\.$"):
        builders.cohort(now=now, organisation=trust, name="Mentoring")
    assert Programme.objects.count() == Cohort.objects.count() == 1


def test_open_cohort_refuses_a_name_that_is_taken(world, now):
    details = {"programme": world.cohort.programme, "start_date": date(2028, 7, 31), "by": None, "now": now}
    with pytest.raises(Refused, match="already has a cohort called 2027 intake"):
        programmes.open_cohort(name="2027 intake", **details)
    assert programmes.open_cohort(name="2028 intake", **details).programme == world.cohort.programme


# --- Enrolments -----------------------------------------------------------------------------


def test_enrol_records_who_and_when_they_said_yes(now, recorded):
    cohort = builders.cohort(now=now)
    person = people_builders.person("Ben", now=now)
    recorded()
    enrolment = enrolments.enrol(
        cohort=cohort, person=person, side="mentor", capacity=2, volunteered=True, by=None, now=now
    )
    assert (enrolment.state, enrolment.capacity, enrolment.volunteered_at) == ("enrolled", 2, now)
    assert enrolment.waiting_since is None
    assert recorded() == [("enrolled", "programmes.enrolment", enrolment.pk, person.pk, ("cohort", cohort.pk))]
    assert not Notice.objects.exists()


def test_enrol_begins_a_mentees_wait(now):
    assert builders.mentee(builders.cohort(now=now), now=now).waiting_since == date(2027, 4, 14)


@pytest.mark.parametrize(
    ("side", "capacity", "sentence"),
    [
        ("mentor", 4, "A mentor on this programme has 1 to 3 places."),
        ("mentor", 0, "A mentor on this programme has 1 to 3 places."),
        ("mentee", 2, "A trainee pharmacist on this programme has 1 place."),
    ],
)
def test_enrol_refuses_a_capacity_that_the_model_does_not_allow(side, capacity, sentence, now):
    cohort = builders.cohort(now=now)
    person = people_builders.person(now=now)
    with pytest.raises(Refused) as caught:
        enrolments.enrol(cohort=cohort, person=person, side=side, capacity=capacity, by=None, now=now)
    assert str(caught.value) == sentence


def test_enrol_refuses_somebody_who_is_enrolled_or_has_left(world, now):
    with pytest.raises(Refused, match=r"^Asha is already enrolled as a trainee pharmacist\.$"):
        builders.mentee(world.cohort, world.asha.person, now=now)
    gone = people_actions.leave(person=people_builders.person("Gus", now=now), by=None, now=now)
    with pytest.raises(Refused, match=r"^Gus has left, so cannot be enrolled\.$"):
        builders.mentee(world.cohort, gone, now=now)


def test_enrol_takes_back_somebody_who_withdrew(world, now):
    enrolments.withdraw(enrolment=world.asha, by=None, now=now)
    later = now + timedelta(days=30)
    again = builders.mentee(world.cohort, world.asha.person, now=later)
    assert (again.pk, again.state, again.ended_at, again.places_taken) == (world.asha.pk, "enrolled", None, 0)
    assert again.waiting_since == date(2027, 5, 14)


def test_enrol_many_leaves_the_enrolled_as_they_are_and_is_all_or_nothing(world, now, recorded):
    trust = world.trust
    new = [people_builders.person(now=now, organisation=trust) for _ in range(2)]
    recorded()
    made = enrolments.enrol_many(cohort=world.cohort, people=[world.asha.person, *new], side="mentee", by=None, now=now)
    assert [enrolment.person for enrolment in made] == new
    assert [event[0] for event in recorded()] == ["enrolled", "enrolled"]
    gone = people_actions.leave(person=people_builders.person(now=now), by=None, now=now)
    count = Enrolment.objects.count()
    with pytest.raises(Refused), transaction.atomic():
        enrolments.enrol_many(
            cohort=world.cohort, people=[people_builders.person(now=now), gone], side="mentee", by=None, now=now
        )
    assert Enrolment.objects.count() == count


def test_withdraw_ends_what_hangs_on_it_and_tells_everyone_in_it(world, now, recorded):
    recorded()
    enrolments.withdraw(enrolment=world.ben, by=world.lead, now=now)
    scope = ("cohort", world.cohort.pk)
    assert recorded() == [
        ("relationship-ended", "programmes.relationship", world.pair.pk, None, scope),
        ("enrolment-withdrawn", "programmes.enrolment", world.ben.pk, world.ben.person_id, scope),
    ]
    assert owed() == {("relationship-ended", world.asha.person_id), ("relationship-ended", world.ben.person_id)}
    world.asha.refresh_from_db()
    assert (world.asha.state, world.asha.places_taken, world.asha.waiting_since) == ("enrolled", 0, date(2027, 4, 14))
    with pytest.raises(Refused, match="Ben is not taking part any more"):
        enrolments.withdraw(enrolment=world.ben, by=world.lead, now=now)


def test_a_leaver_takes_part_in_nothing_and_the_other_waits_again(world, now):
    december = datetime(2027, 12, 6, 9, tzinfo=UTC)
    people_actions.leave(person=world.ben.person, by=world.lead, now=december)
    world.asha.refresh_from_db()
    world.pair.refresh_from_db()
    assert world.pair.state == "ended"
    assert world.asha.waiting_since == date(2027, 12, 6)
    assert not Enrolment.objects.live().filter(person=world.ben.person).exists()


# --- Relationships --------------------------------------------------------------------------


def test_start_takes_a_place_on_both_sides_and_owes_nothing(now, recorded):
    cohort = builders.cohort(now=now)
    mentee, mentor = builders.mentee(cohort, now=now), builders.mentor(cohort, now=now)
    recorded()
    pair = relationships.start(cohort=cohort, mentee=mentee, mentor=mentor, by=None, now=now)
    assert (mentee.places_taken, mentor.places_taken, mentee.waiting_since) == (1, 1, None)
    assert {(member.person_id, member.role) for member in pair.members.all()} == {
        (mentee.person_id, "mentee"),
        (mentor.person_id, "mentor"),
    }
    assert recorded() == [("relationship-started", "programmes.relationship", pair.pk, None, ("cohort", cohort.pk))]
    assert not Notice.objects.exists()


def test_start_refuses_where_no_place_is_left(world, now):
    cara = builders.mentor(world.cohort, "Cara", now=now)
    fay = builders.mentee(world.cohort, "Fay", now=now)
    with pytest.raises(Refused, match=r"^Asha already has a mentor\.$"):
        builders.pair(world.cohort, world.asha, cara, now=now)
    with pytest.raises(Refused, match=r"^Ben already has 1 trainee pharmacist, the most for one mentor\.$"):
        builders.pair(world.cohort, fay, world.ben, now=now)
    cara.refresh_from_db()
    fay.refresh_from_db()
    assert (cara.places_taken, fay.places_taken) == (0, 0)


def test_start_counts_the_places_of_a_mentor_with_several(now):
    cohort = builders.cohort(now=now)
    yan = builders.mentor(cohort, "Yan", now=now, capacity=3)
    for _ in range(3):
        builders.pair(cohort, None, yan, now=now)
    with pytest.raises(Refused, match=r"^Yan already has 3 trainee pharmacists, the most for one mentor\.$"):
        builders.pair(cohort, None, yan, now=now)


def test_start_refuses_somebody_who_withdrew(world, now):
    fay = builders.mentee(world.cohort, "Fay", now=now)
    enrolments.withdraw(enrolment=fay, by=None, now=now)
    cara = builders.mentor(world.cohort, "Cara", now=now)
    with pytest.raises(Refused, match=r"^Fay is not taking part any more\.$"):
        builders.pair(world.cohort, fay, cara, now=now)


def test_start_refuses_a_pair_that_is_one_already(now):
    cohort = builders.cohort(now=now)
    cohort.programme.settings = {"capacity": {"mentee": {"most": 2, "default": 2}}}
    cohort.programme.save()
    mentee, mentor = builders.mentee(cohort, "Asha", now=now), builders.mentor(cohort, "Ben", now=now, capacity=2)
    builders.pair(cohort, mentee, mentor, now=now)
    with pytest.raises(Refused, match=r"^Asha and Ben are a pair already\.$"):
        builders.pair(cohort, mentee, mentor, now=now)
    mentor.refresh_from_db()
    assert mentor.places_taken == 1


def test_start_follows_what_the_programme_changed(world, now):
    world.cohort.programme.settings = {"rule": {"mentor-band": {"strength": "prefer"}}}
    dev = builders.mentor(world.cohort, "Dev", now=now, band="7")
    assert builders.pair(world.cohort, None, dev, now=now).state == "live"


def test_end_frees_the_places_and_tells_only_the_other(world, now, recorded):
    recorded()
    relationships.end(relationship=world.pair, by=world.asha.person, now=now)
    for enrolment in (world.asha, world.ben):
        enrolment.refresh_from_db()
        assert enrolment.places_taken == 0
    assert world.asha.waiting_since == timezone.localdate(now)
    assert world.ben.waiting_since is None
    assert recorded() == [
        ("relationship-ended", "programmes.relationship", world.pair.pk, None, ("cohort", world.cohort.pk))
    ]
    assert owed() == {("relationship-ended", world.ben.person_id)}
    assert not world.pair.members.current().exists()
    with pytest.raises(Refused, match=r"^This has ended already\.$"):
        relationships.end(relationship=world.pair, by=world.ben.person, now=now)
    assert Notice.objects.count() == 1


def test_the_letter_says_that_it_has_ended_and_no_more(world, now):
    relationships.end(relationship=world.pair, by=world.asha.person, now=now)
    notice = Notice.objects.select_related("recipient").get()
    letter = registered()["relationship-ended"].render(notice, now)
    assert isinstance(letter, Letter)
    assert letter.subject == "Your mentoring has ended"
    assert "Your mentoring with Asha Patel on Trainee mentoring has ended." in letter.text
    assert "waiting for another mentor" not in letter.text
    for word in ("because", "reason", "asked", "decided", "Lorna"):
        assert word not in letter.text


def test_the_letter_tells_a_mentee_whom_to_ask_meanwhile(world, now):
    relationships.end(relationship=world.pair, by=world.ben.person, now=now)
    letter = registered()["relationship-ended"].render(Notice.objects.select_related("recipient").get(), now)
    assert "Until then, contact the E&T team." in letter.text
    assert "Until then, contact the E&amp;T team." in letter.html


def test_no_letter_goes_to_somebody_who_has_left(world, now):
    people_actions.leave(person=world.ben.person, by=world.lead, now=now)
    render = registered()["relationship-ended"].render
    answers = {notice.recipient_id: render(notice, now) for notice in Notice.objects.select_related("recipient").all()}
    assert answers[world.ben.person_id] == Skip("The person has left.")
    assert isinstance(answers[world.asha.person_id], Letter)


def test_the_database_itself_holds_the_capacity(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=world.ben.pk).update(places_taken=2)
