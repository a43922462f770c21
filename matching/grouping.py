"""Which groups to form of those who wait: the engine's plan for a cohort, with its reasons. Nothing is stored.

The plan follows from who waits and what is known of them, so it is worked out again when it is published; whoever
publishes names the one that they saw (``Proposed.fingerprint``). Forming the groups is programmes' own.

Where a model places small teams first, groups follow the teams: one too small for a group is joined with its
neighbours, one too large is shared out. Else whoever waits is gathered around mentors by score (matching.engine).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

import numpy as np

from audit.refusal import Refused
from matching.engine import Assignment, Mentee, Mentor, solve
from matching.engine.grouping import Grouping, Groups, solve_groups
from matching.gather import gather
from matching.problem import PUT_FIRST, Problem
from matching.scores import NONE
from programmes.groups import outsiders
from programmes.models import Cohort, Enrolment

MOST = 300  # people who wait: a plan for more takes longer than somebody waits for a page
FEW = 3  # reasons shown of a group


@dataclass(frozen=True)
class ProposedGroup:
    """One group of the plan: who leads it, who is in it, what it is called, how well it suits and why."""

    mentors: list[Enrolment]
    mentees: list[Enrolment]
    name: str
    score: int  # of 100, the mean of its pairs
    reasons: list[str]
    key: str  # of these very people: a group that has changed since has another


@dataclass(frozen=True)
class Proposed:
    groups: list[ProposedGroup]
    left_out: list[tuple[Enrolment, str]]  # with the reason in a sentence
    fingerprint: str = ""
    proof: str = ""  # how good the plan is beside every other, in a sentence; empty where that is not known


@dataclass
class _Unit:
    """People of one team, or of several that are joined, who are to be one group."""

    teams: list[str]
    people: list[str] = field(default_factory=list)  # the engine's ids
    smallest: int = 0  # how many the smallest of its teams has


def propose(cohort: Cohort, *, now: datetime) -> Proposed:
    """The groups to form of everyone in ``cohort`` who waits. Refused where there are too many people for one page."""
    problem = gather(cohort, now=now)
    if len(problem.mentees) > MOST:
        raise Refused(
            f"More than {MOST} people wait. Form groups by hand until there are fewer, or open another cohort."
        )
    by_team = problem.model.matching.objective == "small-teams-first"
    chosen, proof = (_by_team(problem), "") if by_team else _by_score(problem, now)
    groups = [_proposed(problem, *one) for one in chosen]
    placed = {one.person_id for group in groups for one in group.mentees}
    left = [(one, _why(problem, key)) for key, one in problem.mentees.items() if one.person_id not in placed]
    digest = hashlib.blake2b(" ".join(group.key for group in groups).encode(), digest_size=8).hexdigest()
    return Proposed(groups, left, digest, proof)


# --- gathered by score -----------------------------------------------------------------------


def _by_score(problem: Problem, now: datetime) -> tuple[list[tuple[list[str], list[str], str]], str]:
    """The engine's plan, most people placed, then the highest total; and how good it is, in a sentence."""
    group = problem.model.group
    size = group.size.least, group.size.default
    leads = {key: places // size[1] or int(places >= size[0]) for key, places in problem.capacity.items()}
    strangers = frozenset()
    if group.one_mentor_from_outside:
        strangers = frozenset(
            str(one.person_id) for one in outsiders(problem.cohort, list(problem.mentors.values()), now=now)
        )
        if not strangers:
            return [], ""
    assignment = Assignment(
        mentees=[Mentee(key) for key in problem.mentees],
        mentors=[Mentor(key, capacity=count) for key, count in leads.items() if count],
        pairs=[
            (mentee, mentor, Decimal(int(points)) / 100 + PUT_FIRST * (mentee in problem.put_first))
            for mentee in problem.mentees
            for mentor, points in zip(problem.mentors, problem.row(mentee), strict=True)
            if points != NONE and leads[mentor]
        ],
    )
    if not assignment.mentors or not assignment.mentees:
        return [], ""
    plan = solve_groups(assignment, Grouping(size, group.mentors, external=strangers))
    found = []
    for one in plan.groups:
        room = min(problem.capacity[mentor] for mentor in one.mentors)
        best = sorted(
            one.mentees,
            key=lambda mentee: (mentee not in problem.put_first, -_mean(problem, [mentee], one.mentors)),
        )[:room]
        found.append((list(one.mentors), best, ""))
    is_whole = sum(len(mentees) for _, mentees, _ in found) == plan.placed
    return found, _proof(plan, is_two=group.mentors == 2) if is_whole else ""


def _proof(plan: Groups, *, is_two: bool) -> str:
    """How much better another plan could be. With two mentors a group the engine knows that as a bound only."""
    if not plan.groups:
        return ""
    if plan.optimal:
        return "No better plan exists: nobody else can be placed, and its scores add up to the most there can be."
    tried = "Not every two mentors were tried together. " if is_two else ""
    more = plan.placeable - plan.placed
    placed = f"{more} more {'person' if more == 1 else 'people'} at most could be placed. " if more else ""
    if plan.bound == plan.total:
        return f"{tried}{placed}Of plans that place as many, none has better scores."
    if not plan.total:
        return f"{tried}{placed}Better scores are possible."
    better = (plan.bound / plan.total - 1) * 100
    rounded = better.quantize(Decimal("0.1"), ROUND_CEILING)
    scores = f"With as many placed, scores at most {rounded} % better are possible; no plan better than that exists."
    return tried + placed + scores


# --- by team, small ones first ----------------------------------------------------------------


def _by_team(problem: Problem) -> list[tuple[list[str], list[str], str]]:
    """Each unit with the mentor who suits it best; where mentors are short, the units of small teams come first."""
    units = units_of(problem)
    size = problem.model.group.size
    capacity = {key: places // size.default or int(places >= size.least) for key, places in problem.capacity.items()}
    pairs, members = [], {}
    for number, unit in enumerate(units):
        for mentor, places in problem.capacity.items():
            first = sorted(unit.people, key=lambda one: one not in problem.put_first)
            allowed = [one for one in first if problem.points(one, mentor) is not None][:places]
            if capacity[mentor] and len(allowed) >= size.least:
                members[number, mentor] = allowed
                # Everybody in the unit before how well they suit: a mentor who may not mentor one of them comes last.
                worth = Decimal(100 * len(allowed) - 100 * len(unit.people)) + _mean(problem, allowed, [mentor])
                pairs.append((str(number), mentor, worth + 100 * size.most))
    if not pairs:
        return []
    solution = solve(
        Assignment(
            mentees=[
                Mentee(
                    str(number),
                    waited=PUT_FIRST * (not problem.put_first.isdisjoint(unit.people)) + 1000 - unit.smallest,
                )
                for number, unit in enumerate(units)
            ],
            mentors=[Mentor(key, capacity=count) for key, count in capacity.items() if count],
            pairs=pairs,
        )
    )
    by_unit = {int(number): mentor for number, mentor, _ in solution.pairs}
    order = sorted(by_unit, key=lambda number: (units[number].smallest, units[number].teams))
    names = _told_apart([" and ".join(dict.fromkeys(units[one].teams)) for one in order])
    return [([by_unit[one]], members[one, by_unit[one]], name) for one, name in zip(order, names, strict=True)]


def _told_apart(names: list[str]) -> list[str]:
    """Names of which none is another's: groups of teams of one name, at two sites or shared out, are numbered."""
    seen: dict[str, int] = defaultdict(int)
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name}, group {seen[name]}" if names.count(name) > 1 else name)
    return numbered


def units_of(problem: Problem) -> list[_Unit]:
    """Who waits, by team: those of teams too small for a group together, the smallest first, with neighbours."""
    size = problem.model.group.size
    teams: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in problem.mentees:
        if problem.unfit("mentee", key):
            continue
        facts = problem.facts[int(key)]
        teams[facts.site, facts.team or "No team"].append(key)
    small = sorted(
        (some for some in teams if len(teams[some]) < size.least), key=lambda one: (one[0], len(teams[one]), one)
    )
    units = [
        _Unit([team], teams[site, team], len(teams[site, team])) for site, team in teams if (site, team) not in small
    ]
    joined = _Unit([])
    joins: list[_Unit] = []
    for site, team in small:  # in the order of sites: neighbours are those who work at one place
        some = teams[site, team]
        joined.smallest = min(joined.smallest or len(some), len(some))
        joined.teams.append(team)
        joined.people += some
        if len(joined.people) >= size.least:
            joins.append(joined)
            joined = _Unit([])
    if joined.people:  # too few are left over: they go with the smallest that has room
        room = [one for one in [*joins, *units] if len(one.people) + len(joined.people) <= size.default]
        host = min(room, key=lambda one: len(one.people), default=None)
        if host is not None:
            host.teams += joined.teams
            host.people += joined.people
            host.smallest = min(host.smallest, joined.smallest)
    return [part for unit in [*joins, *units] for part in _shared_out(unit, size.default)]


def _shared_out(unit: _Unit, most: int) -> list[_Unit]:
    """A unit that is too large for one group, as evenly as can be."""
    count = -(-len(unit.people) // most)
    return [_Unit(unit.teams, unit.people[number::count], unit.smallest) for number in range(count)]


# --- in words ---------------------------------------------------------------------------------


def _mean(problem: Problem, mentees: Sequence[str], mentors: Iterable[str]) -> Decimal:
    points = [problem.points(mentee, mentor) or 0 for mentee in mentees for mentor in mentors]
    return Decimal(round(float(np.mean(points)))) / 100 if points else Decimal(0)


def _proposed(problem: Problem, mentors: list[str], mentees: list[str], name: str) -> ProposedGroup:
    counted: dict[str, int] = defaultdict(int)
    for mentee in mentees:
        for mentor in mentors:
            for part in problem.components(mentee, mentor):
                if part.points and part.is_known:
                    counted[part.label] += 1
    pairs = len(mentees) * len(mentors)
    best = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:FEW]
    return ProposedGroup(
        mentors=[problem.mentors[key] for key in mentors],
        mentees=[problem.mentees[key] for key in mentees],
        name=name,
        score=round(_mean(problem, mentees, mentors)),
        reasons=[label if count == pairs else f"{label} ({count} of {pairs})" for label, count in best],
        key=hashlib.blake2b(" ".join([*mentors, "with", *mentees]).encode(), digest_size=8).hexdigest(),
    )


def _why(problem: Problem, mentee: str) -> str:
    """Why somebody is in no group of the plan."""
    if unfit := problem.unfit("mentee", mentee):
        return unfit[0].sentence
    allowed = [mentor for mentor in problem.mentors if problem.points(mentee, mentor) is not None]
    if not problem.mentors:
        return "Nobody who could lead a group has a place left."
    if not allowed:
        return " ".join(dict.fromkeys(problem.refusals(mentee, one)[0].sentence for one in list(problem.mentors)[:FEW]))
    return (
        f"Those who wait beside them are fewer than {problem.model.group.size.least}, or no mentor has room for more."
    )
