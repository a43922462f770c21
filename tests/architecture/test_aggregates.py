"""No page counts people whom its reader must not recognise without saying what hides the small numbers (TRUST, T7).

A page is found by a column of figures or a figure that stands by itself, and by its readers: commissioners read no
names anywhere, so every page of theirs is listed. What the pages then say is tried in
tests/attacks/test_small_numbers.py.
"""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

from tests.architecture.access_page import MATRIX
from tests.architecture.aggregates_page import LISTED, made
from tests.architecture.urls import addresses

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FIGURES = re.compile(r":number\b|components/stat\.html")
NOT_PAGES = ("components/", "look/")  # what pages are made of, and the gallery of it
PAGE = Path(settings.BASE_DIR) / "docs" / "AGGREGATES.md"


def test_every_page_with_figures_is_listed():
    found = {
        str(path.relative_to(TEMPLATES).with_suffix(""))
        for path in TEMPLATES.rglob("*.html")
        if FIGURES.search(path.read_text(encoding="utf-8"))
    }
    found = {name for name in found if not name.startswith(NOT_PAGES)}
    assert found - LISTED.keys() == set()
    assert [name for name in LISTED if not (TEMPLATES / f"{name}.html").exists()] == []


def test_every_page_of_a_commissioner_is_listed():
    theirs = {
        name for name, entry in MATRIX.items() if "commissioner" in entry.get("get", ()) and entry["get"] != "everyone"
    }
    pages = {one.view.template_name.removesuffix(".html") for one in addresses() if one.name in theirs}
    assert pages - LISTED.keys() == set()
    assert len(pages) >= 3


@pytest.mark.parametrize("name", [name for name, entry in LISTED.items() if "hidden_by" in entry])
def test_what_hides_small_numbers_is_called_there(name):
    entry, called = LISTED[name], set()
    for module in entry["where"]:
        tree = ast.parse(Path(find_spec(module).origin).read_text(encoding="utf-8"))
        called |= {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
    assert set(entry["hidden_by"]) - called == set()


def test_each_says_either_what_hides_them_or_why_nothing_need():
    assert [name for name, entry in LISTED.items() if ("needs_none" in entry) == ("hidden_by" in entry)] == []


def test_the_page_in_docs_is_made_of_it():
    assert PAGE.read_text(encoding="utf-8") == made()
