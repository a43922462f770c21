"""Model 12, ip-past-dpp: Vera keeps Dr Will, who supervised her prescribing course, until one of them needs it no more.

Over HTTP as each person, with what the schedule does and mail as it is sent.
"""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from people.models import Person, Tie
from programmes.models import Enrolment, Nomination, Relationship
from sessions_log.models import Session, Target
from tests.builders import people
from tests.journeys.walking import date_fields, is_absent, letters, page, send, start, sweep, told

MODEL = "ip-past-dpp"
NOT_AVAILABLE = "This page is not available to you"
NHS_NUMBER = "943 476 5919"  # valid, and nobody's: from the numbers kept for tests


@pytest.fixture
def world(at):
    now = at(2027, 9, 1)
    trust = people.organisation(name="Eastcliff Hospitals", now=now)
    staff = {"organisation": trust, "now": now}
    manager = people.person("Mona Lisle", band="8b", **staff)
    return {
        "trust": trust,
        "lead": people.lead(trust, "Leo Brand", now=now),
        "manager": manager,
        "vera": people.person("Vera Quill", band="7", managers=[manager], prescriber_on=date(2027, 3, 1), **staff),
        "xena": people.person("Xena Ward", band="7", prescriber_on=date(2027, 6, 1), **staff),
    }


def add_from_outside(client, given_name: str, family_name: str) -> Person:
    """A lead puts somebody on the list who has no job, band or manager here."""
    email = f"{given_name.lower()}@example.org"
    fields = {"given_name": given_name, "family_name": family_name, "email": email, "works_at": "Haematology"}
    send(client, "people:person-add", "outside", **fields)
    return Person.objects.get(email=email)


def record_supervision(client, person: Person, other: Person, first: date, last: date) -> None:
    """A lead records whose course somebody supervised, and until when."""
    days = date_fields("start_date", first) | date_fields("last_day", last)
    said = send(client, "people:tie-record", person.pk, kind=Tie.Kind.DPP, other=other.email, **days)
    assert "Recorded." in said


@pytest.mark.django_db(transaction=True)
def test_journey_ip_past_dpp_from_a_course_that_is_over_to_a_need_that_is(world, at, client, story):
    lead, vera, xena, manager = (world[name] for name in ("lead", "vera", "xena", "manager"))

    # 1. Vera prescribes since 1 March; Dr Will, who has no pharmacy record, was her DPP until the day before.
    story("ip-past-dpp", 1)
    client.force_login(lead)
    cohort = start(client, MODEL, world["trust"], date(2027, 9, 6), name="Prescribers go on")
    will, yves = add_from_outside(client, "Will", "Haddad"), add_from_outside(client, "Yves", "Orme")
    record_supervision(client, vera, will, date(2026, 9, 1), date(2027, 2, 28))
    record_supervision(client, xena, yves, date(2027, 3, 1), date(2027, 11, 30))
    send(client, "programmes:joining-list", cohort.pk, side="mentee", **date_fields("last_day", date(2028, 9, 1)))
    link = cohort.joining_links.get()
    for person in (vera, xena):
        client.force_login(person)
        assert "You take part as an independent prescriber." in send(client, "programmes:join", link.pk)
    letters()

    # 2. Each says yes by themselves; with the second yes the pair is live, and no match run had a part in it.
    story("ip-past-dpp", 2)
    at(2027, 9, 6)
    own = Enrolment.objects.get(person=vera)
    client.force_login(vera)
    assert "Prescribers go on: bring a past supervising practitioner" in page(client, "home")
    named = {"given_name": "Will", "family_name": "Haddad", "email": will.email}
    named |= date_fields("supervised_until", date(2027, 2, 28))
    assert "Will Haddad is asked. You hear as soon as they answer." in send(
        client, "programmes:nomination-make", own.pk, **named
    )
    assert not Relationship.objects.exists()
    assert "you asked Will Haddad There is no answer yet." in page(client, "home")
    [letter] = letters()
    assert (letter.to, letter.subject) == ([will.email], "Vera Quill would like to go on with you")
    nomination = Nomination.objects.get()
    client.force_login(will)
    assert "Vera Quill would like you as their past supervising practitioner" in page(client, "home")
    shown = page(client, "programmes:nomination-answer", nomination.pk)
    assert "says that you supervised their prescribing course until 28 February 2027" in shown
    said = send(client, "programmes:nomination-answer", nomination.pk, answer="yes")
    assert "You and Vera Quill go on together." in said
    pair = cohort.relationships.get()
    assert (pair.state, pair.started_at.date()) == (Relationship.State.LIVE, date(2027, 9, 6))
    assert not cohort.match_runs.exists()
    assert [letter.to for letter in letters()] == [[vera.email]]
    client.force_login(lead)
    assert "1 of 1" in page(client, "programmes:enrolment-detail", own.pk)

    # 3. Xena's course still runs, so her DPP cannot be asked yet; on the day after it ends he can.
    story("ip-past-dpp", 3)
    sentence = "Your DPP can become your mentor after your prescribing course ends on 30 November 2027."
    hers = Enrolment.objects.get(person=xena)
    client.force_login(xena)
    named = {"given_name": "Yves", "family_name": "Orme", "email": yves.email}
    assert sentence in send(client, "programmes:nomination-make", hers.pk, **named)
    unknown = {"given_name": "Zia", "email": "zia@example.org"} | date_fields("supervised_until", date(2027, 11, 30))
    assert sentence in send(client, "programmes:nomination-make", hers.pk, **unknown)
    assert Nomination.objects.count() == 1
    assert not Person.objects.filter(email="zia@example.org").exists()  # whom nobody asks is on no list
    assert letters() == []
    at(2027, 12, 1)
    client.force_login(xena)
    assert "Yves Orme is asked." in send(client, "programmes:nomination-make", hers.pk, **named)
    send(client, "programmes:nomination-take-back", Nomination.objects.get(one=hers).pk)
    assert letters() == []  # taken back before it went out

    # 4. A slot every Monday, bank holidays left out. Three weeks are skipped, and nobody hears of it.
    story("ip-past-dpp", 4)
    at(2027, 9, 7)
    sweep(datetime.fromisoformat("2027-09-07T09:00:00+00:00"))
    client.force_login(vera)
    plan = {"starts_at": "12:00", "mode": "in-person"} | date_fields("first_on", date(2027, 9, 13))
    send(client, "sessions_log:plan-edit", pair.pk, **plan)
    days = list(Target.objects.filter(relationship=pair).values_list("due_on", "minutes"))
    assert days[:3] == [(date(2027, 9, 13), 30), (date(2027, 9, 20), 30), (date(2027, 9, 27), 30)]
    assert {day.weekday() for day, _ in days} == {0}
    send(client, "sessions_log:series-book", pair.pk)
    booked = list(pair.sessions.filter(day__lte=date(2027, 11, 8)).order_by("day"))
    assert [one.day for one in booked[:2]] == [date(2027, 9, 13), date(2027, 9, 20)]
    letters()
    at(2027, 9, 13, 13)
    client.force_login(vera)
    log = {"minutes": 30, "attended": list(pair.members.values_list("pk", flat=True))}
    send(client, "sessions_log:session-log", pair.pk, booked[0].pk, **log)
    for one in booked[1:4]:
        at(2027, 9, 14)
        client.force_login(vera)
        send(client, "sessions_log:session-cancel", pair.pk, one.pk)
    letters()
    sent = []
    for week in range(1, 5):
        moment = datetime.fromisoformat("2027-09-14T18:00:00+00:00") + timedelta(weeks=week)
        at(moment.year, moment.month, moment.day, moment.hour)
        sent += sweep(moment)
    assert sent == []
    assert not mail.outbox or all("missed" not in one.subject for one in mail.outbox)

    # 5. On a Sunday Vera adds a plan, and Dr Will sees it. What looks like a patient's number is asked about.
    story("ip-past-dpp", 5)
    at(2027, 10, 17)
    client.force_login(vera)
    shown = client.get(reverse("sessions_log:prep-sheet-edit", args=[pair.pk]))
    assert "Your plan for the next meeting" in told(shown)
    fields = {"q-talk-about": f"The case of {NHS_NUMBER}", "share": "1", "seen_at": shown.context["seen_at"]}
    asked = send(client, "sessions_log:prep-sheet-edit", pair.pk, **fields)
    assert "a patient’s number? Take it out" in asked
    client.force_login(will)
    assert is_absent_or_empty(client, pair)
    client.force_login(vera)
    shown = client.get(reverse("sessions_log:prep-sheet-edit", args=[pair.pk]))
    fields = {"q-talk-about": "When to stop a blood thinner", "share": "1", "seen_at": shown.context["seen_at"]}
    assert "Shared with Will" in send(client, "sessions_log:prep-sheet-edit", pair.pk, **fields)
    client.force_login(will)
    assert "What Vera has prepared for your session" in page(client, "home")
    assert "When to stop a blood thinner" in page(client, "sessions_log:prep-sheet-list", pair.pk)

    # 6. Her manager reads the hours once Vera says so, and the hours alone.
    story("ip-past-dpp", 6)
    client.force_login(manager)
    refused = client.get(reverse("sessions_log:hours-statement", args=[pair.pk]))
    assert (refused.status_code, NOT_AVAILABLE in told(refused)) == (404, True)
    client.force_login(will)
    assert is_absent(client, "sessions_log:hours-statement", pair.pk)
    client.force_login(vera)
    own_page = page(client, "sessions_log:hours-statement", pair.pk)
    assert "0.5 hours a week" in own_page
    assert "0.5 hours in 1 meeting" in own_page
    assert "Nobody but you reads this." in own_page
    assert letters() == []
    assert "Shared." in send(client, "sessions_log:hours-statement", pair.pk, do="share")
    [letter] = letters()
    assert (letter.to, "0.5" in letter.body, "Will" in letter.body) == ([manager.email], False, False)
    share = pair.members.get(person=vera).hours_share
    client.force_login(manager)
    assert "The mentoring hours of Vera Quill" in page(client, "home")
    read = page(client, "sessions_log:hours-shared", share.pk)
    assert "0.5 hours a week" in read
    for hidden in ("Will", "blood thinner", "September 13", "13 September"):
        assert hidden not in read
    for person in (lead, will, xena):
        client.force_login(person)
        assert is_absent(client, "sessions_log:hours-shared", share.pk)
    client.force_login(vera)
    send(client, "sessions_log:hours-statement", pair.pk, do="take-back")
    client.force_login(manager)
    assert is_absent(client, "sessions_log:hours-shared", share.pk)

    # 7. A year on both are asked. Dr Will says no: it ends, and Vera hears only that it has.
    story("ip-past-dpp", 7)
    Session.objects.filter(relationship=pair, state=Session.State.PLANNED).delete()
    assert sweep(at(2028, 9, 5)) == []
    asked = sweep(at(2028, 9, 6))
    assert sorted((letter.to[0], letter.subject) for letter in asked) == sorted(
        (person.email, "Is there still a need to meet?") for person in (vera, will)
    )
    assert sweep(at(2028, 9, 7)) == []
    client.force_login(vera)
    assert "Is there still a need to meet?" in page(client, "home")
    hers, his = (pair.members.get(person=person).reviews.get() for person in (vera, will))
    assert "It goes on as before." in send(client, "programmes:review-answer", hers.pk, answer="yes")
    assert is_absent(client, "programmes:review-answer", his.pk)
    client.force_login(will)
    said = send(client, "programmes:review-answer", his.pk, answer="no")
    assert "It has ended. Thank you for the time that you gave each other." in said
    pair.refresh_from_db()
    assert pair.state == Relationship.State.ENDED
    [letter] = letters()
    assert (letter.to, letter.subject) == ([vera.email], "Your mentoring has ended")
    assert "need" not in letter.body.replace("need to do", "").replace("need anything", "")


def is_absent_or_empty(client, pair) -> bool:
    """Whether nothing that was prepared is there to be read."""
    answer = client.get(reverse("sessions_log:prep-sheet-list", args=[pair.pk]))
    return answer.status_code == 404 or NHS_NUMBER not in told(answer)
