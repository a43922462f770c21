"""From the button to the finished run for a department of 120 mentees and 60 mentors with 150 places."""

from benchmarks.scratch import in_child

NAME = "department"
RUNS = 5


def run(quick: bool) -> dict:
    """The engine's part has a limit; the whole task, queue apart, is reported."""
    figures = in_child("benchmarks.inside.department", "1" if quick else str(RUNS))
    check = {"name": "120 × 60: seconds in the engine", "value": figures["engine_seconds"], "limit": 1.0}
    return {"rows": [figures], "checks": [check | {"ok": check["value"] <= check["limit"]}]}
