"""Model 8, trainee-host: its story over a year, from one sheet of many employers to the day on which reminders stop.

Over HTTP as the people in it would; the year goes by as ``manage.py sweep --now`` is told one day after another.
Hana, Kit and Quin have no account here: they answer by the mailed link and its code alone.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from people.actions import organisations
from people.models import Person, Tie
from programmes.models import Cohort, Enrolment, Relationship
from sessions_log.models import Session, SessionForm
from tests.builders import people, sessions_log
from tests.builders.staff_lists import staff_list
from tests.journeys.walking import date_fields, enrol, page, send, told

MODEL = "trainee-host"
BOXES = {
    "What did you talk about?": "Calculations, and a visit to a ward",
    "Which study sessions has the trainee been to since the last return?": "Law day in Reading",
    "How is the portfolio coming along?": "Four of ten outcomes have evidence",
}
ANSWERS = {"q-met": "yes"} | dict(zip(("q-discussed", "q-study-sessions", "q-portfolio"), BOXES.values(), strict=True))
HEADINGS = ["First name", "Last name", "E-mail", "Job title", "Band", "Organisation", "Volunteers to mentor"]
SHEET = [
    ("Gus Hale", "Trainee pharmacist", "", "Harbour Pharmacy", ""),
    ("Lia Orr", "Trainee pharmacist", "", "Harbour Pharmacy", ""),
    ("Pam Dow", "Trainee pharmacist", "", "Harbour Pharmacy", ""),
    ("Ivo Lang", "Pharmacist manager", "", "Harbour Pharmacy", ""),
    ("Jan Roth", "Pharmacist", "", "Harbour Pharmacy", "yes"),
    ("Jem Shaw", "Pharmacist", "", "Harbour Care", "yes"),
    ("Hana Mori", "Pharmacist", "7", "Downs Ambulance Service", "yes"),
    ("Kit Vale", "Pharmacist", "8a", "Downs Ambulance Service", "yes"),
    ("Quin Ashe", "Pharmacist", "8a", "Downs Ambulance Service", "yes"),
]


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


class Year:
    """The days of the programme, one sweep each, and every mail with the day on which it went out."""

    def __init__(self, at):
        self.at, self.sent = at, []

    def sweep(self, day: date, hour: int = 9) -> None:
        moment = self.at(day.year, day.month, day.day, hour)
        mail.outbox.clear()
        call_command("sweep", now=moment.isoformat(), stdout=StringIO())
        self.sent += [(day, letter) for letter in mail.outbox]

    def to(self, person: Person) -> list[tuple[date, str]]:
        """The days and subjects of the mails about returns to ``person``."""
        return [(day, one.subject) for day, one in self.sent if one.to == [person.email] and "eturn" in one.body]

    def chased(self, person: Person) -> list[date]:
        return [day for day, subject in self.to(person) if subject != "Monthly return"]

    def last_to(self, person: Person):
        return next(one for _, one in reversed(self.sent) if one.to == [person.email] and "Your code" in one.body)

    def meet_and_return(self, day: date, *mentors: Person) -> None:
        """After the meeting of ``day`` each of these mentors answers by the mail of that day."""
        self.sweep(day, hour=14)
        for mentor in mentors:
            assert self.to(mentor)[-1] == (day, "Monthly return")
            answer(self.last_to(mentor))


def answer(letter) -> str:
    """Open the link of a mail in a browser in which nobody is signed in, type its code, fill the three boxes."""
    browser = Client()
    link = re.search(r"http://[^/]+(/answer/\S+)", letter.body)[1]
    code = re.search(r"Your code: (\d+)", letter.body)[1]
    assert "Type the code from the mail" in told(browser.get(link))
    asked = told(browser.post(link, {"code": code}))
    assert "Did you meet?" in asked
    asked = told(browser.post(link, {"q-met": "yes", "shown": "met"}))  # without script the boxes follow
    for label in BOXES:
        assert label in asked
    said = told(browser.post(link, ANSWERS | {"shown": "met discussed study-sessions portfolio"}))
    assert "“Monthly return” is returned." in said
    assert browser.get(link).status_code == 410
    return said


@pytest.fixture
def world(at, client):
    """The host takes its people on from one sheet, in which each row names its employer."""
    now = at(2027, 7, 5)
    host = people.organisation(name="Coast Foundation School", kind="other", now=now)
    group = people.organisation(name="Harbour Group", kind="community", now=now)
    lead = people.lead(host, "Lorna Host", now=now)
    for code, name, parent in (
        ("harbour", "Harbour Pharmacy", group),
        ("harbour-care", "Harbour Care", group),
        ("downs", "Downs Ambulance Service", None),
    ):
        employer = organisations.add(code=code, name=name, parent=parent, by=None, now=now)
        people.grant(lead, "programme-lead", employer, now=now)
    client.force_login(lead)
    rows = []
    for name, title, band, employer, yes in SHEET:
        given, family = name.split()
        cells = (given, family, f"{given.lower()}@example.org", title, band, employer, yes)
        rows.append(dict(zip(HEADINGS, cells, strict=True)))
    file = SimpleUploadedFile("everyone.csv", staff_list(*rows, headings=HEADINGS))
    fields = {"organisation": host.pk, "everyone": "additions", "file": file}
    shown = client.post(reverse("people:import-start"), fields, follow=True)
    assert "Downs Ambulance Service" in told(shown)
    seen = re.search(r'name="seen" value="(\w+)"', shown.content.decode())[1]
    client.post(shown.request["PATH_INFO"], {"answer": "save", "seen": seen})
    known = {one.given_name.lower(): one for one in Person.objects.filter(email__endswith="@example.org")}
    officer = people.host_officer(host, "Olive Officer", now=now)
    return SimpleNamespace(**known | {"host": host, "lead": lead, "officer": officer})


def begin(client, host) -> Cohort:
    """The programme with its first cohort, on the days that the form suggests: a start in July, and 50 weeks."""
    suggested = client.get(reverse("programmes:programme-start", args=[MODEL])).context["form"]
    assert suggested.fields["end_date"].initial == date(2028, 7, 10)
    named = {"name": "Mentors elsewhere", "cohort_name": "2027 intake", "organisation": host.pk}
    first, last = date_fields("start_date", date(2027, 7, 26)), date_fields("end_date", date(2028, 7, 10))
    send(client, "programmes:programme-start", MODEL, **named, **first, **last)
    return Cohort.objects.get()


def pair_up(client, mentee: Person, mentor: Person) -> Relationship:
    of = {one.person_id: one.pk for one in Enrolment.objects.filter(person__in=[mentee, mentor])}
    said = send(client, "matching:mentor-confirm", of[mentee.pk], of[mentor.pk], when="now")
    assert f"{mentee.name} with {mentor.name}. Both are being told by e-mail" in said
    return Relationship.objects.get(members__person=mentee)


def hold_the_block(client, mentee: Person, pair: Relationship) -> None:
    """The two hold half past twelve on the 16th of each month and book it for the year; it may move."""
    client.force_login(mentee)
    how = {"starts_at": "12:30", "mode": "video", "link": "https://meet.example.org/room"}
    send(client, "sessions_log:plan-edit", pair.pk, **date_fields("first_on", date(2027, 8, 16)), **how)
    assert "11 sessions booked" in told(client.post(reverse("sessions_log:series-book", args=[pair.pk]), follow=True))


def cells(client, viewer: Person, cohort, mentor: Person) -> dict[str, str]:
    """What the host's screen says of each month of a mentor."""
    client.force_login(viewer)
    read = unescape(client.get(reverse("reports:return-grid", args=[cohort.pk])).content.decode())
    months = re.findall(r'<th scope="col"[^>]*>(\w{3} \d{4})</th>', read)
    row = re.search(rf"<tr[^>]*><th scope=\"row\"[^>]*>{mentor.name}.*?</tr>", read, re.DOTALL)[0]
    found = [
        re.sub(r"<[^>]+>|: .*?(?=<)", " ", cell).split() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]
    return dict(zip(months, (" ".join(words) for words in found[1:]), strict=True))


@pytest.mark.django_db(transaction=True)
def test_journey_trainee_host_over_its_year(world, at, client, story):
    gus, lia, pam, hana, kit, quin = (getattr(world, name) for name in ("gus", "lia", "pam", "hana", "kit", "quin"))
    year = Year(at)

    # 1. Week 1 is on 26 July 2027; Gus works in a community pharmacy, Hana in an ambulance service, Ivo is his DS.
    story("trainee-host", 1)
    cohort = begin(client, world.host)
    assert "3 trainee pharmacists enrolled." in enrol(client, cohort, "mentee", gus, lia, pam)
    assert "5 mentors enrolled." in enrol(client, cohort, "mentor", hana, kit, quin, world.jan, world.jem, capacity=1)
    send(client, "people:tie-record", gus.pk, kind=Tie.Kind.DS, other="Ivo Lang")
    assert gus.employments.get().organisation.name == "Harbour Pharmacy"
    assert hana.employments.get().organisation.name == "Downs Ambulance Service"

    # 2. Jan works for Gus's own employer, Jem for another part of the group to which it belongs.
    story("trainee-host", 2)
    of = {one.person.given_name: one.pk for one in Enrolment.objects.select_related("person")}
    for name in ("Jan", "Jem"):
        refused = send(client, "matching:mentor-confirm", of["Gus"], of[name], when="now")
        assert f"Gus and {name} work for the same organisation. This programme pairs across organisations." in refused
        assert "Why is this pair right all the same?" not in refused  # nobody waives it
    assert not Relationship.objects.exists()
    pair, lias, pams = pair_up(client, gus, hana), pair_up(client, lia, kit), pair_up(client, pam, quin)
    year.sweep(date(2027, 7, 6))
    written_to = {letter.to[0] for _, letter in year.sent}
    assert {gus.email, hana.email} <= written_to
    assert world.ivo.email not in written_to

    # 3. Ivo, Gus's supervisor, follows a link to Gus's mentoring.
    story("trainee-host", 3)
    client.force_login(world.ivo)
    for name, args in (
        ("programmes:relationship-detail", [pair.pk]),
        ("sessions_log:session-list", [pair.pk]),
        ("sessions_log:outline-detail", [pair.pk]),
        ("reports:return-grid", [cohort.pk]),
        ("people:person-detail", [hana.pk]),
    ):
        refused = client.get(reverse(name, args=args))
        assert refused.status_code == 404
        assert "This page is not available to you" in told(refused)
        assert hana.name not in told(refused)
    home = page(client, "home")
    assert "part in a mentoring programme, it is shown here. Until then" in home
    assert hana.name not in home
    assert gus.name not in home

    # 4. In week 8 they meet on 16 September: its topic shows, and the return is due on 23 September.
    story("trainee-host", 4)
    for mentee, one in ((gus, pair), (lia, lias), (pam, pams)):
        hold_the_block(client, mentee, one)
    year.meet_and_return(date(2027, 8, 16), hana, kit, quin)
    at(2027, 9, 16, 8)
    client.force_login(gus)
    assert "Week 8: Calculations" in page(client, "sessions_log:session-list", pair.pk)
    year.meet_and_return(date(2027, 9, 16), quin)
    letter = year.last_to(hana)
    assert "is due on 23 September 2027" in letter.body
    assert "your meeting of Thursday 16 September 2027" in letter.body
    assert cells(client, world.officer, cohort, hana) == {"Jul 2027": "–", "Aug 2027": "Returned", "Sep 2027": "Due"}

    # 5. Hana is chased on 30 September and 7 October; on 8 October she fills the three boxes, and chasing stops.
    story("trainee-host", 5)
    for day in days(date(2027, 9, 17), date(2027, 10, 8)):
        year.sweep(day)
    assert year.chased(hana) == [date(2027, 9, 30), date(2027, 10, 7)]
    assert year.chased(quin) == []
    assert cells(client, world.officer, cohort, hana)["Sep 2027"] == "Late"
    answer(year.last_to(hana))
    assert cells(client, world.officer, cohort, hana)["Sep 2027"] == "Returned"

    # 8. The October block moves by agreement: Gus's by three days; Pam's slips to 2 November.
    story("trainee-host", 8)
    for mentee, one, new in ((gus, pair, date(2027, 10, 21)), (pam, pams, date(2027, 11, 2))):
        client.force_login(mentee)
        october = Session.objects.get(relationship=one, day=date(2027, 10, 18))  # the 16th is a Saturday
        how = {"time": "12:30", "minutes": 60, "mode": "video", "link": "", "place": "", "seen": october.sequence}
        said = send(client, "sessions_log:session-move", one.pk, october.pk, **date_fields("day", new), **how)
        assert "Moved to" in said
        assert "rearranged" in said
    for day in days(date(2027, 10, 9), date(2027, 10, 20)):
        year.sweep(day)
    year.meet_and_return(date(2027, 10, 21), hana)
    assert cells(client, world.officer, cohort, hana)["Oct 2027"] == "Returned rearranged"
    assert SessionForm.objects.filter(relationship=pair, target__due_on=date(2027, 10, 18)).count() == 1
    for day in days(date(2027, 10, 22), date(2027, 11, 1)):
        year.sweep(day)
    year.meet_and_return(date(2027, 11, 2), quin)
    assert cells(client, world.officer, cohort, quin) | {"Aug 2027": "", "Sep 2027": ""} == {
        "Jul 2027": "–",
        "Aug 2027": "",
        "Sep 2027": "",
        "Oct 2027": "Moved to November",
        "Nov 2027": "Returned rearranged",
    }

    # 6. Kit was chased three times about September, so is to be rung: "rang, on leave till May".
    story("trainee-host", 6)
    september = [date(2027, 9, 30), date(2027, 10, 7), date(2027, 10, 14)]
    assert year.chased(kit) == [*september, date(2027, 11, 1)]  # and about October, due on the 25th
    client.force_login(world.officer)
    assert "Kit Vale" in page(client, "reports:ring-list")
    note = {"text": "Rang, on leave till May", **date_fields("silent_until", date(2028, 4, 30))}
    said = send(client, "reports:ring-note", cohort.programme_id, kit.pk, **note)
    assert "Rang, on leave till May" in said

    # 7. The host reads three answers, Gus reads the same three, and the host sees no notes.
    story("trainee-host", 7)
    secret = "Zebra crossing worries me"
    sessions_log.note(pair, gus, text=secret, now=at(2027, 11, 3))
    sessions_log.shared_note(pair, hana, text=secret, now=at(2027, 11, 3))
    returned = SessionForm.objects.filter(relationship=pair, state=SessionForm.State.RETURNED).first()
    for reader in (world.officer, gus):
        client.force_login(reader)
        read = page(client, "sessions_log:form-detail", returned.pk)
        for label, text in BOXES.items():
            assert f"{label} {text}" in read
    for reader in (world.lead, world.officer):
        client.force_login(reader)
        for name, args in (
            ("home", []),
            ("reports:return-grid", [cohort.pk]),
            ("sessions_log:form-of-cohort", [cohort.pk]),
        ):
            assert secret not in page(client, name, *args)
        assert client.get(reverse("sessions_log:note-list", args=[pair.pk])).status_code == 404
    client.force_login(world.ivo)
    assert client.get(reverse("sessions_log:form-detail", args=[returned.pk])).status_code == 404

    # The year goes on. Everybody returns at once, but Hana in February, chased once; Kit is left in peace till May.
    for day in (date(2027, 11, 16), date(2027, 12, 16), date(2028, 1, 17)):
        year.meet_and_return(day, hana, quin)
    year.meet_and_return(date(2028, 2, 16), quin)
    for day in days(date(2028, 2, 23), date(2028, 3, 3)):
        year.sweep(day)
    assert year.chased(hana)[2:] == [date(2028, 3, 1)]
    answer(year.last_to(hana))
    for day in (date(2028, 3, 16), date(2028, 4, 18)):  # 16 April is Easter Sunday, the 17th a bank holiday
        year.meet_and_return(day, hana, quin)
    assert year.chased(kit)[4:] == []
    assert [day for day, _ in year.to(kit) if date(2027, 11, 3) < day < date(2028, 5, 1)] == []
    year.sweep(date(2028, 4, 30))
    year.sweep(date(2028, 5, 1))
    assert year.chased(kit)[4:] == [date(2028, 5, 1)]
    assert [one.subject for day, one in year.sent if day == date(2028, 5, 1) and one.to == [kit.email]] == [
        "6 reminders"
    ]
    year.meet_and_return(date(2028, 5, 16), hana, quin)

    # 9. Week 50 begins on 3 July 2028, after which no reminder is sent.
    story("trainee-host", 9)
    client.force_login(gus)
    assert "50 From 3 Jul 2028 Topic Saying goodbye" in page(client, "sessions_log:outline-detail", pair.pk)
    year.meet_and_return(date(2028, 6, 16), quin)  # Hana's is due on the 23rd, and chased on the 30th but not on 7 July
    for day in days(date(2028, 6, 17), date(2028, 7, 24)):
        year.sweep(day)
    assert year.chased(hana)[3:] == [date(2028, 6, 30)]
    later = [one for day, one in year.sent if day > date(2028, 7, 3)]
    assert {(*one.to, *re.findall("The time of 3 matches is over", one.body)) for one in later} == {
        (world.lead.email, "The time of 3 matches is over")  # the leads' weekly mail: theirs to end or to let go on
    }
    grid = cells(client, world.officer, cohort, hana)
    assert list(grid.values()) == ["–", *["Returned"] * 2, "Returned rearranged", *["Returned"] * 7, "Late", "–"]
