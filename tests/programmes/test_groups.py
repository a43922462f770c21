"""Groups: forming them, asking to come in, leaving, handing over, and what of it leads and members see."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from programmes import mentoring_models
from programmes.actions import (
    agreements,
    consents,
    enrolments,
    group_leads,
    group_requests,
    groups,
    rechecks,
    relationships,
)
from programmes.actions.telling import Telling
from programmes.agreements import agreement_of, digest_of
from programmes.following import worded
from programmes.groups import SHORT, lacking
from programmes.models import GroupRequest, Member, Relationship, RuleOverride
from sessions_log.models import Attendance, Quarter
from sessions_log.sharing import waits_for
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.builders import sessions_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(now, world):
    """Groups of two or three, which anybody who takes part may join, run by the trust of the world."""
    return of_three(world, now)


def of_three(world, now, **group):
    size = {"size": {"default": 3, "least": 2, "most": 8}, "joining": "open"}
    return builders.cohort(
        now=now,
        organisation=world.trust,
        shapes=["group"],
        group=size | group,
        capacity={"mentor": {"default": 8, "least": 1, "most": 8}},
        agreement={"gate": "before-shared-notes", "called": "group agreement"},
        matching={"arises": "joins-group"},
    )


@pytest.fixture
def group(cohort, now):
    """Tam's, with Uma and Vic."""
    return groups.form(
        cohort=cohort,
        mentors=[builders.mentor(cohort, "Tam Rees", capacity=8, now=now)],
        mentees=[builders.mentee(cohort, name, band="6", now=now) for name in ("Uma Khan", "Vic Ono")],
        by=None,
        now=now,
    )


def member(group, name) -> Member:
    return group.members.current().select_related("person", "enrolment", "relationship").get(person__given_name=name)


def places(cohort) -> dict[str, int]:
    return dict(cohort.enrolments.order_by("pk").values_list("person__given_name", "places_taken"))


def told(kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__given_name", flat=True))


# --- coming in and going out ------------------------------------------------------------------


def test_asking_joins_while_there_is_a_place_and_then_waits(cohort, group, now):
    wes, xan = (builders.mentee(cohort, name, now=now) for name in ("Wes Ade", "Xan Ito"))
    joined = group_requests.ask(relationship=group, mentee=wes, by=wes.person, now=now)
    assert joined.role == Member.Role.MENTEE
    assert places(cohort) == {"Tam": 3, "Uma": 1, "Vic": 1, "Wes": 1, "Xan": 0}
    assert told("match-published") == {"Wes"}
    assert told(groups.CHANGED) == {"Tam"}
    with pytest.raises(Refused, match=r"^This group has 3 of 3 places taken\. You can join the waiting list\.$"):
        group_requests.ask(relationship=group, mentee=xan, by=xan.person, now=now)
    request = group_requests.ask(relationship=group, mentee=xan, waits=True, by=xan.person, now=now)
    assert request.state == GroupRequest.State.WAITING
    assert group_requests.ask(relationship=group, mentee=xan, waits=True, by=xan.person, now=now) == request
    groups.leave(member=member(group, "Uma"), by=None, now=now)
    assert told(groups.PLACE_FREE) == {"Xan"}
    group_requests.ask(relationship=group, mentee=xan, by=xan.person, now=now)
    request.refresh_from_db()
    assert request.state == GroupRequest.State.JOINED
    assert places(cohort) == {"Tam": 3, "Uma": 0, "Vic": 1, "Wes": 1, "Xan": 1}


def test_asking_where_a_lead_says_yes(world, now):
    cohort = of_three(world, now, joining="asks")
    group = sessions_log.group(cohort, mentees=2, now=now)
    wes, xan = (builders.mentee(cohort, name, now=now) for name in ("Wes Ade", "Xan Ito"))
    asked = [group_requests.ask(relationship=group, mentee=one, by=one.person, now=now) for one in (wes, xan)]
    assert [one.state for one in asked] == ["asked", "asked"]
    group_requests.admit(request=asked[0], by=world.lead, now=now)
    assert group.members.current().filter(person=wes.person).exists()
    with pytest.raises(Refused, match="settled already"):
        group_requests.admit(request=asked[0], by=world.lead, now=now)
    with pytest.raises(Refused, match="3 of 3 places taken"):
        group_requests.admit(request=asked[1], by=world.lead, now=now)
    group_requests.decline(request=asked[1], by=world.lead, now=now)
    assert not GroupRequest.objects.open().exists()
    with pytest.raises(Refused, match="for themselves"):
        group_requests.withdraw(request=asked[1], by=wes.person, now=now)


def test_asking_meets_the_rules_before_anybody_else_sees_it(cohort, group, now):
    tam = member(group, "Tam")
    wes = builders.mentee(cohort, "Wes Ade", managers=[tam.person], now=now)
    with pytest.raises(Refused, match="Tam is Wes's line manager"):
        group_requests.ask(relationship=group, mentee=wes, by=wes.person, now=now)
    assert not GroupRequest.objects.exists()


def test_leaving_frees_the_places_and_the_time_and_the_group_goes_on(cohort, group, now):
    tam = member(group, "Tam").person
    session = sessions_log.session(group, tam, now=now)
    uma = member(group, "Uma")
    groups.leave(member=uma, by=uma.person, now=now)
    assert places(cohort) == {"Tam": 1, "Uma": 0, "Vic": 1}
    assert not Quarter.objects.filter(person=uma.person).exists()
    assert set(session.attendances.values_list("member__person__given_name", flat=True)) == {"Tam", "Vic"}
    groups.leave(member=uma, by=uma.person, now=now)  # twice changes nothing
    assert places(cohort) == {"Tam": 1, "Uma": 0, "Vic": 1}
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    with pytest.raises(Refused, match="does not go on without its mentor"):
        groups.leave(member=member(group, "Tam"), by=tam, now=now)


def test_joining_brings_what_is_planned(cohort, group, now):
    session = sessions_log.session(group, member(group, "Tam").person, now=now)
    busy = builders.mentee(cohort, "Wes Ade", now=now)
    other = builders.cohort(now=now)
    pair = builders.pair(other, builders.mentee(other, busy.person, now=now), now=now)
    sessions_log.session(pair, busy.person, now=now, at=session.starts_at)
    groups.join(relationship=group, mentee=busy, by=None, now=now)
    groups.leave(member=member(group, "Uma"), by=None, now=now)
    free = builders.mentee(cohort, "Xan Ito", now=now)
    groups.join(relationship=group, mentee=free, by=None, now=now)
    states = dict(session.attendances.values_list("member__person__given_name", "state"))
    assert states == {"Tam": "expected", "Vic": "expected", "Wes": Attendance.State.CANNOT, "Xan": "expected"}
    assert "Xan" in told("session")


def test_withdrawing_and_being_merged_out_leaves_the_group_alive(cohort, group, now):
    enrolments.withdraw(enrolment=member(group, "Uma").enrolment, by=None, now=now)
    enrolments.withdraw(enrolment=member(group, "Tam").enrolment, by=None, now=now)
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    assert places(cohort) == {"Tam": 0, "Uma": 0, "Vic": 0}
    yan = builders.mentor(cohort, "Yan Fox", capacity=8, now=now)
    groups.appoint(relationship=group, mentor=yan, by=None, now=now)
    assert places(cohort)["Yan"] == 1
    with pytest.raises(Refused, match="has its mentor"):
        groups.appoint(relationship=group, mentor=builders.mentor(cohort, now=now), by=None, now=now)


def test_a_member_neither_ends_nor_pauses_the_group(group, now):
    uma = member(group, "Uma").person
    with pytest.raises(Refused, match="You can leave it"):
        relationships.end(relationship=group, by=uma, now=now)
    with pytest.raises(Refused, match="You can leave it"):
        relationships.pause(relationship=group, by=uma, now=now)
    relationships.end(relationship=group, by=member(group, "Tam").person, now=now)
    assert told("relationship-ended") == {"Uma", "Vic"}


# --- too few ---------------------------------------------------------------------------------


def test_below_its_least_size_it_stands_on_the_leads_list(world, cohort, group, now):
    assert not SHORT.items(world.lead, now=now)
    groups.leave(member=member(group, "Uma"), by=None, now=now)
    [[task]] = worded([SHORT.items(world.lead, now=now)])
    assert task.text == "Tam's group has 1 mentee, fewer than 2"
    assert SHORT.waiting(world.lead, now=now).count() == 1
    assert not SHORT.items(world.elsewhere, now=now)
    groups.keep_small(relationship=group, by=world.lead, now=now)
    assert not SHORT.items(world.lead, now=now)
    groups.leave(member=member(group, "Vic"), by=None, now=now)
    [[task]] = worded([SHORT.items(world.lead, now=now)])
    assert task.text == "Tam's group has no mentees, fewer than 2"


def test_a_group_that_gathers_is_not_too_small_and_cannot_meet_yet(cohort, now):
    first = builders.mentee(cohort, "Uma Khan", now=now)
    tam = builders.mentor(cohort, "Tam Rees", capacity=8, now=now)
    group = groups.form(cohort=cohort, mentors=[tam], mentees=[first], by=None, now=now)
    assert lacking(group, mentoring_models.of(cohort.programme).group, 1, 1, 1) == ""
    with pytest.raises(Refused, match="opens when 2 have joined"):
        sessions_log.session(group, tam.person, now=now)
    groups.join(relationship=group, mentee=builders.mentee(cohort, now=now), by=None, now=now)
    sessions_log.session(group, tam.person, now=now)


# --- the agreement ---------------------------------------------------------------------------


def accept(group, name, now):
    digest = digest_of(agreement_of(group).text)
    agreements.accept(relationship=group, digest=digest, by=member(group, name).person, now=now)
    group.refresh_from_db()


# --- handing over ----------------------------------------------------------------------------


def test_handing_over_keeps_what_was_accepted_and_the_dates(cohort, group, now):
    for name in ("Tam", "Uma", "Vic"):
        accept(group, name, now)
    tam, uma = member(group, "Tam"), member(group, "Uma")
    session = sessions_log.session(group, tam.person, now=now)
    with pytest.raises(Refused, match="The mentor of the group hands it over"):
        group_leads.hand_over(mentor=tam, to=uma, by=uma.person, now=now)
    leads = group_leads.hand_over(mentor=tam, to=uma, by=tam.person, now=now)
    assert (leads.person, leads.role) == (uma.person, Member.Role.MENTOR)
    assert places(cohort) | {"Uma": None} == {"Tam": 0, "Uma": None, "Vic": 1}
    assert cohort.enrolments.get(person=uma.person, side="mentor").places_taken == 1
    assert waits_for(group, uma.person) == ""
    assert set(session.attendances.values_list("member__person__given_name", flat=True)) == {"Uma", "Vic"}
    assert told(groups.CHANGED) == {"Vic"}


def test_handing_over_to_whoever_manages_a_member_is_refused_and_changes_nothing(cohort, group, now):
    uma, vic = member(group, "Uma"), member(group, "Vic")
    people_builders.employments.set_managers(person=vic.person, managers=[uma.person], by=None, now=now)
    before = places(cohort)
    with pytest.raises(Refused, match="Uma is Vic's line manager"):
        group_leads.hand_over(mentor=member(group, "Tam"), to=uma, by=member(group, "Tam").person, now=now)
    assert places(cohort) == before
    assert member(group, "Uma").role == Member.Role.MENTEE


# --- two mentors, one of them from outside ----------------------------------------------------


@pytest.fixture
def network(world, now):
    return of_three(
        world,
        now,
        mentors=2,
        one_mentor_from_outside=True,
        outside_sentence="One mentor must come from outside this PCN.",
    )


def test_a_group_with_a_mentor_from_outside_opens_with_their_yes(network, world, now):
    network.programme.settings["capacity"] = {"mentor": {"default": 8, "most": 8}, "mentee": {"default": 2, "most": 2}}
    network.programme.save()
    yusuf, cy = (builders.mentor(network, name, capacity=8, now=now) for name in ("Yusuf Rana", "Cy Moss"))
    elsewhere = people_builders.organisation(now=now)
    di = builders.mentor(network, "Di Marsh", capacity=8, organisation=elsewhere, now=now)
    members = [builders.mentee(network, name, capacity=2, now=now) for name in ("Ann Lee", "Bob Oak")]
    with pytest.raises(Refused, match=r"^One mentor must come from outside this PCN\.$"):
        groups.form(cohort=network, mentors=[yusuf, cy], mentees=members, by=None, now=now)
    group = groups.form(cohort=network, mentors=[yusuf, di], mentees=members, telling=Telling(), by=world.lead, now=now)
    assert group.state == Relationship.State.PROPOSED
    assert told("match-offered") == {"Di"}
    assert told("match-published") == set()
    consents.accept(relationship=group, by=di.person, now=now)
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    assert told("match-published") == {"Yusuf", "Di", "Ann", "Bob"}
    assert places(network) == {"Yusuf": 2, "Cy": 0, "Di": 2, "Ann": 2, "Bob": 2}


# --- pages -----------------------------------------------------------------------------------


def page(client, name, *args):
    return client.get(reverse(f"programmes:{name}", args=args)).content.decode()


def said(client, name, pk, /, **post):
    return client.post(reverse(f"programmes:{name}", args=[pk]), post, follow=True).content.decode()


@pytest.mark.parametrize("more", [1, 3])
def test_group_list_asks_a_fixed_number_of_questions(
    world, cohort, group, now, signed_in, more, django_assert_num_queries
):
    for _ in range(more):
        sessions_log.group(cohort, mentees=2, now=now)
    client = signed_in(world.lead)
    client.get(reverse("home"))
    with django_assert_num_queries(12):
        client.get(reverse("programmes:group-list", args=[cohort.pk]))


def test_group_list_shows_a_member_no_names_of_other_groups(cohort, group, now, signed_in):
    wes = builders.mentee(cohort, "Wes Ade", now=now)
    told_later = groups.form(
        cohort=cohort,
        mentors=[builders.mentor(cohort, "Yan Fox", capacity=8, now=now)],
        mentees=[builders.mentee(cohort, now=now) for _ in range(2)],
        name="To come",
        telling=Telling(opens_at=now + timedelta(days=3)),
        by=None,
        now=now,
    )
    shown = page(signed_in(wes.person), "group-list", cohort.pk)
    assert "Tam Rees" in shown
    assert "2 of 3 places taken" in shown
    assert "Uma Khan" not in shown
    assert told_later.name not in shown
    shown = page(signed_in(wes.person), "enrolment-detail", wes.pk)
    assert reverse("programmes:group-list", args=[cohort.pk]) in shown


def test_group_form_asks_why_where_a_rule_advises_against_it(world, cohort, now, signed_in):
    tam = builders.mentor(cohort, "Tam Rees", capacity=8, now=now)
    uma = builders.mentee(cohort, "Uma Khan", managers=[tam.person], now=now)
    vic = builders.mentee(cohort, "Vic Ono", now=now)
    client = signed_in(world.lead)
    people_builders.lead(world.trust, now=now)  # who will be told of the exception
    choice = {"mentors": [tam.pk], "mentees": [uma.pk, vic.pk], "name": "Evenings", "when": "now"}
    shown = said(client, "group-form", cohort.pk, **choice)
    assert "Tam is Uma&#x27;s line manager, so cannot be Uma&#x27;s mentor." in shown
    assert "Why is this group right all the same?" in shown
    assert not Relationship.objects.filter(shape="group").exists()
    assert "Evenings is formed." in said(client, "group-form", cohort.pk, **choice, reason="Nobody else can.")
    assert RuleOverride.objects.get().reason == "Nobody else can."
    assert Relationship.objects.get(shape="group").members.count() == 3


def test_group_form_refuses_what_must_not_be_and_names_the_wrong_number_of_mentors(world, cohort, now, signed_in):
    tam, yan = (builders.mentor(cohort, name, capacity=8, now=now) for name in ("Tam Rees", "Yan Fox"))
    uma = builders.mentee(cohort, "Uma Khan", now=now)
    people_builders.tie("ds", uma.person, tam.person, now=now)
    client = signed_in(world.lead)
    shown = said(client, "group-form", cohort.pk, mentors=[tam.pk], mentees=[uma.pk], when="now", reason="Because.")
    assert "Tam is Uma&#x27;s designated supervisor" in shown
    assert "Choose others." in shown
    shown = said(client, "group-form", cohort.pk, mentors=[tam.pk, yan.pk], mentees=[], when="now")
    assert "Choose at least one person for the group" in shown
    vic = builders.mentee(cohort, "Vic Ono", now=now)
    shown = said(client, "group-form", cohort.pk, mentors=[tam.pk, yan.pk], mentees=[vic.pk], when="now")
    assert "A group here has 1 mentor." in shown
    assert not Relationship.objects.filter(shape="group").exists()


def test_group_join_leads_into_the_group_or_onto_its_waiting_list(cohort, group, now, signed_in):
    wes, xan = (builders.mentee(cohort, name, now=now) for name in ("Wes Ade", "Xan Ito"))
    assert "You are in Tam&#x27;s group." in said(signed_in(wes.person), "group-join", group.pk, join="yes")
    client = signed_in(xan.person)
    full = "This group has 3 of 3 places taken. You can join the waiting list."
    assert full in page(client, "group-join", group.pk)
    assert full in said(client, "group-join", group.pk, join="yes")
    assert "You are on the waiting list." in said(client, "group-join", group.pk, wait="yes")
    assert "On the waiting list" in page(client, "group-list", cohort.pk)
    assert "Taken back." in said(client, "group-join", group.pk, back="yes")
    assert not GroupRequest.objects.open().exists()


def test_group_leave_asks_once_and_only_of_members(group, world, signed_in):
    uma = member(group, "Uma").person
    client = signed_in(uma)
    detail = page(client, "relationship-detail", group.pk)
    assert "Leave this group" in detail
    assert "End this mentoring" not in detail
    assert "Pause it for a while" not in detail
    for address in ("relationship-end", "relationship-pause"):
        assert client.get(reverse(f"programmes:{address}", args=[group.pk])).status_code == 404
    assert "You have left Tam&#x27;s group." in said(client, "group-leave", group.pk)
    assert client.get(reverse("programmes:relationship-detail", args=[group.pk])).status_code == 404


def test_group_members_lets_a_lead_do_all_that_is_to_do(world, cohort, group, now, signed_in):
    wes, xan = (builders.mentee(cohort, name, now=now) for name in ("Wes Ade", "Xan Ito"))
    client = signed_in(world.lead)
    act = lambda **post: said(client, "group-members", group.pk, **post)  # noqa: E731
    assert "Wes Ade is in the group" in act(do="add", who=wes.pk)
    group_requests.ask(relationship=group, mentee=xan, waits=True, by=xan.person, now=now)
    request = GroupRequest.objects.get()
    assert "Xan Ito" in page(client, "group-members", group.pk)
    assert "3 of 3 places taken" in act(do="admit", who=request.pk)
    assert "Uma Khan is not in the group any more" in act(do="remove", who=member(group, "Uma").pk)
    assert "Xan Ito is in the group" in act(do="admit", who=request.pk)
    assert "It is called Evenings" in act(do="rename", name=" Evenings ")
    for name in ("Vic", "Wes"):
        groups.leave(member=member(group, name), by=None, now=now)
    assert "Evenings has 1 mentee, fewer than 2." in page(client, "group-members", group.pk)
    assert "Evenings has 1 mentee, fewer than 2" in page(client, "task-list")
    assert "1 group lacks somebody" in client.get(reverse("home")).content.decode()
    assert "The group goes on as it is" in act(do="keep")
    assert "fewer than" not in page(client, "task-list")
    assert "Choose somebody from the list." in act(do="add", who="x")
    assert "Choose what to do." in act()


def test_group_members_takes_somebody_in_against_advice_only_with_a_reason(world, cohort, group, now, signed_in):
    wes = builders.mentee(cohort, "Wes Ade", managers=[member(group, "Tam").person], now=now)
    client = signed_in(world.lead)
    assert "say why, below" in said(client, "group-members", group.pk, do="add", who=wes.pk)
    shown = said(client, "group-members", group.pk, do="add", who=wes.pk, reason="They asked for each other.")
    assert "Wes Ade is in the group" in shown
    assert RuleOverride.objects.get().rule == "line-management"


def test_group_hand_over_needs_the_yes_of_whoever_leads_from_now(group, signed_in):
    tam, vic = member(group, "Tam"), member(group, "Vic")
    client = signed_in(tam.person)
    assert "Ask them first" in said(client, "group-hand-over", group.pk, to=vic.pk)
    said(client, "group-hand-over", group.pk, to=vic.pk, said_yes="on")
    assert member(group, "Vic").role == Member.Role.MENTOR
    assert AuditEvent.objects.filter(verb="group-handed-over").count() == 1


def test_a_change_of_manager_is_one_item_on_the_leads_list_for_all_whom_it_is_about(world, cohort, group, now):
    tam, uma, vic = (member(group, name) for name in ("Tam", "Uma", "Vic"))
    for one in (uma, vic):
        people_builders.employments.set_managers(person=one.person, managers=[tam.person], by=None, now=now)
    assert rechecks.check(cohort=cohort, by=None, now=now) == 1
    found = group.rule_breaks.get()
    assert "Tam is Uma's line manager" in found.sentence
    assert "Tam is Vic's line manager" in found.sentence
    rechecks.keep(rule_break=found, reason="They asked for it.", by=world.lead, now=now)
    assert RuleOverride.objects.count() == 2
    assert rechecks.check(cohort=cohort, by=None, now=now) == 0


def test_whoever_stops_is_told_that_the_group_goes_on_and_the_cohort_names_it_once(cohort, group, world, now, client):
    uma = member(group, "Uma")
    with time_machine.travel(now, tick=False):
        client.force_login(uma.person)
        shown = client.get(reverse("programmes:enrolment-withdraw", args=[uma.enrolment_id])).content.decode()
        assert ("You leave Tam&#x27;s group, which goes on without you." in shown, "ends today" in shown) == (
            True,
            False,
        )
        client.force_login(world.lead)
        shown = client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).content.decode()
        assert shown.count("Tam&#x27;s group") == 2  # once for each who is in it
