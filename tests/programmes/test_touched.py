"""Whom a setting touches at once, counted before it is saved; and that no setting forgets to say."""

from datetime import timedelta

import pytest
from django.urls import reverse

from programmes import mentoring_models
from programmes.actions import enrolments, groups, relationships
from programmes.mentoring_models import own
from programmes.model_settings.catalogue import LINES
from programmes.model_settings.lines import line, lines_of, settings_with
from programmes.model_settings.proposals import with_settings
from programmes.model_settings.touched import NOBODY, TOUCHES, touched, why_nobody
from programmes.models import RuleBreak
from tests.builders import people
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db


def told(programme, key, *, now, **values) -> list[str]:
    """What the page says of a change of this line, whose values are named by their form field."""
    base, model = own.base(programme), mentoring_models.of(programme)
    found = line(model, key)
    paths = {leaf.name: leaf.path for leaf in found.leaves}
    values = {**found.values(model), **{paths[name]: value for name, value in values.items()}}
    proposed = with_settings(programme, settings_with(programme.settings, base, model, found, values))
    return touched(programme, proposed, now=now)


def test_every_setting_of_the_fourteen_says_whom_it_touches_or_why_nobody():
    for model in mentoring_models.every():
        for one in lines_of(model):
            told_of = [one.kind == "rule", one.key in TOUCHES, bool(why_nobody(one.key)) and one.key not in TOUCHES]
            assert sum(told_of) == 1, f"{model.key}: {one.key} is in neither TOUCHES nor NOBODY, or in two of them"


def test_nothing_is_listed_that_is_no_setting():
    known = {spec.path for spec in LINES if not spec.of_the_model}
    assert set(TOUCHES) <= known
    assert {one.split(".")[0] for one in NOBODY} - {"preference"} <= {one.split(".")[0] for one in known}


PAIR = [
    ("voluntary", {"voluntary": ("mentee", "mentor")}, "Enrolled without a yes of their own here: 1"),
    ("confidential_membership", {"confidential_membership": True}, "learn that they take part: 2"),
    ("matching.pausing", {"pausing": ("mentor",)}, "People who may pause their match no more: 1"),
    ("cadence", {"kind": "monthly"}, "Matches under way with other dates to aim at; what is booked stays: 1"),
    ("duration", {"weeks": 40}, "Matches that end on another day: 1"),
    ("duration", {"review_months": 6}, "Matches under way that are reviewed every 6 months: 1"),
    ("duration", {"renewable": True}, "Matches under way that their members may renew: 1"),
    ("register", {"weeks": (10, 20)}, "Matches under way that are ticked at other meetings: 1"),
    ("outline", {"outline": "book"}, "Matches under way that read other suggestions: 1"),
    ("hours", {"hours": "per-member"}, "Matches under way whose hours are counted otherwise: 1"),
    ("reminders", {"kind": "nudge"}, "People who are reminded from now on: 2"),
    ("agreement.gate", {"gate": "before-first-session"}, "yet to accept, for whom the first session waits: 2"),
    ("training", {"gate": "before-first-session"}, "on record, who book no first session before it: 1"),
    ("texts.confidentiality", {"confidentiality": "Other words."}, "People who began on the words of now"),
    ("record_of_aims", {"record_of_aims": True}, "Matches under way in which that changes: 1"),
]


@pytest.mark.parametrize(("key", "values", "sentence"), PAIR, ids=[f"{one[0]}-{next(iter(one[1]))}" for one in PAIR])
def test_touched_counts_whoever_takes_part_now(key, values, sentence, world, now):
    programme = world.cohort.programme
    if "weeks" in values:
        world.cohort.end_date = None
        world.cohort.save()
    said = told(programme, key, now=now, **values)
    assert any(sentence in one for one in said), said
    relationships.end(relationship=world.pair, by=None, now=now)
    for enrolment in (world.asha, world.ben):
        enrolments.withdraw(enrolment=enrolment, by=None, now=now)
    assert told(programme, key, now=now, **values) == []


def test_touched_tells_who_keeps_more_places_than_the_setting_allows(world, now):
    builders.mentor(world.cohort, "Dev Khan", capacity=3, now=now)
    assert told(world.cohort.programme, "capacity.mentor", now=now, most=2) == [
        "People who have more or fewer places than that, and keep them: 1"
    ]
    assert told(world.cohort.programme, "capacity.mentor", now=now, most=5) == []


def test_touched_tells_of_ended_matches_whose_words_go_sooner(world, now):
    relationships.end(relationship=world.pair, by=None, now=now)
    later = now + timedelta(days=60)
    assert told(world.cohort.programme, "texts_kept_months", now=later, texts_kept_months=6) == [
        "Ended matches whose words go sooner; whoever wrote there is told before: 1"
    ]


def test_touched_tells_of_matches_that_break_a_rule_already(world, now):
    RuleBreak.objects.create(relationship=world.pair, rule="mentor-band", strength="should", sentence="x", found_at=now)
    key, values = "matching.live_match_breaks_a_rule", {"live_match_breaks_a_rule": "pause"}
    assert told(world.cohort.programme, key, now=now, **values) == [
        "Matches that break a rule already, and stay as they are on your list: 1"
    ]


def test_touched_tells_of_groups_that_no_longer_fit(now):
    cohort = builders.cohort(
        now=now,
        shapes=["group"],
        group={"size": {"default": 4, "least": 2, "most": 8}, "joining": "asks"},
        matching={"arises": "joins-group"},
        capacity={"mentor": {"default": 6, "least": 1, "most": 24}},
    )
    mentor = builders.mentor(cohort, now=now)
    mentees = [builders.mentee(cohort, now=now) for _ in range(3)]
    groups.form(cohort=cohort, mentors=[mentor], mentees=mentees[:2], by=None, now=now)
    programme = cohort.programme
    assert told(programme, "group", now=now, **{"size-default": 2}) == [
        "Groups that are full by it; whoever is in stays: 1"
    ]
    assert told(programme, "group", now=now, **{"size-least": 3}) == [
        "Groups that are too small by it, and come onto your list: 1"
    ]
    assert told(programme, "group", now=now, mentors=2) == ["Groups that lack a mentor by it: 1"]
    assert told(programme, "group", now=now, joining="open") == ["People who wait and join without asking: 1"]
    assert told(programme, "group", now=now, time_is_confirmed=True) == [
        "Cohorts that open no group until protected time is confirmed: 1"
    ]


def test_touched_tells_of_introductions_and_of_those_who_wait(now):
    cohort = builders.asking_cohort(now=now)
    builders.introduction(cohort, now=now)
    programme = cohort.programme
    later = now + timedelta(days=9)
    assert told(programme, "matching.chemistry_days", now=now, chemistry_days=30) == [
        "First meetings under way, which keep the day until which the place is held: 1"
    ]
    builders.mentee(cohort, now=now)
    said = told(programme, "matching.confirms_requests", now=later, confirms_requests=False)
    assert len(said) == 1
    assert said[0].startswith("People who wait, to whom the list opens, unconfirmed as they are: ")


def test_touched_counts_the_matches_of_which_a_supervisor_learns(world, now):
    programme = world.cohort.programme
    assert told(programme, "matching.supervisor_sees", now=now, supervisor_sees="nothing") == []  # nobody supervises
    people.tie("ds", world.asha.person, people.person(now=now), now=now)
    assert told(programme, "matching.supervisor_sees", now=now, supervisor_sees="nothing") == [
        "Matches of which a designated supervisor reads no more who the mentor is: 1"
    ]
    programme.settings = {"matching": {"supervisor_sees": "nothing"}}
    programme.save()
    assert told(programme, "matching.supervisor_sees", now=now, supervisor_sees="who-the-mentor-is") == [
        "Matches of which a designated supervisor reads from now on who the mentor is: 1"
    ]


def test_setting_change_counts_first_and_saves_what_was_seen(world, signed_in):
    client, programme = signed_in(world.lead), world.cohort.programme
    address = reverse("programmes:setting-change", args=[programme.pk, "hours"])
    shown = client.post(address, {"hours": "per-member", "reason": ""}).content.decode()
    assert "Matches under way whose hours are counted otherwise: 1" in shown
    programme.refresh_from_db()
    assert programme.settings == {}
    seen = shown.split('name="seen" value="')[1].split('"')[0].replace("&#x27;", "'")
    assert client.post(address, {"hours": "per-member", "reason": "", "seen": seen}).status_code == 302
    programme.refresh_from_db()
    assert programme.settings == {"hours": "per-member"}


@pytest.mark.parametrize("pairs", [1, 3])
def test_touched_asks_as_many_queries_for_three_as_for_one(pairs, world, now, django_assert_num_queries):
    for _ in range(pairs):
        builders.pair(world.cohort, now=now)
    with django_assert_num_queries(1):
        told(world.cohort.programme, "reminders", now=now, kind="nudge")


def test_a_programme_without_anybody_is_saved_at_once(now):
    cohort = builders.cohort(now=now)
    people.lead(cohort.programme.organisation, now=now)
    assert told(cohort.programme, "hours", now=now, hours="per-member") == []
