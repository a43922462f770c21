"""What people wrote stands in no log and no report of a fault, whatever breaks while it is being saved (TRUST, F2).

Every form of the portal is sent, a word in each of its boxes, and the database breaks off as the action writes its
line of the audit record. Faults are mailed to the operators as Django does it, pages and all.
"""

import logging
from uuid import uuid4

import pytest
from django.core import mail
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils.log import AdminEmailHandler

from audit.models import AuditEvent
from tests.architecture.access_page import enough
from tests.builders import programmes
from tests.posting import Senders, shown_forms
from tests.scenarios import world


@pytest.fixture
def broken():
    """A database that takes no line of the audit record, while it is open."""

    def refuse(**_):
        raise RuntimeError("The disk broke.") from ValueError("A plate cracked.")

    yield lambda: pre_save.connect(refuse, sender=AuditEvent)
    pre_save.disconnect(refuse, sender=AuditEvent)


@pytest.fixture
def mailed(settings, caplog):
    """Every fault goes to the operators by mail, pages and all, with the report that is named or the portal's own."""
    faults, handlers = logging.getLogger("django.request"), []

    def begin(reporter: str | None = None):
        settings.ADMINS = [("Operator", "operator@example.org")]
        handlers.append(AdminEmailHandler(include_html=True, reporter_class=reporter))
        faults.addHandler(handlers[-1])
        caplog.set_level(logging.DEBUG)

    yield begin
    for handler in handlers:
        faults.removeHandler(handler)


def told(caplog) -> str:
    """Everything that was logged and mailed until now, which is then forgotten."""
    parts = [caplog.text, *(str(one.message()) for one in mail.outbox)]
    for one in mail.outbox:
        parts += [one.subject, one.body, *(part.content for part in one.alternatives)]
    caplog.clear()
    mail.outbox.clear()
    return "\n".join(parts)


def boxes(form) -> list[str]:
    return [name for name, field in form.fields.items() if field.kind in ("textarea", "text", "search")]


@pytest.mark.django_db
def test_what_people_wrote_is_in_no_report_of_a_fault(now, time_machine, broken, mailed, caplog):
    time_machine.move_to(now, tick=False)
    senders = Senders(world(now=now))
    shown = {form.name: form for form in shown_forms(senders) if form.method == "post" and boxes(form)}
    mailed()
    broken()
    faults, heard = set(), set()
    told(caplog)
    for name, form in shown.items():
        senders.of(form.role).raise_request_exception = False
        word = f"canary-{uuid4().hex}"
        typed = dict.fromkeys(boxes(form), word)
        for button in dict.fromkeys(form.buttons) or [None]:
            answer = senders.ask(form.role, "post", form.action, {**form.filled(button), **typed})
            said = told(caplog)
            if word in said or (answer.status_code == 500 and word in answer.content.decode()):
                heard.add(name)
            if answer.status_code == 500:
                assert "The disk broke." in said  # in the portal's own log
                faults.add(name)
    assert len(faults) > enough(30), sorted(faults)
    assert heard == set()


@pytest.mark.django_db
def test_the_report_that_django_makes_would_tell_it(client, now, time_machine, broken, mailed, caplog):
    """The twin: with Django's own report the same fault tells what was written, twice over."""
    time_machine.move_to(now, tick=False)
    pair = programmes.pair(programmes.cohort(now=now), now=now)
    client.force_login(pair.members.get(role="mentee").person)
    client.raise_request_exception = False
    broken()
    for reporter, is_told in ((None, False), ("django.views.debug.ExceptionReporter", True)):
        mailed(reporter)
        answer = client.post(reverse("sessions_log:note-list", args=[pair.pk]), {"text": "canary-5c1e"})
        said = told(caplog)
        assert answer.status_code == 500
        assert ("canary-5c1e" in said) is is_told
        assert "operator@example.org" in said
