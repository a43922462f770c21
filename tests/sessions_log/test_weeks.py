"""In which week of its programme a relationship is: topics, the pace of a longer year, the last week."""

from datetime import date
from types import SimpleNamespace

from django.urls import reverse

from programmes import mentoring_models
from sessions_log.actions import plans
from sessions_log.weeks import last_week_begins, spans_of, topic_on

MODEL = mentoring_models.get("trainee-host")
PAIR = SimpleNamespace(cohort=SimpleNamespace(start_date=date(2027, 7, 26)))
LONGER = SimpleNamespace(ends_on=date(2029, 6, 24))  # 100 weeks instead of 50: half time


def test_a_day_has_the_topic_of_its_week():
    assert topic_on(date(2027, 9, 16), PAIR, MODEL, None) == "Week 8: Calculations: making practice a habit"
    assert topic_on(date(2027, 9, 12), PAIR, MODEL, None).startswith("Week 7: ")
    assert topic_on(date(2027, 7, 25), PAIR, MODEL, None) == ""
    assert topic_on(date(2028, 7, 10), PAIR, MODEL, None) == ""  # week 51


def test_a_year_at_half_time_has_weeks_twice_as_long():
    assert topic_on(date(2027, 11, 1), PAIR, MODEL, LONGER).startswith("Week 8: ")
    assert topic_on(date(2027, 11, 14), PAIR, MODEL, LONGER).startswith("Week 8: ")
    assert topic_on(date(2027, 11, 15), PAIR, MODEL, LONGER).startswith("Week 9: ")
    assert spans_of(PAIR, MODEL, LONGER)[-1].last == date(2029, 6, 24)


def test_the_last_week_begins_on_its_day():
    assert last_week_begins(PAIR, MODEL, None) == date(2028, 7, 3)
    assert last_week_begins(PAIR, MODEL, LONGER) == date(2029, 6, 11)
    assert last_week_begins(PAIR, mentoring_models.get("ip-past-dpp"), None) is None


def test_outline_detail_names_every_week_with_its_days_and_marks_this_one(client, pair, now):
    address = reverse("sessions_log:outline-detail", args=[pair.relationship.pk])
    client.force_login(pair.mentee)
    assert client.get(address).status_code == 404  # a model without an outline
    pair.cohort.programme.settings = {"outline": "weeks", "topics": ["1-3: Settling in", "4: Calculations"]}
    pair.cohort.programme.save()
    assert (
        reverse("sessions_log:outline-detail", args=[pair.relationship.pk])
        in client.get(reverse("sessions_log:session-list", args=[pair.relationship.pk])).content.decode()
    )
    shown = client.get(address).content.decode()
    assert "1 to 3" in shown
    assert "16 Aug 2027" in shown  # week 4
    assert "This week" not in shown  # the programme begins in July
    plans.change(relationship=pair.relationship, first_on=date(2027, 8, 2), mode="video", by=pair.mentee, now=now)
    assert client.get(address).status_code == 200
    client.force_login(pair.lead)
    assert client.get(address).status_code == 404
