"""Goals and next steps go on from session to session, and are read by those whom their owner chose."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from people.access import Access
from programmes.actions import groups, relationships
from programmes.models import Member
from sessions_log.actions import goals
from sessions_log.goals import goals_link, home_section, record_link
from sessions_log.models import Goal, Session
from tests.builders import people, programmes, sessions_log

CANARY = "canary-5d20fe-to-be-done"
ONLY_ITS_MENTOR = "Only the mentor who wrote this record can read it."


def list_url(relationship):
    return reverse("sessions_log:goal-list", args=[relationship.pk])


def record_url(relationship):
    return reverse("sessions_log:record-list", args=[relationship.pk])


def edit_url(goal):
    return reverse("sessions_log:goal-edit", args=[goal.relationship_id, goal.pk])


def settle_url(goal):
    return reverse("sessions_log:goal-settle", args=[goal.relationship_id, goal.pk])


def page_for(client, person, url):
    client.force_login(person)
    return client.get(url).content.decode()


@pytest.fixture
def group(db, now):
    """Kay with Uma and Vic, who have not accepted the ground rules that come first; Kay keeps a record of aims."""
    settings = {"note_readers": ["own", "group"], "record_of_aims": True}
    cohort = sessions_log.group_cohort(now=now, **settings, agreement={"gate": "before-shared-notes"})
    relationship = sessions_log.group(cohort, names=["Uma Lind", "Vic Poole"], now=now)
    relationship.kay = relationship.members.get(role="mentor").person
    relationship.uma, relationship.vic = (
        member.person for member in relationship.members.filter(role="mentee").order_by("person__given_name")
    )
    relationship.lead = people.lead(cohort.programme.organisation, now=now)
    return relationship


# --- a pair ----------------------------------------------------------------------------


def test_goal_list_keeps_a_next_step_with_owner_and_day_for_the_two(client, pair):
    client.force_login(pair.mentee)
    answers = {"kind": "step", "text": CANARY, "owner": pair.mentor.pk, "readers": "members"}

    page = client.post(list_url(pair.relationship), answers | {"due_on": "2027-05-03"}, follow=True).content.decode()

    assert "Next step kept" in page
    goal = Goal.objects.get()
    assert (goal.owner, goal.written_by, goal.due_on, goal.state) == (
        pair.mentor,
        pair.mentee,
        date(2027, 5, 3),
        "open",
    )
    page = page_for(client, pair.mentor, list_url(pair.relationship))
    assert CANARY in page
    assert "3 May 2027" in page
    event = AuditEvent.objects.get(verb="goal-set")
    assert CANARY not in str(event.__dict__)


def test_goal_list_names_the_readers_above_the_box(client, pair):
    page = page_for(client, pair.mentee, list_url(pair.relationship))
    assert "Only you and Ben Okoro can open it in the portal, unless you choose otherwise." in page
    assert page.index("Only you and Ben Okoro") < page.index("<textarea")


def test_goal_list_shows_the_other_nothing_that_its_owner_keeps_to_themselves(client, pair, now):
    goal = sessions_log.goal(pair.relationship, pair.mentee, now=now, text=CANARY, readers="own")
    assert CANARY in page_for(client, pair.mentee, list_url(pair.relationship))
    assert CANARY not in page_for(client, pair.mentor, list_url(pair.relationship))
    assert client.post(settle_url(goal)).status_code == 404
    with pytest.raises(Refused, match="You can keep only what is yours to yourself"):
        sessions_log.goal(pair.relationship, pair.mentee, now=now, by=pair.mentor, readers="own")


def test_nobody_reads_the_goals_of_another_in_a_match_that_they_are_not_yet_told_of(pair, now):
    own = sessions_log.goal(pair.relationship, pair.mentee, now=now)
    assert Goal.objects.visible_to(pair.mentor, now=now).get() == own
    type(pair.relationship).objects.filter(pk=pair.relationship.pk).update(state="arranged", told_at=None)
    assert not Goal.objects.visible_to(pair.mentor, now=now).exists()
    assert Goal.objects.visible_to(pair.mentee, now=now).get() == own


@pytest.mark.parametrize("role", ["observer", "trainee"])
def test_whoever_only_looks_on_or_is_what_it_is_about_reads_no_goals(pair, now, role):
    sessions_log.goal(pair.relationship, pair.mentee, now=now)
    omar = people.person("Omar Reid", now=now)
    member = Member.objects.create(relationship=pair.relationship, person=omar, role=role, joined_at=now)
    assert not Goal.objects.visible_to(omar, now=now).exists()
    Member.objects.filter(pk=member.pk).update(role="peer")
    assert Goal.objects.visible_to(omar, now=now).exists()


def test_goal_edit_lets_the_owner_choose_who_reads_it(client, pair, now):
    goal = sessions_log.goal(pair.relationship, pair.mentee, now=now, by=pair.mentor, text="As it was")
    client.force_login(pair.mentor)
    form = client.get(edit_url(goal)).context["form"]
    assert "readers" not in form.fields
    client.force_login(pair.mentee)
    seen_at = client.get(edit_url(goal)).context["form"].initial["seen_at"]
    client.post(edit_url(goal), {"text": CANARY, "readers": "own", "seen_at": seen_at})
    assert CANARY in page_for(client, pair.mentee, list_url(pair.relationship))
    assert CANARY not in page_for(client, pair.mentor, list_url(pair.relationship))


def test_goal_edit_does_not_overwrite_what_was_changed_elsewhere(client, pair, now):
    goal = sessions_log.goal(pair.relationship, pair.mentee, now=now, text="As it was")
    client.force_login(pair.mentee)
    seen_at = client.get(edit_url(goal)).context["form"].initial["seen_at"]
    goals.change(
        goal=goal,
        text="Ben was quicker",
        due_on=None,
        seen_at=goal.changed_at,
        by=pair.mentee,
        now=now + timedelta(minutes=1),
    )
    page = client.post(edit_url(goal), {"text": CANARY, "readers": "members", "seen_at": seen_at}).content.decode()
    assert "This has just been changed elsewhere" in page
    assert CANARY in page
    assert Goal.objects.get().text == "Ben was quicker"


def test_goal_list_asks_about_an_nhs_number(client, pair):
    client.force_login(pair.mentee)
    answers = {"kind": "step", "text": "Call 943 476 5919", "owner": pair.mentee.pk, "readers": "members"}
    page = client.post(list_url(pair.relationship), answers).content.decode()
    assert "Is 943 476 5919 a patient’s number? Take it out" in page
    assert not Goal.objects.exists()


def test_goal_settle_ticks_off_lets_go_and_takes_up_again(client, pair, now):
    goal = sessions_log.goal(pair.relationship, pair.mentee, now=now, text=CANARY)
    for person, said, state in ((pair.mentor, "done", "done"), (pair.mentee, "open", "open")):
        client.force_login(person)
        client.post(settle_url(goal), {"state": said})
        goal.refresh_from_db()
        assert goal.state == state
    client.post(settle_url(goal), {"state": "dropped"})
    client.post(settle_url(goal), {"state": "done"})  # it was let go: a stale page does not change that
    goal.refresh_from_db()
    assert goal.state == "dropped"
    assert AuditEvent.objects.filter(verb="goal-settled").count() == 3
    assert "Dropped, " in page_for(client, pair.mentor, list_url(pair.relationship))


def test_goal_delete_asks_once_and_is_for_its_owner_and_its_writer(client, pair, now):
    goal = sessions_log.goal(pair.relationship, pair.mentee, now=now, text=CANARY)
    url = reverse("sessions_log:goal-delete", args=[pair.relationship.pk, goal.pk])
    client.force_login(pair.mentor)
    assert client.get(url).status_code == 404
    with pytest.raises(Refused):
        goals.delete(goal=goal, by=pair.mentor, now=now)
    assert "Delete it?" in page_for(client, pair.mentee, url)
    client.post(url)
    assert not Goal.objects.exists()


def test_goal_list_is_absent_for_everybody_else_and_keeps_ones_own_after_the_end(client, pair, now):
    goal = sessions_log.goal(pair.relationship, pair.mentee, now=now, text=CANARY)
    organisation = pair.cohort.programme.organisation
    for somebody in (pair.lead, people.administrator(now=now), people.host_officer(organisation, now=now)):
        client.force_login(somebody)
        assert client.get(list_url(pair.relationship)).status_code == 404
        assert client.get(edit_url(goal)).status_code == 404
        assert client.post(settle_url(goal)).status_code == 404
        assert goals_link(pair.relationship, somebody, now=now) is None
    relationships.end(relationship=pair.relationship, by=pair.lead, now=now)
    page = page_for(client, pair.mentee, list_url(pair.relationship))
    assert CANARY in page
    assert "<textarea" not in page
    assert CANARY not in page_for(client, pair.mentor, list_url(pair.relationship))
    with pytest.raises(Refused, match="has ended"):
        sessions_log.goal(pair.relationship, pair.mentee, now=now)


@pytest.mark.parametrize("count", [1, 3])
def test_goal_list_asks_a_fixed_number_of_questions(client, pair, now, django_assert_num_queries, count):
    for _ in range(count):
        sessions_log.goal(pair.relationship, pair.mentee, now=now)
        done = sessions_log.goal(pair.relationship, pair.mentor, now=now, kind="goal")
        goals.settle(goal=done, state="done", by=pair.mentor, now=now)
    client.force_login(pair.mentee)
    client.get(list_url(pair.relationship))
    with django_assert_num_queries(15):
        client.get(list_url(pair.relationship))


# --- from session to session --------------------------------------------------------------


def test_session_log_past_ticks_off_a_step_and_adds_the_next(client, pair, now):
    before = sessions_log.goal(pair.relationship, pair.mentee, now=now, text="Read the audit report")
    hidden = sessions_log.goal(pair.relationship, pair.mentor, now=now, text=CANARY, readers="own")
    url = reverse("sessions_log:session-log-past", args=[pair.relationship.pk])
    page = page_for(client, pair.mentee, url)
    assert "Read the audit report" in page
    assert CANARY not in page
    member = pair.relationship.members.get(person=pair.mentor)
    answers = {"day": "2027-04-14", "attended": [member.pk], "minutes": "60"}
    steps = {"done": [str(before.pk)], "step": "Draft the poster", "step_owner": pair.mentee.pk}

    client.post(url, answers | steps | {"step_due": "2027-04-28"})

    session = Session.objects.get()
    before.refresh_from_db()
    assert (before.state, before.settled_in) == ("done", session)
    added = Goal.objects.exclude(pk__in=[before.pk, hidden.pk]).get()
    assert (added.text, added.owner, added.due_on, added.session) == (
        "Draft the poster",
        pair.mentee,
        date(2027, 4, 28),
        session,
    )
    page = page_for(client, pair.mentor, reverse("sessions_log:session-list", args=[pair.relationship.pk]))
    assert "Draft the poster" in page  # carried on until it is done or let go
    assert "Read the audit report" not in page


def test_session_log_past_that_is_refused_settles_nothing_and_keeps_what_was_typed(client, pair, now):
    before = sessions_log.goal(pair.relationship, pair.mentee, now=now)
    client.force_login(pair.mentee)
    member = pair.relationship.members.get(person=pair.mentor)
    answers = {"day": "2027-04-20", "attended": [member.pk], "minutes": "60", "done": [str(before.pk)]}
    url = reverse("sessions_log:session-log-past", args=[pair.relationship.pk])
    page = client.post(url, answers | {"step": CANARY}).content.decode()
    assert "That day is still to come" in page
    assert CANARY in page
    assert Goal.objects.get().state == "open"
    assert (
        "Is 943 476 5919 a patient’s number?" in client.post(url, answers | {"step": "943 476 5919"}).content.decode()
    )


def test_home_section_shows_what_is_due_within_a_week_to_its_owner_and_writes_no_mail(pair, now):
    def texts(person):
        section = home_section(person, Access(person, now=now), now)
        return [(item.text, item.hint) for item in section.items] if section else []

    today = now.date()
    sessions_log.goal(pair.relationship, pair.mentee, now=now, text="Late", due_on=today - timedelta(days=3))
    sessions_log.goal(pair.relationship, pair.mentee, now=now, text="Soon", due_on=today + timedelta(days=7))
    sessions_log.goal(pair.relationship, pair.mentee, now=now, text="Later", due_on=today + timedelta(days=8))
    sessions_log.goal(pair.relationship, pair.mentee, now=now, text="Whenever")
    notices = Notice.objects.count()
    assert texts(pair.mentee) == [("Late", "Was due 11 April 2027."), ("Soon", "Due 21 April 2027.")]
    assert texts(pair.mentor) == []
    assert Notice.objects.count() == notices
    assert goals_link(pair.relationship, pair.mentor, now=now).hint == "4 next steps open, the first by 11 April 2027."
    goals.settle(goal=Goal.objects.get(due_on=today - timedelta(days=3)), state="done", by=pair.mentor, now=now)
    relationships.end(relationship=pair.relationship, by=pair.lead, now=now)
    assert texts(pair.mentee) == []


# --- a group, and its mentor's record -------------------------------------------------------


def test_goal_list_of_a_group_is_its_owners_and_its_mentors_unless_they_choose_more(client, group, now):
    sessions_log.goal(group, group.uma, now=now, text=CANARY)
    assert CANARY in page_for(client, group.kay, list_url(group))
    assert CANARY not in page_for(client, group.vic, list_url(group))
    with pytest.raises(Refused, match="for yourself and for those you mentor"):
        sessions_log.goal(group, group.uma, now=now, by=group.vic)
    with pytest.raises(Refused, match="Shared notes open when everyone has accepted the ground rules"):
        sessions_log.goal(group, group.uma, now=now, readers="members")
    sessions_log.all_accept(group, now=now)
    sessions_log.goal(group, group.uma, now=now, text="For all of us", readers="members")
    assert "For all of us" in page_for(client, group.vic, list_url(group))


def test_record_list_is_its_mentors_and_each_member_reads_their_own_aims(client, group, now):
    client.force_login(group.kay)
    client.post(record_url(group), {"about": group.uma.pk, "text": "Uma aims at the diploma"})
    client.post(record_url(group), {"about": group.vic.pk, "text": "Vic aims at speaking up"})
    page = page_for(client, group.kay, record_url(group))
    assert "Uma aims at the diploma" in page
    assert "Vic aims at speaking up" in page
    assert page.index("Only you and the one whose aim it is") < page.index("<textarea")

    sessions_log.goal(group, group.kay, now=now, text="Kay's own")
    assert {aim.owner for aim in Goal.objects.recorded()} == {group.uma, group.vic}

    page = page_for(client, group.uma, record_url(group))

    assert "Uma aims at the diploma" in page
    assert "Vic aims" not in page
    assert client.post(record_url(group), {"about": group.uma.pk, "text": "x"}).status_code == 404
    for person in (group.uma, group.vic, group.kay):
        assert "aims at" not in page_for(client, person, list_url(group)).split("<main", 1)[1]


def test_record_list_tells_the_lead_whose_it_is_and_shows_nothing(client, group, now):
    goals.record_aim(relationship=group, about=group.uma, text=CANARY, by=group.kay, now=now)
    for method in ("get", "post"):
        client.force_login(group.lead)
        answer = getattr(client, method)(record_url(group))
        assert answer.status_code == 409
        assert ONLY_ITS_MENTOR in answer.content.decode()
        assert CANARY not in answer.content.decode()
    assert record_link(group, group.lead, now=now) is None
    for somebody in (people.administrator(now=now), people.host_officer(group.cohort.programme.organisation, now=now)):
        client.force_login(somebody)
        assert client.get(record_url(group)).status_code == 404


def test_record_list_is_changed_by_its_mentor_alone(client, group, now):
    aim = goals.record_aim(relationship=group, about=group.uma, text=CANARY, by=group.kay, now=now)
    client.force_login(group.uma)
    assert client.get(edit_url(aim)).status_code == 404
    with pytest.raises(Refused):
        goals.settle(goal=aim, state="done", by=group.uma, now=now)
    client.force_login(group.kay)
    page = client.get(edit_url(aim)).content.decode()
    assert "Only you and the one whose aim it is" in page
    client.post(settle_url(aim), {"state": "done"})
    aim.refresh_from_db()
    assert aim.state == "done"
    with pytest.raises(Refused):
        goals.record_aim(relationship=group, about=group.uma, text="x", by=group.uma, now=now)


def test_record_list_is_absent_where_the_model_has_none(client, pair, now):
    client.force_login(pair.mentor)
    assert client.get(record_url(pair.relationship)).status_code == 404
    client.force_login(pair.lead)
    assert client.get(record_url(pair.relationship)).status_code == 404
    with pytest.raises(Refused, match="no record of aims"):
        goals.record_aim(relationship=pair.relationship, about=pair.mentee, text="x", by=pair.mentor, now=now)


def test_record_stays_its_mentors_and_closes_to_nobody_whose_aim_it_is_when_they_leave(client, group, now):
    goals.record_aim(relationship=group, about=group.uma, text=CANARY, by=group.kay, now=now)
    groups.leave(member=group.members.get(person=group.uma), by=group.uma, now=now)
    assert CANARY in page_for(client, group.uma, record_url(group))
    assert CANARY in page_for(client, group.kay, record_url(group))
    assert CANARY not in page_for(client, group.vic, record_url(group))


def test_relationship_detail_leads_a_member_to_all_of_it_and_asks_as_few_questions(
    client, pair, now, django_assert_max_num_queries
):
    sessions_log.goal(pair.relationship, pair.mentee, now=now)
    client.force_login(pair.mentee)
    url = reverse("programmes:relationship-detail", args=[pair.relationship.pk])
    client.get(url)
    with django_assert_max_num_queries(15):
        page = client.get(url).content.decode()
    assert "1 next step open." in page
    other = programmes.pair(pair.cohort, now=now)
    assert goals_link(other, pair.mentee, now=now) is None
