"""Many at one moment, and the guards taken away: for race tests, their twins, and the benchmark of both.

A twin shows that its race is there to be lost: without it, a race test that never races would pass too.
"""

from contextlib import contextmanager
from threading import Barrier, Thread
from unittest import mock

from django.db import connection

from audit.refusal import Refused
from matching.actions import publications
from matching.models import MatchRun
from programmes.actions import relationships
from programmes.models import Member, Relationship
from sessions_log.models import Quarter, Session


def at_once(*attempts):
    """Run each attempt in a thread of its own, all from one moment; return who was refused and why."""
    barrier, refusals, faults = Barrier(len(attempts)), [], []

    def run(attempt):
        try:
            ready = attempt()  # reads what it needs, as two browsers would have
            barrier.wait(timeout=60)
            ready()
        except Refused as refused:
            refusals.append(str(refused))
        except Exception as fault:  # a thread's fault would vanish
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[attempt]) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if faults:
        raise faults[0]
    return refusals


@contextmanager
def quarters_may_be_shared():
    """The table of quarters as it would be without its unique constraint. What was booked meanwhile is gone after."""
    [guard] = Quarter._meta.constraints
    try:
        with mock.patch.object(Quarter._meta, "constraints", []):  # SQLite makes the table anew, as the model says
            with connection.schema_editor() as editor:
                editor.remove_constraint(Quarter, guard)
            yield
    finally:
        Session.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Quarter, guard)


def publish_together(run: MatchRun, lead, now, presses: int = 6) -> list:
    """As many requests as ``presses``, each with the run as its page loaded it, let go at one moment.

    What became of each: how many relationships it started, or the sentence of its refusal.
    """
    started = []

    def press():
        mine = MatchRun.objects.select_related("cohort__programme__organisation").get(pk=run.pk)
        return lambda: started.append(len(publications.publish(run=mine, by=lead, now=now)))

    refusals = at_once(*[press] * presses)
    return [*started, *refusals]


@contextmanager
def publishing_is_not_claimed():
    """A look at the loaded row, where the portal claims a publication by conditional update."""
    with mock.patch.object(publications, "_claim_publication", lambda run, now: run.state == MatchRun.State.FINISHED):
        yield


@contextmanager
def publishing_is_unguarded():
    """And relationships are started with no look at places either."""

    def start_unguarded(*, cohort, pairs, telling, by, now):
        started = []
        for mentee, mentor in pairs:
            relationship = Relationship.objects.create(cohort=cohort, started_at=now, told_at=now)
            for one, role in ((mentee, Member.Role.MENTEE), (mentor, Member.Role.MENTOR)):
                Member.objects.create(
                    relationship=relationship, person=one.person, enrolment=one, role=role, joined_at=now
                )
            started.append(relationship)
        return started

    with (
        publishing_is_not_claimed(),
        mock.patch.object(relationships, "start_many", start_unguarded),
        # Several would lock the rows of the proposals crosswise, of which PostgreSQL ends one.
        mock.patch.object(publications, "_note_what_became_of", return_value=None),
    ):
        yield
