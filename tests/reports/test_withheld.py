"""Administrators are not told who takes part in a confidential programme: not by an event, not by a message.

That their pages hold the same bytes with and without it is tests/attacks/test_managers.py's.
"""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.record import record
from audit.verbs import Verb
from notices.models import Notice
from people.actions import invitations
from programmes.actions import choosing, consents
from reports import withheld
from reports.queries import audit_events, notice_counts, notices
from sessions_log.actions import feeds, notes
from tests.builders import people
from tests.builders import programmes as builders
from tests.builders import sessions_log as sessions

MESSAGES = reverse("reports:notice-list")


@pytest.fixture
def secret(db, now):
    return builders.cohort(model_key="reverse", now=now)


@pytest.fixture
def asha(secret, now):
    """Mentor in the confidential programme, and in an ordinary one where a test says so."""
    person = people.person("Asha Rao", organisation=secret.programme.organisation, band="6", now=now)
    builders.mentor(secret, person, now=now)
    return person


@pytest.fixture
def pair(secret, asha, now):
    leader = builders.mentee(secret, "Tom Averill", band="9", volunteered=True, now=now)
    pair = choosing.choose(own=asha.enrolments.get(cohort=secret), other=leader, by=asha, now=now)
    return consents.accept(relationship=pair, by=leader.person, now=now)


@pytest.fixture
def ordinary(asha, now):
    cohort = builders.cohort(organisation=asha.employments.get().organisation, now=now)
    return builders.pair(cohort, other=builders.mentor(cohort, asha, now=now), now=now)


def shown(**wanted) -> set[tuple[str, str]]:
    return set(audit_events(**wanted).values_list("verb", "object_id"))


def test_an_event_of_an_ordinary_programme_is_shown_and_of_a_confidential_one_is_not(pair, ordinary, asha, now):
    here = sessions.note(ordinary, asha, now=now)
    there = sessions.note(pair, asha, now=now)

    for found in (shown(), shown(who="asha"), shown(verb="note-written")):
        assert ("note-written", str(here.pk)) in found
        assert ("note-written", str(there.pk)) not in found
    enrolments = {str(one.pk) for one in asha.enrolments.all()}
    told = {object_id for verb, object_id in shown() if verb == "enrolled" and object_id in enrolments}
    assert told == {str(asha.enrolments.get(cohort=ordinary.cohort).pk)}
    assert ("note-written", str(there.pk)) in set(AuditEvent.objects.values_list("verb", "object_id"))


def test_what_is_gone_is_not_shown_of_whoever_takes_part(pair, ordinary, asha, now):
    gone = sessions.note(pair, asha, now=now)
    pk = str(gone.pk)
    notes.delete(note=gone, by=asha, now=now)

    assert pk not in {object_id for _, object_id in shown()}


def test_what_only_mentoring_is_for_is_not_shown_of_whoever_takes_part(pair, asha, now):
    other = people.person(now=now)
    for person in (asha, other):
        feeds.open_feed(by=person, now=now)

    assert list(audit_events(verb="feed-opened").values_list("actor_id", flat=True)) == [other.pk]


def test_whom_a_lead_of_nothing_else_looks_up_is_not_shown(pair, secret, asha, now):
    lead = people.person(now=now)
    people.grant(lead, "programme-lead", ("programme", secret.programme_id), now=now)
    other = people.person(now=now)
    for looked_up in (asha, other):
        record(Verb.RECORD_OPENED, by=lead, now=now, on=looked_up, about=looked_up)
    keeper = people.lead(secret.programme.organisation, now=now)
    record(Verb.RECORD_OPENED, by=keeper, now=now, on=asha, about=asha)

    found = audit_events(verb="record-opened").values_list("actor_id", "about_person_id")
    assert set(found) == {(lead.pk, other.pk), (keeper.pk, asha.pk)}


def test_an_invitation_to_the_portal_is_shown_and_a_link_of_the_portal_s_own_is_not(pair, asha, now):
    keeper = people.lead(asha.employments.get().organisation, now=now)
    invitations.invite(person=asha, by=keeper, now=now)
    record(Verb.LINK_ISSUED, by=None, now=now, on=("people.onetimelink", "0" * 32), about=asha)

    issued = audit_events(verb="link-issued").filter(about_person_id=asha.pk)
    assert list(issued.values_list("actor_id", flat=True)) == [keeper.pk]


def test_a_message_of_a_confidential_programme_is_not_listed_nor_counted(pair, asha, now):
    hidden = Notice.objects.filter(cohort_id=pair.cohort_id)
    assert hidden.filter(recipient=asha).exists()

    assert not notices().filter(pk__in=hidden.values("pk")).exists()
    assert sum(count for _, _, count in notice_counts()) == Notice.objects.exclude(cohort_id=pair.cohort_id).count()


def test_a_message_that_failed_is_tried_again_without_saying_whose(as_administrator, pair, asha, now):
    notice = Notice.objects.filter(cohort_id=pair.cohort_id, recipient=asha).first()
    said = f"550 no {asha.email} here"
    Notice.objects.filter(pk=notice.pk).update(state="failed", settled_at=now, trouble="address", reason=said)

    page = as_administrator.get(MESSAGES, {"state": "failed"}).content.decode()
    assert "A message of a confidential programme" in page
    assert "the address is refused" in page
    after = as_administrator.post(reverse("reports:notice-retry", args=[notice.pk]), follow=True).content.decode()
    assert "The message to somebody in a confidential programme will be tried again" in after
    for one in (page, after):
        assert "Asha" not in one
        assert asha.email not in one


def test_more_events_are_withheld_than_a_statement_takes_parameters(pair, asha, now, monkeypatch):
    """And what they are about is looked up in parts."""
    monkeypatch.setattr(withheld, "BATCH", 2)
    before = set(audit_events().values_list("pk", flat=True))
    ids = withheld._events()
    assert ids
    assert before.isdisjoint(ids)
    monkeypatch.setattr(withheld, "_events", lambda: [*range(10_000_000, 10_300_000), *ids])
    assert set(audit_events().values_list("pk", flat=True)) == before
