"""Plain answers to small problems, by trying everything. Written from the words of the design, not from the engine."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import NamedTuple

import numpy as np

from matching.engine import Assignment, Mentee, Mentor
from matching.engine.ties import Ties


class Best(NamedTuple):
    """The best plan and what it reaches; None everywhere where minimums cannot be met."""

    pairs: list[tuple[str, str]] | None
    aims: tuple | None
    total: Decimal | None


def best(problem: Assignment) -> Best:
    """The best plan of all, compared level by level, then by the tie rule."""
    score = {(i, j): Decimal(str(s)) for i, j, s in problem.pairs}
    plans = all_plans(problem)
    if not plans:
        return Best(None, None, None)
    top = [(places(problem, plan), plan) for plan in plans]
    most = max(places for places, _ in top)
    plans = [plan for places, plan in top if places == most]
    if problem.policy == "raise_floor":
        free = [frozenset(plan) - set(problem.pinned) for plan in plans]
        floor = max(min((score[pair] for pair in plan), default=Decimal("Infinity")) for plan in free)
        plans = [plan for plan, kept in zip(plans, free, strict=True) if all(score[pair] >= floor for pair in kept)]
    by_policy = _policy(problem, score)
    aims = {plan: (sum(by_policy[pair] for pair in plan), sum(score[pair] for pair in plan)) for plan in plans}
    highest = max(aims.values())
    plans = [plan for plan in plans if aims[plan] == highest]
    ties = _tie_values(problem)
    plans = _evenest(plans)
    plan = max(plans, key=lambda plan: [sum(draw[pair] for pair in plan) for draw in ties])
    return Best(sorted(plan), (most, *highest), Decimal(highest[1]))


def all_plans(problem: Assignment) -> list[tuple]:
    """Every plan that keeps the pins and meets the minimums."""
    score = {(i, j) for i, j, _ in problem.pairs}
    return [plan for plan in _plans(problem, score) if _minimums_met(problem, plan)]


def _plans(problem: Assignment, score: set) -> Iterator[tuple]:
    capacity = {mentor.id: mentor.capacity for mentor in problem.mentors}

    def go(left: list[Mentee], room: dict, plan: tuple) -> Iterator[tuple]:
        if not left:
            yield plan
            return
        mentee, *others = left
        must = {j for i, j in problem.pinned if i == mentee.id}
        open_to = [mentor for mentor in room if (mentee.id, mentor) in score]
        for size in range(min(mentee.slots, len(open_to)) + 1):
            for chosen in combinations(open_to, size):
                if must <= set(chosen) and all(room[mentor] for mentor in chosen):
                    less = {mentor: count - (mentor in chosen) for mentor, count in room.items()}
                    yield from go(others, less, plan + tuple((mentee.id, mentor) for mentor in chosen))

    yield from go(list(problem.mentees), capacity, ())


def _minimums_met(problem: Assignment, plan: tuple) -> bool:
    has = Counter(mentor for _, mentor in plan)
    return all(has[mentor.id] >= mentor.minimum for mentor in problem.mentors)


def places(problem: Assignment, plan: tuple) -> tuple:
    """Most slots, then for the first mentors, the second and so on: how many, longest wait first."""
    if problem.objective == "total":
        return ()
    has = Counter(mentee for mentee, _ in plan)
    waits = sorted({mentee.waited for mentee in problem.mentees}, reverse=True)
    levels = range(1, max((mentee.slots for mentee in problem.mentees), default=0) + 1)
    served = [[sum(has[m.id] >= level and m.waited == w for m in problem.mentees) for w in waits] for level in levels]
    return (len(plan), [sum(row) for row in served], served)  # slots, first and later mentors, queue


def _policy(problem: Assignment, score: dict) -> dict:
    if problem.policy not in ("even", "weakest"):
        return dict.fromkeys(score, 0)
    low, high = min([Decimal(0), *score.values()]), max([Decimal(100), *score.values()])
    power = 2 if problem.policy == "even" else 4
    return {
        pair: 10**6 - round(10**6 * (Fraction(high - value) / Fraction(high - low)) ** power)
        for pair, value in score.items()
    }


def _evenest(plans: list[tuple]) -> list[tuple]:
    """Those with the most pairs, then the least sum of squares of how many mentees each mentor has."""

    def even(plan: tuple) -> tuple[int, int]:
        return len(plan), -sum(load**2 for load in Counter(mentor for _, mentor in plan).values())

    most = max(map(even, plans))
    return [plan for plan in plans if even(plan) == most]


def _tie_values(problem: Assignment) -> list[dict]:
    ties = Ties([mentee.id for mentee in problem.mentees], [mentor.id for mentor in problem.mentors])
    rows = {mentee.id: at for at, mentee in enumerate(problem.mentees)}
    cols = {mentor.id: at for at, mentor in enumerate(problem.mentors)}
    return [
        {(i, j): int(ties.draw(number, np.array([rows[i]]), np.array([cols[j]]))[0]) for i, j, _ in problem.pairs}
        for number in range(3)
    ]


def random_problem(seed: int, *, policy: str = "best_overall", mentees: int = 4, mentors: int = 4) -> Assignment:
    """A tiny problem with every feature switched on or off by chance, all from one seed."""
    dice = Random(seed)
    rows, cols = dice.randint(2, mentees), dice.randint(2, mentors)
    several, waits, minimums, pins, ties = (dice.random() < 0.5 for _ in range(5))
    objective = "total" if policy == "best_overall" and dice.random() < 0.3 else "most_matched_then_total"
    scores = [0, 10, 50] if ties else [dice.randint(-300, 1000) / 10 for _ in range(20)]
    density = dice.choice([0.5, 0.8, 1.0])
    people = [
        Mentee(f"e{at}", dice.randint(0, 3) if several else 1, dice.randint(0, 2) if waits else 0) for at in range(rows)
    ]
    hosts = []
    for at in range(cols):
        capacity = dice.randint(0, 3)
        hosts.append(Mentor(f"o{at}", capacity, int(minimums and capacity > 0 and dice.random() < 0.6)))
    pairs = [(i.id, j.id, dice.choice(scores)) for i in people for j in hosts if dice.random() < density]
    pinned: list[tuple[str, str]] = []
    if pins:
        slots, room = {i.id: i.slots for i in people}, {j.id: j.capacity for j in hosts}
        for i, j, _ in dice.sample(pairs, min(2, len(pairs))):
            if slots[i] and room[j]:
                slots[i] -= 1
                room[j] -= 1
                pinned.append((i, j))
    return Assignment(people, hosts, pairs, pinned, objective, policy)
