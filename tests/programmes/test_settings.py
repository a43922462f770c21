"""Changing the settings of a programme: what is kept, what is refused, who is affected, and what the pages show."""

import pytest
from django.urls import reverse

from audit.refusal import Refused
from programmes import mentoring_models
from programmes.actions import settings
from programmes.mentoring_models import own
from programmes.model_settings.effect import effect
from programmes.model_settings.lines import line, lines_of, settings_with
from programmes.model_settings.proposals import with_settings
from programmes.models import Programme, SettingChange
from tests.builders import programmes as builders
from tests.people.audited import events, last

pytestmark = pytest.mark.django_db
SETTINGS_QUERIES, HISTORY_QUERIES, EFFECT_QUERIES = 5, 6, 9


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


def changed(programme, key, **values) -> dict:
    """The values of a line by path, with those named by their form field."""
    found = line(mentoring_models.of(programme), key)
    paths = {leaf.name: leaf.path for leaf in found.leaves}
    return {**found.values(mentoring_models.of(programme)), **{paths[name]: value for name, value in values.items()}}


def change(programme, key, *, now, by=None, reason="", **values):
    return settings.change(
        programme=programme, key=key, values=changed(programme, key, **values), reason=reason, by=by, now=now
    )


@pytest.fixture
def programme(world) -> Programme:
    return world.cohort.programme


# --- The action -------------------------------------------------------------------------------


def test_a_change_is_in_force_at_once_and_kept_with_what_it_was(world, programme, now):
    since = last()
    kept = change(programme, "capacity.mentor", now=now, by=world.lead, most=5)
    programme.refresh_from_db()
    assert programme.settings == {"capacity": {"mentor": {"most": 5}}}
    assert mentoring_models.of(programme).capacity.mentor.most == 5
    assert (kept.was, kept.became) == (
        "At most: 3",
        "At most: 5",
    )
    assert events(since=since) == [
        ("setting-changed", world.lead.pk, "programmes.settingchange", None, ("programme", programme.pk))
    ]


def test_what_is_as_in_the_model_is_not_kept(programme, now):
    change(programme, "capacity.mentor", now=now, most=5)
    programme.refresh_from_db()
    change(programme, "capacity.mentor", now=now, most=3)
    programme.refresh_from_db()
    assert programme.settings == {}


def test_changing_how_strict_a_rule_is_needs_a_reason_and_is_audited_as_a_rule(world, programme, now):
    with pytest.raises(Refused, match="Say why"):
        change(programme, "rule.supervisor", now=now, strength="should")
    since = last()
    kept = change(programme, "rule.supervisor", now=now, by=world.lead, reason="Agreed by  the LFG.", strength="should")
    assert kept.reason == "Agreed by the LFG."
    assert [event[0] for event in events(since=since)] == ["rule-changed"]


def test_loosening_what_a_rule_asks_needs_a_reason_too_and_its_words_do_not(programme, now):
    with pytest.raises(Refused, match="Say why"):
        change(programme, "rule.mentor-band", now=now, bands=("6", "7"))
    change(programme, "rule.mentor-band", now=now, label="Mentors are band 6")


def test_consent_needs_a_reason(programme, now):
    with pytest.raises(Refused, match="Say why"):
        change(programme, "voluntary", now=now, voluntary=())


def test_values_that_do_not_fit_together_are_refused(programme, now):
    with pytest.raises(Refused, match="needs 1 <= least"):
        change(programme, "capacity.mentor", now=now, most=0)
    programme.refresh_from_db()
    assert programme.settings == {}
    assert not SettingChange.objects.exists()


def test_nothing_changed_is_said_and_not_kept(programme, now):
    with pytest.raises(Refused, match=r"Nothing was changed\."):
        change(programme, "capacity.mentor", now=now)
    with pytest.raises(Refused, match="no such setting"):
        settings.reset(programme=programme, key="rule.no-such-rule", by=None, now=now)


def test_back_to_the_default_leaves_other_lines_alone(world, programme, now):
    change(programme, "rule.mentor-band", now=now, reason="Few mentors.", strength="prefer")
    programme.refresh_from_db()
    change(programme, "texts.interim_contact", now=now, interim_contact="Ask Lorna.")
    kept = settings.reset(programme=programme, key="rule.mentor-band", by=world.lead, now=now)
    programme.refresh_from_db()
    assert programme.settings == {"texts": {"interim_contact": "Ask Lorna."}}
    assert kept.reason == "Back to what the model says."


def test_two_leads_who_change_different_lines_both_keep_theirs(programme, now):
    """Each holds a programme read before the other saved."""
    one, other = Programme.objects.get(pk=programme.pk), Programme.objects.get(pk=programme.pk)
    change(one, "capacity.mentor", now=now, most=5)
    change(other, "texts.interim_contact", now=now, interim_contact="Ask Lorna.")
    programme.refresh_from_db()
    assert programme.settings == {"capacity": {"mentor": {"most": 5}}, "texts": {"interim_contact": "Ask Lorna."}}


def test_a_setting_inside_a_list_of_tables_keeps_the_whole_list(now):
    programme = builders.programme(now=now, model_key="ds-experienced-ds")
    change(programme, "rule.three-years", now=now, reason="Two are enough.", **{"milestones-0-years": 2})
    programme.refresh_from_db()
    [rule] = [rule for rule in mentoring_models.of(programme).rules if rule.name == "three-years"]
    assert rule.test.milestones[0].years == 2
    change(programme, "rule.three-years", now=now, reason="Three again.", **{"milestones-0-years": 3})
    programme.refresh_from_db()
    assert programme.settings == {}


def test_a_table_that_the_model_lacks_can_be_added(programme, now):
    change(
        programme,
        "eligibility_date",
        now=now,
        eligibility_date="named",
        **{"named_day-day": 1, "named_day-month": 9},
    )
    programme.refresh_from_db()
    assert mentoring_models.of(programme).named_day.month == 9


def test_an_optional_number_can_be_emptied(programme, now):
    change(programme, "duration", now=now, end="open", weeks=None)
    programme.refresh_from_db()
    assert mentoring_models.of(programme).duration.weeks is None


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_line_of_every_model_can_be_saved_as_it_is(model, now):
    """Reading a line's values and laying them over the model gives the model again."""
    for one in lines_of(model):
        assert settings_with({}, model, model, one, one.values(model)) == {}


# --- Who is affected --------------------------------------------------------------------------


def after(programme, key, **values):
    found = line(mentoring_models.of(programme), key)
    base, model = own.base(programme), mentoring_models.of(programme)
    values = changed(programme, key, **values)
    return with_settings(programme, settings_with(programme.settings, base, model, found, values))


def test_effect_names_live_pairs_that_would_come_to_break_a_rule(programme, now):
    found = effect(programme, after(programme, "rule.mentor-band", bands=("7",)), now=now)
    assert [(pair.mentee, pair.mentor) for pair in found.breaking] == [("Asha Patel", "Ben Carter")]
    assert not found.mended


def test_effect_names_who_could_be_matched_then(world, programme, now):
    builders.mentee(world.cohort, "Fay Green", now=now)
    builders.mentor(world.cohort, "Dev Khan", now=now, band="7")
    found = effect(programme, after(programme, "rule.mentor-band", bands=("6", "7")), now=now)
    assert (found.gained, found.lost, found.breaking) == (["Fay Green"], [], [])
    programme.settings = after(programme, "rule.mentor-band", bands=("6", "7")).settings
    back = effect(programme, after(programme, "rule.mentor-band", bands=("6",)), now=now)
    assert back.lost == ["Fay Green"]


def test_who_has_to_say_yes_bars_whoever_has_not_and_counts_them_first(world, programme, now):
    """Model 2's must, as a setting of any model: nobody is matched who has not opted in, on either side."""
    found = effect(programme, after(programme, "voluntary", voluntary=("mentee", "mentor")), now=now)
    [pair] = found.breaking
    assert pair.sentence == "Asha has not said yes to taking part in this programme."
    assert "Enrolled without a yes of their own here: 1" in found.touched
    change(programme, "voluntary", now=now, reason="Trainees are asked too.", voluntary=("mentee", "mentor"))
    world.cohort.refresh_from_db()
    with pytest.raises(Refused, match="has not said yes to taking part"):
        builders.pair(world.cohort, builders.mentee(world.cohort, "Fay", now=now), now=now)
    builders.pair(world.cohort, builders.mentee(world.cohort, "Gus", volunteered=True, now=now), now=now)
    change(programme, "voluntary", now=now, reason="Everybody is assigned.", voluntary=())
    world.cohort.refresh_from_db()
    unasked = builders.mentor(world.cohort, "Hal", volunteered=False, now=now)
    builders.pair(world.cohort, None, unasked, now=now)


@pytest.mark.parametrize(
    ("model_key", "key", "offered"),
    [
        ("trainee-band6", "voluntary", {"mentee", "mentor"}),
        ("trainee-band6", "matching.pausing", {"mentee", "mentor"}),
        ("peer-to-group", "voluntary", {"mentee", "mentor"}),
        ("peer-to-group", "matching.pausing", {"mentee", "mentor", "peer"}),
    ],
)
def test_setting_change_offers_peers_where_that_does_something(model_key, key, offered, world, now, signed_in):
    programme = builders.programme(organisation=world.trust, model_key=model_key, now=now)
    form = signed_in(world.lead).get(url("setting-change", programme.pk, key)).context["form"]
    [field] = [field for name, field in form.fields.items() if name != "reason"]
    assert {value for value, _ in field.choices} == offered


def test_effect_is_nothing_where_nobody_is_touched(programme, now):
    assert not effect(programme, after(programme, "rule.supervisor", strength="should"), now=now)


def test_effect_leaves_out_pairs_that_a_lead_allowed(world, programme, now):
    builders.override(world.cohort, world.lead, now=now)
    found = effect(programme, after(programme, "rule.line-management", strength="prefer"), now=now)
    assert not found.gained
    found = effect(programme, after(programme, "rule.line-management", strength="must"), now=now)
    assert not found.breaking


@pytest.mark.parametrize("pairs", [1, 3])
def test_effect_asks_as_many_queries_for_three_as_for_one(pairs, programme, world, now, django_assert_num_queries):
    for _ in range(pairs):
        builders.pair(world.cohort, now=now)
    proposed = after(programme, "rule.mentor-band", bands=("7",))
    with django_assert_num_queries(EFFECT_QUERIES):
        assert len(effect(programme, proposed, now=now).breaking) == pairs + 1


# --- The pages --------------------------------------------------------------------------------


def test_programme_settings_shows_each_line_and_marks_what_was_changed(world, programme, now, signed_in):
    change(programme, "rule.mentor-band", now=now, by=world.lead, reason="Few mentors.", strength="prefer")
    page = text(signed_in(world.lead).get(url("programme-settings", programme.pk)))
    assert "Whom to ask while waiting" in page
    assert "The model says: Should: a lead can set it aside for a pair, with a reason" in page
    assert "You do 1 of" in page
    assert "Last changed by Lorna Lead" in page


def test_programme_settings_is_for_leads_of_the_programme_alone(world, programme, signed_in):
    for person in (world.asha.person, world.ben.person, world.elsewhere):
        for name, args in (
            ("programme-settings", ()),
            ("setting-history", ()),
            ("setting-change", ("capacity.mentor",)),
        ):
            assert signed_in(person).get(url(name, programme.pk, *args)).status_code == 404


def test_programme_settings_asks_few_queries(world, programme, signed_in, django_assert_num_queries):
    client = signed_in(world.lead)
    with django_assert_num_queries(SETTINGS_QUERIES):
        client.get(url("programme-settings", programme.pk))


def test_setting_change_saves_and_leads_back_to_its_group(world, programme, signed_in):
    client, address = signed_in(world.lead), url("setting-change", programme.pk, "capacity.mentor")
    assert client.get(address).status_code == 200
    answer = client.post(address, {"default": "2", "least": "1", "most": "4", "reason": ""})
    assert answer.url == f"{url('programme-settings', programme.pk)}?group=places#places"
    programme.refresh_from_db()
    assert programme.settings == {"capacity": {"mentor": {"default": 2, "most": 4}}}


def test_setting_change_says_what_does_not_fit_and_keeps_what_was_typed(world, programme, signed_in):
    client, address = signed_in(world.lead), url("setting-change", programme.pk, "capacity.mentor")
    page = text(client.post(address, {"default": "9", "least": "1", "most": "4", "reason": ""}))
    assert "The first number has to lie between the least and the most" in page
    assert 'value="9"' in page


def test_setting_change_asks_why_a_rule_is_loosened(world, programme, signed_in):
    client, address = signed_in(world.lead), url("setting-change", programme.pk, "rule.supervisor")
    data = {"strength": "should", "kinds": ["ds", "dpp"], "label": "x", "sentence": "{upper} {lower}"}
    assert "Say why." in text(client.post(address, data))
    programme.refresh_from_db()
    assert programme.settings == {}


def rule_data(**more):
    return {
        "strength": "should",
        "bands": ["7"],
        "unknown": "not-eligible",
        "sentence": "Mentors on this programme are band 6. {name} is {band}.",
        "label": "Mentors are band 6 on the start date",
        "reason": "New this year.",
        **more,
    }


def test_setting_change_tells_who_is_affected_before_it_saves(world, programme, signed_in):
    client, address = signed_in(world.lead), url("setting-change", programme.pk, "rule.mentor-band")
    shown = client.post(address, rule_data())
    assert "1 live pair would come to break this rule." in text(shown)
    assert "Asha Patel and Ben Carter" in text(shown)
    programme.refresh_from_db()
    assert programme.settings == {}
    client.post(address, rule_data(seen=shown.context["effect"].digest()))
    programme.refresh_from_db()
    assert programme.settings == {"rule": {"mentor-band": {"parameters": {"bands": ["7"]}}}}


def test_setting_change_gives_a_line_back_in_one_click(world, programme, now, signed_in):
    change(programme, "capacity.mentor", now=now, most=5)
    client, address = signed_in(world.lead), url("setting-change", programme.pk, "capacity.mentor")
    client.post(address, {"answer": "default"})
    programme.refresh_from_db()
    assert programme.settings == {}


def test_setting_change_asks_before_it_gives_back_what_touches_people(world, programme, now, signed_in):
    change(programme, "rule.mentor-band", now=now, reason="Scarce.", bands=("6", "7"))
    world.cohort.refresh_from_db()
    builders.pair(world.cohort, None, builders.mentor(world.cohort, "Dev Khan", now=now, band="7"), now=now)
    client, address = signed_in(world.lead), url("setting-change", programme.pk, "rule.mentor-band")
    shown = client.post(address, {"answer": "default"})
    assert "Dev Khan" in text(shown)
    client.post(address, {"answer": "default", "seen": shown.context["effect"].digest()})
    programme.refresh_from_db()
    assert programme.settings == {}


@pytest.mark.parametrize("key", ["rule.no-such-rule", "note_readers", "status", "../x"])
def test_setting_change_knows_only_lines_of_the_model(key, world, programme, signed_in):
    address = f"{url('programme-settings', programme.pk)}{key}/"
    assert signed_in(world.lead).post(address, {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_setting_history_shows_who_changed_what_and_why(
    rows, world, programme, now, signed_in, django_assert_num_queries
):
    for most in range(4, 4 + rows):
        programme.refresh_from_db()
        change(programme, "capacity.mentor", now=now, by=world.lead, reason="More want one.", most=most)
    client = signed_in(world.lead)
    with django_assert_num_queries(HISTORY_QUERIES):
        page = text(client.get(url("setting-history", programme.pk)))
    assert "More want one." in page
    assert page.count("Lorna Lead") > rows


@pytest.mark.parametrize("model", [model for model in mentoring_models.every() if model.is_ready], ids=lambda m: m.key)
def test_setting_change_draws_and_takes_back_every_line_of_every_model(model, world, now, signed_in):
    """Each form, sent as it was drawn, changes nothing."""
    cohort = builders.cohort(now=now, organisation=world.trust, model_key=model.key)
    client = signed_in(world.lead)
    for row in client.get(url("programme-settings", cohort.programme_id)).context["groups"]:
        for one in row["rows"]:
            form = client.get(one["url"]).context["form"]
            data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
            data |= {"reason": "Nothing, really."}
            answer = client.post(one["url"], data)
            assert answer.status_code == 302, (one["line"].key, answer.context["form"].errors)
    cohort.programme.refresh_from_db()
    assert cohort.programme.settings == {}
