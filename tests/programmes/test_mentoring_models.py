"""The files of the mentoring models: what they may say, and how a mistake in one is named."""

import tomllib
from datetime import date

import pytest
from django.core.checks import run_checks

from programmes import checks, mentoring_models
from programmes.intakes import suggested_start
from programmes.mentoring_models import FOLDER, files
from programmes.mentoring_models.own import read_text
from programmes.mentoring_models.tables import table_of
from programmes.mentoring_models.taking_part import Noun
from programmes.toml_schema import Mistaken
from programmes.toml_text import written

GOOD = (FOLDER / "trainee-band6.toml").read_text(encoding="utf-8")


def mistakes(text, tmp_path, name="trainee-band6"):
    """The mistakes found in a folder that holds this one file."""
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return [str(mistake) for _, mistake in mentoring_models.mistakes_in(tmp_path)]


def test_every_file_is_a_model():
    assert mentoring_models.mistakes_in() == []
    assert "trainee-band6" in {model.key for model in mentoring_models.every()}
    assert not run_checks(tags=["models"])


def test_model_1_says_what_its_contract_says():
    model = mentoring_models.get("trainee-band6")
    assert (model.kind, model.shapes, model.voluntary) == ("trainee", ("pair",), ("mentor",))
    assert (model.capacity.mentor.default, model.capacity.mentor.most) == (1, 3)
    assert (model.register.weeks, model.duration.weeks) == ((13, 26, 39), 52)
    assert (model.reminders.kind, model.note_readers, model.agreement.gate) == ("none", ("own",), "none")
    assert model.texts.interim_contact == "Until then, contact the E&T team."
    assert {rule.name: rule.strength for rule in model.rules} == {
        "supervisor": "must",
        "conflict": "must",
        "volunteered": "must",
        "mentor-band": "should",
        "trainee": "should",
        "line-management": "should",
        "supervisor-standing": "prefer",
    }


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('strength = "should"', 'strength = "shuold"', "rule mentor-band.strength is 'shuold', but must be one of"),
        ("weeks = 52", 'weeks = "52"', "duration.weeks is '52', but must be a whole number"),
        ("weeks = 52", "", "duration needs weeks where the end is fixed, and only there"),
        ("outsiders = true", "outsider = true", "outsider is not known here; did you mean 'outsiders'?"),
        ('title = "Trainee pharmacist and band 6 mentor"', "", "title is missing"),
        ('kind = "volunteered"', 'kind = "volunteer"', "rule volunteered.kind is 'volunteer', but must be one of"),
        ('bands = ["6"]', 'bands = ["66"]', "rule mentor-band.parameters.bands 1 is '66', but must be one of"),
        (', bands = ["6"]', "", "rule mentor-band.parameters needs either bands, or at_least or at_most"),
        ("{name} is {band}.", "{nam} is {band}.", "rule mentor-band has {nam} in a sentence, where only name, band"),
        ("weight = 5", "weight = -1", "preference style needs a weight of 1 or more"),
        ("weight = 5", "weight = true", "preference style.weight is True, but must be a whole number"),
        ('unknown = "Nothing on record', 'unknow = "Nothing on record', "preference style has no reason for unknown"),
        ('{whose = "lead"}', '{whose = "laed"}', "preference style.parameters.whose is 'laed', but must be one of"),
        ('depth = "all"', 'depth = "some"', "rule line-management.parameters.depth is 'some', but must be"),
        ("most = 3", "most = 0", "capacity.mentor needs 1 <= least <= default <= most"),
        ('name = "conflict"', 'name = "supervisor"', "rule supervisor stands twice"),
        ('key = "trainee-band6"', 'key = "trainee"', "key is 'trainee', but the file is called trainee-band6.toml"),
        ('shapes = ["pair"]', 'shapes = "pair"', "shapes is 'pair', but must be a list"),
        ('shapes = ["pair"]', 'shapes = ["group"]', "the file has the shape group, but no [group]"),
    ],
)
def test_a_mistake_is_named_with_its_key(old, new, mistake, tmp_path):
    assert old in GOOD
    found = mistakes(GOOD.replace(old, new, 1), tmp_path)
    assert any(one.startswith(mistake) for one in found), found


def test_the_file_in_which_mistakes_are_made_has_none_of_its_own(tmp_path):
    assert mistakes(GOOD, tmp_path) == []


def test_every_mistake_is_found_at_once(tmp_path):
    text = GOOD.replace("weight = 5", "weight = -1", 1).replace("outsiders = true", "outsider = true", 1)
    assert len(mistakes(text, tmp_path)) == 2


@pytest.mark.parametrize("text", ["key = ", "\x00", "= 1"])
def test_a_file_that_is_no_toml_is_named(text, tmp_path):
    [mistake] = mistakes(text, tmp_path)
    assert mistake.startswith("the file is not TOML")


def test_the_system_check_names_file_key_and_mistake(tmp_path, monkeypatch):
    (tmp_path / "broken.toml").write_text(GOOD.replace("weeks = 52", 'weeks = "52"'), encoding="utf-8")
    monkeypatch.setattr(checks, "mistakes_in", lambda: mentoring_models.mistakes_in(tmp_path))
    [error] = checks.check_mentoring_models(None)
    assert error.msg == "broken.toml: duration.weeks is '52', but must be a whole number."
    assert error.id == "programmes.E001"


def test_settings_are_laid_over_the_file():
    changed = mentoring_models.in_force(
        "trainee-band6",
        {
            "capacity": {"mentor": {"default": 2}},
            "rule": {"mentor-band": {"strength": "must"}},
            "texts": {"interim_contact": "Ask Lorna."},
        },
    )
    model = mentoring_models.get("trainee-band6")
    assert (changed.capacity.mentor.default, changed.capacity.mentor.most) == (2, 3)
    assert {rule.name for rule in changed.rules if rule.strength == "must"} - {
        rule.name for rule in model.rules if rule.strength == "must"
    } == {"mentor-band"}
    assert changed.texts.interim_contact == "Ask Lorna."
    assert changed.texts.what_to_expect == model.texts.what_to_expect
    assert mentoring_models.in_force("trainee-band6", {}) is model


def test_a_setting_can_take_a_key_away():
    changed = mentoring_models.in_force("trainee-band6", {"duration": {"end": "open", "weeks": None}})
    assert (changed.duration.end, changed.duration.weeks) == ("open", None)


def test_a_setting_of_a_rule_that_the_model_has_no_more_is_passed_over():
    changed = mentoring_models.in_force("trainee-band6", {"rule": {"gone": {"strength": "must"}}})
    assert changed == mentoring_models.get("trainee-band6")


@pytest.mark.parametrize("settings", [{"nothing": 1}, {"capacity": {"mentor": 3}}])
def test_settings_that_do_not_fit_are_refused(settings):
    with pytest.raises(Mistaken):
        mentoring_models.in_force("trainee-band6", settings)


def test_an_unknown_model_is_a_key_error():
    with pytest.raises(KeyError):
        mentoring_models.get("no-such-model")


def test_the_schema_has_room_for_what_the_other_models_ask():
    """A group with two mentors, a tapering series, a chase, a chemistry meeting, a triad: each validates."""
    table = tomllib.loads(GOOD) | {
        "shapes": ["pair", "group"],
        "direction": "symmetric",
        "slots": ["leadership", "research"],
        "group": {"size": {"default": 4, "least": 2, "most": 8}, "mentors": 2, "quorum": "mentor-and-half"},
        "cadence": {"kind": "tapering", "sentence": "Monthly.", "months_between": [1, 1, 2, 3], "weekends": True},
        "duration": {"end": "open", "review_months": 6},
        "reminders": {"kind": "chase", "chase": {"days_late": 7, "ring_list": True}},
        "agreement": {"text": "Rules.", "gate": "before-first-session"},
        "confidential_membership": True,
        "status": "coming",
        "forms": ["session-return@2"],
    }
    table["matching"] |= {"arises": "requested", "live": "both-accept", "chemistry_days": 14}
    model = files.model_from(table)
    assert (model.group.size.most, model.reminders.chase.limit, model.is_ready) == (8, 3, False)


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2027, 4, 14), date(2027, 7, 26)),
        (date(2027, 7, 25), date(2027, 7, 26)),
        (date(2027, 7, 26), date(2028, 7, 31)),
    ],
)
def test_the_suggested_start_is_the_next_intake(today, start):
    assert suggested_start(mentoring_models.get("trainee-band6"), today).start == start


@pytest.mark.parametrize(
    ("one", "with_article"),
    [
        ("mentor", "a mentor"),
        ("experienced DS", "an experienced DS"),
        ("NQP", "an NQP"),
        ("TP", "a TP"),
        ("Associate", "an Associate"),
    ],
)
def test_a_noun_takes_its_article(one, with_article):
    assert Noun(one=one, many="").a == with_article


def said_yes(model):
    return {rule.test.side: (rule.name, rule.strength) for rule in model.rules if rule.kind == "volunteered"}


def test_a_side_that_has_to_say_yes_has_a_rule_that_says_so_also_where_the_file_states_none():
    model = read_text(GOOD.replace('voluntary = ["mentor"]', 'voluntary = ["mentee", "mentor"]'))
    assert said_yes(model) == {"mentor": ("volunteered", "must"), "mentee": ("said-yes-mentee", "must")}
    [rule] = [rule for rule in model.rules if rule.name == "said-yes-mentee"]
    assert rule.label == "The trainee pharmacist has said yes"
    assert read_text(written(table_of(model))).rules == model.rules


def test_the_setting_who_has_to_say_yes_brings_and_takes_its_rule():
    both = files.in_force("trainee-band6", {"voluntary": ["mentee", "mentor"]})
    assert set(said_yes(both)) == {"mentee", "mentor"}
    strength = {"rule": {"said-yes-mentee": {"strength": "should"}}}
    assert said_yes(files.in_force("trainee-band6", {"voluntary": ["mentee", "mentor"]} | strength))["mentee"][1] == (
        "should"
    )
    assert said_yes(files.in_force("trainee-band6", {"voluntary": []})) == {}
    other = set(rule.name for rule in mentoring_models.get("trainee-band6").rules) - {"volunteered"}
    assert {rule.name for rule in files.in_force("trainee-band6", {"voluntary": []}).rules} == other
