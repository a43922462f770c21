"""Runs of one cohort beside each other: which there were, and between two of them who changes and why."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from matching.models import LeftOut, MatchRun, Proposal
from matching.queries import points
from programmes.models import Cohort, Enrolment

PAGE = 50
NOBODY = "nobody"
ABSENT = "not in this run"


def runs_of(cohort: Cohort):
    """Every run of a cohort, the latest first, each with ``changes``: how many mentees were changed by hand."""
    return (
        cohort.match_runs.select_related("requested_by")
        .annotate(
            changes=_count(Proposal.objects.filter(by_hand=True)) + _count(LeftOut.objects.filter(by_hand=True)),
        )
        .order_by("-requested_at", "-pk")
    )


def _count(rows):
    of_run = rows.filter(run=OuterRef("pk")).order_by().values("run").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(of_run), 0)


@dataclass(frozen=True)
class Difference:
    """One mentee who fares otherwise in the two runs."""

    name: str
    one: str
    other: str
    kind: str  # "placed", "lost" or "moved", seen from the first run to the second


@dataclass(frozen=True)
class Comparison:
    """What changes from ``one`` run to the ``other``."""

    one: MatchRun
    other: MatchRun
    figures: list[tuple[str, str, str, str]]  # label, first, second, difference in words
    settings: list[tuple[str, str, str]]  # what is in force: label, first, second; only where they differ
    page: Page  # of Difference
    placed: int
    lost: int
    moved: int
    same: int


def compare(one: MatchRun, other: MatchRun, *, page: str | None = None) -> Comparison:
    """The two runs side by side: figures, what was in force, and everybody who fares otherwise."""
    before, after = _outcome(one), _outcome(other)
    names = _names({enrolment for outcome in (before, after) for pair in outcome.items() for enrolment in _in(pair)})
    changed, same = [], 0
    for mentee in before.keys() | after.keys():
        first, second = before.get(mentee), after.get(mentee)
        if first == second:
            same += bool(first)
            continue
        kind = "moved" if first and second else "placed" if second else "lost" if first else "moved"
        changed.append(Difference(names[mentee], _named(first, names), _named(second, names), kind))
    order = {"lost": 0, "placed": 1, "moved": 2}
    changed.sort(key=lambda one: (order[one.kind], one.name.rpartition(" ")[2], one.name))
    counts = {kind: sum(one.kind == kind for one in changed) for kind in order}
    return Comparison(
        one=one,
        other=other,
        figures=_figures(one, other),
        settings=_settings(one, other),
        page=Paginator(changed, PAGE).get_page(page),
        same=same,
        **counts,
    )


def _outcome(run: MatchRun) -> dict[int, tuple[int, ...]]:
    """Each mentee's mentors, both by enrolment; an empty tuple for whoever was left out."""
    found = defaultdict(list)
    for mentee, mentor in run.proposals.order_by("mentor").values_list("mentee", "mentor"):
        found[mentee].append(mentor)
    placed = {mentee: tuple(mentors) for mentee, mentors in found.items()}
    return {mentee: () for mentee in run.left_out.order_by().values_list("mentee", flat=True)} | placed


def _in(pair: tuple[int, tuple[int, ...]]) -> tuple[int, ...]:
    return pair[0], *pair[1]


def _names(enrolments: set[int]) -> dict[int, str]:
    # All of the cohort's, since a list of thousands of ids is more than a database takes.
    if not enrolments:
        return {}
    one = Enrolment.objects.filter(pk=min(enrolments)).values("cohort")
    everyone = Enrolment.objects.filter(cohort=Subquery(one)).order_by()
    rows = everyone.values_list("pk", "person__given_name", "person__family_name")
    return {pk: f"{given_name} {family_name}".strip() for pk, given_name, family_name in rows}


def _named(mentors: tuple[int, ...] | None, names: dict[int, str]) -> str:
    if mentors is None:
        return ABSENT
    return " and ".join(names[one] for one in mentors) or NOBODY


def _figures(one: MatchRun, other: MatchRun) -> list[tuple[str, str, str, str]]:
    rows = []
    for label, values in (
        ("Mentees waiting", (one.mentees, other.mentees)),
        ("Placed", (one.matched, other.matched)),
        ("Without a mentor", (one.mentees - one.matched, other.mentees - other.matched)),
        ("Mentors with a free place", (one.mentors, other.mentors)),
        ("Free places", (one.places, other.places)),
    ):
        change = values[1] - values[0]
        rows.append((label, f"{values[0]:,}", f"{values[1]:,}", _change(change, f"{abs(change):,}")))
    totals = one.total, other.total
    rows.append(
        (
            "Total of all scores",
            *map(points, totals),
            _change(totals[1] - totals[0], points(abs(totals[1] - totals[0]))),
        )
    )
    if one.matched and other.matched:
        means = [round(run.total / run.matched) for run in (one, other)]
        rows.append(("Mean score", *map(points, means), _change(means[1] - means[0], points(abs(means[1] - means[0])))))
    return rows


def _change(change: int, text: str) -> str:
    return "the same" if not change else f"{text} more" if change > 0 else f"{text} fewer"


def _settings(one: MatchRun, other: MatchRun) -> list[tuple[str, str, str]]:
    """Rules, preferences and decisions in force that differ; a run from before these were kept says so."""
    absent = "not there"
    if not one.in_force or not other.in_force:
        absent = "not recorded"
    labels = [*one.in_force, *(label for label in other.in_force if label not in one.in_force)]
    both = ((label, one.in_force.get(label, absent), other.in_force.get(label, absent)) for label in labels)
    return [row for row in both if row[1] != row[2]]
