"""The demo's world can be loaded, and its people can sign in."""

from datetime import UTC, datetime

import pytest

from matching.models import MatchRun
from mentoring_portal import demo
from people.models import Person
from programmes.models import Programme, Relationship


@pytest.mark.django_db
def test_demo_world_has_every_login_and_a_running_cohort(now):
    demo.load(now=now)
    for email in demo.LOGINS:
        person = Person.objects.get(email=email)
        assert person.check_password(demo.PASSWORD)
    mentee = Person.objects.get(email="mentee@example.org")
    mentor = Person.objects.get(email="mentor@example.org")
    assert Relationship.objects.live().of(mentee).of(mentor).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("day", [datetime(2026, 11, 24, 0, 4, tzinfo=UTC), datetime(2028, 7, 31, 8, 0, tzinfo=UTC)])
def test_demo_world_is_whole_on_any_day(day):
    demo.load(now=day)
    states = set(MatchRun.objects.values_list("state", flat=True))
    assert states == {MatchRun.State.FINISHED}
    assert MatchRun.objects.get().matched > 20
    assert set(Programme.objects.values_list("model_key", flat=True)) == {
        "trainee-band6",
        "nqp-senior",
        "ds-experienced-ds",
    }


@pytest.mark.django_db
def test_demo_mail_goes_to_example_org_only(now):
    demo.load(now=now)
    addresses = list(Person.objects.exclude(email=None).values_list("email", flat=True))
    assert addresses
    assert all(address.endswith("@example.org") for address in addresses)
