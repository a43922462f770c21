"""Who opened one's record: for oneself alone, and nothing of what leads weigh about a match."""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.record import record
from audit.verbs import Verb
from tests.builders import people as build

pytestmark = pytest.mark.django_db

URL = reverse("people:own-record")


@pytest.fixture
def asha(trust, now):
    return build.person("Asha Rao", organisation=trust, now=now)


def test_own_record_names_who_opened_it(signed_in, lead, asha, now):
    signed_in(lead).get(reverse("people:person-detail", args=[asha.pk]))
    page = signed_in(asha).get(URL)
    first = page.context["lines"][0]
    assert (first.who, first.did) == ("Lena Lead", "opened your record")


def test_own_record_leaves_out_oneself_others_and_what_is_weighed_of_a_match(signed_in, lead, asha, trust, now):
    other = build.person("Ben Okoro", organisation=trust, now=now)
    before = len(signed_in(asha).get(URL).context["lines"])
    record(Verb.RECORD_OPENED, by=lead, now=now, on=other, about=other)
    record(Verb.PERSON_CHANGED, by=asha, now=now, on=asha, about=asha)
    for verb in (Verb.PAIR_KEPT_APART, Verb.RULE_OVERRIDDEN, Verb.FLAG_READ, Verb.RELATIONSHIP_STARTED):
        record(verb, by=lead, now=now, on=asha, about=asha)
    assert AuditEvent.objects.filter(about_person_id=asha.pk).count() >= 5
    assert len(signed_in(asha).get(URL).context["lines"]) == before


@pytest.mark.parametrize("rows", [1, 3])
def test_own_record_takes_as_many_queries_for_each_length(signed_in, lead, asha, now, rows, django_assert_num_queries):
    for _ in range(rows):
        record(Verb.RECORD_OPENED, by=lead, now=now, on=asha, about=asha)
    client = signed_in(asha)
    client.get(URL)
    with django_assert_num_queries(6):
        client.get(URL)
