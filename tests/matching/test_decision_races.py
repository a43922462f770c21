"""Several leads decide at once: a place is agreed to one, and nothing is decided about what is published meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audit.refusal import Refused
from matching.actions import decisions, moves, publications
from matching.models import MatchRun, PairDecision, Proposal
from programmes.models import Enrolment, Relationship
from tests.builders import matching, people, programmes
from tests.matching.conftest import make_world

LEADS = 6


def together(tasks):
    """Run the tasks at the same moment; for each whether it was done (True) or refused (False)."""
    start = Barrier(len(tasks))

    def one(task):
        try:
            start.wait()
            task()
        except Refused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(one, tasks))


@pytest.fixture
def crowd(transactional_db, now):
    """A world, and as many leads and mentees as will reach for Ben's one place."""
    world = make_world(now)
    world.leads = [people.lead(world.home, now=now) for _ in range(LEADS)]
    world.mentees = [programmes.mentee(world.cohort, now=now) for _ in range(LEADS)]
    return world


def agree_all_at_once(world, now):
    return together(
        [
            lambda mentee=mentee, lead=lead: decisions.agree(mentee=mentee, mentor=world.ben, by=lead, now=now)
            for mentee, lead in zip(world.mentees, world.leads, strict=True)
        ]
    )


def test_agree_race_for_one_place_has_one_winner(crowd, now):
    assert agree_all_at_once(crowd, now).count(True) == 1
    assert PairDecision.objects.count() == 1


def test_agree_race_twin_that_counts_before_it_has_the_cohort_agrees_too_many(crowd, now, monkeypatch):
    monkeypatch.setattr(decisions, "_standing", lambda cohort: [])  # what each saw when the page was opened

    assert agree_all_at_once(crowd, now).count(True) > 1


def test_agree_race_for_one_pair_is_one_decision(crowd, now):
    done = together(
        [
            lambda lead=lead: decisions.agree(mentee=crowd.femi, mentor=crowd.ben, by=lead, now=now)
            for lead in crowd.leads
        ]
    )

    assert all(done)  # whoever came second finds it agreed, as they wished
    assert PairDecision.objects.count() == 1


def test_move_race_of_two_leads_for_one_place_leaves_one_plan(crowd, now):
    oli = programmes.mentor(crowd.cohort, "Oli Penn", now=now)
    Enrolment.objects.filter(pk__in=[one.pk for one in crowd.mentees]).update(state=Enrolment.State.WITHDRAWN)
    run = matching.finished(crowd.cohort, crowd.lead, now=now)
    free = (
        oli
        if not run.proposals.filter(mentor=oli).exists()
        else run.cohort.enrolments.exclude(pk__in=run.proposals.values("mentor")).get(side="mentor")
    )
    held = {one.mentee: one.mentor for one in run.proposals.select_related("mentee__person", "mentor__person")}

    def move(mentee, mentor, lead):
        mine = MatchRun.objects.select_related("cohort__programme").get(pk=run.pk)
        moves.move(run=mine, mentee=mentee, mentor=free, instead_of=mentor, by=lead, now=now)

    done = together(
        [
            lambda mentee=mentee, mentor=mentor, lead=lead: move(mentee, mentor, lead)
            for (mentee, mentor), lead in zip(held.items(), crowd.leads, strict=False)
        ]
    )

    assert done.count(True) == 1
    mentors = list(Proposal.objects.filter(run=run).values_list("mentor", flat=True))
    assert len(mentors) == len(set(mentors))


def test_move_race_with_publication_is_one_or_the_other_whole(crowd, now):
    oli = programmes.mentor(crowd.cohort, "Oli Penn", now=now)
    Enrolment.objects.filter(pk__in=[one.pk for one in crowd.mentees]).update(state=Enrolment.State.WITHDRAWN)
    run = matching.finished(crowd.cohort, crowd.lead, now=now)
    free = (
        run.cohort.enrolments.select_related("person").exclude(pk__in=run.proposals.values("mentor")).get(side="mentor")
    )
    one = run.proposals.select_related("mentee__person", "mentor__person").first()
    assert oli.cohort_id == free.cohort_id

    def move():
        mine = MatchRun.objects.select_related("cohort__programme").get(pk=run.pk)
        moves.move(run=mine, mentee=one.mentee, mentor=free, instead_of=one.mentor, by=crowd.lead, now=now)

    def publish():
        mine = MatchRun.objects.select_related("cohort__programme").get(pk=run.pk)
        publications.publish(run=mine, by=crowd.lead, now=now)

    moved, published = together([move, publish])

    assert published
    chosen = free if moved else one.mentor
    relationship = Relationship.objects.of(one.mentee.person).get()
    assert relationship.members.filter(person=chosen.person).exists()
    assert Relationship.objects.count() == 3
