"""Model 4, consultant-domains: its story line by line, over HTTP as the people in it would."""

from datetime import date

import pytest
from django.urls import reverse

from people.models import Person
from programmes.models import Enrolment, Introduction, MentorRequest, Relationship
from tests.builders import people
from tests.journeys.walking import enrol, is_absent, letters, page, send, start, sweep, told

MODEL = "consultant-domains"
REFUSED = "This list is open to people with a confirmed request for a mentor."
DECLARED = "I practise at consultant level without the credential."


@pytest.fixture
def world(at):
    now = at(2027, 9, 1)
    trust = people.organisation(name="Northbank Hospital", now=now)
    other = people.organisation(name="Southbank Hospital", now=now)
    staff = {"organisation": trust, "now": now}
    liv = people.person("Liv Chief", level="consultant", job_title="Chief pharmacist", **staff)
    sol = people.person("Sol Reed", level="consultant", managers=[liv], **staff)
    return {
        "trust": trust,
        "lead": people.lead(trust, "Dora Lead", now=now),
        "board": people.commissioner(trust, "Boris Board", now=now),
        "pia": people.person("Pia Marsh", level="advanced", managers=[sol], **staff),
        "rae": people.person("Rae Holt", level="consultant", job_title="Consultant pharmacist", **staff),
        "sol": sol,
        "liv": liv,
        "outsider": people.person("Olga Elsewhere", organisation=other, now=now),
    }


def offers(client, lead, who, *slots):
    """Somebody who takes part says for which domains they may be asked."""
    enrolment = Enrolment.objects.get(person=who, side="mentor")
    client.force_login(who)
    assert "What the role is" in page(client, "programmes:listing-edit", enrolment.pk)
    assert "Saved." in send(
        client, "programmes:listing-edit", enrolment.pk, slots=slots, text=f"I am {who.given_name}."
    )
    client.force_login(lead)
    said = send(client, "programmes:listing-edit", enrolment.pk, slots=slots, briefed="on")
    assert "Saved." in said


@pytest.mark.django_db(transaction=True)
def test_journey_consultant_domains(world, at, client, story):
    lead, pia, rae, sol = (world[name] for name in ("lead", "pia", "rae", "sol"))

    story("consultant-domains", 1)
    client.force_login(lead)
    cohort = start(client, MODEL, world["trust"], date(2027, 9, 1))
    enrol(client, cohort, "mentee", pia, volunteered="on", capacity=3)
    enrol(client, cohort, "mentor", rae, sol, world["liv"], volunteered="on", capacity=2)
    quinn = {"given_name": "Quinn", "family_name": "Abara", "email": "quinn@example.org"}
    send(client, "people:person-add", "outside", **quinn)  # of another trust, so by invitation
    quinn = Person.objects.get(email="quinn@example.org")
    enrol(client, cohort, "mentor", quinn, volunteered="on", capacity=2)
    offers(client, lead, quinn, "research")
    offers(client, lead, rae, "education", "research")
    offers(client, lead, sol, "research")
    offers(client, lead, world["liv"], "leadership")
    own = Enrolment.objects.get(person=pia)
    client.force_login(pia)
    assert "Say first what you look for." in page(client, "programmes:request-detail", own.pk)
    fields = {"slots": ["research", "education"], "text": "Somebody warm, whom I respect."}
    said = send(client, "programmes:request-edit", own.pk, **fields)
    assert f"Please confirm: {DECLARED}" in said
    assert not MentorRequest.objects.exists()
    said = send(client, "programmes:request-edit", own.pk, declares="on", **fields)
    assert "A lead of the programme looks at it, and talks with you." in said

    story("consultant-domains", 2)
    directory = reverse("programmes:directory-list", args=[cohort.pk])
    for who in (pia, lead if lead.employments.exists() else rae):
        client.force_login(who)
        refused = client.get(directory)
        assert refused.status_code == 409
        assert REFUSED in told(refused)
        assert "Quinn" not in told(refused)
    client.force_login(world["outsider"])
    assert is_absent(client, "programmes:directory-list", cohort.pk)

    story("consultant-domains", 3)
    at(2027, 9, 2)
    client.force_login(lead)
    assert "1 person asks for a mentor" in page(client, "home")
    shown = page(client, "programmes:request-confirm", own.pk)
    assert "research, education" in shown
    assert "Somebody warm, whom I respect." in shown
    assert DECLARED in shown
    send(client, "programmes:request-confirm", own.pk)
    assert {letter.to[0] for letter in letters()} >= {pia.email}
    client.force_login(pia)
    shown = told(client.get(directory))
    assert "Quinn Abara" in shown
    assert "Rae Holt" in shown
    assert "Sol Reed" not in shown
    only = told(client.get(directory, {"slot": "education"}))
    assert "Rae Holt" in only
    assert "Quinn Abara" not in only

    story("consultant-domains", 4)
    client.force_login(lead)
    theirs = {who: Enrolment.objects.get(person=who, side="mentor") for who in (quinn, rae, sol)}
    said = send(client, "matching:mentor-confirm", own.pk, theirs[sol].pk, when="now")
    assert "Sol is Pia's line manager, so cannot be Pia's mentor." in said
    assert "Why is this pair right all the same?" in said  # a lead may, with a reason
    client.force_login(pia)
    assert is_absent(client, "programmes:introduction-ask", cohort.pk, theirs[sol].pk)
    assert not Relationship.objects.exists()

    story("consultant-domains", 5)
    said = send(client, "programmes:introduction-ask", cohort.pk, theirs[rae].pk, slot="education", how="myself")
    assert "Rae is told. The place is held for you until 16 September." in said
    said = send(client, "programmes:introduction-ask", cohort.pk, theirs[quinn].pk, how="lead")
    assert "Until then Quinn knows nothing of it." in said
    assert "Research Quinn Abara" in said.replace("Domain ", "").replace("Mentor ", "")
    client.force_login(quinn)
    assert "Pia" not in page(client, "home")
    client.force_login(lead)
    assert "1 introduction waits for you" in page(client, "home")
    asked = Introduction.objects.get(other__person=quinn)
    said = send(client, "programmes:introduction-decide", asked.pk, answer="introduce")
    assert "Pia Marsh and Quinn Abara are introduced. Both are being told by e-mail" in said
    told_by_mail = letters()
    assert {letter.to[0] for letter in told_by_mail} >= {rae.email, quinn.email, pia.email}
    assert all(
        "until 16 September" in letter.body for letter in told_by_mail if letter.to[0] in (rae.email, quinn.email)
    )
    client.force_login(pia)
    assert page(client, "programmes:request-detail", own.pk).count("Chemistry until 16 September") == 2
    client.force_login(rae)  # who sees her own slot, and nothing of the other
    pair = Relationship.objects.get(members__person=rae)
    shown = page(client, "programmes:relationship-detail", pair.pk)
    assert "for education: chemistry until 16 September" in shown
    assert "Somebody warm, whom I respect." in shown
    other = Relationship.objects.get(members__person=quinn)
    for seen in (shown, page(client, "home")):
        assert "Quinn" not in seen
        assert "research" not in seen
    assert is_absent(client, "programmes:relationship-detail", other.pk)
    assert is_absent(client, "programmes:introduction-answer", other.pk)

    story("consultant-domains", 6)
    at(2027, 9, 10)
    client.force_login(quinn)
    no = {"answer": "no", "reason": "I know her line manager too well."}
    said = send(client, "programmes:introduction-answer", other.pk, **no)
    assert "Pia hears only that the introduction has ended." in said
    [letter] = letters()
    assert letter.to == [pia.email]
    client.force_login(pia)
    shown = page(client, "programmes:request-detail", own.pk)
    assert "Quinn Abara, research: this introduction has ended" in shown
    assert "Education" in shown
    assert "Chemistry until 16 September" in shown
    assert is_absent(client, "programmes:relationship-detail", other.pk)
    for seen in (shown, page(client, "home"), letter.body, told(client.get(directory))):
        assert "line manager" not in seen
        assert "said no" not in seen
    assert "Quinn" not in told(client.get(directory))
    theirs[quinn].refresh_from_db()
    assert theirs[quinn].places_taken == 0
    client.force_login(lead)
    assert "I know her line manager too well." in page(client, "programmes:introduction-list", cohort.pk)

    story("consultant-domains", 7)
    shown = page(client, "programmes:gap-map", cohort.pk)
    assert "Research" in shown
    rows = {slot: rest for slot, *rest in client.get(reverse("programmes:gap-map", args=[cohort.pk])).context["lines"]}
    assert rows["Research"] == ["1", "0", "0", "1", "5"]  # asked for, live, first meeting, open, places offered
    assert rows["Education"][:4] == ["1", "0", "1", "0"]
    client.force_login(world["board"])
    board = client.get(reverse("programmes:gap-map", args=[cohort.pk]))
    assert dict((slot, rest) for slot, *rest in board.context["lines"])["Research"][3] == "fewer than 5"
    assert is_absent(client, "programmes:introduction-list", cohort.pk)

    # Both say yes to education: it is live, agreed for this domain alone.
    for who, expected in ((rae, "You hear as soon as Pia has answered."), (pia, "You are matched with Rae.")):
        client.force_login(who)
        assert expected in send(client, "programmes:introduction-answer", pair.pk, answer="yes")
    assert "Rae Holt, your mentor for education" in page(client, "home")
    # Nobody of them is reminded of anything; the lead has their own week's list.
    letters()
    for month in (10, 11, 12):
        assert {letter.to[0] for letter in sweep(at(2027, month, 20))} <= {lead.email}
