"""Model 1, trainee-band6: its story up to the day when mentor and trainee first see each other.

Over HTTP as the people in it would, with the tasks a worker runs and mail as it is sent.
"""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from matching.models import MatchRun
from matching.tasks import run_match
from notices.models import Notice
from notices.tasks import deliver_notices
from people.models import Person, Tie
from programmes.models import Cohort, Enrolment, Relationship
from tests.builders import people

PASSWORD = "three quiet words"


@pytest.fixture
def now(time_machine) -> datetime:
    """14 April 2027, when mentors are assigned for the intake of 26 July."""
    moment = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
    time_machine.move_to(moment, tick=False)
    return moment


@pytest.fixture
def world(now):
    hospital = people.organisation(name="Northbank Hospital", now=now)
    site = people.site(hospital, name="Riverside", now=now)
    employed = {"organisation": hospital, "site": site, "now": now}
    lead = people.lead(hospital, "Lorna Fairweather", now=now)
    ben = people.person("Ben Oduya", band="6", job_title="Pharmacist", volunteers_to_mentor="yes", **employed)
    carol = people.person("Carol Wick", band="7", job_title="Senior pharmacist", **employed)
    dev = people.person("Dev Anand", band="7", job_title="Senior pharmacist", **employed)
    return {"hospital": hospital, "lead": lead, "ben": ben, "carol": carol, "dev": dev}


def send(client, page, /, *args, to="", **fields) -> str:
    """Fill in the form of a page and send it; where it leads to is read. ``to`` is a sentence that stands there."""
    address = reverse(page, args=args)
    assert client.get(address).status_code == 200
    answer = client.post(address, fields, follow=True)
    assert answer.status_code == 200
    read = unescape(answer.content.decode())
    assert to in read, " ".join(strip_tags(read.split("<main")[-1]).split())
    return read


def start(client, hospital) -> Cohort:
    details = {"name": "Trainee mentoring", "cohort_name": "2027 intake", "organisation": hospital.pk}
    day = {"start_date-day": "26", "start_date-month": "7", "start_date-year": "2027"}
    send(client, "programmes:programme-start", "trainee-band6", **details, **day)
    return Cohort.objects.get()


def enrol(client, cohort, side, *who, **more):
    many = f"{len(who)} {'trainee pharmacist' if side == 'mentee' else 'mentor'}{'s' if len(who) > 1 else ''} enrolled."
    people = [person.pk for person in who]
    send(client, "programmes:enrolment-add", cohort.pk, side, people=people, to=many, **more)


def take_on_asha(client, carol) -> Person:
    """Asha has no trust account: she is put on the list with her personal address, and her supervisor is noted."""
    name = {"given_name": "Asha", "family_name": "Quill", "email": "asha@example.org"}
    send(client, "people:person-add", "outside", to="Asha Quill is on your list.", **name)
    asha = Person.objects.get(email="asha@example.org")
    send(client, "people:tie-record", asha.pk, kind=Tie.Kind.DS, other="Carol Wick", to="Recorded. Neither is told.")
    return asha


def publish(client, cohort) -> MatchRun:
    """Find matches, and publish what was found; a worker finds them."""
    client.post(reverse("matching:run-start", args=[cohort.pk]))
    run = MatchRun.objects.latest("pk")
    run_match(run_id=run.pk)
    send(client, "matching:run-publish", run.pk, when="now", to="1 match published. Everyone is being told by e-mail")
    return run


def deliver():
    """What a worker does with the notices that are owed."""
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))


def come_in(letter) -> Client:
    """Open the link of the letter and choose a password, as somebody who was never here before."""
    client = Client()
    link = re.search(r"http://[^/]+(/welcome/\S+)", letter.body)[1]
    assert client.get(link).status_code == 200
    assert Client().get(reverse("home")).status_code == 302  # opening it has signed nobody in
    answer = client.post(link, {"password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.mark.django_db(transaction=True)
def test_journey_trainee_band6_from_start_to_first_sight(world, now, client, story):
    lead, ben, carol, dev = (world[name] for name in ("lead", "ben", "carol", "dev"))
    client.force_login(lead)

    # 1. Given intake start Monday 26 July 2027, trainee Asha without a trust account, Ben (band 6), Carol her DS.
    story("trainee-band6", 1)
    cohort = start(client, world["hospital"])
    assert cohort.start_date == date(2027, 7, 26)
    asha = take_on_asha(client, carol)
    enrol(client, cohort, "mentee", asha)
    enrol(client, cohort, "mentor", ben, capacity=1)
    # Carol and Dev are band 7, against which the rule advises: they are enrolled for a lead to choose by hand.
    enrol(client, cohort, "mentor", carol, dev, capacity=1, volunteered="on", against="on")
    mentee = Enrolment.objects.get(person=asha)

    # 2 and 3. On 14 April the supervisor is refused for good; a band 7 unless the lead gives a reason.
    story("trainee-band6", 2, 3)
    for person, sentence in (
        (carol, "Carol is Asha's designated supervisor, so cannot also be Asha's mentor."),
        (dev, "Mentors on this programme are band 6. Dev is band 7."),
    ):
        mentor = Enrolment.objects.get(person=person, side="mentor")
        assert sentence in unescape(client.get(reverse("matching:mentor-choose", args=[mentee.pk])).content.decode())
        answer = send(client, "matching:mentor-confirm", mentee.pk, mentor.pk, when="now", to=sentence)
        assert ("Why is this pair right all the same?" in answer) is (person is dev)
    assert not Relationship.objects.exists()

    # 4. Ben is found, published and live at once.
    story("trainee-band6", 4)
    client.post(reverse("matching:run-start", args=[cohort.pk]))
    run = MatchRun.objects.get()
    run_match(run_id=run.pk)
    board = unescape(client.get(reverse("matching:run-detail", args=[run.pk])).content.decode())
    assert "1 of 1 placed" in board
    assert "Ben Oduya" in board
    why_not = reverse("matching:why-not", args=[run.pk])
    told = client.get(why_not, {"mentee": asha.pk, "mentor": carol.pk}).content.decode()
    assert "Carol is Asha's designated supervisor, so cannot also be Asha's mentor." in unescape(told)
    assert not mail.outbox  # nobody hears of a draft
    send(client, "matching:run-publish", run.pk, when="now", to="1 match published. Everyone is being told by e-mail")
    assert Relationship.objects.get().state == Relationship.State.LIVE

    deliver()
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {asha.email, ben.email}
    assert len(mail.outbox) == 2
    deliver()
    assert len(mail.outbox) == 2

    for own, other, hidden in ((asha, ben, carol), (ben, asha, dev)):
        theirs = come_in(letters[own.email])
        home = theirs.get(reverse("home")).content.decode()
        assert other.name in home
        assert hidden.name not in home
        page = theirs.get(reverse("programmes:relationship-detail", args=[Relationship.objects.get().pk]))
        assert other.name in page.content.decode()
        flag = reverse("programmes:flag-raise", args=[Relationship.objects.get().pk])
        assert flag in page.content.decode()
        assert "This isn’t right for me" in theirs.get(flag).content.decode()
        assert theirs.get(reverse("matching:run-detail", args=[run.pk])).status_code == 404
    assert Person.objects.get(pk=asha.pk).check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_journey_trainee_band6_when_the_mentor_leaves(world, now, client, time_machine, story):
    """6 and 7: Asha waits, and is told whom to ask meanwhile; untrained Ela is allowed, and the wait is on record."""
    lead, ben = world["lead"], world["ben"]
    client.force_login(lead)
    cohort = start(client, world["hospital"])
    asha = take_on_asha(client, world["carol"])
    enrol(client, cohort, "mentee", asha)
    enrol(client, cohort, "mentor", ben, capacity=1)
    publish(client, cohort)
    mentee = Enrolment.objects.get(person=asha)
    deliver()
    mail.outbox.clear()

    # 6. Ben leaves on 6 December 2027.
    story("trainee-band6", 6)
    now = datetime(2027, 12, 6, 9, 0, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    client.force_login(lead)
    send(client, "people:person-leave", ben.pk, to="Ben Oduya has left.")
    deliver()
    [letter] = mail.outbox
    assert letter.to == [asha.email]
    assert "Until then, contact the E&T team." in letter.body
    client.force_login(asha)
    home = unescape(client.get(reverse("home")).content.decode())
    assert "you do not have a mentor yet" in home
    assert "Until then, contact the E&T team." in home
    mentee.refresh_from_db()
    assert mentee.waiting_since == date(2027, 12, 6)
    client.force_login(lead)
    waiting = unescape(client.get(reverse("programmes:waiting-list", args=[cohort.pk])).content.decode())
    assert "Asha Quill" in waiting
    assert "Until then, contact the E&T team." in waiting

    # 7. Untrained Ela is assigned on 29 December: allowed, flagged, and the wait was 23 days.
    story("trainee-band6", 7)
    now = datetime(2027, 12, 29, 9, 0, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    client.force_login(lead)
    ela = people.person("Ela Nowak", band="6", organisation=world["hospital"], volunteers_to_mentor="yes", now=now)
    enrol(client, cohort, "mentor", ela, capacity=1)
    confirm = reverse("matching:mentor-confirm", args=[mentee.pk, cohort.enrolments.get(person=ela).pk])
    assert "Ela may begin, and do the training meanwhile." in client.get(confirm).content.decode()
    told = unescape(client.post(confirm, {"when": "now"}, follow=True).content.decode())
    assert "Asha Quill with Ela Nowak. Both are being told by e-mail" in told
    pair = Relationship.objects.live().get()
    assert pair.state == Relationship.State.LIVE
    page = client.get(reverse("programmes:relationship-detail", args=[pair.pk])).content.decode()
    assert "Training due" in page
    assert "23 days" in page
    member = pair.members.get(person=asha)
    assert (member.joined_at.date() - member.waited_from).days == 23
    mentee.refresh_from_db()
    assert mentee.waiting_since is None
