"""Model 7, prescriber-group: its story line by line, over HTTP as the people in it would."""

from datetime import date

import pytest

from people.actions import employments
from programmes.models import Member, Relationship, RuleOverride
from sessions_log.models import Offer, Session
from tests.builders import people
from tests.journeys.groups import accept, numbers
from tests.journeys.walking import date_fields, enrol, is_absent, letters, page, send, start, sweep

MODEL = "prescriber-group"
SIX = date(2027, 9, 6)


@pytest.fixture
def world(at):
    now = at(2027, 8, 2)
    service = people.organisation(name="Eastmoor Ambulance Service", kind="ambulance", now=now)
    staff = {"organisation": service, "now": now, "band": "7", "job_title": "Prescribing pharmacist"}
    asks = {"would_like_mentor": "yes", **staff}
    cas = people.person("Cas Moran", volunteers_to_mentor="yes", **staff | {"band": "8b"})
    return {
        "service": service,
        "lead": people.lead(service, "Lorna Lead", now=now),
        "cas": cas,
        "dot": people.person("Dot Grey", managers=[cas], **asks),
        **{
            name.split()[0].lower(): people.person(name, **asks)
            for name in ("Eli Stone", "Fin Ayre", "Gus Lowe", "Hal Fry")
        },
    }


@pytest.mark.django_db(transaction=True)
def test_journey_prescriber_group_from_shifts_to_a_new_lead(world, at, client, story):
    lead, cas, dot, eli, fin, gus, hal = (world[name] for name in ("lead", "cas", "dot", "eli", "fin", "gus", "hal"))
    client.force_login(lead)
    cohort = start(client, MODEL, world["service"], SIX, name="New prescribers")
    enrol(client, cohort, "mentee", eli, fin, gus, hal, dot)
    enrol(client, cohort, "mentor", cas, capacity=6)
    who = numbers(cohort)

    # 1. Cas with four who work shifts; the first meeting is on 6 September 2027.
    story("prescriber-group", 1)
    four = [who[name] for name in ("Eli", "Fin", "Gus", "Hal")]
    send(client, "programmes:group-form", cohort.pk, mentors=[who["Cas"]], mentees=four[:3], when="now")
    group = Relationship.objects.get(cohort=cohort)
    sweep(at(2027, 8, 3))
    client.force_login(hal)
    assert "A lead of the programme answers you." in send(client, "programmes:group-join", group.pk, join="yes")
    client.force_login(lead)
    assert "Hal Fry asks to join Cas's group" in page(client, "programmes:task-list")
    request = group.group_requests.get()
    assert "Hal Fry is in the group" in send(client, "programmes:group-members", group.pk, do="admit", who=request.pk)

    # 2. The dates: six a month apart, the Saturday kept, two at two months, then every three.
    story("prescriber-group", 2)
    asked = list(group.targets.order_by("due_on").values_list("due_on", flat=True)[:9])
    assert asked == [
        SIX,
        date(2027, 10, 6),
        date(2027, 11, 6),
        date(2027, 12, 6),
        date(2028, 1, 6),
        date(2028, 2, 6),
        date(2028, 4, 6),
        date(2028, 6, 6),
        date(2028, 9, 6),
    ]
    assert date(2027, 11, 6).weekday() == 5

    # 3. Cas manages Dot: refused, and no reason helps. Nor does it further up.
    story("prescriber-group", 3)
    sentence = "Cas manages Dot, so cannot be Dot's mentor in this group."
    client.force_login(lead)
    alone = {"mentors": [who["Cas"]], "mentees": [who["Dot"]], "when": "now"}
    for more in ({}, {"reason": "There is nobody else."}):
        shown = send(client, "programmes:group-form", cohort.pk, **alone, **more)
        assert sentence in shown
        assert "Choose others." in shown
        assert "Why is this group right all the same?" not in shown
    group_full = page(client, "programmes:group-members", group.pk)
    assert "4 of 4 places taken" in group_full
    send(client, "programmes:group-members", group.pk, do="remove", who=group.members.get(person=gus).pk)
    for reason in ("", "There is nobody else."):
        details = {"do": "add", "who": who["Dot"], "reason": reason}
        assert sentence in send(client, "programmes:group-members", group.pk, **details)
    between = people.person("Ira Middle", organisation=world["service"], now=at(2027, 8, 3), managers=[cas])
    employments.set_managers(person=dot, managers=[between], by=None, now=at(2027, 8, 3))
    client.force_login(lead)
    further = "Cas is in Dot's line management, so cannot be Dot's mentor in this group."
    assert further in send(
        client, "programmes:group-members", group.pk, do="add", who=who["Dot"], reason="All the way."
    )
    assert not RuleOverride.objects.exists()
    assert "Gus Lowe is in the group" in send(client, "programmes:group-members", group.pk, do="add", who=who["Gus"])

    # 4. Three work 6pm to midnight on the day for which Cas asks: marked as below quorum.
    story("prescriber-group", 4)
    for person in (eli, fin, gus):
        client.force_login(person)
        shift = {
            "is_open": "no",
            "start": "18:00",
            **date_fields("first", SIX),
            **date_fields("last", date(2027, 9, 7)),
        }
        send(client, "sessions_log:exception-add", **shift, end="00:00")
    client.force_login(cas)
    times = {**date_fields("day_1", SIX), "time_1": "19:00", **date_fields("day_2", SIX), "time_2": "12:00"}
    send(client, "sessions_log:offer-make", group.pk, minutes=60, mode="video", **times)
    shown = page(client, "sessions_log:session-list", group.pk)
    assert "2 of 5 can come: below quorum" in shown
    assert "5 of 5 can come" in shown
    client.force_login(hal)
    assert "2 of 5 can come: below quorum" in page(client, "sessions_log:session-list", group.pk)
    client.force_login(cas)
    noon = next(one for one in Offer.objects.get().times.all() if one.starts_at.hour == 11)
    assert "Booked for" in send(client, "sessions_log:offer-pick", group.pk, noon.offer_id, time=noon.pk)

    # 5. Eli would like a word by phone; a meeting that Eli calls in between moves no date.
    story("prescriber-group", 5)
    client.force_login(eli)
    send(client, "sessions_log:hours-edit", mode="phone")
    letters()
    send(client, "sessions_log:word-ask", group.pk, group.members.current().get(person=cas).pk)
    [word] = [letter for letter in letters() if letter.to == [cas.email]]
    assert "Eli would like a word, by phone" in f"{word.subject} {word.body}"
    client.force_login(cas)
    assert "Eli would like a word, by phone" in page(client, "home")
    client.force_login(eli)
    extra = {**date_fields("day", date(2027, 10, 20)), "time": "13:00", "minutes": 30, "mode": "phone"}
    assert "Booked for" in send(client, "sessions_log:session-book", group.pk, target="extra", **extra)
    assert list(group.targets.order_by("due_on").values_list("due_on", flat=True)[:9]) == asked
    assert Session.objects.get(day=date(2027, 10, 20)).target is None

    # What members raise and note is the group's, once all have accepted.
    for person in (cas, eli, fin, gus, hal):
        accept(client, person, group)
    client.force_login(gus)
    assert "1 topic for" in send(client, "sessions_log:agenda-detail", group.pk, day="2027-09-06", text="Dose bands")
    send(client, "sessions_log:shared-note-list", group.pk, kind="shared", text="Check the renal function first.")

    # 7. 6 April 2028 goes by without a meeting: each member has one message.
    story("prescriber-group", 7)
    for year, month in ((2027, 10), (2027, 11), (2027, 12), (2028, 1), (2028, 2)):
        sweep(at(year, month, 8))
    sweep(at(2028, 4, 6))
    missed = sweep(at(2028, 4, 7))
    missed += sweep(at(2028, 4, 8))
    missed = [letter for letter in missed if "6 April" in f"{letter.subject} {letter.body}"]
    assert sorted(letter.to[0] for letter in missed) == sorted(one.email for one in (cas, eli, fin, gus, hal))

    # 6. On 1 July 2028 Cas hands the group to Fin: what it wrote stays, and Fin may lead.
    story("prescriber-group", 6)
    at(2028, 7, 1)
    client.force_login(cas)
    to = group.members.current().get(person=fin).pk
    assert "Ask them first" in send(client, "programmes:group-hand-over", group.pk, to=to)
    assert "Fin Ayre leads the group from now." in send(
        client, "programmes:group-hand-over", group.pk, to=to, said_yes="on"
    )
    assert is_absent(client, "programmes:relationship-detail", group.pk)
    client.force_login(fin)
    assert "Check the renal function first." in page(client, "sessions_log:shared-note-list", group.pk)
    assert "Fin's group" in page(client, "programmes:relationship-detail", group.pk)
    when = {**date_fields("day", date(2028, 9, 6)), "time": "12:00", "minutes": 60, "mode": "video"}
    target = group.targets.get(due_on=date(2028, 9, 6))
    assert "Booked for" in send(client, "sessions_log:session-book", group.pk, target=target.pk, **when)
    assert group.members.current().get(role=Member.Role.MENTOR).person == fin
    assert {letter.to[0] for letter in letters() if "leads your group now" in letter.subject} == {
        one.email for one in (eli, gus, hal)
    }
