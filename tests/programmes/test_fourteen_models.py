"""The files of all fourteen models against what they were agreed to say, model by model and setting by setting."""

import re
from datetime import date
from string import Formatter

import pytest

from people.fact_kinds import FACT_KINDS
from programmes import mentoring_models
from programmes.mentoring_models import FOLDER
from programmes.rules import BARS, WISHES, evaluate, score
from programmes.rules.facts import Facts
from programmes.rules.kinds import OfPerson

MODELS = {model.key: model for model in mentoring_models.every()}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))

# The settings that the fourteen force: what the source says, or how we read it.
SHAPES = {
    "trainee-band6": ("pair",),
    "nqp-senior": ("pair",),
    "ds-experienced-ds": ("triad",),
    "consultant-domains": ("slots",),
    "group-one-mentor": ("group",),
    "trainee-alumni": ("pair",),
    "prescriber-group": ("group",),
    "trainee-host": ("pair",),
    "advanced-peer-group": ("group",),
    "consultant-credentialing": ("pair", "group"),
    "reverse": ("pair",),
    "ip-past-dpp": ("pair",),
    "pcn-group-external": ("group",),
    "peer-to-group": ("peer-pair", "group"),
}
ARISES = {
    "assigned": {"trainee-band6", "ds-experienced-ds", "trainee-alumni", "trainee-host"},
    "proposed-and-confirmed": {"nqp-senior"},
    "requested": {"consultant-domains", "consultant-credentialing", "reverse", "peer-to-group"},
    "brought": {"ip-past-dpp"},
    "joins-group": {"group-one-mentor", "prescriber-group", "advanced-peer-group", "pcn-group-external"},
}
CADENCE = {
    "none": {"trainee-band6", "nqp-senior", "consultant-domains"},
    "as-and-when": {"trainee-alumni", "consultant-credentialing", "peer-to-group"},
    "weekly": {"ip-past-dpp"},
    "twice-weekly": {"pcn-group-external"},
    "fortnightly": {"ds-experienced-ds"},
    "monthly": {"group-one-mentor", "trainee-host", "advanced-peer-group"},
    "tapering": {"prescriber-group"},
    "fixed-series": {"reverse"},
}
END = {
    "fixed": {"trainee-band6", "nqp-senior", "group-one-mentor", "trainee-alumni", "trainee-host", "reverse"},
    "next-phase": {"ds-experienced-ds"},
    "on-outcome": {"consultant-domains", "consultant-credentialing"},
    "open": {"prescriber-group", "advanced-peer-group", "ip-past-dpp", "pcn-group-external", "peer-to-group"},
}
REMINDERS = {
    "none": {
        "trainee-band6",
        "nqp-senior",
        "consultant-domains",
        "trainee-alumni",
        "consultant-credentialing",
        "ip-past-dpp",
        "peer-to-group",
    },
    "nudge": {"ds-experienced-ds", "group-one-mentor", "prescriber-group", "advanced-peer-group", "reverse"},
    "chase": {"trainee-host"},
    "digest": {"pcn-group-external"},
}
# (depth, nearest, strength) of each rule on line management
MANAGEMENT = {
    "prescriber-group": {("all", 1, "must")},
    "advanced-peer-group": {("all", 1, "must")},
    "ds-experienced-ds": {(1, 1, "must"), ("all", 2, "should")},
    "reverse": {(2, 1, "must")},
    "consultant-domains": {(1, 1, "should"), ("all", 2, "prefer")},
}
BARRED_BY = {  # ties that must not be, beside declared conflicts and blocks
    "ds": {
        "trainee-band6",
        "trainee-alumni",
        "trainee-host",
        "advanced-peer-group",
        "consultant-credentialing",
    },
    "dpp": {
        "trainee-band6",
        "trainee-alumni",
        "trainee-host",
        "advanced-peer-group",
        "consultant-credentialing",
        "ip-past-dpp",
    },
    "es": {"advanced-peer-group", "consultant-credentialing"},
    "assessor": {"consultant-domains", "consultant-credentialing", "ip-past-dpp"},
}


def by_value(read) -> dict:
    found = {}
    for key, model in MODELS.items():
        found.setdefault(read(model), set()).add(key)
    return found


def keys(holds) -> set[str]:
    return {key for key, model in MODELS.items() if holds(model)}


def test_there_are_fourteen_and_all_can_be_started():
    assert set(MODELS) == set(SHAPES)
    assert keys(lambda model: model.is_ready) == set(SHAPES)


def test_the_settings_are_those_that_were_agreed():
    assert {key: model.shapes for key, model in MODELS.items()} == SHAPES
    assert by_value(lambda model: model.matching.arises) == ARISES
    assert by_value(lambda model: model.cadence.kind) == CADENCE
    assert by_value(lambda model: model.duration.end) == END
    assert by_value(lambda model: model.reminders.kind) == REMINDERS
    assert keys(lambda model: model.direction == "inverted") == {"reverse"}
    assert keys(lambda model: model.direction == "symmetric") == {"peer-to-group"}
    assert keys(lambda model: model.voluntary == ("mentor",)) == {"trainee-band6", "trainee-host"}
    assert keys(lambda model: {"mentee", "mentor"} <= set(model.voluntary)) == set(MODELS) - {
        "trainee-band6",
        "trainee-host",
    }
    assert keys(lambda model: model.eligibility_date == "joining") == {
        "nqp-senior",
        "prescriber-group",
        "consultant-credentialing",
        "ip-past-dpp",
    }
    assert keys(lambda model: model.matching.chemistry_days == 14) == {"consultant-domains", "peer-to-group"}
    assert keys(lambda model: model.matching.live_match_breaks_a_rule == "pause") == {"reverse"}
    assert keys(lambda model: model.confidential_membership) == {"reverse"}
    assert keys(lambda model: model.supervision) == {"reverse"}
    assert keys(lambda model: model.training.gate == "before-first-session") == {"reverse"}
    assert keys(lambda model: model.cadence.weekends) == {"prescriber-group"}
    assert keys(lambda model: model.outsiders) == {
        "trainee-band6",
        "consultant-domains",
        "trainee-host",
        "ip-past-dpp",
        "pcn-group-external",
    }
    assert keys(lambda model: model.register.weeks or model.register.meetings) == {"trainee-band6", "nqp-senior"}
    assert not keys(lambda model: model.matching.site_sign_off)


def test_who_is_kept_from_whom_is_what_was_agreed():
    for key, model in MODELS.items():
        lines = {
            (rule.test.depth, rule.test.nearest, rule.strength)
            for rule in model.rules
            if rule.kind == "line-management"
        }
        assert lines == MANAGEMENT.get(key, {("all", 1, "should")}), key
        ties = {(kind, rule.strength) for rule in model.rules if rule.kind == "tie" for kind in rule.test.kinds}
        expected = {(kind, "must") for kind, some in BARRED_BY.items() if key in some}
        assert ties == expected | {("declared", "must"), ("block", "must")}, key
    assert keys(lambda model: any(rule.kind == "different-organisation" for rule in model.rules)) == {"trainee-host"}
    assert keys(lambda model: any(rule.kind == "different-team" for rule in model.rules)) == {"ds-experienced-ds"}


def test_what_waits_until_all_have_accepted():
    assert keys(lambda model: model.agreement.gate == "before-first-session") == {"reverse"}
    assert keys(lambda model: model.agreement.gate == "before-shared-notes") == {
        "group-one-mentor",
        "prescriber-group",
        "advanced-peer-group",
        "pcn-group-external",
    }
    groups = {key: model.group.agreement for key, model in MODELS.items() if model.group and model.group.agreement}
    assert {key: agreement.gate for key, agreement in groups.items()} == {
        "consultant-credentialing": "before-shared-notes",
        "peer-to-group": "before-shared-notes",
    }


def test_places_and_sizes():
    mentors = {key: model.capacity.mentor for key, model in MODELS.items()}
    assert [mentors[key].default for key in ("trainee-band6", "nqp-senior", "ds-experienced-ds")] == [1, 2, 1]
    assert (mentors["trainee-alumni"].least, mentors["trainee-alumni"].most) == (1, 3)
    assert mentors["consultant-domains"].default == 2
    assert mentors["consultant-credentialing"].default == 6
    assert mentors["reverse"].most == 1
    sizes = {key: (model.group.size.least, model.group.size.most) for key, model in MODELS.items() if model.group}
    assert sizes == {
        "group-one-mentor": (2, 8),
        "prescriber-group": (2, 6),
        "advanced-peer-group": (3, 8),
        "consultant-credentialing": (2, 8),
        "pcn-group-external": (2, 8),
        "peer-to-group": (4, 10),
    }
    assert keys(lambda model: model.group and model.group.mentors == 2) == {"pcn-group-external"}


def test_what_is_particular_to_one():
    host, network = MODELS["trainee-host"], MODELS["pcn-group-external"]
    assert (host.duration.weeks, host.outline, host.matching.supervisor_sees) == (50, "weeks", "nothing")
    assert (host.reminders.chase.days_late, host.reminders.chase.every_days, host.reminders.chase.limit) == (7, 7, 3)
    assert [(day.day, day.minutes) for day in network.cadence.weekdays] == [("wednesday", 120), ("friday", 90)]
    assert (network.report.every_months, network.group.one_mentor_from_outside) == (6, True)
    reverse = MODELS["reverse"].cadence
    assert (reverse.meetings, reverse.minutes, reverse.held_after_minutes) == (6, 90, 30)
    assert MODELS["prescriber-group"].cadence.months_between == (1, 1, 1, 1, 1, 2, 2, 3)
    assert MODELS["ip-past-dpp"].duration.review_months == 12
    assert MODELS["consultant-domains"].slots == ("leadership", "research", "education", "clinical")
    ds = MODELS["ds-experienced-ds"]
    assert (ds.composition.target_percent, ds.composition.years) == (50, 3)
    assert (ds.phases.independent, ds.opening_rule.name) == ("later-of-both", "eligible")


# --- Every file -------------------------------------------------------------------------------


@every_model
def test_every_sentence_can_be_filled_and_every_rule_has_a_label(model):
    for rule in model.rules:
        assert rule.kind in BARS
        assert rule.label
        assert not rule.label.endswith(".")
        assert rule.sentence.format(**dict.fromkeys(rule.test.words, "x")).endswith(".")
    for preference in model.preferences:
        assert preference.kind in WISHES
        assert preference.label
        assert set(preference.reasons) == set(preference.test.answers)
        for reason in preference.reasons.values():
            filled = reason.format(**dict.fromkeys(preference.test.words, "x"))
            assert filled.endswith(".")
            assert not re.search(r"\d", filled)


@every_model
def test_every_fact_that_a_file_names_is_in_the_catalogue(model):
    named = {model.training.fact}
    for one in (*model.rules, *model.preferences):
        named |= {getattr(one.test, "fact", model.training.fact)}
        named |= {milestone.fact for milestone in getattr(one.test, "milestones", ())}
    assert named <= set(FACT_KINDS)


@every_model
def test_two_people_of_whom_nothing_is_known_are_judged_and_scored_without_a_fault(model):
    one, other = (Facts(person_id=number, given_name=name, name=name) for number, name in ((1, "Ann"), (2, "Bob")))
    refusals = evaluate(model.rules, one, other, on=date(2027, 7, 26))
    assert all(refusal.sentence.endswith(".") and "{" not in refusal.sentence for refusal in refusals)
    assert {component.name for component in score(model.preferences, one, other)} == {
        preference.name for preference in model.preferences
    }


@every_model
def test_consent_is_a_rule_of_the_side_that_must_have_given_it(model):
    asked = {rule.test.side: rule.strength for rule in model.rules if rule.kind == "volunteered"}
    assert asked == dict.fromkeys({"mentee", "mentor"} & set(model.voluntary), "must")


@every_model
def test_the_texts_say_what_every_model_must_say(model):
    texts = model.texts
    assert "Freedom to Speak Up guardian" in texts.worries
    assert "safeguarding lead" in texts.worries
    assert texts.interim_contact.startswith("Until then, contact")
    for side in ("mentee", "mentor"):
        assert len(texts.what_to_expect.of(side).split()) > 25
    agreements = [model.agreement] + ([model.group.agreement] if model.group and model.group.agreement else [])
    for agreement in agreements:
        for words in ("risk of harm", "serious professional concern", "law", "patient"):
            assert words in agreement.text
    for text in (model.sentence, model.who_for, model.cadence.sentence, texts.training, *(a.text for a in agreements)):
        assert not [word for _, word, _, _ in Formatter().parse(text) if word]


@every_model
def test_a_file_cites_lines_of_its_own_case_study(model):
    """A number in a comment is a line of the source; those of a file lie where its first lines say that they do."""
    text = (FOLDER / f"{model.key}.toml").read_text(encoding="utf-8")
    comments = re.findall(r"#(.*)", text)
    head = " ".join(comments[:2])
    spans = [(int(first), int(last or first)) for first, last in re.findall(r"\b(\d{3})(?:-(\d{3}))?", head)]
    assert spans
    cited = [int(number) for comment in comments[2:] for number in re.findall(r"\b\d{3}\b", comment)]
    if model.key != "group-one-mentor":  # of which the source has little to say
        assert cited
    near = [any(first - 2 <= line <= last + 2 for first, last in spans) for line in cited]
    assert all(near), (spans, cited)


def test_rules_of_one_person_are_asked_of_a_side():
    for model in MODELS.values():
        for rule in model.rules:
            if isinstance(rule.test, OfPerson):
                assert rule.test.side in ("mentee", "mentor")
