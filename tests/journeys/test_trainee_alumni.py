"""Model 6, trainee-alumni: its story line by line, over HTTP as the people in it would.

Who trained where is a staff list's to say, so the builders record it. Everything else is clicked.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from matching.models import MatchRun
from matching.tasks import run_match
from programmes import mentoring_models
from programmes.models import Enrolment, JoiningLink, Relationship
from sessions_log.models import SessionForm
from sessions_log.session_forms.fields import PREFIX
from tests.builders import people
from tests.journeys.walking import date_fields, enrol, letters, page, send, start, sweep, told

STARTS = date(2027, 7, 26)
APRIL = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(at):
    now = at(2027, 4, 14)
    green = people.organisation(name="Green Light", kind="community", now=now)
    staff = {"organisation": green, "now": now, "level": "early", "foundation_employer": "Green Light"}
    here = {"volunteers_to_mentor": "yes", **staff}
    trainee = {"organisation": green, "now": now, "level": "foundation", "job_title": "Trainee pharmacist"}
    return {
        "green": green,
        "lead": people.lead(green, "Simone Lead", now=now),
        "yan": people.person(
            "Yan Ho",
            registered_on=date(2024, 8, 1),
            foundation_site="Camden",
            foundation_sector="split",
            **here,
        ),
        "zoe": people.person("Zoe Hill", registered_on=date(2024, 7, 20), **staff),
        "abe": people.person("Abe Stone", registered_on=date(2026, 8, 3), **staff),
        "bea": people.person(
            "Bea Fox", registered_on=date(2025, 8, 1), **staff | {"foundation_employer": "Larkhill Pharmacy"}
        ),
        "old": people.person("Olu Grey", registered_on=date(2024, 9, 1), **staff),
        "trainees": [
            people.person(f"Trainee {name}", foundation_site=site, foundation_sector=sector, **trainee)
            for name, site, sector in (
                ("Camden", "Camden", "community"),
                ("Split", "Brent", "split"),
                ("Other", "Ealing", "community"),
                ("Fourth", "Ealing", "community"),
            )
        ],
    }


def apply(client, link, who):
    """Somebody follows the joining link and says yes; what they read."""
    client.force_login(who)
    address = reverse("programmes:join", args=[link.pk])
    opened, sent = client.get(address), client.post(address, {"capacity": "3"}, follow=True)
    return told(opened), told(sent)


@pytest.mark.django_db(transaction=True)
def test_journey_trainee_alumni_who_may_mentor(world, client, at, story):
    """6.1 to 6.5: who is between one and three years registered and trained here, said to them and to the lead."""
    lead = world["lead"]
    story("trainee-alumni", 1)
    client.force_login(lead)
    cohort = start(client, "trainee-alumni", world["green"], STARTS)
    send(client, "programmes:joining-list", cohort.pk, side="mentor", **date_fields("last_day", date(2027, 6, 30)))
    link = JoiningLink.objects.get()

    # Yan is eligible: the ceiling is 1 August 2027.
    story("trainee-alumni", 2)
    opened, sent = apply(client, link, world["yan"])
    assert "Thank you. You take part as a mentor." in sent
    # Each refused in their own words, whether they look or send all the same.
    story("trainee-alumni", 3, 4, 5)
    for who, sentence in (
        ("zoe", "You passed three years since registration on 20 July 2027."),
        ("abe", "You can mentor from 3 August 2027, one year after registering."),
        ("bea", "Mentors here completed their foundation year at Green Light."),
    ):
        opened, sent = apply(client, link, world[who])
        assert sentence in opened, opened
        assert "Yes, I would like to take part" not in opened
        assert sentence in sent
        assert not Enrolment.objects.filter(person=world[who]).exists()

    # The lead reads it in the third person, and may have them all the same: mentors are scarce.
    client.force_login(lead)
    for who, sentence in (
        ("zoe", "Zoe passed three years since registration on 20 July 2027."),
        ("abe", "Abe can mentor from 3 August 2027, one year after registering."),
        ("bea", "Mentors here completed their foundation year at Green Light. Bea did not."),
    ):
        assert sentence in enrol(client, cohort, "mentor", world[who], volunteered="on", capacity=1)
    said = enrol(client, cohort, "mentor", world["zoe"], volunteered="on", capacity=1, against="on")
    assert "1 mentor enrolled." in said
    said = enrol(client, cohort, "mentee", world["trainees"][0], volunteered="on")
    assert "1 trainee enrolled." in said
    trainee, zoe = (Enrolment.objects.get(person=one) for one in (world["trainees"][0], world["zoe"]))
    said = send(client, "matching:mentor-confirm", trainee.pk, zoe.pk, when="now")
    assert "Zoe passed three years since registration on 20 July 2027." in said
    assert not Relationship.objects.exists()
    reason = "They know each other, and nobody else is near."
    said = send(client, "matching:mentor-confirm", trainee.pk, zoe.pk, when="now", reason=reason)
    assert "Trainee Camden with Zoe Hill" in said
    assert reason in page(client, "programmes:override-list", cohort.pk)

    # Other readings are settings: by calendar year of registration Zoe and Abe are in.
    for line, more in (("three-years", {"bound": "until", "milestones-0-years": 3}), ("one-year", {"bound": "from"})):
        rule = next(one for one in _rules(cohort) if one.name == line)
        said = send(
            client,
            "programmes:setting-change",
            cohort.programme_id,
            f"rule.{line}",
            **{
                "strength": "should",
                "counted": "calendar-year",
                "milestones-0-fact": "registered_on",
                "milestones-0-label": "registration date",
                "milestones-0-years": 1,
                "milestones-0-months": 0,
                "milestones-0-absent": rule.test.milestones[0].absent,
                "sentence": rule.sentence,
                "to_self": rule.to_self,
                "label": rule.label,
                "reason": "So we have always counted.",
            }
            | more,
        )
        assert f"{rule.label}: saved." in said, said
    client.force_login(world["abe"])
    assert "Yes, I would like to take part" in told(client.get(reverse("programmes:join", args=[link.pk])))


def _rules(cohort):
    return mentoring_models.of(cohort.programme).rules


@pytest.mark.django_db(transaction=True)
def test_journey_trainee_alumni_from_match_to_the_end_of_the_year(world, client, at, story):
    """6.6 to 6.8: three trainees at most, the same pharmacy first, two forms, no message in 20 weeks, two questions."""
    lead, yan, trainees = world["lead"], world["yan"], world["trainees"]
    client.force_login(lead)
    cohort = start(client, "trainee-alumni", world["green"], STARTS)
    enrol(client, cohort, "mentor", yan, capacity=3)
    enrol(client, cohort, "mentee", *trainees, volunteered="on")
    mentor = Enrolment.objects.get(person=yan)
    camden, split, other, fourth = (Enrolment.objects.get(person=one) for one in trainees)

    story("trainee-alumni", 7)
    # Yan trained at Camden on a split programme: Camden first, then the split programme, then anybody.
    client.post(reverse("matching:run-start", args=[cohort.pk]))
    run = MatchRun.objects.get()
    run_match(run_id=run.pk)
    scores = {one.mentee_id: one.score for one in run.proposals.all()}
    assert len(scores) == 3
    [third] = set(scores) - {camden.pk, split.pk}
    assert scores[camden.pk] > scores[split.pk] > scores[third]
    assert "Both did their foundation year at the same pharmacy." in page(client, "matching:run-detail", run.pk)
    said = send(client, "matching:run-publish", run.pk, when="now")
    assert "3 matches published. Everyone is being told by e-mail" in said

    story("trainee-alumni", 6)
    left = next(one for one in (other, fourth) if one.pk not in scores)
    said = send(client, "matching:mentor-confirm", left.pk, mentor.pk, when="now")
    assert "Yan already has 3 trainees, the most for one mentor." in said
    assert Relationship.objects.live().count() == 3

    # Exactly two forms: the trainee's before a session, the mentor's guide. Each sees their own.
    pair = Relationship.objects.get(members__person=trainees[0])
    forms = {}
    for who in (trainees[0], yan):
        client.force_login(who)
        forms[who] = page(client, "sessions_log:form-of-relationship", pair.pk)
    assert "Guide for the conversation" not in forms[trainees[0]]
    client.force_login(trainees[0])
    assert "What would you like to talk about?" in page(client, "sessions_log:prep-sheet-edit", pair.pk)
    assert "Guide for the conversation" in forms[yan]

    story("trainee-alumni", 8)
    # The year begins. Nobody meets for 20 weeks: no message is sent.
    letters()
    mail.outbox.clear()
    begins = datetime(2027, 7, 26, 9, 0, tzinfo=UTC)
    for weeks in (1, 4, 8, 12, 16, 20):
        assert {letter.to[0] for letter in sweep(begins + timedelta(weeks=weeks))} <= {lead.email}  # their own list
    client.force_login(trainees[0])
    assert "overdue" not in page(client, "home").lower()
    # At the end of the year the mentor is asked two questions, which the lead reads.
    at(2028, 7, 25)
    sweep(datetime(2028, 7, 25, 9, 0, tzinfo=UTC))
    client.force_login(yan)
    assert "How was mentoring for you?" in page(client, "sessions_log:form-list")
    owed = SessionForm.objects.filter(owed_by=yan, spec_key="mentor-feedback").first()
    answers = {"going-well": "They ask before they are stuck.", "challenges": "Finding time in December."}
    answers = {f"{PREFIX}-{name}": text for name, text in answers.items()}
    said = send(client, "sessions_log:form-fill", owed.pk, **answers)
    assert "“How was mentoring for you?” is returned. Thank you." in said
    client.force_login(lead)
    assert "Finding time in December." in page(client, "sessions_log:form-detail", owed.pk)


@pytest.mark.django_db(transaction=True)
def test_journey_trainee_alumni_the_forecast(world, client, story):
    """6.9: ten trainees and three mentors; who comes in and who ages out by the next intake."""
    story("trainee-alumni", 9)
    client.force_login(world["lead"])
    cohort = start(client, "trainee-alumni", world["green"], STARTS)
    now = APRIL
    ten = [
        people.person(f"Ten Of{number}", level="foundation", organisation=world["green"], now=now)
        for number in range(10)
    ]
    enrol(client, cohort, "mentee", *ten, volunteered="on")
    young = [
        people.person(
            f"Young {name}",
            level="early",
            organisation=world["green"],
            registered_on=date(2026, 7, 1),
            foundation_employer="green light",  # as people type it
            volunteers_to_mentor="yes",
            now=now,
        )
        for name in ("One", "Two")
    ]
    enrol(client, cohort, "mentor", world["yan"], *young, capacity=3)
    said = page(client, "programmes:forecast-detail", cohort.pk)
    assert "1 trainee without a mentor at this intake" in said
    comes_in, rest = said.split("Who comes in by 31 July 2028")[1].split("Who ages out by 31 July 2028")
    ages_out, could_be_asked = rest.split("Who could be asked now")
    assert "Abe can mentor from 3 August 2027, one year after registering. Takes part now No" in comes_in
    assert "Yan passed three years since registration on 1 August 2027. Takes part now Yes" in ages_out
    assert "Olu Grey" in ages_out
    assert "Olu Grey" in could_be_asked
    assert "Zoe Hill" not in said
    # Next time Yan's places are gone and Abe's come: 9 of 10, unless more trainees are expected.
    assert said.count("1 trainee without a mentor") == 3
    said = page(client, "programmes:forecast-detail", cohort.pk, mentees=9)
    assert "A place for every trainee" in said.split("31 July 2028")[1]
    assert "Forecast: mentors for this intake and the next" in page(client, "programmes:cohort-detail", cohort.pk)
