"""Pages work with no script at all."""

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_gallery_works_without_script(live_server, browser, settings):
    settings.DEMO = True
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url + reverse("gallery"))
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("There is a problem").is_visible()
    page.get_by_text("How the score is made").click()
    assert page.get_by_text("Every preference that a programme sets").is_visible()
    assert page.get_by_role("button", name="Show password").count() == 0  # it could not do anything
