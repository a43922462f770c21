"""The lead's view of a person's style, and the person's own answers."""

import pytest
from django.urls import reverse

from people.actions import styles
from people.models import Fact, Style
from people.style_questionnaire import STATEMENTS
from tests.builders import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha_and_lead(now):
    trust = people.organisation(now=now)
    return people.person("Asha Patel", organisation=trust, now=now), people.lead(trust, now=now)


def edit(person):
    return reverse("people:style-edit", args=[person.pk])


def untouched(**said):
    """What a browser sends for a page on which only ``said`` was changed."""
    keys = ("outgoing", "warm", "organised", "calm", "imaginative")
    sent = {key: "4" for key in keys} | {f"{key}_unsaid": "on" for key in keys} | {"tags": ""}
    return sent | said


def test_style_edit_records_words_and_only_the_sliders_that_say_something(asha_and_lead, signed_in):
    asha, lead = asha_and_lead
    client = signed_in(lead)
    said = untouched(tags="quiet, patient", outgoing="1", warm_unsaid="")
    assert client.post(edit(asha), said).url == reverse("people:person-detail", args=[asha.pk])
    assert Style.objects.get().traits == (1, 4, None, None, None)
    assert Fact.objects.get(person=asha).text == "quiet, patient"
    page = client.get(edit(asha)).content.decode()
    assert 'value="quiet, patient"' in page


def test_style_edit_takes_back_what_is_cleared(asha_and_lead, signed_in):
    asha, lead = asha_and_lead
    client = signed_in(lead)
    client.post(edit(asha), untouched(tags="quiet", outgoing="1"))
    client.post(edit(asha), untouched(outgoing="1"))
    assert not Style.objects.exists()
    assert not Fact.objects.exists()


def test_style_edit_keeps_what_was_typed_where_a_slider_is_off_the_scale(asha_and_lead, signed_in):
    asha, lead = asha_and_lead
    page = signed_in(lead).post(edit(asha), untouched(tags="quiet", outgoing="9"))
    assert page.status_code == 200
    assert 'value="quiet"' in page.content.decode()
    assert not Fact.objects.exists()


def test_style_edit_is_not_for_oneself_nor_for_another_organisation(asha_and_lead, now, signed_in):
    asha, lead = asha_and_lead
    elsewhere = people.lead(people.organisation(now=now), now=now)
    assert signed_in(lead).get(edit(lead)).status_code == 404
    assert signed_in(elsewhere).get(edit(asha)).status_code == 404
    assert signed_in(asha).get(edit(asha)).status_code == 404


def test_style_edit_shows_nothing_of_the_persons_own_answers(asha_and_lead, now, signed_in):
    asha, lead = asha_and_lead
    styles.record(person=asha, source="own", traits={"outgoing": 8}, by=asha, now=now)
    client = signed_in(lead)
    assert client.get(edit(asha)).context["form"].known == (None,) * 5
    card = client.get(reverse("people:person-detail", args=[asha.pk])).content.decode()
    assert "utgoing" not in card


def test_style_answer_becomes_traits_that_only_the_person_reads(asha_and_lead, signed_in):
    asha, _ = asha_and_lead
    client = signed_in(asha)
    page = reverse("people:style-answer")
    answers = {f"s{number}": 1 if one.reverse else 5 for number, one in enumerate(STATEMENTS, start=1)}
    assert client.post(page, answers).url == page
    assert Style.objects.get(person=asha, source="own").traits == (8, 8, 8, 8, 8)
    assert "Even-tempered" in client.get(page).content.decode()
    assert 'name="s1"' in client.get(f"{page}?again").content.decode()
    client.post(reverse("people:style-forget"))
    assert not Style.objects.exists()


def test_style_answer_asks_again_for_what_is_missing_and_keeps_the_rest(asha_and_lead, signed_in):
    asha, _ = asha_and_lead
    answer = signed_in(asha).post(reverse("people:style-answer"), {"s1": 5})
    page = answer.content.decode()
    assert "Choose an answer for “I sympathise with others’ feelings.”" in page
    assert answer.context["form"]["s1"].value() == "5"
    assert not Style.objects.exists()


def test_style_forget_touches_nobody_elses(asha_and_lead, now, signed_in):
    asha, lead = asha_and_lead
    styles.record(person=asha, source="own", traits={"outgoing": 8}, by=asha, now=now)
    signed_in(lead).post(reverse("people:style-forget"))
    assert Style.objects.count() == 1
