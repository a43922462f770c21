"""Model 3, ds-experienced-ds: its story from the first refusal to the day when Jo supervises alone.

Over HTTP as the people in it would, with the tasks a worker runs and mail as it is sent.
"""

from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from matching.models import MatchRun
from matching.tasks import run_match
from notices.models import Notice
from notices.tasks import deliver_notices
from people.models import Tie
from programmes.models import Cohort, Relationship, RuleOverride
from programmes.tasks import sweep_openings
from tests.builders import people


@pytest.fixture
def at(time_machine):
    """``at(2027, 5, 17)``: nine o'clock in London on that day, from now on."""

    def move(year, month, day) -> datetime:
        moment = datetime(year, month, day, 9, 0, tzinfo=UTC)
        time_machine.move_to(moment, tick=False)
        return moment

    return move


@pytest.fixture
def world(at):
    """In May the band 7s are asked who would like to train."""
    now = at(2027, 5, 3)
    trust = people.organisation(name="Southbank Hospitals", now=now)
    teams = {name: people.team(trust, name=name, now=now) for name in ("Haematology", "Critical care", "Management")}
    employed = {"organisation": trust, "now": now}
    lead = people.lead(trust, "Dara Lead", now=now)
    would = {"band": "7", "job_title": "Senior pharmacist", "would_like_mentor": "yes"}
    known = {"band7_on": date(2025, 2, 1), "diploma_on": date(2026, 9, 30)}
    willing = {"volunteers_to_mentor": "yes", "band": "8a", "job_title": "Lead pharmacist"}
    since = {"first_ds_on": date(2020, 8, 1)}
    liv = people.person("Liv Ito", team=teams["Management"], **willing, **since, **employed)
    max_ = people.person("Max Oyelaran", team=teams["Management"], managers=[liv], **willing, **since, **employed)
    return {
        "trust": trust,
        "lead": lead,
        "liv": liv,
        "max": max_,
        "jo": people.person(
            "Jo Reid",
            team=teams["Haematology"],
            managers=[max_],
            registered_on=date(2023, 8, 1),
            **would,
            **known,
            **employed,
        ),
        "kim": people.person("Kim Vance", registered_on=date(2024, 8, 20), **would, **known, **employed),
        "nia": people.person("Nia Bello", team=teams["Critical care"], **willing, **since, **employed),
        "lee": people.person("Lee Park", first_ds_on=date(2024, 8, 1), **willing, **employed),
        "one": people.person(
            "Ona Diaz", team=teams["Haematology"], band="8b", first_ds_on=date(2019, 8, 1), **employed
        ),
        "omar": people.person("Omar Haddad", email="omar@example.org", level="foundation", **employed),
    }


def start(client, trust) -> Cohort:
    details = {"name": "Supervisors", "cohort_name": "2027 supervisors", "organisation": trust.pk}
    day = {"start_date-day": "26", "start_date-month": "7", "start_date-year": "2027"}
    answer = client.post(reverse("programmes:programme-start", args=["ds-experienced-ds"]), details | day)
    assert answer.status_code == 302, answer.content.decode()
    return Cohort.objects.get()


def enrol(client, cohort, side, *who):
    address = reverse("programmes:enrolment-add", args=[cohort.pk, side])
    return client.post(address, {"people": [person.pk for person in who]})


def deliver():
    """What a worker does with the notices that are due."""
    mail.outbox.clear()
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))
    return {letter.to[0]: letter.body for letter in mail.outbox}


def page(client, name, *args):
    return unescape(client.get(reverse(name, args=args)).content.decode())


@pytest.mark.django_db(transaction=True)
def test_journey_ds_experienced_ds_from_eligible_to_independent(world, at, client, story):
    lead, jo, kim, nia, lee = (world[name] for name in ("lead", "jo", "kim", "nia", "lee"))
    client.force_login(lead)

    # 1. Given a start on 26 July 2027, Jo is eligible since 30 September 2026.
    story("ds-experienced-ds", 1)
    cohort = start(client, world["trust"])
    assert enrol(client, cohort, "mentee", jo).status_code == 302

    # 2. Kim is not eligible when the programme starts, nor can Kim be enrolled for it.
    story("ds-experienced-ds", 2)
    refused = unescape(enrol(client, cohort, "mentee", kim).content.decode())
    assert "Kim becomes eligible on 20 August 2027, after this programme starts on 26 July 2027." in refused

    # 3. Lee has not been a designated supervisor for three years.
    story("ds-experienced-ds", 3)
    refused = unescape(enrol(client, cohort, "mentor", lee).content.decode())
    assert "Lee will have been a DS for three years on 1 August 2027." in refused
    assert set(cohort.enrolments.live().values_list("person", flat=True)) == {jo.pk}

    # 4. Jo's manager is refused for good; that manager's own manager may be allowed with a reason.
    story("ds-experienced-ds", 4)
    assert enrol(client, cohort, "mentor", nia, world["max"], world["liv"]).status_code == 302
    client.post(reverse("matching:run-start", args=[cohort.pk]))
    run = MatchRun.objects.get()
    run_match(run_id=run.pk)
    direct = "Max is Jo's line manager, so cannot be Jo's mentor."
    above = "Liv is in Jo's line management, so cannot be Jo's mentor."
    for person, sentence in ((world["max"], direct), (world["liv"], above)):
        answer = client.get(reverse("matching:why-not", args=[run.pk]), {"mentee": jo.pk, "mentor": person.pk})
        assert sentence in unescape(answer.content.decode())
    of = {one.person.given_name: one for one in cohort.enrolments.select_related("person")}
    choose = page(client, "matching:mentor-choose", of["Jo"].pk)
    places = ["Nia Bello", "A rule advises against it", "Liv Ito", "Cannot be chosen", "Max Oyelaran"]
    assert [choose.index(words) for words in places] == sorted(choose.index(words) for words in places)
    at(2027, 5, 10)
    client.force_login(lead)
    move = reverse("matching:proposal-move", args=[run.pk, of["Jo"].pk])
    because = {"instead_of": of["Nia"].pk, "reason": "Nobody else has time."}

    def moved(mentor, **said) -> str:
        return unescape(client.post(move, {"mentor": of[mentor].pk} | said, follow=True).content.decode())

    assert direct in moved("Max", **because)  # no reason helps
    assert above in moved("Liv", **because | {"reason": ""})
    assert not RuleOverride.objects.exists()
    assert "Jo Reid and Liv Ito are matched by hand and agreed." in moved("Liv", **because)
    allowed = RuleOverride.objects.get()
    assert (allowed.rule, allowed.reason) == ("line-management", "Nobody else has time.")
    assert "Nobody else has time." in page(client, "programmes:override-list", cohort.pk)
    # But Nia it is.
    assert "Jo Reid and Nia Bello are matched by hand" in moved("Nia", instead_of=of["Liv"].pk)
    withdraw = reverse("programmes:override-withdraw", args=[allowed.pk])
    assert client.post(withdraw).status_code == 302
    assert above in moved("Liv", **because | {"reason": ""})

    # 5. Published on 17 May the pair is live; Omar is told in July who is the trainee.
    story("ds-experienced-ds", 5)
    at(2027, 5, 17)
    client.force_login(lead)
    assert "Nia Bello" in page(client, "matching:run-detail", run.pk)
    assert "Few in Jo's team supervise trainees yet." in page(client, "matching:run-detail", run.pk)
    assert client.post(reverse("matching:run-publish", args=[run.pk])).status_code == 302
    relationship = Relationship.objects.get()
    assert relationship.state == Relationship.State.LIVE
    assert set(deliver()) == {jo.email, nia.email}
    address = reverse("programmes:relationship-trainee", args=[relationship.pk])
    day = {"tell_on-day": "5", "tell_on-month": "7", "tell_on-year": "2027"}
    assert client.post(address, {"trainee": world["omar"].pk} | day).status_code == 302
    assert set(deliver()) == {jo.email, nia.email}  # the two supervisors, at once
    at(2027, 7, 4)
    assert deliver() == {}
    client.force_login(world["omar"])
    assert client.get(reverse("programmes:relationship-detail", args=[relationship.pk])).status_code == 404
    at(2027, 7, 5)
    sweep_openings()
    [(told, letter)] = deliver().items()
    assert told == "omar@example.org"
    assert "Jo is training to be a designated supervisor." in letter
    assert "Nia has supervised trainees for years, and is your designated supervisor on record." in letter
    assert deliver() == {}
    client.force_login(world["omar"])
    assert "Jo is training to be a designated supervisor." in page(
        client, "programmes:relationship-detail", relationship.pk
    )

    # 6. On 1 October 2027 Jo cannot be made Omar's supervisor, neither beside Nia nor instead.
    story("ds-experienced-ds", 6)
    at(2027, 10, 1)
    client.force_login(lead)
    onrecord = Tie.objects.get(kind=Tie.Kind.DS, person=world["omar"])
    assert (onrecord.other, onrecord.start_date) == (nia, date(2027, 7, 26))
    record = reverse("people:tie-record", args=[world["omar"].pk])
    alone = {"kind": Tie.Kind.DS, "other": "Jo Reid"}

    def recorded() -> str:
        return unescape(client.post(record, alone, follow=True).content.decode())

    assert "Jo may supervise alone from 24 July 2028." in recorded()
    end = client.post(reverse("people:tie-end", args=[onrecord.pk]), follow=True)
    assert "Ended. Neither is told." in unescape(end.content.decode())
    assert "Jo may supervise alone from 24 July 2028." in recorded()
    assert not Tie.objects.filter(kind=Tie.Kind.DS, other=jo).exists()

    # 7. On 24 July 2028 Jo becomes independent, and Nia is still there as mentor.
    story("ds-experienced-ds", 7)
    at(2028, 7, 23)
    client.force_login(jo)
    detail = ("programmes:relationship-detail", relationship.pk)
    assert "Trainee DS, independent from 24 July 2028." in page(client, *detail)
    at(2028, 7, 24)
    client.force_login(jo)
    assert "Independent, in touch." in page(client, *detail)
    assert "Nia Bello, your experienced DS" in page(client, "home")
    client.force_login(lead)
    assert "Recorded. Neither is told." in recorded()


@pytest.mark.django_db
def test_journey_ds_experienced_ds_reads_experts_against_novices(world, at, client, story):
    """8. An LFG of 6 experts, 7 novices and 2 trainee representatives."""
    story("ds-experienced-ds", 8)
    now = at(2027, 5, 17)
    employed = {"organisation": world["trust"], "now": now}
    client.force_login(world["lead"])
    cohort = start(client, world["trust"])
    for _ in range(2):  # with Liv, Max, Nia and Ona six
        people.person(first_ds_on=date(2021, 8, 1), **employed)
    for _ in range(5):  # with Lee, and Jo who learns to, seven
        people.person(first_ds_on=date(2026, 8, 1), **employed)
    people.person("Second Representative", level="foundation", **employed)  # with Omar two
    assert enrol(client, cohort, "mentee", world["jo"]).status_code == 302
    assert "Local Faculty Group: 46% expert, target 50%" in page(client, "programmes:cohort-detail", cohort.pk)
