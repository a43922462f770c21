"""The engine against SciPy's dense assignment on the same problems, and against its own limits.

Figures are ratios of processor time, because seconds belong to one machine and to who else is using it. Each case runs
in a process of its own with one thread a matrix product, so that its peak memory is its own; imports are not counted.
Other solvers get the scores ready made (`engine_peers`). `python -m benchmarks.engine ROWS COLS SEED SHAPE PEER` runs
one case.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from math import log
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks import engine_peers
from benchmarks.engine_problems import SHAPES, problem
from benchmarks.memory import peak_mb
from matching.engine.blocks import FORBIDDEN
from matching.engine.facts import Problem
from matching.engine.national import answer, find, solve_problem
from matching.engine.nearing import close_calls_of
from matching.engine.reaching import ask
from matching.engine.renewing import rematch_all
from matching.engine.scoring import Scorer, without
from matching.engine.surveying import compare_all, openings_of
from matching.engine.sweeping import Sweep

NAME = "engine"
SEEDS = (11, 12, 13)


def run(quick: bool) -> dict:
    """The figures, each with the limit we hold ourselves to."""
    seeds = SEEDS[:1] if quick else SEEDS
    sizes = [(120, 60, 5), (1_000, 600, 2), (3_000, 2_000, 0.6)] + ([] if quick else [(10_000, 6_000, 0.13)])
    checks: list[dict] = []
    rows: list[dict] = []
    wrong = 0
    whole: dict[int, float] = {}
    for mentees, mentors, limit in sizes:
        ours = [case(mentees, mentors, seed, "plain", "engine") for seed in seeds]
        dense = [case(mentees, mentors, seed, "plain", "dense") for seed in seeds]
        greedy = [case(mentees, mentors, seeds[0], "plain", "greedy")]
        wrong += sum(a[what] != b[what] for a, b in zip(ours, dense, strict=True) for what in ("filled", "total"))
        whole[mentees] = median(one["cpu"] for one in ours)
        base = median(one["cpu"] for one in dense)
        ratio = whole[mentees] / base
        checks.append(held(f"{mentees:,}x{mentors:,}, whole run / dense assignment", ratio, limit))
        for who, runs in (("engine", ours), ("SciPy, dense", dense), ("greedy", greedy)):
            rows.append({"who": who, **runs[0], "times dense": median(one["cpu"] for one in runs) / base})
            told(rows[-1])
        if mentees <= (120 if quick else 1_000):
            rows += others(mentees, mentors, seeds[0], base, quick)
    checks.append(held("plans that differ from the dense optimum", wrong, 0))
    if not quick:
        large = case(50_000, 30_000, SEEDS[0], "plain", "engine")
        rows.append({"who": "engine", **large})
        told(rows[-1])
        checks.append(held("50,000x30,000, whole run / one scoring pass", large["cpu"] / large["scoring"], 9))
        checks.append(held("50,000x30,000, one scoring pass / arithmetic floor", large["scoring"] / large["floor"], 6))
        checks.append(held("50,000x30,000, peak MB", large["peak_mb"], 800))
        tenth = next(row for row in rows if row["who"] == "engine" and row["mentees"] == 10_000)
        checks.append(held("10,000x6,000, peak MB", tenth["peak_mb"], 250))
        growth = log(large["cpu"] / whole[1_000]) / log(50)
        checks.append(held("growth exponent, 1,000 to 50,000", growth, 1.6))
        largest = case(100_000, 60_000, SEEDS[0], "plain", "engine")
        rows.append({"who": "engine", **largest})
        told(rows[-1])
        checks.append(held("100,000x60,000, peak MB", largest["peak_mb"], 1_500))
    checks += stress(1_000 if quick else 10_000, rows)
    checks += questions(1_000 if quick else 10_000)
    rows += surveys(1_000 if quick else 10_000)
    checks.append(wrong_losses(200))
    checks.append(command_line(50_000 if quick else 500_000))
    return {"checks": checks, "rows": rows}


def others(mentees: int, mentors: int, seed: int, base: float, quick: bool) -> list[dict]:
    """The peers on the same problem. The quick run uses only those that are installed already."""
    facts = problem(mentees, mentors, seed)
    scores = Scorer(facts).block(0, mentees)
    rows = []
    for peer, (label, _) in engine_peers.PEERS.items():
        size = {"mentees": mentees, "mentors": mentors, "shape": "plain"}
        if quick and not (engine_peers.HOME / peer / "installed").exists():
            rows.append({"who": label, **size, "why": "not installed yet: run without --quick"})
            continue
        found = engine_peers.run(peer, scores, facts.capacity, FORBIDDEN / 2)
        rows.append({**size, **found, **({"times dense": found["seconds"] / base} if "seconds" in found else {})})
        told(rows[-1])
    return rows


def command_line(pairs: int) -> dict:
    """The peak memory of `python -m matching.engine solve` on a file of so many pairs."""
    dice = random.Random(1)
    mentees, mentors = pairs // 100, pairs // 200
    document = {
        "mentees": [{"id": f"mentee{i:06}"} for i in range(mentees)],
        "mentors": [{"id": f"mentor{j:06}", "capacity": 3} for j in range(mentors)],
        "pairs": [
            [f"mentee{i:06}", f"mentor{j:06}", dice.randint(0, 10_000) / 100]
            for i in range(mentees)
            for j in dice.sample(range(mentors), 100)
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.json"
        path.write_text(json.dumps(document))
        code = (
            "import sys; from matching.engine.__main__ import main; main(sys.argv[1:]);"
            "from benchmarks.memory import peak_mb; print(peak_mb(), file=sys.stderr)"
        )
        command = [sys.executable, "-c", code, "solve", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return held(f"command line, {pairs:,} pairs, peak MB", float(done.stderr.split()[-1]), 400)


def stress(size: int, rows: list[dict]) -> list[dict]:
    """The hard shapes as multiples of the plain one."""
    limits = dict(zip(SHAPES[1:], (6, 5, 20, 6, 5), strict=True))
    plain = case(size, size * 6 // 10, SEEDS[0], "plain", "engine")["cpu"]
    checks = []
    for shape, limit in limits.items():
        found = case(size, size * 6 // 10, SEEDS[0], shape, "engine")
        rows.append({"who": "engine", **found})
        told(rows[-1])
        checks.append(held(f"{shape} at {size:,} / plain", found["cpu"] / plain, limit))
        if shape == "identical wishes":
            checks.append(held(f"{shape} at {size:,}, rounds", found["rounds"], 10))
    return checks


def questions(size: int) -> list[dict]:
    """Why-not questions to one plan: how long each takes."""
    facts = problem(size, size * 6 // 10, SEEDS[0])
    found, dice = find(facts), np.random.default_rng(0)
    taken = []
    while len(taken) < 50:
        mentee, mentor = int(dice.integers(size)), int(dice.integers(len(facts.capacity)))
        if found.problem.score(mentee, mentor) is None:
            continue
        before = process_time()
        ask(found, facts.mentees.ids[mentee], facts.mentors.ids[mentor])
        taken.append(process_time() - before)
    return [held(f"why not, {size:,} mentees, median milliseconds", 1000 * median(taken), 100)]


def surveys(size: int) -> list[dict]:
    """What is asked of a whole plan, in processor seconds: close calls, all policies, a new plan with the fewest
    changes after every fiftieth mentor has gone, and what lifting a rule opens where there are too few places."""
    facts, short = (problem(size, size * 6 // 10, SEEDS[0], shape) for shape in ("plain", "shortage"))
    found, lacking = find(facts), find(short)
    published = [(i, j) for i, j, _ in answer(found, 0).pairs]
    gone = replace(facts, capacity=np.where(np.arange(len(facts.capacity)) % 50 == 0, 0, facts.capacity))
    left_out = answer(lacking, 0).unmatched[0].mentee
    asked = {
        "close calls": lambda: close_calls_of(found),
        "every policy": lambda: compare_all(facts),
        "fewest changes": lambda: rematch_all(gone, published, mode="fewest"),
        "one rule lifted": lambda: openings_of(lacking, left_out, {"band": lambda: without(short, "band")}),
    }
    rows = []
    for what, ask_it in asked.items():
        before = process_time()
        ask_it()
        rows.append({"who": f"engine, {what}", "mentees": size, "cpu": process_time() - before})
        told(rows[-1])
    return rows


def wrong_losses(count: int) -> dict:
    """How many answers to why-not differ from solving again with that pair agreed; half with too few places."""
    wrong = 0
    for seed, shape in zip(SEEDS[:2], ("plain", "shortage"), strict=True):
        facts = problem(100, 60, seed, shape)
        found, dice = find(facts), np.random.default_rng(seed)
        best = solve_problem(facts)
        asked = 0
        while asked < count // 2:
            mentee, mentor = int(dice.integers(100)), int(dice.integers(60))
            if found.problem.score(mentee, mentor) is None or facts.capacity[mentor] == 0:
                continue
            asked += 1
            pair = facts.mentees.ids[mentee], facts.mentors.ids[mentor]
            said, then = ask(found, *pair), solve_problem(replace(facts, pinned=[pair]))
            wrong += said.loss != best.total - then.total
    return held(f"why not, wrong answers of {count}", wrong, 0)


def told(row: dict) -> None:
    """Say what has come out so far: the whole takes a while."""
    print(
        "  ".join(str(row[key]) for key in ("who", "mentees", "shape", "cpu", "seconds", "why") if key in row),
        flush=True,
    )


def held(name: str, value: float, limit: float) -> dict:
    return {"name": name, "value": round(value, 3), "limit": limit, "ok": bool(value <= limit)}


def case(rows: int, cols: int, seed: int, shape: str, peer: str) -> dict:
    """One run in its own process."""
    command = [sys.executable, "-m", "benchmarks.engine", str(rows), str(cols), str(seed), shape, peer]
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=alone).stdout)


def measured(rows: int, cols: int, seed: int, shape: str, peer: str) -> dict:
    """Seconds, filled slots and total (in points) of one solver; the peers get the scores ready made."""
    facts = problem(rows, cols, seed, shape)
    figures: dict[str, float] = {}
    if peer == "engine":
        rounds = _counted_rounds()
        cpu, seconds, solution = _median_run(rows, lambda: solve_problem(facts))
        filled, total = solution.filled, float(solution.total)
        peak = peak_mb()
        figures = {"scoring": _scoring(facts), "floor": _arithmetic(facts), "rounds": len(rounds)}
    else:
        scores = Scorer(facts).block(0, rows)
        solver = dense if peer == "dense" else greedy
        cpu, seconds, (filled, hundredths) = _median_run(rows, lambda: solver(scores, facts.capacity))
        total = hundredths / 100
        peak = peak_mb()
    return {
        "mentees": rows,
        "mentors": cols,
        "shape": shape,
        "seconds": seconds,
        "cpu": cpu,
        "filled": filled,
        "total": total,
        "peak_mb": round(peak),
        **figures,
    }


def _median_run(rows: int, solve: Callable) -> tuple:
    """Processor time, seconds and result: the median of several runs, of more where each takes a blink."""
    times = []
    for _ in range(15 if rows <= 120 else 3 if rows <= 3_000 else 1):
        started, before = perf_counter(), process_time()
        result = solve()
        times.append((process_time() - before, perf_counter() - started))
    return *sorted(times)[len(times) // 2], result


def _counted_rounds() -> list[int]:
    """A list that grows with every round of solve and prove."""
    rounds, beyond = [], Sweep.beyond

    def counted(*given, **named):
        rounds.append(1)
        return beyond(*given, **named)

    Sweep.beyond = counted
    return rounds


def _scoring(facts: Problem) -> float:
    """Processor time of scoring every pair once."""
    scorer, rows = Scorer(facts), len(facts.mentees.ids)
    before = process_time()
    for low in range(0, rows, 256):
        scorer.block(low, min(rows, low + 256))
    return process_time() - before


def _arithmetic(facts: Problem) -> float:
    """Processor time that the multiplications and additions of one scoring pass would take at the best speed of a
    matrix product on this machine, for 32 terms a pair."""
    square = np.ones((1024, 1024), dtype=np.float32)
    square @ square
    before = process_time()
    for _ in range(5):
        square @ square
    return (process_time() - before) / 5 / 1024**3 * 32 * len(facts.mentees.ids) * len(facts.mentors.ids)


def dense(scores: np.ndarray, capacity: np.ndarray) -> tuple[int, int]:
    """SciPy's dense assignment over every place; a forbidden pair costs more than all else together."""
    seats = np.repeat(np.arange(len(capacity)), capacity)
    wide = np.where(scores > FORBIDDEN / 2, scores, -1e9)[:, seats].astype(np.float64)
    row, seat = linear_sum_assignment(wide, maximize=True)
    kept = wide[row, seat] > -1e8
    return int(kept.sum()), int(wide[row, seat][kept].sum())


def greedy(scores: np.ndarray, capacity: np.ndarray) -> tuple[int, int]:
    """The best pair first, then the next: what a person with a spreadsheet does."""
    row, col = np.nonzero(scores > FORBIDDEN / 2)
    order = np.argsort(-scores[row, col], kind="stable")
    free, room = np.ones(scores.shape[0], dtype=bool), capacity.copy()
    filled = total = 0
    for i, j in zip(row[order].tolist(), col[order].tolist(), strict=True):
        if free[i] and room[j]:
            free[i] = False
            room[j] -= 1
            filled += 1
            total += int(scores[i, j])
    return filled, total


if __name__ == "__main__":
    print(json.dumps(measured(*(int(one) for one in sys.argv[1:4]), *sys.argv[4:6])))
