"""The page for participants: who reads it, what stands in it in every model, and that its leads change it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from programmes import mentoring_models
from programmes.actions import triads
from programmes.guide import guide, readers
from tests.builders import people as people_builders
from tests.builders import programmes as builders

HEADINGS = (
    "What it is",
    "Limits of confidentiality",
    "Who reads what you write",
    "How it differs from coaching, counselling and buddying",
    "If something worries you",
)


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_model_tells_participants_what_it_is_in_words_of_its_own(model):
    parts = {part.heading: part for part in guide(model, [])}
    assert set(HEADINGS) <= set(parts)
    assert all(part.text.strip() or part.facts or part.resources for part in parts.values())
    assert model.texts.what_it_is.strip() not in ("", model.sentence)
    limits = parts["Limits of confidentiality"].text
    for limit in ("risk of harm", "serious professional concern", "the law requires", "identify a patient"):
        assert limit in " ".join(limits.split())
    differs = parts[HEADINGS[3]].text
    assert all(word in differs for word in ("Coaching", "Counselling", "buddy"))
    expecting = [heading for heading in parts if heading.startswith("What to expect as ")]
    assert len(expecting) == (3 if model.triad else 2)


@pytest.mark.django_db
def test_programme_guide_has_ones_own_side_first_and_no_link_to_change_it(world, signed_in):
    page = text(signed_in(world.ben.person).get(url("programme-guide", world.cohort.programme_id)))
    assert page.index("What to expect as a mentor") < page.index("What to expect as a trainee pharmacist")
    for heading in HEADINGS:
        assert heading in page
    assert "Notes that you keep for yourself: you alone." in page
    assert "Print this page" in page
    assert "/settings/" not in page


@pytest.mark.django_db
def test_programme_guide_is_read_by_whoever_is_asked_and_by_nobody_else(world, now, signed_in):
    ela = people_builders.person("Ela Frost", organisation=world.trust, band="6", email="ela@example.org", now=now)
    address = url("programme-guide", world.cohort.programme_id)
    assert signed_in(ela).get(address).status_code == 404
    asked = builders.asked(world.cohort, ela, now=now)
    assert address in text(signed_in(ela).get(url("enrolment-answer", asked.pk)))
    assert "What to expect as a mentor" in text(signed_in(ela).get(address))
    assert signed_in(world.elsewhere).get(address).status_code == 404


@pytest.mark.django_db
def test_programme_guide_is_read_by_the_third_of_a_triad_once_told(now, signed_in):
    triad = builders.triad(now=now)
    programme = triad.cohort.programme
    omar = people_builders.person("Omar Third", organisation=programme.organisation, now=now)
    address = url("programme-guide", programme.pk)
    tomorrow = now.date() + timedelta(days=1)
    triads.name_trainee(relationship=triad, trainee=omar, tell_on=tomorrow, by=None, now=now)
    assert signed_in(omar).get(address).status_code == 404
    triads.tell_due(by=None, now=now + timedelta(days=1))
    page = text(signed_in(omar).get(address))
    assert page.index("What to expect as a trainee pharmacist") < page.index("What to expect as an experienced")


@pytest.mark.django_db
def test_programme_guide_is_linked_from_home_the_match_and_ones_part(world, signed_in):
    client, address = signed_in(world.asha.person), url("programme-guide", world.cohort.programme_id)
    for page in (
        reverse("home"),
        url("relationship-detail", world.pair.pk),
        url("enrolment-detail", world.asha.pk),
    ):
        assert f'href="{address}"' in text(client.get(page)), page
    assert client.get(url("programme-detail", world.cohort.programme_id)).url == address


@pytest.mark.django_db
def test_a_lead_changes_every_text_from_the_page_and_comes_back_to_it(world, signed_in):
    programme = world.cohort.programme
    client, address = signed_in(world.lead), url("programme-guide", programme.pk)
    assert address in text(client.get(url("programme-detail", programme.pk)))
    page = text(client.get(address))
    for line in (
        "texts.what_it_is",
        "texts.what_to_expect.mentee",
        "texts.what_to_expect.mentor",
        "agreement.text",
        "texts.confidentiality",
        "texts.differs",
        "texts.worries",
    ):
        change = url("setting-change", programme.pk, line) + "?for=guide"
        assert change in page
        leaf = client.get(change).context["line"].leaves[0].name
        words = {leaf: f"Our own words for {line}.", "reason": "Ours"}
        answer = client.post(change, words)
        if answer.status_code == 200:  # how many it touches is said first
            assert answer.context["effect"], line
            answer = client.post(change, words | {"seen": answer.context["effect"].digest()})
        assert (answer.status_code, answer.url) == (302, address), line
    member = text(signed_in(world.asha.person).get(address))
    assert member.count("Our own words for") == 7


@pytest.mark.django_db
def test_join_guide_is_read_before_anybody_signs_in(world, now, client, signed_in):
    link = builders.joining_link(world.cohort, now=now)
    client = signed_in(world.lead)
    client.logout()
    address = url("join-guide", link.pk)
    assert address in text(client.get(url("join", link.pk)))
    page = text(client.get(address))
    assert page.index("What to expect as a mentor") < page.index("What to expect as a trainee pharmacist")
    assert "Limits of confidentiality" in page


def test_where_two_read_a_book_together_its_page_is_among_what_the_two_read():
    sentence = "What you read together, homework and actions: the two."
    told = {model.key for model in mentoring_models.every() if sentence in readers(model)}
    assert told == {"reverse"}


def test_a_situation_that_is_brought_has_its_readers_named_and_no_heading_says_group_twice():
    told = {
        model.key for model in mentoring_models.every() if any("A situation that you" in one for one in readers(model))
    }
    assert told == {"peer-to-group"}
    headings = [part.heading for model in mentoring_models.every() for part in guide(model, [])]
    assert "Group agreement" in headings
    assert not [one for one in headings if one.lower().count("group") > 1]
