"""What members write reaches no mail, no audit row, no log and no export; the pages are the access matrix's to ask."""

import logging
from types import SimpleNamespace

import pytest
from django.core import mail
from django.urls import reverse

from audit.models import AuditEvent
from notices.actions import delivery
from notices.models import Notice
from notices.post import Post
from programmes.actions import relationships
from tests import canaries, scenarios
from tests.builders import people, programmes, sessions_log


@pytest.fixture
def planted(db, now, caplog):
    """A pair and a group of the same two, with a word in every kind of text, and all that was logged meanwhile."""
    caplog.set_level(logging.DEBUG)
    settings = {"note_readers": ["own", "pair", "group"], "record_of_aims": True}
    organisation = people.organisation(now=now)
    cohort = programmes.cohort(organisation=organisation, now=now, **settings)
    mentee, mentor = programmes.mentee(cohort, now=now), programmes.mentor(cohort, now=now)
    pair = programmes.pair(cohort, mentee, mentor, now=now)
    in_groups = sessions_log.group_cohort(organisation=organisation, now=now, **settings)
    group = sessions_log.groups.form(
        cohort=in_groups,
        mentors=[programmes.mentor(in_groups, mentor.person, capacity=8, now=now)],
        mentees=[programmes.mentee(in_groups, mentee.person, now=now), programmes.mentee(in_groups, now=now)],
        by=None,
        now=now,
    )
    sessions_log.prep_sheet(pair, mentee.person, now=now)
    things = {"mentee": mentee.person, "mentor": mentor.person, "relationship": pair.pk, "group": group.pk}
    things |= scenarios.peers(organisation, mentee.person, mentor.person, people.lead(organisation, now=now), now=now)
    return SimpleNamespace(
        pair=pair,
        canaries=canaries.plant(things, now=now),
        lead=people.lead(organisation, now=now),
        mentee=mentee.person,
        **{"group": group},
    )


def unheard(planted, content):
    assert not canaries.heard(planted.canaries, content, None)


def test_canaries_are_in_no_mail_no_audit_row_and_no_log(client, planted, now, caplog):
    client.force_login(planted.mentee)
    for canary in planted.canaries:
        client.get(canary.page)
    client.get("/absent/?q=1")
    sessions_log.session(planted.pair, planted.mentee, now=now)
    relationships.end(relationship=planted.pair, by=planted.lead, now=now)
    with Post() as post:
        for pk in Notice.objects.values_list("pk", flat=True):
            delivery.deliver(notice_id=pk, post=post, by=None, now=now)

    assert mail.outbox
    for message in mail.outbox:
        unheard(planted, message.message().as_string())
        unheard(planted, "".join([message.body, *(str(part) for part in getattr(message, "alternatives", []))]))
    rows = list(AuditEvent.objects.values())
    assert {row["verb"] for row in rows} >= {"note-written", "goal-set", "prep-shared"}
    unheard(planted, str(rows))
    unheard(planted, str(list(Notice.objects.values())))
    unheard(planted, caplog.text)
    assert caplog.text


def test_canaries_of_a_pair_are_closed_to_the_other_once_it_has_ended(client, planted, now):
    relationships.end(relationship=planted.pair, by=planted.lead, now=now)
    mentor = planted.group.members.get(role="mentor").person
    client.force_login(mentor)
    of_the_mentee = [one for one in planted.canaries if "mentor" not in one.readers or "preparation" in one.kind]
    pages = {reverse(f"sessions_log:{name}", args=[planted.pair.pk]) for name in PAGES} | {reverse("home")}
    for page in pages:
        content = client.get(page).content.decode()
        assert not [one.kind for one in of_the_mentee if one.word in content]


PAGES = ("note-list", "shared-note-list", "prep-sheet-list", "goal-list", "record-list", "session-list")
