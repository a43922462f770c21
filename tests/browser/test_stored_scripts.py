"""A script that somebody stores in a text is shown as text, on every page to everybody (TRUST, T16).

Every text of the world is made a script: through the forms, as each role sends them, and in the tables for what no
form of this world reaches. Then a real browser opens every page. What it must not do leaves a mark in any case: an
element of ours in the page, a script that ran, a dialog, a request, or a refusal by the policy.
"""

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import CharField, JSONField, TextField
from django.urls import reverse
from django.utils import timezone

from tests.posting import Senders, Shown, pages, shown_forms
from tests.scenarios import ROLES, world
from vault.fields import EncryptedTextField

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MARK = "stored-script"
SCRIPTS = (
    f"</textarea></title></script>--><img {MARK} src=/{MARK} onerror=window.ran=1>",
    f"\"'><svg {MARK} onload=window.ran=1><script {MARK}>window.ran=1</script>",
    f"<a {MARK} href=javascript:window.ran=1>x</a>",
    f"<b {MARK}>x",
    "javascript:window.ran=1//",
)

# What people type, by the name of its column; everything that is sealed is their words.
TYPED = {
    *(
        "name",
        "title",
        "given_name",
        "family_name",
        "called",
        "label",
        "about",
        "text",
        "sentence",
        "reason",
        "consent",
    ),
    *("job_title", "works_at", "staff_number", "place", "where", "site", "domain", "occasion", "excused_for", "fallen"),
    *("was", "became", "consent", "file_name", "sheet", "user_agent", "fault"),
}
# These hold what a form sent, or a file in TOML: a page reads them as such, and forms put the scripts into them.
READ_AS_DATA = {
    *("sessions_log.Draft", "sessions_log.FormDraft", "sessions_log.PrepSheet", "sessions_log.FormSpecVersion"),
    *("programmes.OwnModelVersion", "people.KeptForm", "people.SealedSecret", "sessions_log.Answer"),
}
# Forms that end or take away what other pages show, and those of signing in.
ENDING = ("end", "leave", "erase", "withdraw", "decline", "close", "stop", "remove", "drop", "merge", "revoke", "pause")
NOT_SENT = ("account_", "mfa_", "usersessions", "people:welcome", "people:first-lead", "people:person-return")


def script(turn: int, longest: int | None = None) -> str:
    for one in (*SCRIPTS[turn % len(SCRIPTS) :], *SCRIPTS):
        if longest is None or len(one) <= longest:
            return one
    return f"<b {MARK}>"[:longest]


def store_in_the_tables() -> int:
    """How many rows took a script."""
    stored = 0
    for model in apps.get_models():
        if model._meta.label in READ_AS_DATA:
            continue
        fields = [one for one in model._meta.concrete_fields if takes(one)]
        for turn, row in enumerate(model._base_manager.all() if fields else ()):
            for field in fields:
                old = getattr(row, field.name)
                setattr(
                    row,
                    field.name,
                    in_json(old, turn) if isinstance(field, JSONField) else script(turn, field.max_length),
                )
            try:
                with transaction.atomic():
                    row.save(update_fields=[field.name for field in fields])
                stored += 1
            except DatabaseError:  # a row that must stay as it is
                continue
    return stored


def takes(field) -> bool:
    if isinstance(field, EncryptedTextField):
        return True
    if isinstance(field, JSONField):
        return field.name in ("components", "reasons", "remedies", "problems", "warnings", "notes", "unused")
    return type(field) in (CharField, TextField) and not field.choices and not field.unique and field.name in TYPED


def in_json(value, turn: int, key: str = ""):
    """The same with a script for every sentence in it."""
    if isinstance(value, dict):
        return {name: in_json(one, turn, name) for name, one in value.items()}
    if isinstance(value, list):
        return [in_json(one, turn, key) for one in value]
    return script(turn) if isinstance(value, str) and (" " in value or key in ("reason", "message")) else value


def store_through_the_forms(senders: Senders) -> int:
    """How many forms were taken."""
    taken = 0
    for turn, form in enumerate(shown_forms(senders)):
        boxes = [one for one in form.fields.values() if one.kind in ("text", "search", "textarea")]
        verb = form.name.rpartition("-")[2]
        if form.method != "post" or not boxes or verb in ENDING or form.name.startswith(NOT_SENT):
            continue
        taken += any(sent(senders, form, boxes, button, turn) for button in form.buttons or [None])
    return taken


def sent(senders: Senders, form: Shown, boxes: list, button, turn: int) -> bool:
    values = form.filled(button)
    for number, box in enumerate(boxes):
        if not box.name.endswith(("-day", "-month", "-year", "starts_at", "_at", "email")):
            values[box.name] = [script(turn + number, 100)]
    return senders.of(form.role).post(form.action, values).status_code == 302


@pytest.fixture
def listening(page):
    """The page of a browser in which whatever a script could do is written down."""
    page.on("dialog", lambda dialog: (page.faults.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda one: page.faults.append(f"asked for {one.url}") if one.url.endswith(MARK) else None)
    return page


def looked_at(page, address: str) -> list[str]:
    """What went wrong on a page."""
    page.faults.clear()
    answer = page.goto(address)
    page.wait_for_load_state("load")
    if answer.status in (404, 409, 410):  # which a browser reports as a fault; a refusal in words has its texts too
        page.faults[:] = [fault for fault in page.faults if "Failed to load resource" not in fault]
    if page.evaluate("typeof window.ran !== 'undefined'"):
        page.faults.append("a script ran")
    found = page.evaluate(f"document.querySelectorAll('[{MARK}], [href^=\"javascript:\" i]').length")
    return [*page.faults, *(["a text became an element"] if found else [])]


@pytest.fixture
def scripted(settings, live_server):
    settings.SECOND_FACTOR_REQUIRED = False
    things = world(now=timezone.now())
    assert store_through_the_forms(Senders(things)) > 25
    assert store_in_the_tables() > 200
    return things


def test_no_stored_script_runs_on_any_page(scripted, live_server, listening, sign_in, subtests):
    shown = opened = 0
    by_role = sorted(pages(scripted), key=lambda one: one[1])
    signed_in = None
    for name, role, address in by_role:
        if role not in ROLES or name == "account_logout":
            continue
        if role != signed_in:
            listening.context.clear_cookies()
            sign_in(scripted[role])
            signed_in = role
        with subtests.test(name, role=role):
            answer = listening.request.get(live_server.url + address, max_redirects=0)
            assert answer.status < 500
            if answer.status in (301, 302) or "html" not in answer.headers.get("content-type", ""):
                continue
            opened += 1
            shown += MARK in answer.text()
            assert looked_at(listening, live_server.url + address) == []
    assert opened > 250
    assert shown > 100, "The scripts are hardly anywhere, so nothing is proved."


def test_a_page_that_shows_it_as_markup_is_noticed(scripted, live_server, listening, sign_in, monkeypatch):
    """Its twin: as if every value of every template were `|safe`."""
    monkeypatch.setattr("django.template.base.conditional_escape", lambda value: value)
    sign_in(scripted["mentee"])
    pair, found = scripted["relationship"], []
    for name in ("relationship-detail", "flag-raise"):
        found += looked_at(listening, live_server.url + reverse(f"programmes:{name}", args=[pair]))
    for name in ("note-list", "shared-note-list", "goal-list", "session-list"):
        found += looked_at(listening, live_server.url + reverse(f"sessions_log:{name}", args=[pair]))
    assert any("became an element" in fault for fault in found)
    assert any("refused by the policy: script-src" in fault for fault in found)
