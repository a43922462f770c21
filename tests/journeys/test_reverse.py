"""Model 11, reverse: Sana mentors the chief executive for six months, and nobody outside it learns that she does.

Over HTTP as each person, with the tasks a worker runs and mail as it is sent.
"""

from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from notices.models import Notice
from notices.tasks import deliver_notices
from people.actions import employments
from programmes.models import Cohort, Enrolment, Relationship
from programmes.tasks import pause_at_once
from sessions_log.models import Gathering, Quarter, Target
from sessions_log.tasks import lay_registers, lay_targets
from tests.builders import people

PASSAGE = "Paused. Nothing is needed from you."


@pytest.fixture
def at(time_machine):
    """``at(2027, 9, 1)``: nine o'clock in London on that day, from now on."""

    def move(year, month, day, hour=8) -> datetime:
        moment = datetime(year, month, day, hour, 0, tzinfo=UTC)
        time_machine.move_to(moment, tick=False)
        return moment

    return move


@pytest.fixture
def world(at):
    """Sana's line goes up to Tom, five levels above: manager, Uri, a director, an executive, Tom."""
    now = at(2027, 8, 2)
    trust = people.organisation(name="Westvale", now=now)
    employed = {"organisation": trust, "now": now}
    tom = people.person("Tom Averill", job_title="Chief executive", **employed)
    executive = people.person("Edda Quist", job_title="Executive director", managers=[tom], **employed)
    director = people.person("Dora Penn", band="9", managers=[executive], **employed)
    uri = people.person("Uri Falk", band="8d", managers=[director], **employed)
    manager = people.person("Mina Orr", band="8c", managers=[uri], **employed)
    sana = people.person("Sana Quill", band="8a", managers=[manager], **employed)
    return {
        "trust": trust,
        "tom": tom,
        "uri": uri,
        "manager": manager,
        "sana": sana,
        "lead": people.lead(trust, "Leda Brook", now=now),
        "deputy": people.lead(trust, "Dev Marsh", now=now),
        "managing_lead": people.lead(trust, "Lorna Vale", now=now),
    }


def deliver() -> dict[str, list]:
    """What a worker does with the notices that are due; the letters by address."""
    mail.outbox.clear()
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))
    letters = {}
    for letter in mail.outbox:
        letters.setdefault(letter.to[0], []).append(letter)
    return letters


def page(client, name, *args):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return unescape(answer.content.decode())


def sends(client, name, /, *args, **data):
    """Post, follow, and return what the person then reads."""
    return unescape(client.post(reverse(name, args=args), data, follow=True).content.decode())


def day_of(name, day: date) -> dict:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def book(client, pair, day: date, hour="12:00"):
    return sends(
        client, "sessions_log:session-book", pair.pk, **day_of("day", day), time=hour, minutes=90, mode="video"
    )


@pytest.mark.django_db(transaction=True)
def test_journey_reverse_from_the_advertisement_to_what_the_board_reads(world, at, client, story):
    lead, sana, tom, uri = (world[name] for name in ("lead", "sana", "tom", "uri"))

    # The programme is started by a lead who manages nobody. Lorna manages somebody from now on, so it is not there.
    employments.set_managers(
        person=people.person("Ned Low", organisation=world["trust"], now=at(2027, 8, 2)),
        managers=[world["managing_lead"]],
        by=None,
        now=at(2027, 8, 2),
    )
    start = {"name": "Reverse mentoring", "cohort_name": "Autumn 2027", "organisation": world["trust"].pk}
    start |= day_of("start_date", date(2027, 9, 2))
    client.force_login(world["managing_lead"])
    assert "You line-manage people, so you cannot lead this programme" in sends(
        client, "programmes:programme-start", "reverse", **start
    )
    client.force_login(lead)
    assert client.post(reverse("programmes:programme-start", args=["reverse"]), start).status_code == 302
    cohort = Cohort.objects.get(name="Autumn 2027")
    for side in ("mentee", "mentor"):
        assert (
            client.post(
                reverse("programmes:joining-list", args=[cohort.pk]),
                {"side": side, **day_of("last_day", date(2027, 8, 31))},
            ).status_code
            == 302
        )
    links = {link.side: link for link in cohort.joining_links.all()}

    story("reverse", 1)
    # 1. Both sides volunteer by themselves: the opportunity is advertised.
    for person, side in ((sana, "mentor"), (tom, "mentee"), (uri, "mentee")):
        client.force_login(person)
        what = page(client, "programmes:join", links[side].pk)
        assert ("You lead these conversations" in what) == (side == "mentor")
        assert client.post(reverse("programmes:join", args=[links[side].pk]), {}).status_code == 302
    enrolled = {one.person: one for one in Enrolment.objects.filter(cohort=cohort)}
    lay_registers()

    story("reverse", 2)
    # 2. The lead proposes Uri, Sana's manager's manager. Nobody can override it. Sana is not shown him either.
    client.force_login(lead)
    said = sends(client, "matching:mentor-confirm", enrolled[uri].pk, enrolled[sana].pk, when="now")
    assert "Uri is within two levels of Sana's management, so cannot be Sana's mentee." in said
    assert not cohort.relationships.exists()
    client.force_login(sana)
    shown = page(client, "programmes:partner-list", enrolled[sana].pk)
    assert "Tom Averill" in shown
    assert "Uri Falk" not in shown
    refused = sends(client, "programmes:partner-choose", enrolled[sana].pk, enrolled[uri].pk)
    assert "Uri is within two levels of Sana's management, so cannot be Sana's mentee." in refused

    story("reverse", 3)
    # 3. Sana chooses Tom, who accepts. His mail says nothing; her manager finds nothing.
    assert "Neither is in" not in shown
    sends(client, "programmes:partner-choose", enrolled[sana].pk, enrolled[tom].pk)
    [letter] = deliver()[tom.email]
    assert (letter.subject, "Sana" in letter.body, "mentor" in letter.body.lower().replace("mentoring portal", "")) == (
        "Something waits for you",
        False,
        False,
    )
    pair = cohort.relationships.get()
    client.force_login(tom)
    assert "Sana Quill, your reverse mentor: proposed to you" in page(client, "home")
    assert sends(client, "programmes:relationship-answer", pair.pk, answer="yes").count("Sana Quill")
    pair.refresh_from_db()
    assert pair.state == Relationship.State.LIVE
    client.force_login(world["manager"])
    for name, pk in (
        ("programmes:relationship-detail", pair.pk),
        ("programmes:enrolment-detail", enrolled[sana].pk),
        ("programmes:cohort-detail", cohort.pk),
        ("programmes:programme-detail", cohort.programme_id),
        ("programmes:programme-guide", cohort.programme_id),
        ("sessions_log:session-list", pair.pk),
    ):
        answer = client.get(reverse(name, args=[pk]))
        assert (answer.status_code, "This page is not available to you" in answer.content.decode()) == (404, True)
    client.force_login(world["managing_lead"])
    assert client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).status_code == 404
    assert "Reverse mentoring" not in page(client, "programmes:programme-list")

    story("reverse", 4)
    # 4. Both accept the agreement first, and both are prepared: Sana at a training with places, Tom not yet.
    client.force_login(lead)
    training = {"kind": "training", "title": "Preparation", "minutes": 60, "sides": ["mentee", "mentor"], "places": 1}
    for day in (date(2027, 8, 20), date(2027, 8, 27)):
        assert (
            client.post(
                reverse("sessions_log:gathering-list", args=[cohort.pk]), training | day_of("day", day)
            ).status_code
            == 302
        )
    first, second = Gathering.objects.filter(kind="training")
    client.force_login(sana)
    assert "Preparation: Friday 20 August 2027" in page(client, "home")
    assert "You have a place." in sends(client, "sessions_log:gathering-detail", first.pk)
    client.force_login(tom)
    assert "All 1 places are taken" in page(client, "sessions_log:gathering-detail", first.pk)
    assert "You have a place." in sends(client, "sessions_log:gathering-detail", second.pk)
    at(2027, 8, 20, 16)
    client.force_login(lead)
    sends(client, "sessions_log:gathering-tick", first.pk, came=[enrolled[sana].pk])
    assert not sana.facts.exists()  # on her record it would tell
    client.force_login(sana)
    assert "Sessions open when everyone has accepted the agreement." in book(client, pair, date(2027, 9, 2))
    for person in (sana, tom):
        client.force_login(person)
        shown = client.get(reverse("programmes:relationship-detail", args=[pair.pk]))
        client.post(reverse("programmes:agreement-accept", args=[pair.pk]), {"digest": shown.context["digest"]})
    client.force_login(sana)
    assert "Tom needs to complete the preparation session first." in book(client, pair, date(2027, 9, 2))
    at(2027, 8, 27, 16)
    client.force_login(lead)
    sends(client, "sessions_log:gathering-tick", second.pk, came=[enrolled[tom].pk])
    assert "2 have done it." in page(client, "sessions_log:gathering-list", cohort.pk)

    story("reverse", 5)
    # 5. Six sessions of 90 minutes on first Thursdays, each with 30 minutes held afterwards for Sana alone.
    at(2027, 8, 28)
    lay_targets()
    days = [
        date(2027, 9, 2),
        date(2027, 10, 7),
        date(2027, 11, 4),
        date(2027, 12, 2),
        date(2028, 1, 6),
        date(2028, 2, 3),
    ]
    assert list(Target.objects.filter(relationship=pair).values_list("due_on", "minutes")) == [
        (day, 90) for day in days
    ]
    client.force_login(sana)
    plan = {"starts_at": "12:00", "mode": "video"} | day_of("first_on", days[0])
    assert client.post(reverse("sessions_log:plan-edit", args=[pair.pk]), plan).status_code == 302
    sends(client, "sessions_log:series-book", pair.pk)
    sessions = list(pair.sessions.order_by("day"))
    assert [(one.day, one.minutes) for one in sessions] == [(day, 90) for day in days]
    for one in sessions:
        assert Quarter.objects.filter(session=one, person=sana).count() == 8
        assert Quarter.objects.filter(session=one, person=tom).count() == 6
    assert "30 minutes are kept free for you after each session." in page(client, "sessions_log:session-list", pair.pk)
    letters = deliver()
    assert {letter.subject for some in letters.values() for letter in some} == {"Something waits for you"}
    assert "Looking after yourself" in page(client, "programmes:relationship-detail", pair.pk)
    client.force_login(tom)
    assert "Looking after yourself" not in page(client, "programmes:relationship-detail", pair.pk)
    assert "kept free" not in page(client, "sessions_log:session-list", pair.pk)

    story("reverse", 6)
    # 6. The mentor sets the homework; the leader keeps the actions.
    homework = {"kind": "homework", "text": "Read chapter one", **day_of("due_on", days[1])}
    refused = sends(client, "sessions_log:homework-set", pair.pk, **homework)
    assert "In this programme the mentor sets the homework." in refused
    assert client.get(reverse("sessions_log:homework-set", args=[pair.pk])).status_code == 404
    client.force_login(sana)
    assert "Read chapter one" in sends(client, "sessions_log:homework-set", pair.pk, **homework)
    client.force_login(tom)
    assert "Read chapter one" in page(client, "sessions_log:frame-detail", pair.pk)
    shown = sends(client, "sessions_log:action-write", pair.pk, text="Publish promotion figures by ethnicity")
    assert "The board does not read it." in shown
    sends(client, "sessions_log:action-write", pair.pk, text="Look at my own team first")
    private, public = sorted(pair.agreed_actions.all(), key=lambda one: one.text)
    client.force_login(sana)
    assert "The senior leader keeps the list of actions." in sends(
        client, "sessions_log:action-write", pair.pk, text="Mine"
    )

    story("reverse", 7)
    # 7. Supervision of mentors on its three dates, which Tom cannot see.
    assert list(Gathering.objects.filter(kind="supervision").values_list("day", flat=True)) == [
        date(2027, 10, 21),
        date(2027, 12, 16),
        date(2028, 2, 17),
    ]
    supervision = Gathering.objects.filter(kind="supervision").first()
    assert "Peer supervision: Thursday 21 October 2027" in page(client, "home")
    assert client.get(reverse("sessions_log:gathering-detail", args=[supervision.pk])).status_code == 200
    client.force_login(tom)
    assert "supervision" not in page(client, "home").lower()
    assert client.get(reverse("sessions_log:gathering-detail", args=[supervision.pk])).status_code == 404
    at(2027, 10, 21, 16)
    client.force_login(lead)
    sends(client, "sessions_log:gathering-tick", supervision.pk, came=[enrolled[sana].pk])
    assert "1 of 1 came: 100%, aim 80%" in page(client, "sessions_log:gathering-list", cohort.pk)

    # Sessions are logged as they are held, and both agree to one action.
    for one in sessions[:4]:
        at(one.day.year, one.day.month, one.day.day, 18)
        client.force_login(sana)
        log = {"minutes": 90, "attended": list(pair.members.values_list("pk", flat=True))}
        assert client.post(reverse("sessions_log:session-log", args=[pair.pk, one.pk]), log).status_code == 302
    sends(client, "sessions_log:action-mark", pair.pk, public.pk, do="agree")
    client.force_login(tom)
    assert "Sana Quill agrees that the board reads it." in page(client, "sessions_log:frame-detail", pair.pk)
    assert "you have both agreed" in sends(client, "sessions_log:action-mark", pair.pk, public.pk, do="agree")
    sends(client, "sessions_log:action-mark", pair.pk, private.pk, do="agree")

    story("reverse", 8)
    # 8. Sana pauses on 10 December: Tom reads that and no reason, since there is none to read. He cannot pause.
    at(2027, 12, 10)
    client.force_login(tom)
    assert client.get(reverse("programmes:relationship-pause", args=[pair.pk])).status_code == 404
    client.force_login(sana)
    asked = page(client, "programmes:relationship-pause", pair.pk)
    assert "<textarea" not in asked
    sends(client, "programmes:relationship-pause", pair.pk)
    client.force_login(tom)
    assert PASSAGE in page(client, "programmes:relationship-detail", pair.pk)
    assert "Nothing is needed from you" in page(client, "home")
    refused = sends(client, "programmes:relationship-resume", pair.pk)
    assert "It is paused. Nothing is needed from you." in refused
    client.force_login(sana)
    sends(client, "programmes:relationship-resume", pair.pk)

    story("reverse", 9)
    # 9. The board sees sessions held and agreed actions only.
    board = people.person("Bea Trustee", now=at(2027, 12, 11))
    people.grant(board, "commissioner", ("programme", cohort.programme_id), now=at(2027, 12, 11))
    client.force_login(board)
    assert "What you fund" in page(client, "home")
    read = page(client, "reports:board-detail", cohort.programme_id)
    assert '<p class="portal-stat__value">4</p>' in read
    assert "Publish promotion figures by ethnicity" in read
    for hidden in ("Look at my own team first", "Read chapter one", "Sana", "Tom"):
        assert hidden not in read
    for name, pk in (("programmes:relationship-detail", pair.pk), ("programmes:cohort-detail", cohort.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404

    # R3 and R4: a live pair that comes within two levels pauses at once.
    employments.set_managers(person=sana, managers=[tom], by=None, now=at(2027, 12, 13))
    pause_at_once(now=at(2027, 12, 13, 9).isoformat())
    pair.refresh_from_db()
    assert pair.state == Relationship.State.PAUSED
