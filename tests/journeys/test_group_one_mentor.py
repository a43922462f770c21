"""Model 5, group-one-mentor: its story line by line, over HTTP as the people in it would."""

from datetime import date

import pytest

from programmes.models import Cohort, Member, Relationship
from sessions_log.models import Note, Session
from tests.builders import people
from tests.journeys.groups import accept, as_it_stands, numbers
from tests.journeys.walking import date_fields, enrol, is_absent, letters, page, send, start, sweep

MODEL = "group-one-mentor"


@pytest.fixture
def world(at):
    now = at(2027, 8, 2)
    trust = people.organisation(name="Riverside Hospitals", now=now)
    staff = {"organisation": trust, "now": now, "band": "6", "job_title": "Pharmacist"}
    asks = {"would_like_mentor": "yes", **staff}
    return {
        "trust": trust,
        "lead": people.lead(trust, "Lorna Lead", now=now),
        "tam": people.person("Tam Rees", volunteers_to_mentor="yes", **staff),
        "uma": people.person("Uma Khan", **asks),
        "vic": people.person("Vic Ono", **asks),
        "wes": people.person("Wes Ade", **asks),
        "xan": people.person("Xan Ito", **asks),
    }


@pytest.mark.django_db(transaction=True)
def test_journey_group_one_mentor_from_forming_to_falling_below_two(world, at, client, story):
    lead, tam, uma, vic, wes, xan = (world[name] for name in ("lead", "tam", "uma", "vic", "wes", "xan"))
    client.force_login(lead)
    cohort: Cohort = start(client, MODEL, world["trust"], date(2027, 9, 6), name="Learning together")
    enrol(client, cohort, "mentee", uma, vic, wes, xan)
    enrol(client, cohort, "mentor", tam, capacity=6)
    limit = {
        name: 3 if name.endswith("default") else value for name, value in as_it_stands(client, cohort, "group").items()
    }
    send(client, "programmes:setting-change", cohort.programme_id, "group", **limit)
    ask = numbers(cohort)

    # 1. Tam with Uma and Vic, limit 3; Wes joins, and the group is full.
    story("group-one-mentor", 1)
    shown = send(
        client,
        "programmes:group-form",
        cohort.pk,
        mentors=[ask["Tam"]],
        mentees=[ask["Uma"], ask["Vic"]],
        when="now",
    )
    assert "Tam's group is formed." in shown
    assert "2 of 3 places taken" in shown
    group = Relationship.objects.get(cohort=cohort)
    assert {letter.to[0] for letter in letters()} == {tam.email, uma.email, vic.email}
    client.force_login(wes)
    assert "you are in no group yet" in page(client, "home")
    assert "2 of 3 places taken" in page(client, "programmes:group-list", cohort.pk)
    assert "You are in Tam's group." in send(client, "programmes:group-join", group.pk, join="yes")
    assert {letter.to[0] for letter in letters()} == {tam.email, wes.email}
    assert "3 of 3 places taken" in page(client, "programmes:group-list", cohort.pk)

    # 2. Xan asks to join and is told that there is no place, but a waiting list.
    story("group-one-mentor", 2)
    client.force_login(xan)
    full = "This group has 3 of 3 places taken. You can join the waiting list."
    assert full in send(client, "programmes:group-join", group.pk, join="yes")
    assert "You are on the waiting list." in send(client, "programmes:group-join", group.pk, wait="yes")

    # 3. Tam publishes three questions on 30 August for 6 September; they are read before the meeting.
    story("group-one-mentor", 3)
    sweep(at(2027, 8, 2))
    at(2027, 8, 30)
    client.force_login(tam)
    questions = "What made a day good?\nWhom did you learn from?\nWhat would you stop doing?"
    drafted = {"day": "2027-09-06", "text": questions}
    assert "Only you can read them" in send(client, "sessions_log:agenda-detail", group.pk, draft="yes", **drafted)
    client.force_login(uma)
    assert "Whom did you learn from?" not in page(client, "sessions_log:agenda-detail", group.pk)
    client.force_login(tam)
    assert "3 questions for 6 September 2027: the group can read them now" in send(
        client, "sessions_log:agenda-detail", group.pk, **drafted
    )
    client.force_login(uma)
    assert "3 questions for 6 September 2027." in page(client, "programmes:relationship-detail", group.pk)
    assert "Whom did you learn from?" in page(client, "sessions_log:agenda-detail", group.pk)
    assert "Only the mentor sets the questions." in send(client, "sessions_log:agenda-detail", group.pk, **drafted)
    client.force_login(lead)
    assert is_absent(client, "sessions_log:agenda-detail", group.pk)

    # 4. Vic has not accepted: shared learning waits, Tam's own note does not.
    story("group-one-mentor", 4)
    for person in (tam, uma, wes):
        accept(client, person, group)
    client.force_login(tam)
    shown = page(client, "programmes:relationship-detail", group.pk)
    assert "Not accepted yet by Vic Ono." in shown
    waits = "Shared notes open when everyone has accepted the group agreement."
    line = {"kind": "learning", "text": "That nobody minds the question."}
    assert waits in send(client, "sessions_log:shared-note-list", group.pk, **line)
    send(client, "sessions_log:note-list", group.pk, text="They are shy yet.")
    assert [note.kind for note in Note.objects.all()] == ["own"]

    # 5. All have; each may add a line, Tam logs for all, and the lead sees 4 of 4 and no text.
    story("group-one-mentor", 5)
    accept(client, vic, group)
    at(2027, 8, 31)
    client.force_login(tam)
    target = group.targets.get(due_on=date(2027, 9, 6))
    when = {**date_fields("day", date(2027, 9, 6)), "time": "13:00", "minutes": 60, "mode": "video"}
    send(client, "sessions_log:session-book", group.pk, target=target.pk, **when)
    session = Session.objects.get()
    now = at(2027, 9, 6, 15)
    sweep(now)
    client.force_login(tam)
    everybody = list(session.attendances.values_list("member", flat=True))
    shown = page(client, "sessions_log:session-log", group.pk, session.pk)
    assert "Whom did you learn from?" in shown  # a question is what they may have talked about
    asked = [item.pk for item in group.agenda.all()[:2]]
    logged = {"attended": everybody, "minutes": 60, "mode": "video", "talked_about": asked}
    shown = send(client, "sessions_log:session-log", group.pk, session.pk, **logged)
    assert "What made a day good? Whom did you learn from?" in shown
    assert "What would you stop doing?" not in shown
    send(client, "sessions_log:shared-note-list", group.pk, **line)
    client.force_login(vic)
    send(client, "sessions_log:shared-note-list", group.pk, kind="learning", text="I said what I do not know.")
    shown = page(client, "sessions_log:shared-note-list", group.pk)
    assert "That nobody minds the question." in shown
    assert "I said what I do not know." in shown
    client.force_login(lead)
    assert "4 of 4" in page(client, "sessions_log:attendance-list", group.pk)
    assert is_absent(client, "sessions_log:shared-note-list", group.pk)
    for name, arguments in (
        ("programmes:relationship-detail", [group.pk]),
        ("programmes:group-members", [group.pk]),
        ("sessions_log:attendance-list", [group.pk]),
        ("programmes:group-list", [cohort.pk]),
    ):
        shown = page(client, name, *arguments)
        assert "nobody minds" not in shown
        assert "Whom did you learn" not in shown

    # 6. Uma and Vic leave, and Wes alone is too few: an item on the lead's list; the dates stand.
    story("group-one-mentor", 6)
    at(2027, 9, 20)
    for person in (uma, vic):
        client.force_login(person)
        assert "You have left Tam's group." in send(client, "programmes:group-leave", group.pk)
    assert "There is a place in a group again" in {letter.subject for letter in letters() if letter.to == [xan.email]}
    dates = list(group.targets.open().values_list("due_on", flat=True))
    assert len(dates) == 5
    client.force_login(lead)
    assert "Tam's group has 1 mentee, fewer than 2" in page(client, "programmes:task-list")
    sweep(at(2027, 9, 27))
    assert list(group.targets.open().values_list("due_on", flat=True)) == dates
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    client.force_login(xan)  # the lead need not do anything where somebody who waits comes in
    assert "You are in Tam's group." in send(client, "programmes:group-join", group.pk, join="yes")
    client.force_login(lead)
    assert "fewer than 2" not in page(client, "programmes:task-list")
    assert group.members.current().filter(role=Member.Role.MENTEE).count() == 2
