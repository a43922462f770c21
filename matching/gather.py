"""Reading a cohort as a problem for the engine: who waits, who has a place, what is known and decided about them."""

from collections import Counter
from datetime import date, datetime

from django.utils import timezone

from audit.refusal import Refused
from matching.decisions import decisions_of
from matching.problem import Problem
from matching.progress import Progress
from programmes import domains, mentoring_models
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment, Member, Side
from programmes.overrides import overridden
from programmes.spans import span_of

TAKE_BACK = "You agreed {} with {}, but this cannot be any more: {} Take that back, then find matches again."


def gather(cohort: Cohort, *, now: datetime, policy: str = "best_overall", progress: Progress | None = None) -> Problem:
    """Read the cohort and judge every pair. ``progress`` is told of the mentees done. A fixed number of queries.

    What leads overrode and decided is read as it stood at ``now``. Refused where
    a pair that they agreed can no longer be.
    """
    _stage(progress, "Reading who is enrolled")
    today = timezone.localdate(now)
    mentees = _with_free_places(cohort, Side.MENTEE, on=today)
    mentors = _with_free_places(cohort, Side.MENTOR, on=today)
    problem = Problem(
        cohort=cohort,
        model=mentoring_models.of(cohort.programme),
        on=cohort.start_date,
        mentees={str(enrolment.person_id): enrolment for enrolment in mentees},
        mentors={str(enrolment.person_id): enrolment for enrolment in mentors},
        facts=facts_for(cohort, [*mentees, *mentors], now=now),
        met_before=met_before(cohort),
        set_aside=overridden(cohort, at=now),
        decisions=decisions_of(cohort, at=now),
        no_domain=without_domain(cohort, mentees, mentors),
        days_waited={str(enrolment.person_id): _days_waited(enrolment, today) for enrolment in mentees},
        put_first=frozenset(
            str(one.person_id) for one in mentees if one.put_first_at is not None and one.put_first_at <= now
        ),
        policy=policy,
        span=span_of(cohort, mentoring_models.of(cohort.programme), now=now),
    )
    _stage(progress, "Checking each pair against the rules", of=len(problem.mentees))
    problem.scores = problem.judged(progress.step if progress else None)
    problem.pinned = _agreed(problem)
    return problem


def _with_free_places(cohort: Cohort, side: str, *, on: date) -> list[Enrolment]:
    """Who has a place left on ``side`` and does not rest on the day ``on``."""
    free = Enrolment.objects.live().with_places().on_side(side).filter(cohort=cohort).awake(on=on)
    return list(free.select_related("person").order_by("person_id"))


def _days_waited(enrolment: Enrolment, today: date) -> int:
    return max((today - enrolment.waiting_since).days, 0) if enrolment.waiting_since else 0


def met_before(cohort: Cohort) -> dict[tuple[int, int], bool]:
    """Pairs that were matched on this cohort: nobody gets the same mentor twice, nor one whom they have left."""
    by_relationship: dict[int, tuple[list, list]] = {}
    members = Member.objects.filter(relationship__cohort=cohort, role__in=[Member.Role.MENTEE, Member.Role.MENTOR])
    for relationship, person, role, left_at in members.order_by().values_list(
        "relationship", "person", "role", "left_at"
    ):
        sides = by_relationship.setdefault(relationship, ([], []))
        sides[role == Member.Role.MENTOR].append((person, left_at is None))
    return {
        (mentee, mentor): mentee_stays and mentor_stays
        for mentees, mentors in by_relationship.values()
        for mentee, mentee_stays in mentees
        for mentor, mentor_stays in mentors
    }


def without_domain(cohort: Cohort, mentees: list[Enrolment], mentors: list[Enrolment]) -> frozenset[tuple[int, int]]:
    """Where the model has a mentor for each domain: the pairs (by person) in which the one offers none that the other
    still lacks. Three queries there, none elsewhere."""
    if not mentoring_models.of(cohort.programme).slots:
        return frozenset()
    lacks, offers = domains.lacked(mentees), domains.offered(mentors)
    return frozenset(
        (one.person_id, other.person_id)
        for one in mentees
        for other in mentors
        if lacks[one.pk].isdisjoint(offers.get(other.pk, ()))
    )


def _agreed(problem: Problem) -> list[tuple[str, str]]:
    """The agreed pairs that are still to be made. Refused, in one sentence, where one of them cannot be."""
    pinned = []
    for pair in sorted(problem.decisions.agreed):
        mentee, mentor = map(str, pair)
        if mentee not in problem.mentees or pair in problem.met_before:
            continue  # nothing to keep: the mentee waits no more, or the pair was made of it
        names = problem.decisions.names[pair]
        if mentor not in problem.mentors:
            raise Refused(TAKE_BACK.format(*names, f"{names[1]} has no free place any more."))
        if problem.points(mentee, mentor) is None:
            raise Refused(TAKE_BACK.format(*names, " ".join(one.sentence for one in problem.refusals(mentee, mentor))))
        pinned.append((mentee, mentor))
    for side, enrolments, places, where in (
        ("mentees", problem.mentors, problem.capacity, 1),
        ("mentors", problem.mentees, problem.slots, 0),
    ):
        for key, count in Counter(pair[where] for pair in pinned).items():
            enrolment, room = enrolments[key], places[key]
            if count > room:
                raise Refused(
                    f"You agreed {count} {side} for {enrolment.person.name}, who has room for {room}. "
                    "Take one of these back, then find matches again."
                )
    return pinned


def _stage(progress: Progress | None, words: str, of: int = 0) -> None:
    if progress:
        progress.stage(words, of=of)
