"""Changing a form's text one question at a time: the rest of it stays, comments too, and it is always a form."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.refusal import Refused
from programmes.toml_schema import Mistaken
from sessions_log.session_forms import Question, ShowIf, editing, files, read_text

RETURN = files.texts()["session-return@2"]
NEEDS = files.texts()["learning-needs@1"]
ODD = """key = "odd"
version = 1
title = "Odd"
filled_by = "mentee"
opens = {when = "end"}
readers = ["lead"]
question = [{name = "a", kind = "text", label = "A?"}, {name = "b", kind = "yes-no", label = "B?"}]
"""
TRAP = '''key = "trap"
version = 1
title = "Trap"
introduction = """
A text that holds
[[question]]
and goes on."""
filled_by = "mentee"
opens = {when = "end"}
readers = ["lead"]

[[question]]
name = "a"
kind = "text"
label = "A?"
'''


def names(text):
    return [one.name for one in read_text(text).questions]


def question(text, name):
    return read_text(text).question(name)


@pytest.mark.parametrize("name", sorted(files.texts()))
def test_a_question_put_back_as_it_was_changes_nothing(name):
    text = files.texts()[name]
    for one in read_text(text).questions:
        assert read_text(editing.with_question(text, one)) == read_text(text)
    assert read_text(editing.with_head(text, read_text(text))) == read_text(text)


def test_one_question_is_changed_and_all_else_stays_to_the_letter():
    commented = RETURN.replace('[[question]]\nname = "portfolio"', '# Since 2019.\n[[question]]\nname = "portfolio"')
    changed = replace(question(commented, "portfolio"), label="How goes the portfolio?", hint="A word will do.")
    text = editing.with_question(commented, changed)
    assert question(text, "portfolio") == changed
    assert "# Since 2019.\n[[question]]" in text
    assert text.partition("# Since 2019.")[0].rstrip() == commented.partition("# Since 2019.")[0].rstrip()


def test_a_new_question_comes_last_or_where_it_is_put():
    new = Question(name="more", kind="number", label="How many?", least=0, most=9)
    assert names(editing.with_question(NEEDS, new))[-1] == "more"
    assert names(editing.with_question(NEEDS, new, below="role"))[:2] == ["role", "more"]
    assert names(editing.with_question(NEEDS, new, below=""))[0] == "more"
    assert question(editing.with_question(NEEDS, new), "more") == new


def test_a_question_moves_with_what_is_written_about_it():
    text = NEEDS.replace('[[question]]\nname = "way"', '# Last.\n[[question]]\nname = "way"')
    up = editing.moved(text, "way", by=-1)
    assert names(up)[-2:] == ["way", "by"]
    assert up.index("# Last.") < up.index('name = "way"') < up.index('name = "by"')
    assert editing.moved(text, "way", by=1) == text  # it is the last already
    assert editing.moved(text, "role", by=-1) == text


def test_what_others_wait_for_stays_above_them_and_is_not_taken_out():
    with pytest.raises(Refused, match="“Where else\\?” is asked only after an answer to “Where would you like to grow"):
        editing.moved(NEEDS, "other-area", by=-1)
    with pytest.raises(Refused, match="“Where else\\?” is asked only after an answer to this question"):
        editing.without(NEEDS, "areas")
    fewer = replace(question(NEEDS, "areas"), choices=("Clinical knowledge", "Consultations"))
    with pytest.raises(Refused, match="asked only where the answer here is “Something else”"):
        editing.with_question(NEEDS, fewer)
    assert "other-area" not in names(editing.without(NEEDS, "other-area"))
    assert "areas" not in names(editing.without(editing.without(NEEDS, "other-area"), "areas"))


def test_the_question_by_which_a_session_is_logged_stays_a_yes_or_no():
    alone = RETURN
    for one in ("why-not", "met-on", "discussed", "study-sessions", "portfolio"):
        changed = replace(question(alone, one), show_if=None)
        alone = editing.with_question(alone, changed)
    with pytest.raises(Refused, match="the session is logged"):
        editing.without(alone, "met")
    with pytest.raises(Refused, match="stays a yes or no"):
        editing.with_question(alone, replace(question(alone, "met"), kind="text"))


def test_the_last_question_is_not_taken_out():
    with pytest.raises(Refused, match="the only question"):
        editing.without(editing.without(ODD, "a"), "b")


def test_a_text_in_another_shape_is_written_anew_and_says_the_same():
    assert names(editing.moved(ODD, "b", by=-1)) == ["b", "a"]
    changed = editing.with_question(TRAP, replace(question(TRAP, "a"), label="And A?"))
    assert question(changed, "a").label == "And A?"
    assert read_text(changed).introduction == read_text(TRAP).introduction


def test_the_form_as_a_whole_keeps_the_notes_above_it():
    spec = replace(read_text(RETURN), title="A monthly word", due_days=None)
    text = editing.with_head(RETURN, spec)
    assert text.startswith("# What a mentor returns to the host")
    assert read_text(text) == spec


def test_names_are_made_of_words_and_never_taken_twice():
    spec = read_text(NEEDS)
    assert editing.name_for("Role", spec) == "role-2"
    assert editing.name_for("360 degrees", spec) == "question-360-degrees"
    assert editing.name_for("Ünsre Frage?", spec) == "unsre-frage"
    assert editing.name_for("？", spec) == "question"


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(str.strip)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(label=words, hint=words, choices=st.lists(words, min_size=2, max_size=5, unique=True), data=st.data())
def test_whatever_is_typed_reads_back_as_it_was_typed(label, hint, choices, data):
    spec = read_text(NEEDS)
    shown = data.draw(st.sampled_from([None, ShowIf(question="areas", one_of=("Consultations",))]))
    new = Question(
        name=editing.name_for(label, spec),
        kind="several",
        label=label,
        hint=hint,
        choices=tuple(choices),
        readers=("pair", "lead"),
        show_if=shown,
    )
    try:
        text = editing.with_question(NEEDS, new)
    except Mistaken:
        pytest.fail(f"{new} is no form")
    assert question(text, new.name) == new
    assert read_text(editing.without(text, new.name)) == spec
