"""Model 9, advanced-peer-group: its story line by line, over HTTP as the people in it would."""

from datetime import date

import pytest
from django.urls import reverse

from people.actions import facts
from people.models import Tie
from programmes.models import Relationship
from sessions_log.models import Session
from tests.builders import people
from tests.journeys.groups import accept, numbers
from tests.journeys.walking import date_fields, enrol, page, send, start, sweep, told

MODEL = "advanced-peer-group"
TEAMS = {"Surgery": 6, "Medicine": 5, "Renal": 1, "Rheumatology": 2}


@pytest.fixture
def world(at):
    now = at(2027, 8, 2)
    trust = people.organisation(name="Southcliff Hospitals", now=now)
    site = people.site(trust, name="Southcliff", now=now)
    staff = {"organisation": trust, "site": site, "now": now, "would_like_mentor": "yes", "band": "7"}
    teams = {name: people.team(trust, name=name, now=now) for name in TEAMS}
    members = [
        people.person(f"{name[:4]}{number} Member", team=teams[name], **staff)
        for name, many in TEAMS.items()
        for number in range(1, many + 1)
    ]
    lead_staff = {"organisation": trust, "site": site, "now": now, "band": "8c", "volunteers_to_mentor": "yes"}
    return {
        "trust": trust,
        "teams": teams,
        "staff": staff,
        "lead": people.lead(trust, "Lorna Lead", now=now),
        "members": members,
        "kay": people.person("Kay Winter", **lead_staff),
        "mo": people.person("Mo Abbas", team=teams["Medicine"], **staff),
        "lou": people.person("Lou Petty", team=teams["Medicine"], **staff | {"band": "6"}),
    }


@pytest.mark.django_db(transaction=True)
def test_journey_advanced_peer_group_small_teams_first(world, at, client, story):
    lead, kay, mo, lou = (world[name] for name in ("lead", "kay", "mo", "lou"))
    client.force_login(lead)
    cohort = start(client, MODEL, world["trust"], date(2027, 9, 2), name="Advanced practice")
    enrol(client, cohort, "mentee", *world["members"])
    enrol(client, cohort, "mentor", kay, capacity=24)
    who = numbers(cohort)

    # 1. Surgery 6, medicine 5, renal 1 and rheumatology 2, all at band 7, and Kay.
    story("advanced-peer-group", 1)
    assert "14" in page(client, "programmes:cohort-detail", cohort.pk)
    assert "Find matches" not in page(client, "programmes:cohort-detail", cohort.pk)

    # 2. Renal and rheumatology come first, as one group of 3.
    story("advanced-peer-group", 2)
    shown = page(client, "matching:group-propose", cohort.pk)
    assert "14 of 14 people who wait are in a group here. Small teams come first." in shown
    names = ["Renal and Rheumatology", "Medicine", "Surgery"]
    assert [shown.index(name) for name in names] == sorted(shown.index(name) for name in names)
    assert "3: Rena1 Member, Rheu1 Member, Rheu2 Member" in shown
    answer = client.get(reverse("matching:group-propose", args=[cohort.pk]))
    keys = [one.key for one, _ in answer.context["groups"]]
    assert "3 groups formed, all together." in send(
        client, "matching:group-propose", cohort.pk, group=keys, when="myself"
    )
    groups = {one.name: one for one in Relationship.objects.filter(cohort=cohort)}
    assert {name: one.members.filter(role="mentee").count() for name, one in groups.items()} == {
        "Renal and Rheumatology": 3,
        "Medicine": 5,
        "Surgery": 6,
    }
    assert cohort.enrolments.get(person=kay).places_taken == 14
    group = groups["Renal and Rheumatology"]
    sweep(at(2027, 8, 3))

    # 3. Lou, at band 6, can neither be enrolled nor join by the link, nor ask where the band has changed since.
    story("advanced-peer-group", 3)
    sentence = "These groups are for band 7 and above."
    client.force_login(lead)
    assert sentence in enrol(client, cohort, "mentee", lou)
    link = send(
        client, "programmes:joining-list", cohort.pk, side="mentee", **date_fields("last_day", date(2027, 9, 30))
    )
    assert "Close" in link
    link = cohort.joining_links.get().pk
    client.force_login(lou)
    assert sentence in page(client, "programmes:join", link)
    nora = people.person("Nora Past", team=world["teams"]["Renal"], **world["staff"])
    client.force_login(lead)
    enrol(client, cohort, "mentee", nora)
    job = nora.employments.get()
    job.band = "6"
    job.save(update_fields=["band"])
    client.force_login(nora)
    assert sentence in send(client, "programmes:group-join", group.pk, join="yes")

    # 4. Kay is Mo's educational supervisor: no group of hers may have Mo in it.
    story("advanced-peer-group", 4)
    people.tie(Tie.Kind.ES, mo, kay, now=at(2027, 8, 3))
    client.force_login(lead)
    enrol(client, cohort, "mentee", mo)
    who = numbers(cohort)
    refused = "Kay supervises Mo, so cannot mentor Mo's group."
    assert refused in send(
        client, "programmes:group-form", cohort.pk, mentors=[who["Kay"]], mentees=[who["Mo"]], when="now"
    )
    details = {"do": "add", "who": who["Mo"], "reason": "There is nobody else."}
    assert refused in send(client, "programmes:group-members", groups["Medicine"].pk, **details)
    assert refused in page(client, "matching:group-propose", cohort.pk)  # Mo stays without one, and why

    # 5. Ned works Monday to Wednesday; a series on Thursdays is flagged.
    story("advanced-peer-group", 5)
    ned = people.person("Ned Frost", team=world["teams"]["Renal"], **world["staff"])
    facts.record(person=ned, kind="working_days", value="Monday, Tuesday, Wednesday", by=None, now=at(2027, 8, 3))
    client.force_login(lead)
    enrol(client, cohort, "mentee", ned)
    send(client, "programmes:group-members", group.pk, do="add", who=numbers(cohort)["Ned"])
    client.force_login(kay)
    flagged = "Ned cannot attend any date"
    thursdays = {**date_fields("first_on", date(2027, 9, 2)), "starts_at": "12:30", "mode": "video"}
    assert flagged in send(client, "sessions_log:plan-edit", group.pk, **thursdays)
    assert {day.weekday() for day in group.targets.values_list("due_on", flat=True)[:6]} == {3}
    assert flagged in page(client, "sessions_log:session-list", group.pk)
    client.force_login(lead)
    assert flagged in page(client, "sessions_log:attendance-list", group.pk)
    client.force_login(kay)
    tuesdays = thursdays | date_fields("first_on", date(2027, 9, 7))
    assert flagged not in send(client, "sessions_log:plan-edit", group.pk, **tuesdays)

    # 6. Shared notes wait for everyone; attendance does not.
    story("advanced-peer-group", 6)
    for person in (kay, ned):
        accept(client, person, group)
    client.force_login(kay)
    waits = "Shared notes open when everyone has accepted the ground rules."
    assert waits in send(client, "sessions_log:shared-note-list", group.pk, kind="shared", text="We began.")
    target = group.targets.get(due_on=date(2027, 9, 7))
    when = {**date_fields("day", date(2027, 9, 7)), "time": "12:30", "minutes": 60, "mode": "video"}
    assert "Booked for" in send(client, "sessions_log:session-book", group.pk, target=target.pk, **when)
    session = Session.objects.get()
    at(2027, 9, 7, 15)
    client.force_login(kay)
    there = list(session.attendances.values_list("member", flat=True))[:4]
    send(client, "sessions_log:session-log", group.pk, session.pk, attended=there, minutes=60, mode="video")
    client.force_login(lead)
    assert "4 of 5" in page(client, "sessions_log:attendance-list", group.pk)

    # 7. Kay's own record of aims: the lead is refused, a member sees their own part.
    story("advanced-peer-group", 7)
    client.force_login(kay)
    send(client, "sessions_log:record-list", group.pk, about=ned.pk, text="Ned would like to lead a ward round.")
    client.force_login(ned)
    assert "Ned would like to lead a ward round." in page(client, "sessions_log:record-list", group.pk)
    client.force_login(lead)
    answer = client.get(reverse("sessions_log:record-list", args=[group.pk]))
    assert "Only the mentor who wrote this record can read it." in told(answer)
    assert "ward round" not in told(answer)
    other = group.members.current().filter(role="mentee").exclude(person=ned).first().person
    client.force_login(other)
    assert "ward round" not in page(client, "sessions_log:record-list", group.pk)
