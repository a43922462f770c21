"""What a group is to talk about, and what its lead sees of its meetings."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.refusal import Refused
from programmes.actions import agreements, groups
from programmes.agreements import agreement_of, digest_of
from sessions_log.actions import agenda, sessions
from sessions_log.models import AgendaItem
from tests.builders import people, programmes, sessions_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust(now):
    return people.organisation(now=now)


@pytest.fixture
def group(trust, now):
    """Tam's, with three; the mentor sets questions."""
    cohort = sessions_log.group_cohort(organisation=trust, outline="mentors-questions", now=now)
    return sessions_log.group(sessions_log.monthly(cohort), names=["Uma Khan", "Vic Ono", "Wes Ade"], now=now)


def of(group, role):
    return group.members.current().filter(role=role).select_related("person").first().person


def write(group, by, now, text="Why?\nWhat for?", publish=True, days=7):
    day = now.date() + timedelta(days=days)
    return agenda.write(relationship=group, day=day, text=text, publish=publish, by=by, now=now)


def test_a_draft_is_replaced_and_what_is_published_stays(group, now):
    tam = of(group, "mentor")
    write(group, tam, now, publish=False)
    write(group, tam, now, text="Why not?", publish=False)
    assert [item.text for item in AgendaItem.objects.all()] == ["Why not?"]
    write(group, tam, now)
    write(group, tam, now, text="And then?")
    assert [item.text for item in AgendaItem.objects.all()] == ["Why?", "What for?", "And then?"]


def test_questions_are_the_mentors_and_need_something_to_say(group, now):
    tam, uma = of(group, "mentor"), of(group, "mentee")
    for by, details, sentence in (
        (uma, {}, "Only the mentor sets the questions."),
        (tam, {"text": " \n "}, "Write at least one question."),
        (tam, {"days": -1}, "That meeting is over."),
        (tam, {"text": "Why? " * 200}, "500 characters"),
        (tam, {"text": "Why?\n" * 13}, "12 questions for one meeting"),
    ):
        with pytest.raises(Refused, match=sentence):
            write(group, by, now, **details)
    assert not AgendaItem.objects.exists()
    [item, _] = write(group, tam, now)
    with pytest.raises(Refused, match="Only the person who wrote it"):
        agenda.remove(item=item, by=uma, now=now)


def test_topics_are_anybodys_and_wait_for_the_agreement(trust, now):
    gate = {"gate": "before-shared-notes", "called": "group agreement"}
    cohort = sessions_log.group_cohort(organisation=trust, outline="topics", agreement=gate, now=now)
    group = sessions_log.group(cohort, now=now)
    uma = of(group, "mentee")
    with pytest.raises(Refused, match="Shared notes open when everyone has accepted the group agreement"):
        write(group, uma, now)
    for member in group.members.select_related("person"):
        digest = digest_of(agreement_of(group).text)
        agreements.accept(relationship=group, digest=digest, by=member.person, now=now)
    write(group, uma, now)
    assert AgendaItem.objects.published().count() == 2


def test_whoever_leaves_reads_only_what_they_wrote(group, now):
    write(group, of(group, "mentor"), now)
    uma = of(group, "mentee")
    assert AgendaItem.objects.visible_to(uma, now=now).count() == 2
    groups.leave(member=group.members.get(person=uma), by=uma, now=now)
    assert not AgendaItem.objects.visible_to(uma, now=now).exists()


def test_agenda_detail_shows_what_is_published_and_takes_away_ones_own(group, now, client):
    tam, uma = of(group, "mentor"), of(group, "mentee")
    [first, _] = write(group, tam, now)
    page = reverse("sessions_log:agenda-detail", args=[group.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(uma)
        shown = client.get(page).content.decode()
        assert "What for?" in shown
        assert "Take away" not in shown
        assert client.post(page, {"remove": first.pk}).status_code == 404
        client.force_login(tam)
        assert client.post(page, {"remove": "nonsense"}).status_code == 404
        client.post(page, {"remove": first.pk})
    assert [item.text for item in AgendaItem.objects.all()] == ["What for?"]


def log(client, by, group, *chosen, session=None):
    """Log a session by its page; the form of that page, as it was before."""
    client.force_login(by)
    name, pks = ("session-log", [group.pk, session.pk]) if session else ("session-log-past", [group.pk])
    page = reverse(f"sessions_log:{name}", args=pks)
    form = client.get(page).context["form"]
    everybody = [pk for pk, _ in form.fields["attended"].choices]
    sent = {"attended": everybody, "minutes": "60", "talked_about": [item.pk for item in chosen]}
    answer = client.post(page, sent | ({} if session else {"day": form.initial["day"].isoformat()}))
    assert answer.status_code == 302, answer.context["form"].errors
    return form


def test_what_the_group_meant_to_talk_about_is_offered_when_its_session_is_logged(group, now, client):
    tam, uma = of(group, "mentor"), of(group, "mentee")
    why, what_for = write(group, tam, now)
    write(group, tam, now, text="A draft?", publish=False)
    write(group, tam, now, text="In six weeks?", days=42)
    sessions_page = reverse("sessions_log:session-list", args=[group.pk])
    with time_machine.travel(now + timedelta(days=7), tick=False):
        form = log(client, uma, group, why)
        assert [text for _, text in form.fields["talked_about"].choices] == ["Why?", "What for?"]
        first = group.sessions.get()
        assert list(first.agenda.all()) == [why]
        shown = client.get(sessions_page).content.decode()
        assert "Why?" in shown
        assert "What for?" not in shown
        assert (
            "talked about on 21 April"
            in client.get(reverse("sessions_log:agenda-detail", args=[group.pk])).content.decode()
        )
        form = log(client, uma, group, what_for, session=first)  # changed: it was the other one
        assert form.initial["talked_about"] == [str(why.pk)]
        assert list(first.agenda.all()) == [what_for]
    with time_machine.travel(now + timedelta(days=9), tick=False):
        form = log(client, uma, group, why)  # what came up at the first session is not offered again
        assert [text for _, text in form.fields["talked_about"].choices] == ["Why?"]
    assert list(first.agenda.all()) == [what_for]


def test_what_came_up_is_read_by_the_group_alone(trust, group, now, client):
    tam, uma = of(group, "mentor"), of(group, "mentee")
    [why, _] = write(group, tam, now)
    with time_machine.travel(now, tick=False):
        log(client, tam, group, why)
        assert group.sessions.get().topics == []  # its words stay sealed
        groups.leave(member=group.members.get(person=uma), by=uma, now=now)
        client.force_login(uma)
        shown = client.get(reverse("sessions_log:session-list", args=[group.pk])).content.decode()
        assert "60 minutes" in shown
        assert "Why?" not in shown


def test_what_came_up_at_one_session_is_not_taken_for_another(group, now):
    tam = of(group, "mentor")
    [why, what_for] = write(group, tam, now)
    first, second = (
        sessions.log_unplanned(relationship=group, day=later.date(), by=tam, now=later)
        for later in (now, now + timedelta(days=1))
    )
    agenda.came_up(items=[why], session=first, by=tam, now=now)
    agenda.came_up(items=[why, what_for], session=second, by=tam, now=now)  # from a page opened before
    assert list(first.agenda.all()) == [why]
    assert list(second.agenda.all()) == [what_for]


@pytest.mark.parametrize("meetings", [1, 3])
def test_attendance_list_counts_heads_and_asks_a_fixed_number_of_questions(
    trust, group, now, client, meetings, django_assert_num_queries
):
    tam, lead = of(group, "mentor"), people.lead(trust, now=now)
    there = list(group.members.values_list("pk", flat=True))[:3]
    for number in range(meetings):
        later = now + timedelta(days=number)
        sessions.log_unplanned(relationship=group, day=later.date(), attended=there, by=tam, now=later)
    with time_machine.travel(later, tick=False):
        client.force_login(lead)
        client.get(reverse("home"))
        with django_assert_num_queries(8):
            shown = client.get(reverse("sessions_log:attendance-list", args=[group.pk])).content.decode()
        assert shown.count("3 of 4") == meetings
        client.force_login(programmes.mentee(group.cohort, now=later).person)
        assert client.get(reverse("sessions_log:attendance-list", args=[group.pk])).status_code == 404
