"""A model written as TOML is the same model; the line of a mistake is found in a text."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes import mentoring_models
from programmes.mentoring_models import FOLDER
from programmes.mentoring_models.contract import model_from
from programmes.mentoring_models.own import read_text
from programmes.mentoring_models.tables import table_of
from programmes.toml_text import line_of, with_top_key, written

GOOD = (FOLDER / "trainee-band6.toml").read_text(encoding="utf-8")
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAVES = WORDS | st.integers(-(10**9), 10**9) | st.booleans() | st.lists(WORDS, max_size=3)
TABLES = st.recursive(
    st.dictionaries(WORDS, LEAVES, max_size=3),
    lambda inner: st.dictionaries(WORDS, inner | LEAVES, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_model_survives_being_written_and_read(model):
    text = written(table_of(model))
    assert read_text(text) == model
    assert written(table_of(read_text(text))) == text


@given(TABLES)
def test_any_table_survives_being_written_and_read(table):
    assert tomllib.loads(written(table)) == table


@given(st.lists(st.dictionaries(WORDS, LEAVES, min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_list_of_tables_survives(tables):
    assert tomllib.loads(written({"rule": tables})) == {"rule": tables}


def test_a_model_is_written_as_a_person_would():
    text = written(table_of(mentoring_models.get("trainee-band6")))
    assert 'key = "trainee-band6"\n' in text
    assert "mentor = {most = 3}" in text
    assert '[[rule]]\nname = "supervisor"\n' in text
    assert 'outline = "none"' not in text


def test_a_key_of_the_file_is_set_and_all_else_stays():
    text = with_top_key(with_top_key(GOOD, "key", "ours"), "based_on", "trainee-band6")
    model = model_from(tomllib.loads(text))
    assert (model.key, model.based_on) == ("ours", "trainee-band6")
    assert "# line 131: not actively policed" in text
    assert len(text.splitlines()) == len(GOOD.splitlines()) + 1


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("duration.weeks", "weeks = 52"),
        ("rule mentor-band.strength", 'strength = "should"  # line 110; mentors are scarce'),
        ("rule mentor-band.parameters.bands 1", 'parameters = {side = "mentor", bands = ["6"]}'),
        ("capacity.mentor", "mentor = {default = 1, least = 1, most = 3}"),
        ("texts.what_to_expect.mentee", 'mentee = """'),
        ("matching.no-such-key", "[matching]"),
        ("title", 'title = "Trainee pharmacist and band 6 mentor"'),
    ],
)
def test_the_line_of_a_mistake_is_found(key, says):
    assert GOOD.splitlines()[line_of(GOOD, key) - 1] == says


def test_the_line_of_what_is_nowhere_is_the_first():
    assert line_of(GOOD, "") == line_of(GOOD, "no-such-key") == 1
