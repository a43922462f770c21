"""What a person's page says of their mentoring and their facts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Fact
from tests.builders import people
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


def card(client, viewer, person) -> str:
    client.force_login(viewer)
    return client.get(reverse("people:person-detail", args=[person.pk])).content.decode()


def test_person_card_names_both_days_of_a_match_made_before_its_cohort_begins(client, now, time_machine):
    time_machine.move_to(now, tick=False)
    trust = people.organisation(now=now)
    lead = people.lead(trust, now=now)
    for begins, words in (
        (now, "since 14 April 2027"),
        (now + timedelta(days=19), "matched on 14 April 2027, from 3 May"),
    ):
        cohort = builders.cohort(now=now, organisation=trust, start_date=timezone.localdate(begins))
        pair = builders.pair(cohort, now=now)
        mentee = pair.members.get(role="mentee").person
        assert words in card(client, lead, mentee)


def test_person_card_says_which_facts_the_person_said(client, now, time_machine):
    time_machine.move_to(now, tick=False)
    trust = people.organisation(now=now)
    lead = people.lead(trust, now=now)
    kim = people.person("Kim Vance", organisation=trust, now=now, registered_on=now.date())
    assert "Said by them" not in card(client, lead, kim)
    Fact.objects.filter(person=kim, kind="registered_on").update(said_at=now, recorded_at=now)
    assert "Said by them" in card(client, lead, kim)
    assert "You said so" in card(client, kim, kim)
