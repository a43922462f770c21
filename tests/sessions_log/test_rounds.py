"""A group's round: bringing a situation, the cards in their order, protected time, and what leads and others read."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from programmes import mentoring_models
from programmes.actions import commissioning, groups, relationships
from programmes.mentoring_models.matches import Round
from programmes.models import Cohort
from sessions_log.actions import board_reports, keeping, plans, rounds
from sessions_log.models import Output, Situation
from sessions_log.rounds import presents_on, situation_link, steps_of
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.builders import sessions_log

pytestmark = pytest.mark.django_db
TEXT = "A relative shouted at me."


@pytest.fixture
def cohort(now):
    return builders.peers_cohort(now=now)


@pytest.fixture
def group(cohort, now):
    """Nell facilitates Ann, Bob, Cas and Dee."""
    nell = builders.mentor(cohort, "Nell Barr", capacity=10, now=now)
    names = ("Ann Lee", "Bob Oak", "Cas Rue", "Dee Sand")
    members = [builders.peer(cohort, name, now=now) for name in names]
    return groups.form(cohort=cohort, mentors=[nell], mentees=members, by=None, now=now)


def who(group, name):
    return group.members.select_related("person").get(person__given_name=name, left_at=None).person


def test_a_situation_is_the_writers_and_the_facilitators_until_it_is_told(group, now):
    ann, bob, nell = (who(group, name) for name in ("Ann", "Bob", "Nell"))
    with pytest.raises(Refused, match="Shared notes open when everyone has accepted the group agreement"):
        rounds.bring(relationship=group, text=TEXT, by=ann, now=now)
    sessions_log.all_accept(group, now=now)
    brought = rounds.bring(relationship=group, text=TEXT, by=ann, now=now)
    again = rounds.bring(relationship=group, text="It was her daughter.", by=ann, now=now)
    assert (again.pk, again.text) == (brought.pk, "It was her daughter.")

    def readers():
        return [one for one in (ann, bob, nell) if Situation.objects.visible_to(one, now=now).exists()]

    assert readers() == [ann, nell]
    for person in (nell, people_builders.person(now=now)):
        with pytest.raises(Refused, match="Only members of this group"):
            rounds.bring(relationship=group, text=TEXT, by=person, now=now)
    with pytest.raises(Refused, match="Only the facilitator closes"):
        rounds.close(situation=again, by=ann, now=now)
    rounds.close(situation=again, by=nell, now=now)
    assert readers() == [ann]
    with pytest.raises(Refused, match="Only whoever wrote it"):
        rounds.take_back(situation=again, by=nell, now=now)
    rounds.take_back(situation=again, by=ann, now=now)  # told: it stays hers
    assert Situation.objects.count() == 1
    second = rounds.bring(relationship=group, text=TEXT, by=ann, now=now)
    rounds.take_back(situation=second, by=ann, now=now)
    assert Situation.objects.count() == 1


def test_one_is_told_a_meeting_in_the_order_in_which_they_were_brought(group, now):
    sessions_log.all_accept(group, now=now)
    ann, bob, nell = (who(group, name) for name in ("Ann", "Bob", "Nell"))
    rounds.bring(relationship=group, text=TEXT, by=bob, now=now)
    rounds.bring(relationship=group, text=TEXT, by=ann, now=now + timedelta(hours=1))
    assert presents_on(group, bob, now=now)[1] is None  # no date is set
    plans.change(relationship=group, first_on=now.date() + timedelta(days=7), mode="video", by=nell, now=now)
    days = list(group.targets.order_by("due_on").values_list("due_on", flat=True)[:2])
    assert [presents_on(group, one, now=now)[1] for one in (bob, ann)] == days
    own = group.situations.get(author=bob)
    rounds.close(situation=own, by=nell, now=now)
    assert presents_on(group, ann, now=now)[1] == days[0]


def test_the_cards_go_in_order_and_take_the_minutes_of_the_programme(cohort, group):
    cohort.programme.settings = {"group": {"round": {"question": 3}}}
    cohort.programme.save(update_fields=["settings"])
    group.cohort = cohort
    presenter = group.members.get(person=who(group, "Bob"))
    steps = steps_of(group, presenter)
    assert [(one.part, one.who, one.minutes) for one in steps] == [
        ("presenting", "Bob Oak", 10),
        ("question", "Ann Lee", 3),
        ("question", "Cas Rue", 3),
        ("question", "Dee Sand", 3),
        ("pause", "", 2),
        ("reflections", "", 20),
        ("learning", "Bob Oak", 5),
    ]
    with pytest.raises(ValueError, match="from 1 to 60 minutes"):
        Round(pause=0)


def test_round_detail_is_read_without_script_and_writes_nothing(group, now, client):
    sessions_log.all_accept(group, now=now)
    ann, nell = who(group, "Ann"), who(group, "Nell")
    page = reverse("sessions_log:round-detail", args=[group.pk])
    presenter = group.members.get(person=ann).pk
    with time_machine.travel(now, tick=False):
        client.force_login(nell)
        assert "Nobody has brought a situation yet" in client.get(page).content.decode()
        before = AuditEvent.objects.count()
        shown = client.get(page, {"presenter": presenter, "at": 1}).content.decode()
        assert "2 minutes, until 10:02" in shown  # nine o'clock is ten in summer time
        assert "Bob Oak passes" in shown
        for nonsense in ("-1", "x", "9" * 30, "99"):
            assert client.get(page, {"presenter": presenter, "at": nonsense}).status_code == 200
        assert "Who presents?" in client.get(page, {"presenter": 10**9}).content.decode()
        assert AuditEvent.objects.count() == before
        rounds.bring(relationship=group, text=TEXT, by=ann, now=now)
        answer = client.post(f"{page}?presenter={presenter}", follow=True)
        assert "The round is over." in answer.content.decode()
        assert not Situation.objects.to_tell().exists()
        client.force_login(ann)
        assert client.get(page).status_code == 404


def test_situation_edit_from_a_pair_one_takes_it_to_the_group_or_sees_the_groups(cohort, group, now):
    eve, fay = (builders.peer(cohort, name, now=now) for name in ("Eve Dunn", "Fay Ives"))
    alone = relationships.start(cohort=cohort, mentee=eve, mentor=fay, by=None, now=now)
    link = situation_link(alone, eve.person, now=now)
    assert (link.text, link.url) == ("Take it to a group", reverse("programmes:group-list", args=[cohort.pk]))
    ann, bob = (cohort.enrolments.select_related("person", "cohort").get(person=who(group, n)) for n in ("Ann", "Bob"))
    pair = relationships.start(cohort=cohort, mentee=ann, mentor=bob, by=None, now=now)
    link = situation_link(pair, ann.person, now=now)
    assert link.url == reverse("sessions_log:situation-edit", args=[group.pk])
    assert situation_link(pair, who(group, "Nell"), now=now) is None


def test_output_settle_and_what_comes_out_goes_to_whom_it_is_for(group, now, client):
    sessions_log.all_accept(group, now=now)
    ann = who(group, "Ann")
    lead = people_builders.lead(group.cohort.programme.organisation, now=now)
    how = {"relationship": group, "by": ann, "now": now}
    with pytest.raises(Refused, match="Choose what it is"):
        board_reports.write(kind="project", text="A list", **how)
    board_reports.write(kind="theme", text="Angry relatives", **how)
    wanted = board_reports.write(kind="cpd", text="Deprescribing", **how)
    with time_machine.travel(now, tick=False):
        client.force_login(ann)
        shown = client.get(reverse("sessions_log:output-list", args=[group.pk])).content.decode()
        assert ("The leads" in shown, "Agree to show it" in shown, "Project" in shown) == (True, False, False)
        client.force_login(lead)
        assert "1 CPD session is asked for by groups" in client.get("/").content.decode()
        board = client.get(reverse("reports:board-detail", args=[group.cohort.programme_id])).content.decode()
        assert ("Angry relatives" in board, "Deprescribing" in board) == (True, False)
    with pytest.raises(Refused, match="Only a lead"):
        rounds.settle(output=wanted, by=ann, now=now)
    rounds.settle(output=wanted, by=lead, now=now)
    rounds.settle(output=wanted, by=lead, now=now)
    assert not Output.objects.wanted().exists()


def test_time_confirm_only_a_commissioner_or_a_lead_confirms_the_time_and_taking_it_back_stops_new_groups(
    cohort, group, now
):
    organisation = cohort.programme.organisation
    stranger = people_builders.commissioner(people_builders.organisation(now=now), now=now)
    lead = people_builders.lead(organisation, now=now)
    for act in (commissioning.confirm_time, commissioning.withdraw_time):
        with pytest.raises(Refused, match="Only the commissioner of this programme or a lead"):
            act(cohort=cohort, by=stranger, now=now)
    commissioning.withdraw_time(cohort=cohort, by=lead, now=now)
    enrolments = [builders.peer(cohort, now=now) for _ in range(4)]
    mentor = builders.mentor(cohort, now=now)
    form = {"cohort": cohort, "mentors": [mentor], "mentees": enrolments, "by": lead, "now": now}
    with pytest.raises(Refused, match=r"^The commissioner needs to confirm protected time before this group opens\.$"):
        groups.form(**form)
    commissioning.confirm_time(cohort=cohort, by=lead, now=now)
    first = Cohort.objects.get(pk=cohort.pk).time_confirmed_at
    commissioning.confirm_time(cohort=cohort, by=lead, now=now + timedelta(days=1))
    assert Cohort.objects.get(pk=cohort.pk).time_confirmed_at == first
    groups.form(**form)
    other = builders.cohort(now=now)
    with pytest.raises(Refused, match="nobody needs to confirm"):
        commissioning.confirm_time(cohort=other, by=lead, now=now)


def test_models_with_a_round_are_those_with_a_turn_card():
    models = mentoring_models.every()
    assert [one.key for one in models if one.group and one.group.round] == ["peer-to-group"]
    assert [one.key for one in models if one.outline == "turn-card"] == ["peer-to-group"]


def test_a_situation_goes_a_year_after_the_group_has_ended(group, now):
    sessions_log.all_accept(group, now=now)
    rounds.bring(relationship=group, text=TEXT, by=who(group, "Ann"), now=now)
    relationships.end(relationship=group, by=None, now=now)
    later = now + timedelta(days=366)
    keeping.warn_due(by=None, now=later - timedelta(days=30))
    assert Situation.objects.exists()
    keeping.drop_due(by=None, now=later)
    assert not Situation.objects.exists()
