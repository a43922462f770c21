"""The demo's world can be loaded, and its people can sign in."""

import pytest

from mentoring_portal import demo
from people.models import Person
from programmes.models import Relationship


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
def test_demo_mail_goes_to_example_org_only(now):
    demo.load(now=now)
    addresses = list(Person.objects.exclude(email=None).values_list("email", flat=True))
    assert addresses
    assert all(address.endswith("@example.org") for address in addresses)
