"""Several counts in one question."""

import pytest
from django.db.models import F

from people.counting import Each, counted_together
from people.models import Employment, Person
from tests.builders import people


@pytest.mark.django_db
def test_counts_of_different_tables_and_by_value_come_in_one_query(now, django_assert_num_queries):
    one, other = people.organisation(now=now), people.organisation(now=now)
    for organisation in (one, one, other):
        people.person(now=now, organisation=organisation)
    asked = {
        "people": Person.objects.order_by("family_name"),
        "jobs": Each(Employment.objects.select_related("person"), F("organisation")),
        "there": one.employments,  # what a manager manages
        "nobody": Person.objects.filter(given_name="Zog"),
        "none": Person.objects.none(),
        "no_jobs": Each(Employment.objects.none(), F("organisation")),
    }
    with django_assert_num_queries(1):
        found = counted_together(**asked)
    assert found == {"people": 3, "jobs": {one.pk: 2, other.pk: 1}, "there": 2, "nobody": 0, "none": 0, "no_jobs": {}}


def test_nothing_is_asked_where_nothing_can_be():
    assert counted_together(none=Person.objects.none()) == {"none": 0}
