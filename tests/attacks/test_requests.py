"""Requests as no browser sends them, handed to the portal as gunicorn does: past Django's own test client."""

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import get_script_prefix, reverse, set_script_prefix

from mentoring_portal.wsgi import application
from people.log import mask
from tests.architecture.urls import addresses
from tests.builders import people


@pytest.fixture(autouse=True)
def one_connection():
    """The database of the test stays open, as Django's own client keeps it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answer(path: str, **environ) -> tuple[str, dict[str, str], str]:
    """The status, the headers and the page with which the portal answers a GET of ``path``."""
    asked = {"PATH_INFO": path, "HTTP_HOST": "localhost", **environ}
    setup_testing_defaults(asked)
    asked["wsgi.input"] = BytesIO()
    said = {}
    body = application(asked, lambda status, headers: said.update(status=status, headers=dict(headers)))
    try:
        return said["status"], said["headers"], b"".join(body).decode()
    finally:
        body.close()


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["hex_codec", "undefined", "idna", "utf-16", "rot13", "no-such", "x" * 500])
def test_what_a_sender_calls_its_text_is_not_looked_up(charset):
    status, headers, _ = answer(
        reverse("account_login"), CONTENT_TYPE=f"text/plain; charset={charset}", QUERY_STRING="next=%ff"
    )
    assert status == "200 OK"
    assert "Content-Security-Policy" in headers


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["/elsewhere", "//elsewhere.example.net", "@elsewhere.example.net"])
def test_no_header_makes_links_begin_with_something_else(prefix):
    before = get_script_prefix()
    try:
        _, _, page = answer("/accounts/login/", SCRIPT_NAME=prefix)
        assert reverse("account_login") == "/accounts/login/"  # what mails written meanwhile would hold
    finally:
        set_script_prefix(before)
    assert "elsewhere" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "asked"),
    [("/people/", {"q": "\0"}), ("/people/", {"q": "a\0b"}), ("/forms/texts/a%00/", {}), ("/%00", {"a": "b"})],
)
def test_a_nul_in_an_address_finds_nobody_and_is_no_fault(address, asked, client, now, time_machine):
    """PostgreSQL takes none, and SQLite took it for the end of what is looked for: it found everybody."""
    time_machine.move_to(now, tick=False)
    client.force_login(people.lead(people.organisation(now=now), now=now))
    answer = client.get(address, asked)
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
def test_the_way_back_from_a_page_with_two_strokes_leads_to_no_other_host(client):
    was_at = "http://testserver//elsewhere.example.net/x?y=1"
    answer = client.get("/people/", headers={"HX-Request": "true", "HX-Current-URL": was_at})
    assert parse_qs(urlsplit(answer.headers["HX-Redirect"]).query)["next"] == ["/elsewhere.example.net/x?y=1"]


def test_no_log_keeps_the_secret_of_a_link():
    """Neither ours, which masks it, nor that of nginx as deploy/ sets it up, which leaves such requests out."""
    sample = (Path(settings.BASE_DIR) / "deploy" / "nginx.conf").read_text()
    unlogged = [re.compile(one) for one in re.findall(r"^    ~(\S+) 0;$", sample, re.M)]
    ours = [f"/{one.route}".replace("<str:token>", "SECRET") for one in addresses() if "<str:token>" in one.route]
    theirs = [
        reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "SECRET"}),
        reverse("account_confirm_email", args=["SECRET"]),
    ]
    paths = [*ours, *theirs]
    assert [path for path in paths if "SECRET" in mask(path)] == []
    assert [path for path in paths if not any(one.search(path) for one in unlogged)] == []
    assert len(ours) >= 6, ours
