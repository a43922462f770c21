"""Reads for the matching board and for the leads' home page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from matching.models import MatchRun
from people.models import Employment
from programmes.models import Cohort


@dataclass(frozen=True)
class Card:
    """A person on the board: who they are and where they work."""

    name: str
    job: str
    email: str


def job_lines(people: Iterable[int], cohort: Cohort, *, now: datetime) -> dict[int, str]:
    """Job title and site of each person who has a job, as ``facts_of`` chooses among several. One query."""
    on, home = cohort.facts_day(now), cohort.programme.organisation_id
    chosen = {}
    jobs = Employment.objects.not_over(on=on).filter(person__in=list(people)).select_related("site").order_by("pk")
    for job in jobs:
        rank = (job.organisation_id == home, job.start_date <= on, job.start_date)
        if job.person_id not in chosen or rank > chosen[job.person_id][0]:
            chosen[job.person_id] = (rank, ", ".join(filter(None, (job.job_title, str(job.site or "")))))
    return {person: line for person, (_, line) in chosen.items()}


def summary(run: MatchRun, *, by_hand: int | None = None) -> str:
    """The run in one sentence, with its proof; and how far from it a lead has gone by hand.

    ``by_hand`` is how many proposals are changed by hand, where the caller knows.
    """
    placed = f"{run.matched} of {run.mentees} placed"
    changes = changes_by_hand(run, by_hand=by_hand)
    if changes:
        return f"{placed}. {_by_hand(run, changes)}"
    if not run.matched:
        return f"{placed}: no pair is allowed by the rules."
    if run.optimal:
        if run.policy != MatchRun.Policy.BEST_OVERALL:
            return (
                f"{placed}. No better plan exists for “{run.get_policy_display()}”: among those that serve it as well, "
                f"its total of {points(run.total)} points is the highest there can be."
            )
        return f"{placed}. No better plan exists: its total of {points(run.total)} points is the highest there can be."
    return f"{placed}; total {points(run.total)} of at most {points(run.bound)}."


def changes_by_hand(run: MatchRun, *, by_hand: int | None = None) -> int:
    """How many mentees have another mentor, or none, by a lead's hand. Asks the database only where there was one."""
    if run.changed_at is None:
        return 0
    moved = run.proposals.filter(by_hand=True).count() if by_hand is None else by_hand
    return moved + run.left_out.filter(by_hand=True).count()


def _by_hand(run: MatchRun, changes: int) -> str:
    """``2 matches changed by hand: 12 points below the best plan, which had 4,120.``"""
    changed = "1 match" if changes == 1 else f"{changes} matches"
    best = f"the best plan, which had {points(run.bound)}"
    if run.matched != run.found:
        more = run.matched - run.found
        best += f" and placed {abs(more)} {'fewer' if more > 0 else 'more'}"
    if run.total == run.bound:
        return f"{changed} changed by hand: as many points as {best}."
    side = "below" if run.total < run.bound else "above"
    return f"{changed} changed by hand: {points(abs(run.bound - run.total))} points {side} {best}."


def points(hundredths: int) -> str:
    """Hundredths as points, no more decimals than needed: 214000 is 2,140."""
    whole, rest = divmod(abs(hundredths), 100)
    text = f"{whole:,}" + (f".{rest:02d}".rstrip("0") if rest else "")
    return f"−{text}" if hundredths < 0 else text


@dataclass(frozen=True)
class Outlook:
    """What publishing a run will do."""

    pairs: int
    people: int  # who are told by e-mail
    left_out: int
    without_email: list[str]


def outlook(run: MatchRun) -> Outlook:
    """What publishing this run will do, in counts and in the names of those whom no mail can reach."""
    pairs = list(run.proposals.select_related("mentee__person", "mentor__person"))
    people = {member.person for pair in pairs for member in (pair.mentee, pair.mentor)}
    unreachable = sorted(person.name for person in people if not person.email)
    return Outlook(
        pairs=len(pairs),
        people=len(people) - len(unreachable),
        left_out=run.left_out.count(),
        without_email=unreachable,
    )
