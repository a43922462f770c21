"""Model 14, peer-to-group: its story line by line, over HTTP as the people in it would."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from notices.models import Notice
from programmes.models import Relationship
from sessions_log.models import Output, Situation
from tests.builders import people
from tests.journeys.groups import accept, numbers
from tests.journeys.walking import date_fields, enrol, is_absent, letters, page, send, start, sweep

MODEL = "peer-to-group"
SITUATION = "A daughter shouted at me about her mother's tablets."
APART = "Peers need a similar area or level of practice."


@pytest.fixture
def world(at):
    now = at(2027, 8, 16)
    network = people.organisation(name="Westway Practices", kind="primary-care", now=now)
    asks = {"would_like_mentor": "yes", "organisation": network, "now": now}
    early = {"level": "early", "practice_area": "general-practice", "job_title": "Pharmacist", **asks}
    return {
        "network": network,
        "lead": people.lead(network, "Lorna Lead", now=now),
        "flo": people.commissioner(network, "Flo Marsh", now=now),
        "nell": people.person(
            "Nell Barr", band="8b", practice_area="hospital", volunteers_to_mentor="yes", organisation=network, now=now
        ),
        "gia": people.person("Gia Vane", **early),
        "hui": people.person("Hui Lin", **early | {"level": "", "band": "8a"}),
        "idris": people.person("Idris Moss", **early | {"level": "", "band": "8c", "practice_area": "hospital"}),
        **{name.lower(): people.person(f"{name} Ash", **early) for name in ("Jo", "Kit", "Lou")},
    }


@pytest.mark.django_db(transaction=True)
def test_journey_peer_to_group_from_two_peers_to_the_round_and_what_the_commissioner_reads(world, at, client, story):
    lead, flo, nell, gia, hui, idris = (world[name] for name in ("lead", "flo", "nell", "gia", "hui", "idris"))
    others = [world[name] for name in ("jo", "kit", "lou")]

    # 1. Flo, who commissions it, has not confirmed that people have the time: no group opens.
    story("peer-to-group", 1)
    client.force_login(lead)
    cohort = start(client, MODEL, world["network"], date(2027, 9, 6), name="Westway peers")
    enrol(client, cohort, "mentee", gia, hui, idris, *others, capacity=1)
    enrol(client, cohort, "mentor", nell, capacity=10, volunteered="on")
    who = numbers(cohort)
    everybody = [who[one.given_name] for one in (gia, hui, idris, *others)]
    chosen = {"mentors": [who["Nell"]], "mentees": everybody, "when": "now", "name": "Westway group"}
    refused = send(client, "programmes:group-form", cohort.pk, **chosen)
    assert "The commissioner needs to confirm protected time before this group opens." in refused
    assert not Relationship.objects.exists()
    assert "See how that is done" in page(client, "programmes:group-list", cohort.pk)
    client.force_login(flo)
    assert "Westway peers, First: confirm protected time" in page(client, "home")
    assert "Confirmed. Groups can open now." in send(client, "programmes:time-confirm", cohort.pk, confirm="yes")
    assert "confirm protected time" not in page(client, "home")

    # 2. Gia, early in general practice, and Idris, consultant in hospital, are refused.
    story("peer-to-group", 2)
    client.force_login(lead)
    both = {"one": who["Gia"], "other": who["Idris"], "when": "now"}
    assert APART in send(client, "programmes:peers-introduce", cohort.pk, **both)
    assert not Relationship.objects.exists()
    client.force_login(gia)
    shown = page(client, "programmes:directory-list", cohort.pk)
    assert ("Hui Lin" in shown, "Idris Moss" in shown) == (True, False)

    # 3. Gia asks Hui; after the first meeting both say yes: a pair in which neither is named mentor.
    story("peer-to-group", 3)
    asked = send(client, "programmes:introduction-ask", cohort.pk, who["Hui"], how="myself")
    assert "Hui is told. The place is held for you until 30 August." in asked
    [letter] = letters()
    assert (letter.to, "mentor" in letter.body.lower().replace("mentoring", "")) == ([hui.email], False)
    pair = Relationship.objects.get()
    for person in (hui, gia):
        client.force_login(person)
        send(client, "programmes:introduction-answer", pair.pk, answer="yes")
    pair.refresh_from_db()
    assert (pair.shape, pair.state) == ("peer-pair", "live")
    assert {one.role for one in pair.members.all()} == {"peer"}
    home = page(client, "home")
    assert "Hui Lin, your peer" in home
    shown = page(client, "programmes:relationship-detail", pair.pk)
    assert "mentor" not in shown.partition("Ground rules")[0].split("Hui Lin", 1)[1].lower().replace("mentoring", "")
    send(client, "sessions_log:shared-note-list", pair.pk, text="Hui thinks the surgery is at fault.")

    # The group opens with everybody's yes, and has its dates.
    client.force_login(lead)
    at(2027, 9, 1)
    client.force_login(lead)
    assert "Westway group is formed." in send(client, "programmes:group-form", cohort.pk, **chosen)
    group = Relationship.objects.get(shape="group")
    for person in (nell, gia, hui, idris, *others):
        client.force_login(person)
        send(client, "programmes:relationship-answer", group.pk, answer="yes")
        accept(client, person, group)
    client.force_login(nell)
    plan = {"starts_at": "13:00", "mode": "video", **date_fields("first_on", date(2027, 10, 6))}
    send(client, "sessions_log:plan-edit", group.pk, **plan)
    letters()

    # 4. Gia brings her own situation: nobody else is asked, and she presents at the next group.
    story("peer-to-group", 4)
    client.force_login(gia)
    bring = reverse("sessions_log:situation-edit", args=[group.pk])
    assert bring in client.get(reverse("programmes:relationship-detail", args=[pair.pk])).content.decode()
    shown = page(client, "sessions_log:situation-edit", group.pk)
    assert "Describe what happened to you, without your peer's words" in shown
    assert "Nobody else is asked." in shown
    number = send(client, "sessions_log:situation-edit", group.pk, text="About 943 476 5919, who was upset.")
    assert "Is 943 476 5919 a patient’s number? Take it out" in number
    assert not Situation.objects.exists()
    brought = send(client, "sessions_log:situation-edit", group.pk, text=SITUATION)
    assert "You present on Wednesday 6 October 2027." in brought
    assert not letters()
    assert "You present on 6 October 2027." in page(client, "programmes:relationship-detail", pair.pk)

    # 5. The facilitator's card, in the order: presenter, a question from each in turn, pause, reflections, learning.
    story("peer-to-group", 5)
    at(2027, 10, 6, 12)
    client.force_login(nell)
    shown = page(client, "sessions_log:round-detail", group.pk)
    assert SITUATION in shown
    assert "the surgery is at fault" not in shown
    presenter = group.members.get(person=gia, left_at=None)
    titles, address = [], f"{reverse('sessions_log:round-detail', args=[group.pk])}?presenter={presenter.pk}"
    while True:
        answer = client.get(address)
        if answer.context["step"] is None:
            break
        titles.append(answer.context["step"].title)
        assert "data-timer=" in answer.content.decode()
        assert 'name="text"' not in answer.content.decode()  # people speak; nobody types
        address = answer.context["following"]
    asking = [one.person.name for one in group.members.filter(role="mentee").exclude(person=gia).order_by("pk")]
    assert sorted(asking) == ["Hui Lin", "Idris Moss", "Jo Ash", "Kit Ash", "Lou Ash"]
    assert titles[0] == titles[-1] == "Gia Vane speaks"
    assert titles[1:-1] == [*asking, "All pause", "Reflections"]

    # 6. A member passes: the next name shows, and nothing is recorded of it.
    story("peer-to-group", 6)
    written = Situation.objects.values_list().get()
    answer = client.get(f"{reverse('sessions_log:round-detail', args=[group.pk])}?presenter={presenter.pk}&at=2")
    content = answer.content.decode()
    assert f"{asking[1]} passes" in content
    assert content.count(answer.context["following"].replace("&", "&amp;")) == 2  # passing and going on are one link
    passed = client.get(answer.context["following"])
    assert passed.context["step"].who == asking[2]
    assert Situation.objects.values_list().get() == written
    client.post(address)
    assert not Situation.objects.to_tell().exists()
    assert SITUATION not in page(client, "sessions_log:round-detail", group.pk)
    came = list(group.members.filter(left_at=None).values_list("pk", flat=True))
    log = {"attended": came, "minutes": 60, "mode": "video", **date_fields("day", date(2027, 10, 6))}
    assert "Logged" in send(client, "sessions_log:session-log-past", group.pk, **log)
    client.force_login(gia)
    learnt = {"kind": "learning", "text": "It was hard, and not only for me."}
    assert "Shared" in send(client, "sessions_log:shared-note-list", group.pk, **learnt)
    for kind, text in (("theme", "Angry relatives"), ("cpd", "deprescribing")):
        assert "Kept" in send(client, "sessions_log:output-list", group.pk, kind=kind, text=text)

    # 7. Flo opens the group's learning and is told what she does see.
    story("peer-to-group", 7)
    client.force_login(flo)
    answer = client.get(reverse("sessions_log:shared-note-list", args=[group.pk]))
    assert answer.status_code == 409  # refused in words
    assert "You can see attendance and themes, not what was said." in answer.content.decode()
    assert "not only for me" not in answer.content.decode()

    # 8. Flo reads 7 attended and one theme, the lead what a session is needed for; neither reads the situation.
    story("peer-to-group", 8)
    board = page(client, "reports:board-detail", cohort.programme_id)
    assert "7 of 7" in board
    assert "1 Themes" in board or "Themes 1" in board
    assert "Angry relatives" in board
    client.force_login(lead)
    tasks = page(client, "programmes:task-list")
    assert "CPD session needed: deprescribing" in tasks
    wanted = Output.objects.get(kind="cpd")
    assert "Off your list." in send(client, "sessions_log:output-settle", wanted.pk)
    assert "deprescribing" not in page(client, "programmes:task-list")
    for person in (flo, lead):
        client.force_login(person)
        read = [page(client, "reports:board-detail", cohort.programme_id), page(client, "home")]
        assert not [one for one in read if "daughter" in one or "not only for me" in one or "deprescribing" in one]
        for name in ("situation-edit", "round-detail", "output-list"):
            assert is_absent(client, f"sessions_log:{name}", group.pk)
    client.force_login(lead)
    assert is_absent(client, "sessions_log:shared-note-list", group.pk)
    client.force_login(hui)
    assert is_absent(client, "sessions_log:round-detail", group.pk)
    assert "daughter" not in page(client, "sessions_log:situation-edit", group.pk)

    # Nobody is reminded of the pair; a date of the group that goes by is said once to each.
    missed = group.targets.filter(due_on__gt=date(2027, 10, 6)).order_by("due_on").first()
    for days in (1, 2, 8):
        sweep(at(*(missed.due_on + timedelta(days=days)).timetuple()[:3], 11))
    told = Notice.objects.filter(kind="date-missed").values_list("recipient__given_name", "about__target")
    assert sorted(told) == [(name, missed.pk) for name in ("Gia", "Hui", "Idris", "Jo", "Kit", "Lou", "Nell")]
