"""A line break in a name or a title becomes no header of a mail, costs no mail, and is kept nowhere (TRUST, T11)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField

from notices.actions import delivery
from notices.kinds import registered
from notices.models import Notice
from notices.post import Post
from tests.notices.scenes import NOW, SCENES
from tests.posting import Senders, shown_forms
from tests.scenarios import world

TYPED = {"name", "title", "given_name", "family_name", "called", "job_title", "works_at", "label", "where"}
# Each of them ends a line for some part of a mail program; email.header ends one at the middle three too.
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\0")
SMUGGLED = "Bcc: everybody@example.org"


def break_every_name() -> int:
    """Put a line break and a header into everything of one line that people type; how many rows took it."""
    changed = 0
    for model in apps.get_models():
        fields = [one for one in model._meta.concrete_fields if type(one) is CharField and one.name in TYPED]
        for row in model._base_manager.all() if fields else ():
            for turn, field in enumerate(fields, start=row.pk if isinstance(row.pk, int) else 0):
                ends = BREAKS[turn % (len(BREAKS) - (connection.vendor == "postgresql"))]  # which keeps no NUL
                value = f"Ada{ends}{SMUGGLED}{ends}"[: field.max_length]
                try:
                    with transaction.atomic():
                        changed += model._base_manager.filter(pk=row.pk).update(**{field.name: value})
                except IntegrityError:  # a row that must stay as it is
                    continue
    return changed


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(SCENES))
def test_every_letter_goes_out_whatever_the_names_hold(kind, time_machine, mailoutbox):
    time_machine.move_to(NOW, tick=False)
    before = list(Notice.objects.values_list("pk", flat=True))
    made = SCENES[kind]()
    time_machine.move_to(made.at, tick=False)
    owed = Notice.objects.exclude(pk__in=before).filter(kind=kind, due_at__lte=made.at)
    owed = list(owed.values_list("pk", flat=True))
    assert break_every_name() > 2
    mailoutbox.clear()
    with Post() as post:
        for notice in owed:
            delivery.deliver(notice_id=notice, post=post, by=None, now=made.at)
    assert list(Notice.objects.filter(pk__in=owed).exclude(state="sent").values_list("state", "reason")) == []
    assert mailoutbox
    for mail in mailoutbox:
        headers = mail.message().items()
        assert "bcc" not in {name.lower() for name, _ in headers}
        raw = mail.message().as_bytes().partition(b"\n\n")[0].decode()
        assert not [line for line in raw.splitlines() if line.lower().startswith("bcc")]
        assert mail.subject.isprintable()


def test_every_kind_is_walked():
    assert set(SCENES) == set(registered())


def short_texts() -> list[str]:
    """Every value of one line that is stored, whatever the table."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            columns = [one.column for one in model._meta.concrete_fields if type(one) is CharField]
            if columns and model._meta.managed:
                names = ", ".join(f'"{column}"' for column in columns)
                cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}"')
                found += [value for row in cursor for value in row if value]
    return found


@pytest.mark.django_db
def test_no_form_keeps_a_line_break_in_a_text_of_one_line(now, time_machine, subtests):
    time_machine.move_to(now, tick=False)
    senders = Senders(world(now=now))
    tried = taken = 0
    for form in shown_forms(senders):
        boxes = [one.name for one in form.fields.values() if one.kind in ("text", "search")]
        if form.method != "post" or not boxes:
            continue
        for button in dict.fromkeys(form.buttons) or [None]:
            sent = form.filled(button)
            for turn, name in enumerate(boxes):
                sent[name] = [f"Ada{BREAKS[turn % 8]}{SMUGGLED}"]
            with subtests.test(str(form), button=button):
                left = []
                answer = senders.ask(
                    form.role, "post", form.action, sent, then=lambda _, left=left: left.extend(short_texts())
                )
                tried += 1
                taken += answer.status_code == 302
                broken = [text for text in left if SMUGGLED in text and f"Ada {SMUGGLED}" not in text]
                assert not broken
    assert tried > 30
    assert taken > 5
