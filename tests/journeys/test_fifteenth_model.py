"""A fifteenth way of mentoring is a file and no code: imported in the browser, it runs to its end.

Enrol, match, meet, return, close, each on the pages on which a lead and the two of a pair do it.
"""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from matching.models import MatchRun
from matching.tasks import run_match
from notices.models import Notice
from people.models import Person
from programmes.models import Cohort, Enrolment, Relationship
from sessions_log.models import SessionForm
from tests.builders import people
from tests.journeys.walking import date_fields, enrol, letters, page, send, start, sweep

FILE = """
key = "ward-partners"
kind = "nqp"
title = "Ward partners"
sentence = "A pharmacist on a ward that is new to them is shown round it for twelve weeks by one who knows it."
who_for = "Pharmacists who change wards."
shapes = ["pair"]
voluntary = []
note_readers = ["own", "pair", "host"]
forms = ["session-return@2"]

[words]
mentee = {one = "newcomer", many = "newcomers"}
mentor = {one = "ward partner", many = "ward partners"}

[capacity]
mentor = {default = 1, least = 1, most = 2}

[matching]
arises = "assigned"

[cadence]
kind = "monthly"
sentence = "Once a month on the ward."

[duration]
end = "fixed"
weeks = 12

[reminders]
kind = "chase"
chase = {days_late = 7, every_days = 7, limit = 2}

[agreement]
text = "Be kind to each other."

[texts]
interim_contact = "Until then, ask the ward manager."
worries = "Speak to your Freedom to Speak Up guardian."
what_to_expect = {mentee = "You are shown round.", mentor = "You show somebody round."}

[[rule]]
name = "band"
kind = "band"
strength = "must"
label = "Ward partners are band 7"
sentence = "Ward partners are band 7. {name} is {band}."
parameters = {side = "mentor", bands = ["7"]}

[[preference]]
name = "same-site"
kind = "same-site"
label = "Same site"
weight = 1
parameters = {}
reasons = {same = "Both work at {site}.", different = "They work at different sites.", unknown = "Not known."}
"""


@pytest.mark.django_db(transaction=True)
def test_journey_of_a_model_that_is_a_file_alone(at, client):
    now = at(2027, 9, 1)
    trust = people.organisation(name="Northbank Hospitals", now=now)
    site = people.site(trust, now=now)
    lead = people.lead(trust, "Lorna Lead", now=now)
    details = {"organisation": trust, "site": site, "now": now}
    asha = people.person("Asha Patel", band="6", email="asha@example.org", **details)
    ben = people.person("Ben Carter", band="7", email="ben@example.org", **details)
    dev = people.person("Dev Khan", band="6", email="dev@example.org", **details)
    client.force_login(lead)

    file = SimpleUploadedFile("ward-partners.toml", FILE.encode())
    answer = client.post(reverse("programmes:model-import"), {"organisation": trust.pk, "file": file})
    assert answer.url == reverse("programmes:model-detail", args=["ward-partners"])
    assert "Ward partners are band 7" in page(client, "programmes:model-detail", "ward-partners")
    cohort: Cohort = start(client, "ward-partners", trust, date(2027, 9, 1), name="Ward partners")

    enrol(client, cohort, "mentee", asha)
    enrol(client, cohort, "mentor", ben, capacity=1)
    assert not Enrolment.objects.filter(person=dev).exists()
    assert "Ward partners are band 7. Dev is band 6." in enrol(client, cohort, "mentor", dev, capacity=1)

    client.post(reverse("matching:run-start", args=[cohort.pk]))

    run = MatchRun.objects.get()
    run_match(run_id=run.pk)
    assert f"Both work at {site.name}." in page(client, "matching:run-detail", run.pk)
    assert "1 match published" in send(client, "matching:run-publish", run.pk, when="now")
    assert {letter.to[0] for letter in letters()} >= {asha.email, ben.email}
    pair = Relationship.objects.get()

    client.force_login(asha)
    assert "You are shown round." in page(client, "programmes:relationship-detail", pair.pk)
    assert "shown round it for twelve weeks" in page(client, "programmes:programme-guide", cohort.programme_id)

    sweep(at(2027, 9, 10))
    client.force_login(ben)
    met = {"attended": list(pair.members.values_list("pk", flat=True)), "minutes": 60, "mode": "in-person"}
    send(client, "sessions_log:session-log-past", pair.pk, **date_fields("day", date(2027, 9, 10)), **met)
    sweep(at(2027, 9, 10, 14))
    client.force_login(ben)  # hours have passed, and sign-ins end when idle
    form = SessionForm.objects.get(owed_by=ben, state=SessionForm.State.OPEN, session__isnull=False)
    answers = {"q-met": "yes", "q-discussed": "Ward rounds", "q-study-sessions": "None", "q-portfolio": "Well"}
    shown = {"shown": "met discussed study-sessions portfolio"}
    send(client, "sessions_log:form-fill", form.pk, **answers, **shown)
    form.refresh_from_db()
    assert form.state == SessionForm.State.RETURNED

    sweep(at(2027, 11, 25))
    client.force_login(lead)
    assert "The time of 1 match is over" in page(client, "home")
    said = send(client, "programmes:ending-list", cohort.pk, which=[pair.pk], what="thank")
    assert "1 match has ended. Everybody in them is thanked." in said
    pair.refresh_from_db()
    assert pair.state == Relationship.State.ENDED
    thanked = {letter.to[0] for letter in letters() if "Thank you" in letter.subject}
    assert thanked == {asha.email, ben.email}
    assert not Notice.objects.filter(kind="relationship-ended").exists()
    send(client, "programmes:cohort-close", cohort.pk)
    cohort.refresh_from_db()
    assert cohort.closed_at is not None

    client.force_login(ben)
    mine = Enrolment.objects.get(person=ben)
    assert "1 session of 1 hour" in page(client, "sessions_log:certificate-detail", mine.pk)
    assert Person.objects.filter(pk=ben.pk, is_active=True).exists()
