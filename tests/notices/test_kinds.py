"""Kinds of notice, and the letters they write."""

import pytest
from django.template import TemplateDoesNotExist

from notices.kinds import Letter, NoticeKind, register, registered
from notices.letters import letter
from tests.builders.ground import plain_letter


def test_register_knows_a_name_once(kind):
    same = registered()["test-letter"]
    register(same)
    with pytest.raises(ValueError, match="already a notice kind"):
        register(NoticeKind(name="test-letter", label="Another", render=plain_letter))


def test_registered_cannot_be_filled_from_outside(kind):
    registered().clear()
    assert "test-letter" in registered()


@pytest.mark.parametrize(
    ("subject", "sent"),
    [
        ("Hello\r\nBcc: all@example.org", "Hello Bcc: all@example.org"),
        ("Hello\x0bBcc: all@example.org", "Hello Bcc: all@example.org"),
        *((f"a{one}b", "a b") for one in ("\x00", "\x1c", "\x85", "\u2028", "\u2029", "\x7f")),
        ("Hello\r", "Hello"),
        ("Zoë  and Łukasz 👋", "Zoë and Łukasz 👋"),
    ],
)
def test_letter_has_a_subject_of_one_line(subject, sent):
    assert Letter(subject=subject, text="x").subject == sent


def test_letter_needs_a_subject():
    for empty in (" ", "\r\n"):
        with pytest.raises(ValueError, match="subject"):
            Letter(subject=empty, text="x")


@pytest.fixture
def templates(settings, tmp_path):
    """Template files for one test."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]

    def write(**files):
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)

    return write


def test_letter_from_templates_escapes_in_html_alone(templates, settings):
    settings.SERVICE_NAME = "Test portal"
    templates(
        hello_txt="{% extends 'notices/mail/base.txt' %}{% block content %}Hello {{ name }}{% endblock %}",
        hello_html="{% extends 'notices/mail/base.html' %}{% block content %}<p>Hello {{ name }}</p>{% endblock %}",
    )
    made = letter("hello", subject="Greetings", context={"name": "O'Brien & <b>Sons</b>"})
    assert made.text.startswith("Hello O'Brien & <b>Sons</b>\n")
    assert "This message was sent by the Test portal." in made.text
    assert "<p>Hello O&#x27;Brien &amp; &lt;b&gt;Sons&lt;/b&gt;</p>" in made.html
    assert '<html lang="en-GB">' in made.html
    assert "<title>Greetings</title>" in made.html


def test_letter_from_a_text_alone_has_no_html(templates):
    templates(hello_txt="Hello")
    assert letter("hello", subject="x", context={}).html is None


def test_letter_does_not_hide_a_template_that_is_missing_within(templates):
    templates(hello_txt="Hello", hello_html="{% extends 'nowhere.html' %}")
    with pytest.raises(TemplateDoesNotExist, match="nowhere"):
        letter("hello", subject="x", context={})
