"""Groups keep every limit, place the most, then score the most: compared with trying everything."""

import json
from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest

from matching.engine import Assignment, BadProblem, Infeasible, Mentee, Mentor, packing
from matching.engine import grouping as grouping_module
from matching.engine.__main__ import main
from matching.engine.grouping import Grouping, solve_groups


def best_of_all(problem: Assignment, grouping: Grouping):
    """The most placed and the highest total (times the mentors of a group) of every plan there is, one group a host."""
    score = {(i, j): s for i, j, s in problem.pairs}
    capacity = {mentor.id: mentor.capacity for mentor in problem.mentors}
    hosts = [
        host
        for host in combinations(sorted(capacity), grouping.mentors_per_group)
        if not grouping.external or len(set(host) & grouping.external) == 1
        for _ in range(min(capacity[one] for one in host))
    ]
    mentees = [mentee.id for mentee in problem.mentees]
    options = [
        [None] + [at for at, host in enumerate(hosts) if all((one, mentor) in score for mentor in host)]
        for one in mentees
    ]
    best = None
    for choice in product(*options):
        groups = {}
        for one, at in zip(mentees, choice, strict=True):
            if at is not None:
                groups.setdefault(at, []).append(one)
        if not all(fits(members, grouping) for members in groups.values()):
            continue
        led = [mentor for at in groups for mentor in hosts[at]]
        if any(led.count(mentor) > capacity[mentor] for mentor in led):
            continue
        if any(not any(j in hosts[at] and i in who for at, who in groups.items()) for i, j in problem.pinned):
            continue
        total = sum(score[one, mentor] for at, who in groups.items() for one in who for mentor in hosts[at])
        best = max(best or (0, -1), (sum(map(len, groups.values())), total))
    return best


def fits(members, grouping):
    low, high = grouping.size
    if not low <= len(members) <= high:
        return False
    if grouping.max_difference is None:
        return True
    kinds = sorted(set(grouping.kinds.values()))
    counts = [sum(grouping.kinds[one] == kind for one in members) for kind in kinds]
    return max(counts) - min(counts) <= grouping.max_difference


def random_groups(seed: int) -> tuple[Assignment, Grouping]:
    dice = Random(seed)
    two = dice.random() < 0.4
    mentees = [Mentee(f"e{at}") for at in range(7 if two else 8)]
    mentors = [Mentor(f"o{at}", dice.choice([1, 1, 2])) for at in range(3)]
    pairs = [(i.id, j.id, dice.randint(0, 40)) for i in mentees for j in mentors if dice.random() < 0.8]
    low = dice.randint(1, 3)
    kinds = {one.id: dice.choice("AB" if dice.random() < 0.8 else "ABC") for one in mentees}
    grouping = Grouping(
        (low, low + dice.randint(0, 3)),
        1 + two,
        kinds,
        dice.choice([None, 0, 1, 1, 2]),
        frozenset({"o0"}) if two and dice.random() < 0.6 else frozenset(),
    )
    pinned = dice.sample([(i, j) for i, j, _ in pairs], 1) if pairs and dice.random() < 0.3 else []
    return Assignment(mentees, mentors, pairs, pinned), grouping


@pytest.mark.parametrize("seed", range(40))
def test_small_groups_equal_the_best_of_all(seed):
    problem, grouping = random_groups(seed)
    expected = best_of_all(problem, grouping)
    if expected is None:
        with pytest.raises(Infeasible):
            solve_groups(problem, grouping)
        return
    found = solve_groups(problem, grouping)
    assert (found.placed, found.total * grouping.mentors_per_group) == expected
    assert found.placeable == found.placed
    assert found.optimal
    assert found.bound == found.total
    assert len(found.unmatched) == len(problem.mentees) - found.placed


@pytest.mark.parametrize("seed", range(60, 90))
def test_untried_partners_are_bounded_and_nothing_is_claimed_beyond(monkeypatch, seed):
    """Each mentor is tried with one partner only; the bound must hold for all, and `optimal` only where it is true."""
    monkeypatch.setattr(grouping_module, "PARTNERS", 1)
    problem, grouping = random_groups(seed)
    grouping = replace(grouping, mentors_per_group=2, size=(1, 3), max_difference=None)
    problem = replace(problem, mentees=problem.mentees[:6], pinned=[])
    pairs = [(i, j, s) for i, j, s in problem.pairs if i != "e6" and i != "e7"]
    problem = replace(problem, mentors=[*problem.mentors, Mentor("o3")],
                      pairs=[*pairs, *((i.id, "o3", 7) for i in problem.mentees)])  # fmt: skip
    placed, total = best_of_all(problem, grouping)
    found = solve_groups(problem, grouping)
    assert found.placed <= placed <= found.placeable
    if found.placed == placed:
        assert found.bound * 2 >= total
    if found.optimal:
        assert (found.placed, found.total * 2) == (placed, total)
    assert found.bound >= found.total


def test_an_odd_largest_size_is_used_to_the_full():
    mentees, kinds = [Mentee("a"), Mentee("b"), Mentee("c")], {"a": "A", "b": "A", "c": "B"}
    problem = Assignment(mentees, [Mentor("X")], [(one.id, "X", 1) for one in mentees])
    found = solve_groups(problem, Grouping((2, 3), 1, kinds, 1))
    assert (found.placed, found.optimal) == (3, True)


@pytest.mark.parametrize(
    ("call", "change"),
    [(1, {"status": 1}), (2, {"status": 1}), (1, {"mip_dual_bound": -9.0}), (2, {"mip_dual_bound": -9.0})],
)
def test_what_the_solver_has_not_proven_is_not_called_best(monkeypatch, call, change):
    """Of its two calls, the first for places and the second for scores, one ends with a gap."""
    calls, solve = [], packing.milp

    def milp(*args, **kwargs):
        found = solve(*args, **kwargs)
        calls.append(1)
        if len(calls) == call:
            found.update(change)
        return found

    monkeypatch.setattr(packing, "milp", milp)
    found = solve_groups(Assignment([Mentee("a"), Mentee("b")], [Mentor("X")], [("a", "X", 1)]), Grouping((1, 2)))
    assert (found.placed, found.total, found.optimal) == (1, 1, False)


def test_two_mentors_among_many_can_be_proven():
    """Twenty mentors, places for all: each mentee has one mentor of the two best, so the bound is met."""
    mentees = [Mentee(f"e{at:02}") for at in range(20)]
    mentors = [Mentor(f"o{at:02}") for at in range(20)]
    pairs = [(f"e{i:02}", f"o{j:02}", 90 if j // 2 == i // 2 else 10) for i in range(20) for j in range(20)]
    found = solve_groups(Assignment(mentees, mentors, pairs), Grouping((2, 4), 2))
    assert (found.placed, found.total, found.bound, found.optimal) == (20, 1800, 1800, True)


def department(mentees: int, mentors: int) -> Assignment:
    dice = Random(3)
    return Assignment(
        [Mentee(f"e{at:03}") for at in range(mentees)],
        [Mentor(f"o{at:02}") for at in range(mentors)],
        [(f"e{i:03}", f"o{j:02}", dice.randint(0, 9999) / 100) for i in range(mentees) for j in range(mentors)],
    )


def test_a_department_of_groups_is_valid_and_the_order_of_input_changes_nothing():
    problem = department(60, 14)
    grouping = Grouping((4, 8), 1, {one.id: "AB"[at % 2] for at, one in enumerate(problem.mentees)}, 1)
    found = solve_groups(problem, grouping)
    assert found.placed == 60
    assert found.optimal
    assert all(fits(group.mentees, grouping) for group in found.groups)
    dice = Random(1)
    shuffled = replace(
        problem,
        **{
            name: dice.sample(getattr(problem, name), len(getattr(problem, name)))
            for name in ("mentees", "mentors", "pairs")
        },
    )
    assert replace(solve_groups(shuffled, grouping), seconds=0) == replace(found, seconds=0)


def test_the_command_line(capsysbinary, tmp_path):
    document = {
        "mentees": [{"id": f"e{at}", "attributes": {"profession": "AB"[at % 2]}} for at in range(4)],
        "mentors": [{"id": "X"}, {"id": "Y", "external": True}, {"id": "Z"}],
        "pairs": [[f"e{i}", j, 10 * i + 1] for i in range(4) for j in "XYZ"],
        "groups": {
            "size": [2, 4],
            "balance": {"attribute": "profession", "max_difference": 0},
            "mentors_per_group": 2,
            "one_external": True,
        },
    }
    path = tmp_path / "groups.json"

    def run(changed):
        path.write_text(json.dumps(changed))
        code = main(["groups", str(path)])
        out, err = capsysbinary.readouterr()
        return code, json.loads(out) if code == 0 else err.decode()

    code, answer = run(document)
    assert (code, answer["placed"], answer["total"], answer["optimal"]) == (0, 4, 64, True)
    assert len(answer["groups"]) == 1
    assert "Y" in answer["groups"][0]["mentors"]
    for wrong, sentence in (
        ({"size": [3, 2]}, "A group needs a size of at least 1 and at most a larger one, not 3 to 2.\n"),
        ({"size": 4}, "The size of groups must be a list of two whole numbers, the least and the most.\n"),
        ({"mentors_per_group": 3}, "A group has 1 or 2 mentors, not 3.\n"),
        ({"mentors_per_group": 1}, "Only groups with 2 mentors have an external one.\n"),
        ({"balance": {"attribute": "grade"}}, "The mentee e0 has no kind to balance groups by.\n"),
        ({"shape": 1}, "The description of groups has a field that is not known: shape.\n"),
    ):
        assert run({**document, "groups": {**document["groups"], **wrong}}) == (2, sentence)
    assert run({**document, "groups": None})[0] == 2
    tight = {**document, "groups": {"size": [4, 4]}, "mentors": [{"id": "X"}], "pinned": [["e0", "X"]]}
    tight["pairs"] = [[f"e{i}", "X", 1] for i in range(3)]
    assert run(tight) == (3, "The pinned pairs cannot all be kept in groups of 4 to 4.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": "even"},
        {"mentees": [Mentee("a", 2)]},
        {"mentees": [Mentee("a", 1, 3)]},
        {"mentors": [Mentor("X", 1, 1)]},
    ],
)
def test_what_groups_do_not_know_is_refused(wrong):
    problem = Assignment([Mentee("a")], [Mentor("X")], [("a", "X", 1)])
    with pytest.raises(BadProblem):
        solve_groups(replace(problem, **wrong), Grouping((1, 2)))
