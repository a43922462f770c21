"""A lead chooses a mentor by hand: the ranking with its reasons, the refusals in words, an override, and the pair."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from notices.models import Notice
from people.models import Tie
from programmes.models import Enrolment, Relationship
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, world, now):
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        yield client


def choose(mentee):
    return reverse("matching:mentor-choose", args=[mentee.pk])


def confirm(mentee, mentor):
    return reverse("matching:mentor-confirm", args=[mentee.pk, mentor.pk])


def test_mentor_choose_ranks_and_says_why_not(lead, world, now):
    programmes.mentor(world.cohort, "Sena Band", now=now, band="7")
    programmes.mentor(world.cohort, "Ian Frost", now=now, volunteered=False)
    people.tie(Tie.Kind.DS, world.femi.person, world.ben.person, now=now)
    programmes.pair(world.cohort, world.cara, world.dev, now=now)

    shown = lead.get(choose(world.femi)).content.decode()

    order = ["Gwen Hale", "No place left", "Dev Shah", "A rule advises against it", "Sena Band", "Cannot be chosen"]
    assert [shown.index(words) for words in order] == sorted(shown.index(words) for words in order)
    for sentence in (
        "Ben is Femi&#x27;s designated supervisor, so cannot also be Femi&#x27;s mentor.",
        "Mentors on this programme are band 6. Sena is band 7.",
        "Ian has not volunteered to mentor on this programme.",
        "Both work at South site.",
        "Training due",
    ):
        assert sentence in shown


def test_mentor_confirm_makes_the_pair_and_tells_both_once(lead, world, now):
    page = confirm(world.femi, world.gwen)
    shown = lead.get(page).content.decode()
    assert "Dear Femi" in shown
    assert "Dear Gwen" in shown
    answer = lead.post(page, {"when": "now"})
    pair = Relationship.objects.get()
    assert answer.url == reverse("programmes:relationship-detail", args=[pair.pk])
    owed = Notice.objects.filter(kind="match-published").order_by("pk").values_list("recipient__given_name", flat=True)
    assert list(owed) == ["Femi", "Gwen"]
    assert lead.get(page).status_code == 404  # Femi waits no more


def test_mentor_confirm_keeps_how_long_the_mentee_had_waited(lead, world, now):
    """Story 1.7: an untrained mentor is allowed, flagged "training due", and the wait is recorded as 23 days."""
    Enrolment.objects.filter(pk=world.femi.pk).update(waiting_since=now.date() - timedelta(days=23))
    assert "Femi has waited 23 days" in lead.get(choose(world.femi)).content.decode()
    page = lead.post(confirm(world.femi, world.gwen), {"when": "now"}).url
    shown = lead.get(page).content.decode()
    assert "23 days" in shown
    assert "Training due" in shown


def test_mentor_confirm_overrides_a_should_with_a_reason_alone(lead, world, now):
    sena = programmes.mentor(world.cohort, "Sena Band", now=now, band="7")
    page = confirm(world.femi, sena)
    assert "Say why this pair is right" in lead.post(page, {"when": "now"}).content.decode()
    assert not Relationship.objects.exists()
    lead.post(page, {"when": "now", "reason": "Nobody of band 6 is left at the site."})
    assert Relationship.objects.get().state == "live"
    assert world.cohort.rule_overrides.get().reason == "Nobody of band 6 is left at the site."


def test_what_the_programme_only_prefers_is_said_and_bars_nothing(lead, world, now):
    programme = world.cohort.programme
    programme.settings = {"rule": {"mentor-band": {"strength": "prefer"}}}
    programme.save(update_fields=["settings"])
    sena = programmes.mentor(world.cohort, "Sena Band", now=now, band="7")
    sentence = "Mentors on this programme are band 6. Sena is band 7."

    assert lead.get(choose(world.femi)).content.decode().count(sentence) == 1
    page = lead.get(confirm(world.femi, sena)).content.decode()
    assert f"Worth knowing; it bars nothing: {sentence}" in page
    assert "Mentors on this programme are band 6" not in lead.get(confirm(world.femi, world.ben)).content.decode()
    lead.post(confirm(world.femi, sena), {"when": "now"})
    assert Relationship.objects.get().state == "live"


def test_mentor_confirm_refuses_a_must(lead, world, now):
    people.tie(Tie.Kind.DS, world.femi.person, world.ben.person, now=now)
    page = confirm(world.femi, world.ben)
    assert "Make this match" not in lead.get(page).content.decode()
    shown = lead.post(page, {"when": "now"}).content.decode()
    assert "Ben is Femi&#x27;s designated supervisor" in shown
    assert not Relationship.objects.exists()


def test_mentor_choose_leads_on_where_no_mentor_is_free(lead, world, now):
    more = reverse("programmes:enrolment-add", args=[world.cohort.pk, "mentor"])
    assert more not in lead.get(choose(world.femi)).content.decode()
    ines = programmes.mentee(world.cohort, "Ines Last", now=now)
    for mentee, mentor in ((world.asha, world.ben), (world.cara, world.dev), (world.femi, world.gwen)):
        programmes.pair(world.cohort, mentee, mentor, now=now)

    shown = lead.get(choose(ines))

    assert "No mentor who suits has a free place." in shown.content.decode()
    assert f'<a href="{more}">Enrol more mentors</a>, or give one of these a place' in shown.content.decode()
    [ben] = [line for _, _, lines in shown.context["groups"] for line in lines if line["one"].enrolment == world.ben]
    page = lead.get(ben["more_url"]).content.decode()
    assert f'href="{choose(ines)}">Cancel' in page
    answer = lead.post(ben["more_url"], {"capacity": "2"})
    assert answer.url == choose(ines)
    shown = lead.get(answer.url)
    assert "Ben Okoro has 2 places now." in shown.content.decode()
    assert shown.content.decode().index("Can be chosen") < shown.content.decode().index("Ben Okoro</")


def test_mentor_choose_offers_no_place_beyond_what_the_programme_gives(lead, world, now):
    programmes.pair(world.cohort, world.cara, world.dev, now=now)
    assert "Give a place" in lead.get(choose(world.femi)).content.decode()
    world.cohort.programme.settings = {"capacity": {"mentor": {"default": 1, "least": 1, "most": 1}}}
    world.cohort.programme.save()
    assert "Give a place" not in lead.get(choose(world.femi)).content.decode()


@pytest.mark.parametrize(
    "evil", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)", "evil", "\\\\evil"]
)
def test_enrolment_change_comes_back_to_no_other_site(lead, world, evil):
    page = reverse("programmes:enrolment-change", args=[world.ben.pk])
    own = reverse("programmes:enrolment-detail", args=[world.ben.pk])
    address = f"{page}?{urlencode({'next': evil})}"
    assert "evil" not in lead.get(address).content.decode().split("<main")[1].split("<form")[0]
    assert lead.post(address, {"capacity": "2"}).url == own


def test_mentor_confirm_of_another_cohort_is_not_there(lead, world, now):
    other = programmes.mentor(programmes.cohort(now=now), now=now)
    assert lead.get(confirm(world.femi, other)).status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_mentor_choose_asks_a_fixed_number_of_questions(lead, world, now, more, django_assert_num_queries):
    for _ in range(more):
        programmes.mentor(world.cohort, now=now)
    lead.get(reverse("home"))
    with django_assert_num_queries(13):
        lead.get(choose(world.femi))
