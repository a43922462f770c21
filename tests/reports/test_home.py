"""What an administrator keeps, on home: each number opens its list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.access import Access
from reports.queries import home_section
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_home_section_counts_what_stands_behind_its_links(client, administrator, now, time_machine):
    time_machine.move_to(now, tick=False)
    organisation = people.organisation(now=now)
    lead = people.lead(organisation, now=now)
    people.saved_import(organisation, lead, now=now)

    section = home_section(administrator, Access(administrator, now=now), now)

    accounts, roles, messages, record, *_, lists = section.items
    assert (accounts.text, accounts.url) == ("3 people on the portal", reverse("people:person-list"))
    assert (roles.text, roles.url) == ("2 roles are held", reverse("people:grant-list"))
    assert (messages.text, messages.url) == ("0 messages sent in the last seven days", reverse("reports:notice-list"))
    assert (record.url, record.hint) == (reverse("reports:audit-list"), "Sealed every minute.")
    assert lists.text == "1 staff list was saved in the last thirty days"
    client.force_login(administrator)
    assert client.get(accounts.url).context["page"].paginator.count == 3
    assert client.get(lists.url).context["page"].paginator.count == 1


def test_home_section_is_for_administrators_only(now):
    lead = people.lead(people.organisation(now=now), now=now)
    assert home_section(lead, Access(lead, now=now), now) is None


def test_home_of_an_administrator_leads_on_where_nothing_needs_them(client, administrator, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(administrator)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse("home"))
    assert "Nothing needs you today." in answer.content.decode()
    assert [section.title for section in answer.context["sections"]] == ["The portal itself"]
    assert len(asked) <= 15
