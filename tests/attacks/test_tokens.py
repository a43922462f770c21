"""Every form is refused without its token, and with the token of another's sign-in."""

import pytest
from django.test import Client

from tests.posting import Senders, shown_forms
from tests.scenarios import world

BY_MAIL_PROGRAMS = {"notices:nudge-stop"}  # RFC 8058: whoever has the link may do it


class Strict(Senders):
    """The same people, whose browsers' tokens are looked at."""

    def of(self, role: str) -> Client:
        client = super().of(role)
        client.handler.enforce_csrf_checks = True
        return client


@pytest.mark.django_db
def test_no_form_is_taken_without_its_token_nor_with_anothers(now, time_machine, subtests):
    time_machine.move_to(now, tick=False)
    things = world(now=now)
    shown = shown_forms(Senders(things))
    forms = [form for form in shown if form.method == "post" and form.name not in BY_MAIL_PROGRAMS]
    strict = Strict(things)
    for form in forms:
        sent = form.filled(next(iter(form.buttons), None))
        field = form.fields.get(
            "csrfmiddlewaretoken"
        )  # drawn for the browser that was shown the form, not for this one
        for token in ("", "a" * 64, *(field.values if field else ())):
            with subtests.test(str(form), token=token[:5]):
                answer = strict.ask(form.role, "post", form.action, sent | {"csrfmiddlewaretoken": token})
                assert answer.status_code == 403
    assert len(forms) > 150
