"""The third of a triad: named by the lead, told on a set day, and the mentor on record."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.kinds import Letter, Skip, registered
from notices.models import Notice
from people.actions import people as people_actions
from people.models import Person, Tie
from programmes.actions import relationships, triads
from programmes.actions.telling import Telling
from programmes.models import Member, Relationship
from programmes.tasks import sweep_openings
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
TOLD = date(2027, 7, 1)
SENTENCE = (
    "Jo is training to be a designated supervisor. Nia has supervised trainees for years, and is your designated "
    "supervisor on record."
)


@pytest.fixture
def triad(now):
    return builders.triad(people_builders.organisation(now=now), now=now)


@pytest.fixture
def omar(triad, now):
    trust = triad.cohort.programme.organisation
    return people_builders.person("Omar Haddad", now=now, organisation=trust, level="foundation")


def name(triad, trainee, now, tell_on=TOLD):
    return triads.name_trainee(relationship=triad, trainee=trainee, tell_on=tell_on, by=None, now=now)


def by_name(given_name):
    return Person.objects.get(given_name=given_name)


def render(notice, now):
    return registered()[notice.kind].render(notice, now)


def test_naming_makes_a_triad_with_the_mentor_on_record(triad, omar, now):
    before = AuditEvent.objects.count()
    member = name(triad, omar, now)
    assert (member.role, triad.shape) == (Member.Role.TRAINEE, Relationship.Shape.TRIAD)
    tie = Tie.objects.get()
    assert (tie.kind, tie.person, tie.other, tie.start_date) == ("ds", omar, by_name("Nia"), date(2027, 7, 26))
    verbs = list(AuditEvent.objects.order_by("pk")[before:].values_list("verb", "about_person_id"))
    assert verbs == [("tie-recorded", omar.pk), ("member-joined", omar.pk)]
    assert not Relationship.objects.visible_to(omar, now=now).exists()  # not before the day


def test_the_trainee_is_told_on_the_day_and_the_supervisors_at_once(triad, omar, now):
    name(triad, omar, now)
    owed = {notice.recipient.given_name: (notice.kind, notice.due_at) for notice in Notice.objects.all()}
    assert owed == {
        "Omar": ("triad-trainee", datetime(2027, 7, 1, 8, tzinfo=UTC)),  # nine o'clock in London
        "Jo": ("triad-supervisor", now),
        "Nia": ("triad-supervisor", now),
    }


def test_told_today_is_told_at_once(triad, omar, now):
    name(triad, omar, now, tell_on=now.date())
    assert {notice.due_at for notice in Notice.objects.all()} == {now}
    assert set(Relationship.objects.visible_to(omar, now=now)) == {triad}


def test_the_trainee_sees_it_from_the_morning_of_the_day_and_not_before(triad, omar, now):
    name(triad, omar, now)
    before, morning = datetime(2027, 6, 30, 22, 59, tzinfo=UTC), datetime(2027, 6, 30, 23, 0, tzinfo=UTC)
    assert triads.tell_due(by=None, now=before) == 0
    assert not Relationship.objects.of(omar).exists()
    sweep_openings(now=morning.isoformat())
    assert set(Relationship.objects.of(omar)) == set(Relationship.objects.visible_to(omar, now=morning)) == {triad}
    assert triads.tell_due(by=None, now=morning) == 0


def test_a_trainee_who_was_not_told_yet_hears_nothing_of_an_end(triad, omar, now):
    name(triad, omar, now)
    relationships.end(relationship=triad, by=None, now=now)
    assert {notice.recipient.given_name for notice in Notice.objects.filter(kind="relationship-ended")} == {"Jo", "Nia"}


def test_the_letters_say_who_is_who(triad, omar, now):
    name(triad, omar, now)
    letter = render(Notice.objects.get(recipient=omar), now)
    assert isinstance(letter, Letter)
    assert "Jo and Nia supervise you together" in letter.text
    assert SENTENCE in letter.text
    assert SENTENCE in letter.html
    assert "/welcome/" in letter.text
    told = render(Notice.objects.get(recipient=by_name("Jo")), now)
    assert "Omar Haddad is the trainee pharmacist whom you and Nia supervise together" in told.text


def test_a_letter_that_is_not_true_any_more_is_not_sent(triad, omar, now):
    member = name(triad, omar, now)
    notices = list(Notice.objects.all())
    triads.let_go(member=member, by=None, now=now)
    assert {type(render(notice, now)) for notice in notices} == {Skip}


def test_somebody_else_takes_the_place_and_the_first_is_never_told(triad, omar, now):
    name(triad, omar, now)
    pia = people_builders.person("Pia", now=now)
    name(triad, pia, now)
    assert [member.person for member in triad.members.current().filter(role="trainee")] == [pia]
    assert isinstance(render(Notice.objects.get(recipient=omar), now), Skip)
    assert isinstance(render(Notice.objects.get(recipient=pia), now), Letter)
    assert not Relationship.objects.visible_to(omar, now=now).exists()


def test_a_supervisor_on_record_is_not_recorded_twice(triad, omar, now):
    people_builders.tie(Tie.Kind.DS, omar, by_name("Nia"), now=now)
    name(triad, omar, now)
    assert Tie.objects.count() == 1


def test_naming_is_refused_where_it_makes_no_sense(triad, omar, now):
    with pytest.raises(Refused, match=r"^Choose today or a later day to tell them\.$"):
        name(triad, omar, now, tell_on=now.date() - timedelta(days=1))
    with pytest.raises(Refused, match=r"^Jo is one of the three already\.$"):
        name(triad, by_name("Jo"), now)
    bea = people_builders.person("Bea", now=now)
    people_builders.tie(Tie.Kind.BLOCK, by_name("Nia"), bea, now=now)
    with pytest.raises(Refused, match=r"^Bea and Nia are not to be brought together: a conflict between them is"):
        name(triad, bea, now)
    gone = people_builders.person("Gus", now=now)
    people_actions.leave(person=gone, by=None, now=now)
    gone.refresh_from_db()
    with pytest.raises(Refused, match=r"^Gus has left\.$"):
        name(triad, gone, now)
    plain = builders.pair(builders.cohort(now=now), now=now)
    with pytest.raises(Refused, match=r"^This programme has no triads\.$"):
        name(plain, omar, now)
    relationships.end(relationship=triad, by=None, now=now)
    with pytest.raises(Refused, match=r"^The two are not under way together, so nobody can join them\.$"):
        name(triad, omar, now)
    cohort, jo, nia = builders.supervisors(now=now)
    later = Telling(opens_at=now + timedelta(days=3))
    unknown = relationships.start(cohort=cohort, mentee=jo, mentor=nia, telling=later, by=None, now=now)
    with pytest.raises(Refused, match="have not been told of their match yet"):
        name(unknown, omar, now)
    assert not Member.objects.filter(role="trainee").exists()


def test_nobody_is_the_trainee_of_two(triad, omar, now):
    name(triad, omar, now)
    other = builders.triad(now=now)
    with pytest.raises(Refused, match=r"^Omar is the trainee of another triad already\.$"):
        name(other, omar, now)
    assert other.members.current().count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():  # and the database would not have it either
        Member.objects.create(relationship=other, person=omar, role=Member.Role.TRAINEE, joined_at=now)


def test_a_trainee_who_leaves_leaves_the_pair(triad, omar, now):
    name(triad, omar, now)
    people_actions.leave(person=omar, by=None, now=now)
    triad.refresh_from_db()
    assert (triad.state, triad.members.current().count()) == ("live", 2)
    assert not Notice.objects.filter(kind="relationship-ended").exists()


def test_a_triad_that_ends_tells_all_three_and_frees_the_places(triad, omar, now):
    name(triad, omar, now, tell_on=now.date())
    relationships.end(relationship=triad, by=None, now=now)
    assert Notice.objects.filter(kind="relationship-ended").count() == 3
    assert not Member.objects.current().exists()
    assert {enrolment.places_taken for enrolment in triad.cohort.enrolments.all()} == {0}


def test_a_trainee_does_not_end_what_the_two_have(triad, omar, now):
    name(triad, omar, now)
    with pytest.raises(Refused, match=r"^Your two supervisors are a pair of their own\."):
        relationships.end(relationship=triad, by=omar, now=now)
    assert triad.members.current().count() == 3


# --- Pages ------------------------------------------------------------------------------------


@pytest.fixture
def lead(triad, now):
    return people_builders.lead(triad.cohort.programme.organisation, now=now)


def address(triad):
    return reverse("programmes:relationship-trainee", args=[triad.pk])


def test_relationship_trainee_names_somebody_from_the_list(triad, omar, lead, signed_in):
    client = signed_in(lead)
    page = client.get(address(triad)).content.decode()
    assert "Omar Haddad" in page
    assert "Nia goes on record as the designated supervisor" in page
    assert 'value="26"' in page  # told on the first day, unless the lead says otherwise
    day = {"tell_on-day": "1", "tell_on-month": "7", "tell_on-year": "2027"}
    answer = client.post(address(triad), {"trainee": omar.pk} | day)
    assert answer.url == reverse("programmes:relationship-detail", args=[triad.pk])
    page = client.get(answer.url).content.decode()
    assert "Omar Haddad is supervised by the two together, and is told on 1 July 2027." in page
    assert "is told on 1 July 2027" in page
    assert "Trainee DS, independent from 24 July 2028." in page


def test_relationship_trainee_says_what_is_wrong_and_keeps_what_was_typed(triad, omar, lead, signed_in):
    client = signed_in(lead)
    day = {"tell_on-day": "1", "tell_on-month": "7", "tell_on-year": "2026"}
    page = client.post(address(triad), {"trainee": omar.pk} | day).content.decode()
    assert "Choose today or a later day to tell them." in page
    assert 'value="2026"' in page
    page = client.post(address(triad), day).content.decode()
    assert "Choose one person." in page


def test_relationship_trainee_ends_their_time(triad, omar, lead, signed_in, now):
    name(triad, omar, now)
    client = signed_in(lead)
    assert "Omar Haddad is the trainee pharmacist of this triad." in client.get(address(triad)).content.decode()
    assert client.post(address(triad), {"let_go": "yes"}).status_code == 302
    assert triad.members.current().count() == 2
    assert client.post(address(triad), {"let_go": "yes"}).status_code == 302  # twice does no harm


def test_relationship_trainee_finds_anybody_on_record_by_name(triad, omar, lead, signed_in, now):
    people_builders.person("Zed Quill", now=now, organisation=triad.cohort.programme.organisation)
    client = signed_in(lead)
    assert "Zed Quill" not in client.get(address(triad)).content.decode()
    assert "Zed Quill" in client.get(address(triad), {"q": "quil"}).content.decode()
    page = client.get(address(triad), {"q": "nobody"}).content.decode()
    assert "Nobody in your staff list who is free for it has these words." in page


def test_relationship_trainee_is_for_leads_of_a_model_with_triads(triad, lead, signed_in, now):
    assert signed_in(by_name("Nia")).get(address(triad)).status_code == 404
    plain = builders.pair(builders.cohort(now=now, organisation=triad.cohort.programme.organisation), now=now)
    assert signed_in(lead).get(address(plain)).status_code == 404
    relationships.end(relationship=triad, by=None, now=now)
    assert signed_in(lead).get(address(triad)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_relationship_trainee_costs_the_same_queries_for_three_as_for_one(
    rows, triad, lead, signed_in, now, django_assert_num_queries
):
    for _ in range(rows):
        people_builders.person(now=now, organisation=triad.cohort.programme.organisation, level="foundation")
    client = signed_in(lead)
    with django_assert_num_queries(9):
        client.get(address(triad))


def test_the_trainee_reads_who_is_who_and_nothing_of_where_the_other_stands(triad, omar, signed_in, now):
    name(triad, omar, now, tell_on=now.date())
    page = signed_in(omar).get(reverse("programmes:relationship-detail", args=[triad.pk])).content.decode()
    assert SENTENCE in page
    assert "You have two supervisors this year." in page
    assert "independent" not in page
    assert "Name somebody else" not in page
    home = signed_in(omar).get(reverse("home")).content.decode()
    assert "Jo, your trainee DS" in home
    assert "Nia, your experienced DS" in home


def test_the_trainee_can_say_that_it_is_not_right_but_not_end_it(triad, omar, signed_in, now):
    name(triad, omar, now, tell_on=now.date())
    client = signed_in(omar)
    page = client.get(reverse("programmes:relationship-detail", args=[triad.pk])).content.decode()
    assert "This isn’t right for me" in page
    assert "End this mentoring" not in page
    flag = client.get(reverse("programmes:flag-raise", args=[triad.pk])).content.decode()
    assert "End this mentoring" not in flag
    ending = reverse("programmes:relationship-end", args=[triad.pk])
    assert client.get(ending).status_code == client.post(ending).status_code == 404
    assert signed_in(by_name("Nia")).get(ending).status_code == 200


def test_each_of_several_is_named_on_their_card(triad, omar, signed_in, now):
    name(triad, omar, now, tell_on=now.date())
    page = signed_in(omar).get(reverse("programmes:relationship-detail", args=[triad.pk])).content.decode()
    assert "<h1" in page
    assert "Jo and Nia" in page
    assert "Trainee DS" in page
    assert "Experienced DS" in page


def test_the_trainee_is_shown_no_goals_which_are_the_two_supervisors_own(triad, omar, signed_in, now):
    name(triad, omar, now, tell_on=now.date())
    sessions, goals = (reverse(f"sessions_log:{page}-list", args=[triad.pk]) for page in ("session", "goal"))
    for person, sees in ((omar, False), (by_name("Jo"), True)):
        client = signed_in(person)
        assert (goals in client.get(sessions).content.decode()) is sees
        assert client.get(goals).status_code == (200 if sees else 404)
