"""Sentences that end with something that a page was given."""

import pytest
from django.template import engines
from django.template.loader import render_to_string

from sessions_log.queries.forms import FormLine
from tests.ways import DOUBLED


@pytest.mark.parametrize(
    ("text", "ends"), [("Monthly return", "."), ("Is all well?", ""), ("Ltd.", ""), ("Wait!", ""), ("And so on…", "")]
)
def test_full_stop_ends_what_does_not_end_by_itself(text, ends):
    made = engines["django"].from_string("{% load nhs %}{{ text|full_stop }}")
    assert made.render({"text": text}) == ends


def test_an_address_breaks_before_its_at_and_is_escaped():
    made = engines["django"].from_string("{% load nhs %}{{ address|breakable }}")
    assert made.render({"address": "a<b@example.org"}) == "a&lt;b<wbr>@example.org"


@pytest.mark.parametrize(("caption", "between"), [("Is all well?", " "), ("Monthly return", ": ")])
def test_a_heading_puts_no_colon_after_a_question(caption, between):
    shown = render_to_string("components/heading.html", {"caption": caption, "title": "Make a copy"})
    assert f'<span class="nhsuk-u-visually-hidden">{between}</span>' in shown


@pytest.mark.parametrize(
    ("title", "whom", "heading"),
    [
        ("Is all well?", "Asha Patel", "Is all well? (Asha Patel)"),
        ("Monthly return", "Asha Patel", "Monthly return: Asha Patel"),
        ("Is all well?", "", "Is all well?"),
    ],
)
def test_a_form_is_called_by_its_title_and_whom_it_concerns(title, whom, heading):
    spec = type("Spec", (), {"title": title})()
    assert FormLine(form=None, spec=spec, with_whom=whom, today=None).heading == heading


@pytest.mark.parametrize(
    "text", ["How was it for you?.", "Is all well?: Make a copy", "“Is all well?”.", "Over..", "So,."]
)
def test_a_mark_too_many_is_found(text):
    assert DOUBLED.search(text)


@pytest.mark.parametrize(
    "text", ["“Is all well?” is returned.", "Wait … and so on...", "3.5 hours. Next?", "Who? When?"]
)
def test_marks_that_belong_there_are_none_too_many(text):
    assert not DOUBLED.search(text)
