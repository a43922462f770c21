"""The outline of a programme by weeks: lines of text that a lead can change."""

import pytest
from django.urls import reverse

from programmes import mentoring_models
from programmes.mentoring_models.outline import Topic, topic_from, topic_of_week, topics_from
from tests.builders import people, programmes


def test_a_line_names_its_week_or_weeks():
    assert topic_from("8: Calculations") == Topic(8, 8, "Calculations")
    assert topic_from(" 12 - 13 :  The first review ") == Topic(12, 13, "The first review")
    assert topic_from("12–13: 2 papers: both") == Topic(12, 13, "2 papers: both")


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (["Calculations"], "does not begin with its week"),
        (["9-8: Calculations"], "are no weeks"),
        (["0: Calculations"], "are no weeks"),
        (["8: "], "does not begin with its week"),
        (["8: Calculations", "7-9: Reviews"], "two topics for week 8"),
        (["8: " + "x" * 121], "more than 120 letters in week 8"),
    ],
)
def test_what_is_wrong_is_said(lines, wrong):
    with pytest.raises(ValueError, match=wrong):
        topics_from(lines)


def test_a_week_has_its_topic_or_none():
    lines = ["3-4: Evidence", "1: Hello"]
    assert [topic_of_week(lines, week) for week in range(6)] == ["", "Hello", "", "Evidence", "Evidence", ""]


def test_the_host_model_has_a_topic_for_each_of_its_fifty_weeks():
    topics = topics_from(mentoring_models.get("trainee-host").topics)
    assert [(topic.first, topic.last) for topic in topics] == [(week, week) for week in range(1, 51)]


@pytest.mark.django_db
def test_setting_change_takes_another_outline_and_says_what_is_wrong(client, now, time_machine):
    time_machine.move_to(now, tick=False)
    host = people.organisation(now=now)
    programme = programmes.cohort(organisation=host, outline="weeks", topics=["8: Calculations"], now=now).programme
    client.force_login(people.lead(host, now=now))
    address = reverse("programmes:setting-change", args=[programme.pk, "outline"])
    assert "8: Calculations" in client.get(address).content.decode()
    wrong = client.post(address, {"outline": "weeks", "topics": "8: One\n8: Two", "reason": ""})
    assert "The outline has two topics for week 8." in wrong.content.decode()
    right = client.post(address, {"outline": "weeks", "topics": "1-50: Whatever helps", "reason": ""})
    assert right.status_code == 302
    programme.refresh_from_db()
    assert mentoring_models.of(programme).topics == ("1-50: Whatever helps",)
