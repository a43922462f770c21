"""Form specs are texts that are read strictly: whatever is kept is a form, and says who reads each answer."""

import pytest
from django.core.checks import run_checks

from programmes import mentoring_models
from programmes.toml_schema import Mistaken
from sessions_log.checks import check_form_specs, check_frozen_specs
from sessions_log.models import FormSpecVersion
from sessions_log.session_forms import files, fingerprint, mistakes_in, read_text

TEXT = """
key = "word"
version = 1
title = "A word"
filled_by = "mentor"
opens = {when = "after-session"}
readers = ["host"]

[[question]]
name = "met"
kind = "yes-no"
label = "Did you meet?"

[[question]]
name = "why"
kind = "text"
label = "Why not?"
required = true
readers = ["lead"]
show_if = {question = "met", one_of = ["no"]}

[[question]]
name = "more"
kind = "choice"
label = "And then?"
choices = ["this", "that"]
show_if = {question = "met", one_of = ["yes"]}
"""


def mistakes(text):
    with pytest.raises(Mistaken) as caught:
        read_text(text)
    return [str(one) for one in caught.value.mistakes]


def test_every_form_of_the_portal_can_be_read():
    assert mistakes_in() == []
    assert {"session-return@2", "mentee-prep@1", "conversation-guide@1", "ds-checkpoint@1", "pulse@1"} <= set(
        files.texts()
    )
    assert {"mentor-feedback@1", "learning-needs@1", "six-monthly-review@1", "end-of-year@1", "feedback-360@1"} <= set(
        files.texts()
    )


def test_a_question_has_its_own_readers_or_those_of_the_form():
    spec = read_text(TEXT)
    assert spec.readers_of(spec.question("met")) == ("host",)
    assert spec.readers_of(spec.question("why")) == ("lead",)


def test_what_is_shown_follows_from_the_answers_so_far():
    spec = read_text(TEXT)
    names = lambda answers: [one.name for one in spec.shown(answers)]  # noqa: E731
    assert names({}) == ["met"]
    assert names({"met": "no"}) == ["met", "why"]
    assert names({"met": "yes", "why": "left over"}) == ["met", "more"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('readers = ["host"]', 'readers = ["hosts"]', "readers 1 is 'hosts', but must be one of own, pair, group"),
        ('readers = ["host"]', 'readers = ["board"]', "but must be one of"),
        ('readers = ["host"]', "readers = []", "names no readers"),
        ('kind = "yes-no"', 'kind = "yesno"', "question met.kind is 'yesno'"),
        ('question = "met", one_of = ["no"]', 'question = "more", one_of = ["this"]', "which is no question above it"),
        ('one_of = ["no"]', 'one_of = ["never"]', "waits for 'never', which is no answer to 'met'"),
        ('one_of = ["no"]', "one_of = []", "names no answer"),
        ('choices = ["this", "that"]', 'choices = ["this"]', "needs at least two choices"),
        ('choices = ["this", "that"]', 'choices = ["this", "this"]', "stands twice"),
        ('name = "why"', 'name = "met"', "question met stands twice"),
        ('when = "after-session"', 'when = "weeks"', "needs weeks"),
        ('title = "A word"', 'titel = "A word"', "did you mean 'title'?"),
        ("version = 1", "version = 0", "needs a version from 1"),
        ('filled_by = "mentor"', 'filled_by = "referee"', "needs to say about whom"),
    ],
)
def test_a_mistake_is_named_with_its_key(old, new, said):
    assert old in TEXT
    assert any(said in one for one in mistakes(TEXT.replace(old, new, 1))), mistakes(TEXT.replace(old, new, 1))


def test_a_form_that_asks_nothing_is_no_form():
    assert mistakes(TEXT.partition("[[question]]")[0]) == ["question is missing: a form asks something"]


def test_the_check_names_file_key_and_mistake(tmp_path, monkeypatch):
    (tmp_path / "word@1.toml").write_text(TEXT.replace("yes-no", "maybe", 1), encoding="utf-8")
    [(path, mistake)] = [one for one in mistakes_in(tmp_path) if "kind" in one[1].key]
    assert (path.name, mistake.key) == ("word@1.toml", "question met.kind")
    (tmp_path / "word@1.toml").write_text(TEXT, encoding="utf-8")
    assert mistakes_in(tmp_path) == []
    (tmp_path / "word@1.toml").rename(tmp_path / "word@2.toml")
    assert "but the file is called word@2.toml" in str(mistakes_in(tmp_path)[0][1])


def test_the_check_finds_a_model_that_names_a_form_nobody_has(monkeypatch):
    assert check_form_specs(None) == []
    monkeypatch.setattr(files, "texts", lambda: {})
    named = {name for model in mentoring_models.every() for name in model.forms}
    assert "session-return@2" in named
    assert all(any(repr(name) in error.msg for error in check_form_specs(None)) for name in named)


@pytest.mark.django_db
def test_the_check_refuses_a_text_changed_after_it_was_used(now):
    text = files.texts()["pulse@1"]
    row = FormSpecVersion.objects.create(
        key="pulse", version=1, title="Is all well?", text=text, fingerprint=fingerprint(text), saved_at=now
    )
    assert check_frozen_specs(None, databases=["default"]) == []
    assert fingerprint(text + "\n# a comment changes nothing\n") == row.fingerprint
    FormSpecVersion.objects.update(fingerprint=fingerprint(text.replace("going?", "going on?")))
    [error] = check_frozen_specs(None, databases=["default"])
    assert "pulse@1.toml: was changed after people were asked" in error.msg
    assert any(one.id == "sessions_log.E003" for one in run_checks(databases=["default"]))
