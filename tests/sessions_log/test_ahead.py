"""What a lead is told of what comes once matches are made."""

from datetime import date

import pytest

from programmes.offers import ahead_of
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db


def _ahead(model, now, *, across=False):
    cohort = programmes.cohort(now=now, model_key=model)
    elsewhere = programmes.mentor(cohort, now=now, organisation=people.organisation(now=now)) if across else None
    pair = programmes.pair(cohort, other=elsewhere, now=now)
    return [(one.on, one.text, one.hint) for one in ahead_of(pair, now=now)]


def test_ahead_of_a_programme_without_dates_is_what_people_make_and_the_register(now):
    found = _ahead("trainee-band6", now)
    assert found[0][:2] == (None, "Trainee pharmacists and mentors book their meetings themselves")
    assert (date(2027, 10, 25), "You tick the check-in register, week 13") in [one[:2] for one in found]


def test_ahead_of_a_programme_with_dates_and_returns_names_the_first_of_each_and_its_reminder(now):
    found = _ahead("trainee-host", now, across=True)
    days = [on for on, _, _ in found if on]
    assert days == sorted(days)
    assert days[0] >= date(2027, 7, 26)
    meeting = next(one for one in found if "the first date asked for" in one[1])
    assert meeting[0] is not None
    assert (
        None,
        "After each session a form opens: Monthly return",
        "Due within 7 days. Whoever has not returned it is reminded.",
    ) in found
