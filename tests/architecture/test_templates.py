"""Every page says its title, and no template carries script or style of its own."""

import re

import pytest

from tests.architecture.source import ROOT

TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", re.I),  # data is no script
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a link that runs script": re.compile(r"javascript:", re.I),
    "'successfully'": re.compile(r"\bsuccessfully\b", re.I),
}


def read(template):
    return (ROOT / "templates" / template).read_text(encoding="utf-8")


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_templates_fill_the_title_of_a_page(template):
    text = read(template)
    if re.search(r"{%\s*extends\s+[\"']base\.html", text):
        assert re.search(r"{%\s*block title\s*%}\s*\S", text), "A page extends base.html without saying its title."


@pytest.mark.parametrize("template", [t for t in TEMPLATES if "mail" not in t.parts], ids=str)
def test_templates_carry_no_script_or_style_of_their_own(template):
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(read(template))]
    assert not found, f"{template} has {', '.join(found)}"


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_templates_close_a_short_comment_on_its_line(template):
    """Django takes a ``{# … #}`` over two lines for text, and whoever reads the page or the mail reads it."""
    assert not [line for line in read(template).splitlines() if line.count("{#") != line.count("#}")]
