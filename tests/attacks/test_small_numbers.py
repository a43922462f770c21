"""What a commissioner reads while a few people come, stay away, join or leave: the page does not change by a letter.

Whoever must recognise nobody may know the rule, and the total, and still not tell one small number from another
(TRUST, T7). Which pages show counts of people, and what hides the small ones, is tests/architecture/aggregates.toml's.
"""

import re
from collections import defaultdict

import pytest
from django.urls import reverse

from people.actions import people as people_actions
from people.small_numbers import NOT_SHOWN
from programmes.actions import groups
from programmes.models import Enrolment, MentorRequest
from sessions_log.actions import sessions
from sessions_log.models import Attendance
from tests.builders import people
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
MEMBERS = 8


@pytest.fixture
def reads(client, now, time_machine):
    """What a commissioner of the cohort's organisation reads on a page."""
    time_machine.move_to(now, tick=False)
    readers = {}

    def reads(cohort, name, pk):
        organisation = cohort.programme.organisation
        if organisation.pk not in readers:
            readers[organisation.pk] = people.commissioner(organisation, now=now)
        client.force_login(readers[organisation.pk])
        answer = client.get(reverse(name, args=[pk]))
        assert answer.status_code == 200
        page = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    return reads


@pytest.fixture
def group(now):
    """A group without a name of its own, with everybody at its one meeting."""
    cohort = builders.peers_cohort(start_date=now.date(), now=now)
    facilitator = builders.mentor(cohort, "Nell Facilitator", band="8c", now=now)
    peers = [builders.peer(cohort, now=now) for _ in range(MEMBERS)]
    made = groups.form(cohort=cohort, mentors=[facilitator], mentees=peers, by=None, now=now)
    sessions.log_unplanned(relationship=made, day=now.date(), minutes=60, by=facilitator.person, now=now)
    return made


def test_attendance_tells_no_small_number_neither_of_those_who_came_nor_of_the_others(group, reads):
    rows = Attendance.objects.filter(session__relationship=group).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    read = defaultdict(set)
    for came in range(len(keys) + 1):
        rows.update(state=Attendance.State.ABSENT)
        rows.filter(pk__in=keys[:came]).update(state=Attendance.State.ATTENDED)
        page = reads(group.cohort, "reports:board-detail", group.cohort.programme_id)
        read[re.sub(r"Hours that mentors gave [\d.]+", "", page)].add(came)
        small = 0 < came < 5 or 0 < len(keys) - came < 5
        assert (f"{came} of {len(keys)}" in page) is not small
        assert (NOT_SHOWN in page) is small
    small_ones = [some for some in read.values() if any(0 < one < 5 or 0 < len(keys) - one < 5 for one in some)]
    assert all(len(some) > 1 for some in small_ones), small_ones


def test_a_group_without_a_name_is_not_called_after_its_mentor_there(group, reads):
    page = reads(group.cohort, "reports:board-detail", group.cohort.programme_id)
    assert "A group" in page
    assert "Nell" not in page


def test_joining_and_leaving_by_a_few_changes_no_letter(reads, now):
    cohort = builders.peers_cohort(start_date=now.date(), now=now)
    seen = set()
    for _ in range(4):
        builders.peer(cohort, now=now)
        seen.add(reads(cohort, "reports:board-detail", cohort.programme_id))
    assert len(seen) == 1
    for _ in range(4):
        builders.peer(cohort, now=now)
    seen = set()
    for one in list(Enrolment.objects.filter(cohort=cohort))[:4]:
        people_actions.leave(person=one.person, by=None, now=now)
        seen.add(reads(cohort, "reports:board-detail", cohort.programme_id))
    assert len(seen) == 1


def test_the_map_of_open_slots_is_the_same_for_one_and_for_four(reads, now):
    cohort = builders.asking_cohort(now=now)
    seen = set()
    for _ in range(4):
        builders.asker(cohort, now=now)
        seen.add(reads(cohort, "programmes:gap-map", cohort.pk))
    assert MentorRequest.objects.count() == 4
    assert len(seen) == 1


def test_whoever_funds_an_organisation_finds_nothing_of_a_confidential_programme_that_shows_nothing(client, now):
    cohort = builders.asking_cohort(now=now)
    cohort.programme.is_confidential = True
    cohort.programme.save(update_fields=["is_confidential"])
    client.force_login(people.commissioner(cohort.programme.organisation, now=now))
    for name, pk in (
        ("programmes:gap-map", cohort.pk),
        ("programmes:time-confirm", cohort.pk),
        ("reports:board-detail", cohort.programme_id),
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 404
