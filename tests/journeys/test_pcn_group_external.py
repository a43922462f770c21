"""Model 13, pcn-group-external: its story line by line, over HTTP as the people in it would."""

from datetime import date

import pytest
from django.urls import reverse

from people.actions import guests
from programmes.models import Relationship
from sessions_log.models import BoardReport, Note, SessionForm
from tests.builders import people
from tests.journeys.groups import accept, numbers
from tests.journeys.walking import enrol, is_absent, letters, page, send, start, sweep

MODEL = "pcn-group-external"


@pytest.fixture
def world(at):
    now = at(2027, 10, 4)
    network = people.organisation(name="Harbour Primary Care Network", kind="primary-care", now=now)
    trust = people.organisation(name="Northbank Hospitals", now=now)
    staff = {"organisation": network, "now": now}
    willing = {"volunteers_to_mentor": "yes"}
    asks = {"would_like_mentor": "yes", "level": "early", **staff}
    di = people.person(
        "Di Marsh", email="di@example.org", organisation=trust, band="8a", prescriber_on=date(2019, 5, 1), now=now
    )
    guests.add(person=di, organisation=network, works_at="Northbank Hospitals", by=None, now=now)
    return {
        "network": network,
        "lead": people.lead(network, "Lorna Lead", now=now),
        "yusuf": people.person("Yusuf Rana", level="advanced", **willing, **staff),
        "cy": people.person("Cy Moss", level="advanced", **willing, **staff),
        "di": di,
        "ann": people.person("Ann Lee", job_title="Pharmacist", **asks),
        "bob": people.person("Bob Oak", job_title="Pharmacy technician", **asks),
        "ed": people.person("Ed Miles", job_title="Pharmacist", **asks),
    }


@pytest.mark.django_db(transaction=True)
def test_journey_pcn_group_external_from_two_mentors_to_the_board(world, at, client, story):
    lead, yusuf, cy, di, ann, bob, ed = (world[name] for name in ("lead", "yusuf", "cy", "di", "ann", "bob", "ed"))

    # 1. Given the start on 3 November 2027, Yusuf, Ann and Bob.
    story("pcn-group-external", 1)
    client.force_login(lead)
    cohort = start(client, MODEL, world["network"], date(2027, 11, 3), name="Harbour mentoring")
    enrol(client, cohort, "mentee", ann, bob, ed)
    enrol(client, cohort, "mentor", yusuf, cy, di, capacity=8, volunteered="on")
    who = numbers(cohort)

    # 2. A second mentor of the same network is refused.
    story("pcn-group-external", 2)
    chosen = {"mentees": [who["Ann"], who["Bob"]], "when": "now", "name": "Harbour group"}
    refused = send(client, "programmes:group-form", cohort.pk, mentors=[who["Yusuf"], who["Cy"]], **chosen)
    assert "One mentor must come from outside this PCN." in refused
    assert not Relationship.objects.exists()

    # 3. Di, of a hospital trust, is asked by invitation; with her yes the group opens, and she sees this group only.
    story("pcn-group-external", 3)
    formed = send(client, "programmes:group-form", cohort.pk, mentors=[who["Yusuf"], who["Di"]], **chosen)
    assert "Harbour group is formed. It opens when the mentor from outside has said yes." in formed
    group = Relationship.objects.get()
    [invitation] = letters()
    assert invitation.to == ["di@example.org"]
    client.force_login(ann)
    assert "This group opens when Di has said yes." in page(client, "programmes:relationship-detail", group.pk)
    client.force_login(di)
    question = page(client, "programmes:relationship-answer", group.pk)
    assert "Harbour group Do you want to be in this group?" in question
    assert "Yusuf Rana Group mentor Ann Lee Group member" in question
    assert "Yes, I join this group" in question
    send(client, "programmes:relationship-answer", group.pk, answer="yes")
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    assert {letter.to[0] for letter in letters()} == {one.email for one in (yusuf, di, ann, bob)}
    assert page(client, "programmes:group-list", cohort.pk).count("Harbour group") >= 1
    assert client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).status_code == 404
    assert client.get(reverse("people:person-detail", args=[cy.pk])).status_code == 404

    # 4. The first sessions: 2 hours on Wednesdays, 1.5 on Fridays.
    story("pcn-group-external", 4)
    sweep(at(2027, 10, 5))
    first = list(group.targets.order_by("due_on").values_list("due_on", "minutes")[:4])
    assert first == [
        (date(2027, 11, 3), 120),
        (date(2027, 11, 5), 90),
        (date(2027, 11, 10), 120),
        (date(2027, 11, 12), 90),
    ]

    # 5. Ed joins in January: pre-work first, and the group's notes open with his own yes.
    story("pcn-group-external", 5)
    for person in (yusuf, di, ann, bob):
        accept(client, person, group)
    at(2027, 11, 4)
    client.force_login(ann)
    send(client, "sessions_log:shared-note-list", group.pk, kind="shared", text="Bob dreads the first visit.")
    at(2028, 1, 12)
    client.force_login(ed)
    assert "A lead of the programme answers you." in send(client, "programmes:group-join", group.pk, join="yes")
    client.force_login(lead)
    request = group.group_requests.get()
    send(client, "programmes:group-members", group.pk, do="admit", who=request.pk)
    sweep(at(2028, 1, 13))
    assert SessionForm.objects.filter(owed_by=ed, spec_key="learning-needs", state="open").count() == 1
    client.force_login(ed)
    assert "Your learning needs" in page(client, "sessions_log:form-list")
    shown = page(client, "sessions_log:shared-note-list", group.pk)
    assert "Please accept the group agreement first." in shown
    assert "dreads" not in shown
    accept(client, ed, group)
    assert "Bob dreads the first visit." in page(client, "sessions_log:shared-note-list", group.pk)

    # 6. To 2 May 2028: 51 sessions, Good Friday left out, 89.5 hours.
    story("pcn-group-external", 6)
    report = BoardReport.objects.get()
    assert not group.targets.filter(due_on=date(2028, 4, 14)).exists()
    client.force_login(yusuf)
    shown = page(client, "sessions_log:report-detail", group.pk, report.pk)
    assert "3 November 2027 to 2 May 2028" in shown
    assert "51 sessions, 89.5 hours" in shown
    assert "Paid hours of Di Marsh 0 used of 89.5 planned" in shown

    # What came out of the meetings is the group's; the board reads what is agreed.
    output = {"kind": "need", "text": "A day on inhaler technique"}
    assert "Kept" in send(client, "sessions_log:output-list", group.pk, **output)
    send(client, "sessions_log:output-list", group.pk, kind="theme", text="Confidence on home visits")
    client.force_login(ann)
    send(client, "sessions_log:output-list", group.pk, kind="project", text="A shared list of contacts")
    shown = page(client, "sessions_log:report-detail", group.pk, report.pk)
    assert "1 theme" in shown
    assert "Agreed outputs: 0" in shown

    # 7. Due on 3 May, chased on 10, 17 and 24 May until it is sent.
    story("pcn-group-external", 7)
    assert report.due_on == date(2028, 5, 3)
    chased = []
    for number in (3, 9, 10, 11, 16, 17, 23):
        mails = sweep(at(2028, 5, number))
        chased += [number for letter in mails if letter.subject == "A report to the board is overdue"]
    assert chased == [10, 10, 17, 17]  # each of the two mentors
    client.force_login(ann)
    needs = next(one for one in group.outputs.all() if one.kind == "need")
    send(client, "sessions_log:report-detail", group.pk, report.pk, do="add", what=f"output:{needs.pk}")
    client.force_login(yusuf)
    early = send(client, "sessions_log:report-detail", group.pk, report.pk, do="send")
    assert "it sees the report before the board does" in early
    send(client, "sessions_log:report-detail", group.pk, report.pk, do="show")
    chased = [letter for letter in sweep(at(2028, 5, 24)) if letter.subject == "A report to the board is overdue"]
    assert len(chased) == 2

    # 8. A session note cannot go into the report.
    story("pcn-group-external", 8)
    client.force_login(yusuf)
    note = Note.objects.shared().get()
    refused = send(client, "sessions_log:report-detail", group.pk, report.pk, do="add", what=f"note:{note.pk}")
    assert "Session notes cannot go into the board report. Add an agreed output instead." in refused
    assert "Sent." in send(client, "sessions_log:report-detail", group.pk, report.pk, do="send")
    assert not [letter for letter in sweep(at(2028, 5, 31)) if "overdue" in letter.subject]
    client.force_login(lead)
    shown = page(client, "sessions_log:report-detail", group.pk, report.pk)
    assert "Agreed outputs: 1" in shown
    assert "Training need: A day on inhaler technique" in shown
    assert "Confidence on home visits" in shown
    assert "shared list of contacts" not in shown
    assert "dreads" not in shown
    file = client.get(reverse("sessions_log:report-export", args=[group.pk, report.pk])).content.decode("utf-8-sig")
    assert '"Hours planned","89.5"' in file
    assert '"Training need","A day on inhaler technique"' in file
    assert "contacts" not in file
    assert is_absent(client, "sessions_log:output-list", group.pk)
