"""Model 2, nqp-senior: its story from induction to the pair that Fay's own site confirms.

Over HTTP as the people in it would, with the tasks a worker runs and mail as it is sent.
"""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from matching.models import MatchRun
from matching.ranking import rank
from matching.tasks import run_match
from notices.models import Notice
from notices.tasks import deliver_notices
from programmes.actions import relationships
from programmes.models import Cohort, Enrolment, Relationship
from tests.builders import people, programmes

IN_2025 = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def at(time_machine):
    """``at(2027, 9, 1)``: nine o'clock in London on that day, from now on."""

    def move(year, month, day) -> datetime:
        moment = datetime(year, month, day, 9, 0, tzinfo=UTC)
        time_machine.move_to(moment, tick=False)
        return moment

    return move


@pytest.fixture
def world(at):
    """The day of Fay's induction. Gita has mentored five people before, Hal nobody."""
    hospital = people.organisation(name="Northbank Hospital", now=IN_2025)
    hampstead, barnet = (people.site(hospital, name=name, now=IN_2025) for name in ("Hampstead", "Barnet"))
    senior = {"organisation": hospital, "site": hampstead, "now": IN_2025}
    gita = people.person("Gita Rao", band="8a", volunteers_to_mentor="yes", **senior)
    earlier = programmes.cohort(
        organisation=hospital, model_key="nqp-senior", start_date=date(2025, 9, 1), name="Earlier", now=IN_2025
    )
    enrolled = programmes.mentor(earlier, gita, capacity=4, now=IN_2025)
    for number in range(5):
        begins = IN_2025 + timedelta(weeks=30 * (number // 4))
        mentee = programmes.mentee(
            earlier, now=begins, band="6", would_like_mentor="yes", registered_on=date(2025, 8, 1)
        )
        pair = programmes.pair(earlier, mentee, enrolled, now=begins)
        relationships.end(relationship=pair, by=None, now=begins + timedelta(weeks=26))
        enrolled.refresh_from_db()
    now = at(2027, 9, 1)
    employed = {"organisation": hospital, "now": now}
    return {
        "hospital": hospital,
        "hampstead": hampstead,
        "lead": people.lead(hospital, "Lorna Lead", now=now, site=barnet),
        "hampstead_lead": people.site_lead(hampstead, "Hetty Site", now=now),
        "barnet_lead": people.site_lead(barnet, "Bram Site", now=now),
        "fay": people.person(
            "Fay Lunn",
            band="6",
            site=hampstead,
            registered_on=date(2027, 8, 2),
            foundation_sector="community",
            **employed,
        ),
        "gita": gita,
        "hal": people.person("Hal Moss", band="7", site=hampstead, volunteers_to_mentor="yes", **employed),
        "ian": people.person("Ian Frost", band="8b", site=hampstead, **employed),
        "ivo": people.person("Ivo Lake", band="8c", site=hampstead, volunteers_to_mentor="yes", **employed),
        "old": people.person("Olga Past", band="6", registered_on=date(2025, 9, 1), **employed),
    }


def start(client, hospital) -> Cohort:
    details = {"name": "Newly qualified", "cohort_name": "From 2027", "organisation": hospital.pk}
    day = {"start_date-day": "1", "start_date-month": "9", "start_date-year": "2027"}
    answer = client.post(reverse("programmes:programme-start", args=["nqp-senior"]), details | day)
    assert answer.status_code == 302, answer.content.decode()
    return Cohort.objects.get(name="From 2027")


def enrol(client, cohort, side, *who, **more):
    address = reverse("programmes:enrolment-add", args=[cohort.pk, side])
    return client.post(address, {"people": [person.pk for person in who]} | more)


def deliver():
    """What a worker does with the notices that are due; the letters by address."""
    mail.outbox.clear()
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))
    return {letter.to[0]: letter for letter in mail.outbox}


def page(client, name, *args):
    return unescape(client.get(reverse(name, args=args)).content.decode())


@pytest.mark.django_db(transaction=True)
def test_journey_nqp_senior_from_not_now_to_a_mentor(world, at, client, story):
    lead, fay, gita, hal, ian = (world[name] for name in ("lead", "fay", "gita", "hal", "ian"))
    client.force_login(lead)
    deliver()  # what is left of the years before

    # 1. Fay is asked at her induction. Olga, registered for two years to the day, is not newly qualified.
    story("nqp-senior", 1)
    cohort = start(client, world["hospital"])
    assert enrol(client, cohort, "mentee", fay, ask="yes").status_code == 302
    assert set(deliver()) == {fay.email}
    refused = unescape(enrol(client, cohort, "mentee", world["old"], volunteered="on").content.decode())
    assert "Olga had been registered for two years on 1 September 2027, so is not newly qualified any more." in refused

    # The willing seniors; band 8c is no senior here, and Ian has not said yes.
    assert enrol(client, cohort, "mentor", gita, hal, capacity=2).status_code == 302
    refused = unescape(enrol(client, cohort, "mentor", world["ivo"], capacity=2).content.decode())
    assert "Mentors on this programme are band 7, 8a or 8b. Ivo is band 8c." in refused

    # 2. Fay answers "not now": no match is proposed, and the answer may be changed.
    story("nqp-senior", 2)
    client.force_login(fay)
    answer = reverse("programmes:enrolment-answer", args=[Enrolment.objects.get(person=fay).pk])
    assert client.post(answer, {"no": "no"}).status_code == 302
    assert not cohort.enrolments.live().on_side("mentee").exists()
    client.force_login(lead)
    client.post(reverse("matching:run-start", args=[cohort.pk]))
    assert not MatchRun.objects.filter(proposals__isnull=False).exists()
    assert deliver() == {}

    # 3. On 14 September Fay answers yes, and Gita ranks above Hal.
    story("nqp-senior", 3)
    now = at(2027, 9, 14)
    client.force_login(fay)
    assert client.post(answer, {"text": "Somebody who has done this before."}).status_code == 302
    mentee = cohort.enrolments.live().get(person=fay)
    ranked = rank(cohort, mentee, now=now)
    assert [one.enrolment.person for one in ranked if one.allowed] == [gita, hal]
    parts = [{part.name: part.points for part in one.components} for one in ranked]
    differ = {name for name in parts[0] if parts[0][name] != parts[1][name]}
    assert differ == {"experience"}  # other things equal
    assert "Gita has mentored often before, which helps after a foundation year in community." in ranked[0].reasons
    client.force_login(lead)
    client.post(reverse("matching:run-start", args=[cohort.pk]))
    run = MatchRun.objects.latest("pk")
    run_match(run_id=run.pk)
    assert run.proposals.get().mentor.person == gita

    # 4. A matchmaker proposes Ian, who has not opted in.
    story("nqp-senior", 4)
    unwilling = programmes.mentor(cohort, ian, now=now, volunteered=False)
    choose = page(client, "matching:mentor-choose", mentee.pk)
    assert choose.index("Gita Rao") < choose.index("Hal Moss") < choose.index("Ian Frost")
    propose = reverse("matching:mentor-confirm", args=[mentee.pk, unwilling.pk])
    refused = unescape(client.post(propose, {"when": "now"}).content.decode())
    assert "Ian has not volunteered to mentor on this programme." in refused
    assert not cohort.relationships.exists()

    # 5. With the site's sign-off on, Lorna, who works at Barnet, alone cannot confirm Gita.
    story("nqp-senior", 5)
    change = reverse("programmes:setting-change", args=[cohort.programme_id, "matching.site_sign_off"])
    assert "A lead of the site confirms each pair before it is published." in unescape(
        client.get(change).content.decode()
    )
    answer = client.post(change, {"site_sign_off": "yes", "reason": "Sites know their people."}, follow=True)
    assert "Confirmation by the newly qualified pharmacist's site: saved." in unescape(answer.content.decode())
    propose = reverse("matching:mentor-confirm", args=[mentee.pk, cohort.enrolments.get(person=gita).pk])
    assert client.post(propose, {"when": "now"}).status_code == 302
    proposed = cohort.relationships.get()
    confirm = reverse("programmes:relationship-confirm", args=[proposed.pk])
    told = unescape(client.post(confirm, {"answer": "yes"}, follow=True).content.decode())
    assert "A matchmaker from Fay's site needs to confirm this pair." in told
    client.force_login(world["barnet_lead"])
    assert client.get(confirm).status_code == 404  # what is proposed elsewhere is none of Barnet's business
    assert client.post(confirm, {"answer": "yes"}).status_code == 404
    proposed.refresh_from_db()
    assert proposed.state == Relationship.State.PROPOSED
    assert set(deliver()) == {world["hampstead_lead"].email}
    client.force_login(fay)
    assert gita.name not in page(client, "home")

    # 6. The Hampstead lead confirms: both are told, and Hal is unaffected.
    story("nqp-senior", 6)
    client.force_login(world["hampstead_lead"])
    assert client.post(confirm, {"answer": "yes"}).status_code == 302
    client.force_login(fay)
    letters = deliver()
    assert set(letters) == {fay.email, gita.email}
    assert "Gita Rao" in letters[fay.email].body
    assert Relationship.objects.get(pk=proposed.pk).state == Relationship.State.LIVE
    assert gita.name in page(client, "home")
    untouched = cohort.enrolments.get(person=hal)
    assert (untouched.state, untouched.places_taken) == (Enrolment.State.ENROLLED, 0)
