"""A line manager cannot tell that one of their people takes part in secret, or said no (TRUST, T6 and F2).

The manager has every role in turn. Every page of the matrix that lets them in is written down; then their report joins
a confidential programme, chooses, is accepted and flags, all of which goes out by mail, and the pages are asked again:
byte for byte nothing differs, in an administrator's lists of events and of messages neither. What a manager of all
roles at once finds by following links is tests/journeys/test_reverse_confidential.py's.
"""

import pytest
from django.urls import reverse

from audit.refusal import Refused
from notices.models import Notice
from notices.tasks import deliver_notices
from people.actions import employments, merges
from people.models import Person
from programmes.actions import choosing, consents, enrolments, flags
from programmes.models import Cohort
from tests.architecture.access_page import enough
from tests.builders import people
from tests.builders import programmes as builders
from tests.posting import Senders
from tests.scenarios import ROLES, world
from tests.seen import answered, every_page


def deliver() -> None:
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))


@pytest.fixture
def before(db, now, time_machine):
    """The world, with somebody whom everybody in a role manages, a confidential programme and an ordinary one."""
    time_machine.move_to(now, tick=False)
    things = world(now=now)
    cohort = Cohort.objects.get(pk=things["cohort"])
    organisation = cohort.programme.organisation
    report = people.person("Sana Quill", organisation=organisation, band="8a", now=now)
    employments.set_managers(person=report, managers=[things[role] for role in ROLES], by=None, now=now)
    secret = builders.cohort(organisation=organisation, model_key="reverse", now=now)
    leader = builders.mentee(secret, "Tom Averill", band="9", volunteered=True, now=now)
    things["person"] = report.pk
    return {"things": things, "report": report, "secret": secret, "leader": leader, "cohort": cohort}


def takes_part(before, now) -> None:
    report, secret = before["report"], before["secret"]
    own = enrolments.enrol(cohort=secret, person=report, side="mentor", volunteered=True, by=report, now=now)
    pair = choosing.choose(own=own, other=before["leader"], by=report, now=now)
    consents.accept(relationship=pair, by=before["leader"].person, now=now)
    flags.raise_flag(relationship=pair, reason="It is hard", by=report, now=now)
    deliver()


def test_a_manager_of_any_role_reads_the_same_bytes_with_and_without(before, now):
    deliver()  # what the world owes goes out before, or its having gone would be the difference
    senders = Senders(before["things"])
    without = every_page(senders)
    takes_part(before, now)
    with_it = every_page(senders)
    differ = sorted({one for one in without if without[one] != with_it[one]})
    assert differ == []
    assert len(without) > enough(400)


def test_a_manager_cannot_find_out_with_whom_by_trying_to_make_two_records_one(before, now):
    senders, report, leader = Senders(before["things"]), before["report"], before["leader"].person
    address = reverse("people:person-merge", args=[report.pk])

    def tried():
        return {role: answered(senders.ask(role, "get", address, {"with": leader.pk})) for role in ROLES}

    without = tried()
    takes_part(before, now)
    assert tried() == without
    assert {status for status, *_ in without.values()} == {200, 404}
    administrator = Person.objects.get(pk=before["things"]["administrator"].pk)
    with pytest.raises(Refused, match="these are two people"):
        merges.merge(kept=report, gone=leader, email=report.email, by=administrator, now=now)
