"""What a form does not show, nobody changes by sending it along (TRUST, T15).

Each form of the portal is sent as it stands, and again with every field of
every model beside it. The database must come out the same.
"""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, DateField, DateTimeField, ForeignKey, IntegerField, JSONField

from tests.architecture.access_page import enough
from tests.posting import Senders, shown_forms
from tests.scenarios import world

# Tables that say nothing of the domain: who is signed in, what is counted against guessing.
LEFT_OUT = {"django_session", "mentoring_portal_cacheentry", "usersessions_usersession"}

# Names that an address reads beside what its page shows just now, and why.
READ_BESIDES = {
    "matching:pair-decide": {
        "site",
        "side",
        "q",
        "rule",
        "band",
        "state",
    },  # the filter of the board: "agree to all" means all that it shows
    "matching:run-start": {"policy"},  # offered once there is a choice
    "people:person-merge": {"other"},  # whose record it is, which the page asks for first
    "programmes:enrolment-add": {"page"},
}

# What is drawn anew each time: ids, tokens and their hashes; ciphertexts are the only bytes that are stored.
DRAWN = re.compile(
    r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12,}|md5\$\w+\$|'![A-Za-z0-9]{40}'"
    r"|(?<=begun:|asked:)[0-9a-f]{12}|(?<=\d, )\d{8,10}(?=\])"
)


def rows() -> dict[str, list[str]]:
    """All that is stored, by table; without what is drawn anew each time."""
    with connection.cursor() as cursor:
        found = {}
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and (table := model._meta.db_table) not in LEFT_OUT:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(DRAWN.sub("…", repr([_plain(value) for value in row])) for row in cursor)
        return found


def _plain(value):
    return "…" if isinstance(value, bytes) else value


def changed(before: dict, after: dict) -> str:
    """What is in the one and not in the other, by table."""
    found = {table: sorted(set(after[table]) ^ set(before[table])) for table in after if after[table] != before[table]}
    return "\n".join(f"{table}: {line}" for table, lines in found.items() for line in lines)[:1500]


def every_field() -> dict[str, str]:
    """A value for each field of each model: people and things that are not the sender's, states, dates, flags."""
    sent = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.choices:
                value = [key for key, _ in field.flatchoices][-1]
            elif isinstance(field, BooleanField):
                value = "on"
            elif isinstance(field, ForeignKey):
                last = field.related_model._default_manager.order_by("pk").last()
                value = last.pk if last else 1
            elif isinstance(field, DateTimeField):
                value = "2020-01-01T00:00:00Z"
            elif isinstance(field, DateField):
                value = "2020-01-01"
            elif isinstance(field, IntegerField):
                value = 7
            elif isinstance(field, JSONField):
                value = '{"smuggled": true}'
            else:
                value = "smuggled"
            for name in {field.name, field.attname, f"is_{field.name}"}:
                sent[name] = str(value)
    return sent


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="rows are numbered anew after each form only on SQLite")
def test_no_form_changes_what_it_does_not_show(now, time_machine, subtests):
    time_machine.move_to(now, tick=False)
    senders = Senders(world(now=now))
    besides, at_first = every_field(), rows()
    changing = set()

    def sent(form, data):
        left = []
        senders.ask(form.role, "post", form.action, data, then=lambda answer: left.append(rows()))
        return left[0]

    for form in shown_forms(senders):
        if form.method != "post":
            continue
        for button in dict.fromkeys(form.buttons) or [None]:
            with subtests.test(str(form), button=button):
                known = {*form.fields, *READ_BESIDES.get(form.name, ())}
                known |= {name for name, _ in filter(None, form.buttons)}
                smuggled = {name: value for name, value in besides.items() if name not in known}
                with_more = sent(form, smuggled | form.filled(button))
                if with_more == at_first:
                    continue
                changing.add(form.name)
                as_shown = sent(form, form.filled(button))
                if as_shown != with_more:  # not an assertion, which would compare all that is stored word by word
                    pytest.fail(changed(as_shown, with_more))
    assert len(changing) > enough(100), f"Only {len(changing)} forms change anything, so the others prove nothing."
