"""What the figures of a run are drawn from: scores, places, and how sites and bands fare. Plain values, few queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count

from matching.models import MatchRun
from matching.queries import points

STEP = 10  # points a column of the distribution


@dataclass(frozen=True)
class Column:
    """One column of a drawing: what it stands for, how many, and where it is drawn in a box of 100 by 100."""

    label: str
    short: str  # the label where there is little room: under the column
    count: int
    x: str
    y: str
    width: str
    height: str
    middle: str  # where its label stands


@dataclass(frozen=True)
class Fares:
    """How the mentees of one site or band fare."""

    label: str
    people: int
    placed: int
    mean: str  # of 100 points; empty where nobody is placed
    lowest: str
    share: str  # "12 of 14"
    width: str  # of the bar, in hundredths


@dataclass(frozen=True)
class PolicyLine:
    """What one way to be fair would come to."""

    key: str
    label: str
    means: str  # what it does, in a sentence
    placed: int
    total: str
    lowest: str
    weakest_twentieth: str
    mean: str
    would_swap: int
    is_this: bool
    is_as_good: bool = False  # in every figure as this run
    same_as: str = ""  # "this run", or another way, by its label, that comes to the very same matches


@dataclass(frozen=True)
class Figures:
    scores: list[Column]
    tallest: int
    places: list[Column]  # mentors by how many mentees they are given
    used: int
    unused: int
    sites: list[Fares]
    bands: list[Fares]
    policies: list[PolicyLine]


POLICIES = {
    "best_overall": "The highest total of all scores.",
    "raise_floor": "The lowest score is as high as it can be; then the highest total.",
    "even": "Low scores count against the plan, the lower the more; then the highest total.",
    "weakest": "Very low scores count even more against the plan; then the highest total.",
}


def figures(run: MatchRun) -> Figures:
    """The figures of a finished run; four queries however many proposals."""
    rows = list(run.proposals.order_by().values_list("mentee", "site", "band", "score"))
    without = list(run.left_out.order_by().values_list("mentee", "site", "band"))
    taken = run.proposals.order_by().values("mentor").annotate(count=Count("pk")).values_list("count", flat=True)
    mentors = Counter(taken)
    mentors[0] = run.mentors - sum(mentors.values())
    most = max((count for count in mentors if mentors[count]), default=0)
    scores = Counter(min(score // (STEP * 100), 100 // STEP - 1) for *_, score in rows)
    steps = [(f"{low}–{low + STEP - (low + STEP < 100)}", scores[low // STEP]) for low in range(0, 100, STEP)]
    drawn = columns(steps)
    return Figures(
        scores=drawn,
        tallest=max((one.count for one in drawn), default=0),
        places=columns([(_mentees(count), mentors[count]) for count in range(most + 1)]),
        used=len(rows),
        unused=max(run.places - len(rows), 0),
        sites=_fares([(mentee, site, score) for mentee, site, _, score in rows], [(m, site) for m, site, _ in without]),
        bands=_fares(
            [(mentee, _band(band), score) for mentee, _, band, score in rows],
            [(mentee, _band(band)) for mentee, _, band in without],
        ),
        policies=policy_lines(run),
    )


def columns(counts: list[tuple[str, int]]) -> list[Column]:
    """Columns side by side in a box of 100 by 100, the tallest as high as the box."""
    tallest = max((count for _, count in counts), default=0) or 1
    step = 100 / max(len(counts), 1)
    return [
        Column(
            label=label,
            short=label.partition("–")[0],
            count=count,
            x=f"{at * step + step * 0.1:.2f}",
            y=f"{100 - 100 * count / tallest:.2f}",
            width=f"{step * 0.8:.2f}",
            height=f"{100 * count / tallest:.2f}",
            middle=f"{at * step + step / 2:.2f}",
        )
        for at, (label, count) in enumerate(counts)
    ]


def policy_lines(run: MatchRun) -> list[PolicyLine]:
    """Every way to be fair and its figures, as they were found with the run; empty where it was too large."""
    plan = {one["policy"]: one.get("same_as") or one["policy"] for one in run.policies}

    def figures(one: dict) -> list:
        return [one[name] for name in ("placed", "total", "lowest", "weakest_twentieth", "mean", "would_swap")]

    this = next((figures(one) for one in run.policies if one["policy"] == run.policy), None)

    def same_as(policy: str) -> str:
        if policy != run.policy and plan[policy] == plan.get(run.policy):
            return "this run"
        return MatchRun.Policy(plan[policy]).label if plan[policy] != policy and policy != run.policy else ""

    return [
        PolicyLine(
            key=one["policy"],
            label=MatchRun.Policy(one["policy"]).label,
            means=POLICIES[one["policy"]],
            placed=one["placed"],
            total=points(one["total"]),
            lowest=points(one["lowest"]),
            weakest_twentieth=points(one["weakest_twentieth"]),
            mean=points(one["mean"]),
            would_swap=one["would_swap"],
            is_this=one["policy"] == run.policy,
            same_as=same_as(one["policy"]),
            is_as_good=figures(one) == this and one["policy"] != run.policy,
        )
        for one in run.policies
    ]


def _fares(placed: list[tuple[int, str, int]], without: list[tuple[int, str]]) -> list[Fares]:
    """By label: how many are placed, and how well; those placed worst first."""
    scores, people, have = defaultdict(list), defaultdict(set), defaultdict(set)
    for mentee, label, score in placed:
        scores[label].append(score)
        people[label].add(mentee)
        have[label].add(mentee)
    for mentee, label in without:
        people[label].add(mentee)
    found = [
        Fares(
            label=label or "Not known",
            people=len(people[label]),
            placed=len(have[label]),
            mean=points(round(sum(scores[label]) / len(scores[label]))) if scores[label] else "",
            lowest=points(min(scores[label])) if scores[label] else "",
            share=f"{len(have[label]):,} of {len(people[label]):,}",
            width=f"{100 * len(have[label]) / len(people[label]):.2f}",
        )
        for label in people
    ]
    return sorted(found, key=lambda one: (one.placed / one.people, one.label))


def _band(band: str) -> str:
    return f"Band {band}" if band else ""


def _mentees(count: int) -> str:
    return {0: "none", 1: "1 mentee"}.get(count, f"{count:,} mentees")
