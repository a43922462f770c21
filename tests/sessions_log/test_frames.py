"""What frames the talks of two: the mentor sets it, the mentee answers with actions; both say what the board reads."""

import pytest
from django.db import connection
from django.urls import reverse

from audit.refusal import Refused
from programmes.actions import relationships
from reports.funding import figures_of
from sessions_log.actions import frames
from sessions_log.models import AgreedAction, Homework
from tests.builders import people, programmes


@pytest.fixture
def pair(now):
    cohort = programmes.cohort(now=now, model_key="reverse")
    tom = programmes.mentee(cohort, "Tom Averill", now=now, band="9", volunteered=True)
    return programmes.pair(cohort, tom, programmes.mentor(cohort, "Sana Quill", band="8a", now=now), now=now)


@pytest.fixture
def two(pair):
    return [pair.members.get(role=role).person for role in ("mentee", "mentor")]


def url(name, *args):
    return reverse(f"sessions_log:{name}", args=args)


@pytest.mark.django_db
def test_homework_set_by_the_mentor_alone(pair, two, now):
    tom, sana = two
    with pytest.raises(Refused, match=r"^In this programme the mentor sets the homework.$"):
        frames.set_homework(relationship=pair, kind="homework", text="Mine", by=tom, now=now)
    with pytest.raises(Refused, match=r"^Only the two can write here.$"):
        frames.set_homework(relationship=pair, kind="homework", text="x", by=people.person(now=now), now=now)
    one = frames.set_homework(relationship=pair, kind="frame", text="token-frame-81", by=sana, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM sessions_log_homework")
        assert b"token-frame-81" not in bytes(cursor.fetchone()[0])
    with pytest.raises(Refused, match=r"^Whoever it was set for says when it is done.$"):
        frames.mark_homework(homework=one, done=True, by=sana, now=now)
    frames.mark_homework(homework=one, done=True, by=tom, now=now)
    one.refresh_from_db()
    assert one.done_at == now
    with pytest.raises(Refused):
        frames.take_back(homework=one, by=tom, now=now)
    frames.take_back(homework=one, by=sana, now=now)
    assert not Homework.objects.exists()


@pytest.mark.django_db
def test_action_is_the_boards_only_while_both_agree(pair, two, now):
    tom, sana = two
    with pytest.raises(Refused, match=r"^The senior leader keeps the list of actions.$"):
        frames.write_action(relationship=pair, text="x", by=sana, now=now)
    action = frames.write_action(relationship=pair, text="Publish the figures", by=tom, now=now)
    programme = pair.cohort.programme
    for by, yes, shown in ((tom, True, 0), (sana, True, 1), (tom, False, 0), (tom, True, 1)):
        frames.agree(action=action, yes=yes, by=by, now=now)
        assert len(figures_of(programme).actions) == shown
    for act in (frames.remove_action, frames.mark_action):
        with pytest.raises(Refused):
            act(action=action, by=sana, now=now, **({"done": True} if act is frames.mark_action else {}))
    frames.mark_action(action=action, done=True, by=tom, now=now)
    assert figures_of(programme).actions[0].is_done
    frames.remove_action(action=action, by=tom, now=now)
    assert not figures_of(programme).actions


@pytest.mark.django_db
def test_frame_detail_is_for_the_two_and_stays_theirs_to_read_when_it_has_ended(pair, two, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    tom, sana = two
    frames.set_homework(relationship=pair, kind="homework", text="Read chapter one", by=sana, now=now)
    for person, sees in ((tom, True), (sana, True), (people.person(now=now), False)):
        client.force_login(person)
        answer = client.get(url("frame-detail", pair.pk))
        assert (answer.status_code == 200) == sees
        assert ("Read chapter one" in answer.content.decode()) == sees
    action = frames.write_action(relationship=pair, text="Listen more", by=tom, now=now)
    relationships.end(relationship=pair, by=sana, now=now)
    client.force_login(sana)
    page = client.get(url("frame-detail", pair.pk)).content.decode()
    assert ("Read chapter one" in page, "Set what to read" in page) == (True, False)
    assert (
        "has ended"
        in client.post(url("action-mark", pair.pk, action.pk), {"do": "agree"}, follow=True).content.decode()
    )
    assert client.get(url("homework-set", pair.pk)).status_code == 404


@pytest.mark.django_db
def test_homework_mark_and_take_back_on_the_page(pair, two, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    tom, sana = two
    one = frames.set_homework(relationship=pair, kind="homework", text="Read chapter one", by=sana, now=now)
    client.force_login(tom)
    page = client.post(url("homework-mark", pair.pk, one.pk), {"do": "done"}, follow=True).content.decode()
    assert "Done on 14 April 2027" in page
    assert (
        "the mentor sets the homework"
        in client.post(url("homework-mark", pair.pk, one.pk), {"do": "take-back"}, follow=True).content.decode()
    )
    client.force_login(sana)
    client.post(url("homework-mark", pair.pk, one.pk), {"do": "take-back"})
    assert not Homework.objects.exists()


@pytest.mark.django_db
def test_action_write_asks_about_a_patients_number(pair, two, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(two[0])
    asked = client.post(url("action-write", pair.pk), {"text": "Ask 943 476 5919 again"}).content.decode()
    assert "a patient’s number? Take it out" in asked
    assert client.post(url("action-write", pair.pk), {"text": "Listen more"}).status_code == 302
    client.force_login(two[1])
    assert client.get(url("action-write", pair.pk)).status_code == 404


@pytest.mark.django_db
def test_action_mark_done_and_taken_back_on_the_page(pair, two, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    action = frames.write_action(relationship=pair, text="Listen more", by=two[0], now=now)
    client.force_login(two[0])
    client.post(url("action-mark", pair.pk, action.pk), {"do": "done"})
    assert AgreedAction.objects.get().done_at == now
    client.post(url("action-mark", pair.pk, action.pk), {"do": "take-back"})
    assert not AgreedAction.objects.exists()


@pytest.mark.django_db
def test_board_detail_holds_counts_and_agreed_actions_and_no_name(pair, two, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    tom, sana = two
    for text, by in (("For all to see", (tom, sana)), ("Between us", (tom,))):
        action = frames.write_action(relationship=pair, text=text, by=tom, now=now)
        for one in by:
            frames.agree(action=action, yes=True, by=one, now=now)
    reader = people.commissioner(pair.cohort.programme.organisation, now=now)
    client.force_login(reader)
    page = client.get(reverse("reports:board-detail", args=[pair.cohort.programme_id])).content.decode()
    assert "For all to see" in page
    for hidden in ("Between us", "Tom", "Sana"):
        assert hidden not in page
    other = programmes.cohort(now=now)
    assert client.get(reverse("reports:board-detail", args=[other.programme_id])).status_code == 404
