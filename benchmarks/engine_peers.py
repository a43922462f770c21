"""Other solvers on the engine's problems, each in an environment of its own, because some of them clash.

An environment is made once, in var/bench/peers, from PyPI. A peer that cannot be installed, or does not finish in time,
is reported as such. This file is also the script that runs inside an environment: there it imports nothing of the
project. `python engine_peers.py PEER SCORES.npz` prints one JSON object.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from time import perf_counter

import numpy as np

PEERS = {
    "ortools": ("OR-tools min-cost flow", ["ortools==9.15.6755"]),
    "pulp": ("PuLP with CBC", ["pulp==3.3.2"]),
    "matching": ("matching, hospital and residents", ["matching==1.4.3"]),
    "mentor-match": ("mentor-match, one round", ["mentor-match==7.0.1"]),
}
SECONDS = 120
"""A peer that takes longer did not finish."""
HERE = Path(__file__).resolve()
HOME = Path(os.environ.get("PORTAL_VAR", HERE.parent.parent / "var")) / "bench" / "peers"


def run(peer: str, scores: np.ndarray, capacity: np.ndarray, floor: float) -> dict:
    """Seconds to solve (imports and installation apart), slots filled, total in hundredths and peak memory; or `why`
    there is none. A pair with a score at most `floor` is forbidden."""
    label, packages = PEERS[peer]
    python = HOME / peer / "bin" / "python"
    try:
        if not (HOME / peer / "installed").exists():
            venv.create(HOME / peer, with_pip=True, clear=True)
            subprocess.run(
                [python, "-m", "pip", "install", "-q", "numpy", *packages], check=True, capture_output=True, timeout=600
            )
            (HOME / peer / "installed").touch()
    except (subprocess.SubprocessError, OSError):
        return {"who": label, "why": "could not be installed"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.npz"
        np.savez(path, scores=np.where(scores > floor, scores, -(10**9)).astype(np.int64), capacity=capacity)
        try:
            done = subprocess.run(
                [python, str(HERE), peer, str(path)], capture_output=True, text=True, check=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return {"who": label, "why": f"did not finish in {SECONDS} seconds"}
        except subprocess.CalledProcessError as error:
            return {"who": label, "why": (error.stderr.strip().splitlines() or ["failed"])[-1][:200]}
    return {"who": label, **json.loads(done.stdout.splitlines()[-1])}


def _ortools(scores: np.ndarray, capacity: np.ndarray) -> tuple[float, list[tuple[int, int]]]:
    from ortools.graph.python import min_cost_flow

    row, col = np.nonzero(scores > -(10**8))
    rows, cols = scores.shape
    source, sink = rows + cols, rows + cols + 1
    started = perf_counter()
    solver = min_cost_flow.SimpleMinCostFlow()
    pairs = solver.add_arcs_with_capacity_and_unit_cost(row, col + rows, np.ones(len(row)), -scores[row, col])
    solver.add_arcs_with_capacity_and_unit_cost(
        np.full(rows, source), np.arange(rows), np.ones(rows), np.zeros(rows, dtype=int)
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        np.arange(cols) + rows, np.full(cols, sink), capacity, np.zeros(cols, dtype=int)
    )
    solver.set_nodes_supplies(np.array([source, sink]), np.array([rows, -rows]))
    solver.solve_max_flow_with_min_cost()
    used = solver.flows(pairs) > 0
    return perf_counter() - started, list(zip(row[used].tolist(), col[used].tolist(), strict=True))


def _pulp(scores: np.ndarray, capacity: np.ndarray) -> tuple[float, list[tuple[int, int]]]:
    import pulp

    row, col = (each.tolist() for each in np.nonzero(scores > -(10**8)))
    prize = 1 + int(scores.max() - scores[scores > -(10**8)].min()) * (min(scores.shape) + 1)
    started = perf_counter()
    model = pulp.LpProblem("matching", pulp.LpMaximize)
    x = {(i, j): pulp.LpVariable(f"x{i}_{j}", 0, 1) for i, j in zip(row, col, strict=True)}
    model += pulp.lpSum((int(scores[i, j]) + prize) * one for (i, j), one in x.items())
    by_row: dict[int, list] = {}
    by_col: dict[int, list] = {}
    for (i, j), one in x.items():
        by_row.setdefault(i, []).append(one)
        by_col.setdefault(j, []).append(one)
    for mine in by_row.values():
        model += pulp.lpSum(mine) <= 1
    for j, theirs in by_col.items():
        model += pulp.lpSum(theirs) <= int(capacity[j])
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    return perf_counter() - started, [pair for pair, one in x.items() if (one.value() or 0) > 0.5]


def _matching(scores: np.ndarray, capacity: np.ndarray) -> tuple[float, list[tuple[int, int]]]:
    from matching.games import HospitalResident

    allowed = scores > -(10**8)
    residents = {
        i: [int(j) for j in np.argsort(-scores[i], kind="stable") if allowed[i, j]] for i in range(len(scores))
    }
    residents = {i: wishes for i, wishes in residents.items() if wishes}
    hospitals = {
        j: [int(i) for i in np.argsort(-scores[:, j], kind="stable") if allowed[i, j]] for j in range(len(capacity))
    }
    hospitals = {j: wishes for j, wishes in hospitals.items() if wishes}
    started = perf_counter()
    game = HospitalResident.create_from_dictionaries(residents, hospitals, {j: int(capacity[j]) for j in hospitals})
    plan = game.solve()
    seconds = perf_counter() - started
    return seconds, [(int(one.name), int(host.name)) for host, who in plan.items() for one in who]


def _mentor_match(scores: np.ndarray, capacity: np.ndarray) -> tuple[float, list[tuple[int, int]]]:
    from matching.mentee import Mentee
    from matching.mentor import Mentor
    from matching.process import generate_match_matrix, match_and_assign_participants

    class Given:
        """The score as it is; a mentor stands once for each place."""

        def evaluate(self, match) -> bool:
            return bool(scores[match.mentee.number, match.mentor.number] > -(10**8))

        def apply(self, match) -> int:
            if not self.evaluate(match):
                match.disallowed = True
                return 0
            return int(scores[match.mentee.number, match.mentor.number]) + 10**6

    def people(kind, numbers):
        found = []
        for number in numbers:
            one = kind(**{"grade": 0, "first name": str(number), "last name": "", "email": f"{number}@example.org"})
            one.number = int(number)
            found.append(one)
        return found

    mentees = people(Mentee, range(len(scores)))
    mentors = people(Mentor, np.repeat(np.arange(len(capacity)), capacity))
    started = perf_counter()
    match_and_assign_participants(generate_match_matrix(mentors, mentees, [Given()]))
    seconds = perf_counter() - started
    return seconds, [(mentee.number, mentor.number) for mentor in mentors for mentee in mentor.mentees]


def _script(peer: str, path: str) -> dict:
    from memory import peak_mb  # beside this file, which runs by itself here

    data = np.load(path)
    scores, capacity = data["scores"], data["capacity"]
    solvers = {"ortools": _ortools, "pulp": _pulp, "matching": _matching, "mentor-match": _mentor_match}
    seconds, pairs = solvers[peer](scores, capacity)
    return {
        "seconds": seconds,
        "filled": len(pairs),
        "total": sum(int(scores[i, j]) for i, j in pairs) / 100,
        "peak_mb": round(peak_mb()),
    }


if __name__ == "__main__":
    print(json.dumps(_script(*sys.argv[1:3])))
