"""One of every thing of the portal among 10,000 people and 3,000 proposals, for the benchmark of pages.

The small world of the tests (tests/scenarios.py) has something for every page to show; here its
organisation grows until the lists are long. What stands for years or comes by the thousand is made by
the portal's own actions, except the proposals: finding them is another benchmark's.
"""

from datetime import datetime

from django.utils import timezone

from benchmarks.inside.world import staff_list
from matching.actions import runs
from matching.alike import hardly_known
from matching.models import MatchRun, Proposal
from people.actions import staff_imports
from people.models import KeptForm, Organisation, Person
from programmes import mentoring_models
from programmes.actions import enrolments, relationships
from programmes.actions.telling import Telling
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment, Side
from programmes.rules import score
from tests.scenarios import ROLES
from tests.scenarios import world as small_world


def world(people: int, pairs: int, *, now: datetime) -> tuple[dict[str, Person], dict]:
    """Who asks, by role, and what stands in an address, by its word in the access matrix.

    ``people`` on the staff list, ``pairs`` mentees and as many mentors enrolled in one cohort, each mentee with a
    proposal in the newest run, one in ten of them matched already.
    """
    things = small_world(now=now)
    lead, cohort = things["lead"], Cohort.objects.get(pk=things["cohort"])
    organisation = cohort.programme.organisation
    _hire(organisation, lead, people, pairs, now=now)
    staff = Person.objects.filter(employments__organisation=organisation, employments__staff_number__gte="21000000")
    for side, band in ((Side.MENTEE, "5"), (Side.MENTOR, "6")):
        some = staff.filter(employments__band=band).order_by("pk")[:pairs]
        enrolments.enrol_many(cohort=cohort, people=some, side=side, by=lead, now=now)
    things["run"] = _finished_run(cohort, lead, now=now).pk
    _matched(cohort, pairs // 10, now=now)
    KeptForm.objects.update(kept_at=timezone.now())  # they last an hour, and the world was made at ``now``
    return {role: things.pop(role) for role in ROLES}, things


def _hire(organisation: Organisation, lead: Person, people: int, pairs: int, *, now: datetime) -> None:
    read = staff_imports.upload(
        organisation=organisation,
        file_name="staff-list.csv",
        data=staff_list(pairs, pairs, people - 2 * pairs),
        is_complete=False,
        by=lead,
        now=now,
    )
    staff_imports.save(staff_import=read, by=lead, now=now)


def _matched(cohort: Cohort, count: int, *, now: datetime) -> None:
    """That many pairs beside the run's: the last who enrolled."""
    mentees, mentors = (
        Enrolment.objects.filter(cohort=cohort, side=side, places_taken=0).order_by("-pk")[:count]
        for side in (Side.MENTEE, Side.MENTOR)
    )
    for mentee, mentor in zip(mentees, mentors, strict=True):
        relationships.start(cohort=cohort, mentee=mentee, mentor=mentor, telling=Telling(), by=None, now=now)


def _finished_run(cohort: Cohort, lead: Person, *, now: datetime) -> MatchRun:
    """A finished run with one proposal a mentee, written straight into the table."""
    run = runs.request(cohort=cohort, by=lead, now=now, hand_over=False)
    mentees, mentors = (
        list(cohort.enrolments.live().filter(side=side).select_related("person").order_by("pk"))
        for side in (Side.MENTEE, Side.MENTOR)
    )
    facts = facts_for(cohort, [*mentees, *mentors], now=now)
    preferences = mentoring_models.of(cohort.programme).preferences
    rows = []
    for number, mentee in enumerate(mentees):
        mentor, second = mentors[number % len(mentors)], mentors[(number + 1) % len(mentors)]
        parts = score(preferences, facts[mentee.person_id], facts[mentor.person_id])
        points = sum(part.points for part in parts)
        rows.append(
            Proposal(
                run=run,
                mentee=mentee,
                mentor=mentor,
                score=points,
                components=[vars(part) for part in parts],
                runner_up=second,
                runner_up_score=max(points - 100, 0),
                site=facts[mentee.person_id].site,
                band=facts[mentee.person_id].band,
            )
        )
    Proposal.objects.bulk_create(rows, batch_size=500)
    count, total = len(rows), sum(row.score for row in rows)
    found = {"mentees": count, "mentors": len(mentors), "places": count, "matched": count, "found": count}
    proof = {"total": total, "bound": total, "optimal": True}
    known = {side: [facts[one.person_id] for one in some] for side, some in (("mentee", mentees), ("mentor", mentors))}
    said = hardly_known(mentoring_models.of(cohort.programme), known)
    MatchRun.objects.filter(pk=run.pk).update(state="finished", finished_at=now, hardly_known=said, **found, **proof)
    return run
