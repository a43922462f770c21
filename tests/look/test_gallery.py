"""The gallery shows every component, and only where it should."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def test_gallery_is_absent_outside_the_demo(client):
    assert client.get(reverse("gallery")).status_code == 404


@pytest.mark.usefixtures("demo")
def test_gallery_shows_every_component():
    """A component that nobody can look up gets written a second time."""
    gallery = (TEMPLATES / "look/gallery.html").read_text() + (TEMPLATES / "base.html").read_text()
    named_by_tag = {"card", "callout", "inset", "details"}
    within_others = {"icon", "table_frame", "filter_fields"}
    missing = [
        path.stem
        for path in sorted((TEMPLATES / "components").glob("*.html"))
        if f"components/{path.name}" not in gallery
        and not (path.stem in named_by_tag and f"{{% {path.stem}" in gallery)
        and path.stem not in within_others
    ]
    assert not missing


@pytest.mark.usefixtures("demo")
def test_gallery_answers_with_every_error_linked_to_its_field(client):
    page = client.post(reverse("gallery"), {}).content.decode()
    links = re.findall(r'<li><a href="#([^"]+)">', page)
    assert len(links) == 11
    assert all(f'id="{link}"' in page for link in links)
    assert "This field is required" not in page
    assert page.count("nhsuk-error-summary__heading") == 1
    assert "<title>Error: Components" in page
