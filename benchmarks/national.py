"""A national cohort in one portal: 3,000 mentees and 2,000 mentors, from the button to the finished run, in a process
of its own as a worker has one; then the pages on which it is looked at."""

from benchmarks.scratch import in_child

NAME = "national"


def run(quick: bool) -> dict:
    """Seconds by stage, the peak of memory, and a page of the board and of choosing by hand."""
    mentees, mentors = (600, 400) if quick else (3_000, 2_000)
    figures = in_child("benchmarks.inside.national", str(mentees), str(mentors))
    size = f"{mentees:,} × {mentors:,}"
    limits = {
        f"{size}: processor seconds of the whole task": (figures["task"], 60),
        f"{size}: peak memory, MB": (figures["peak_mb"], 1_000),
        f"{size}: choosing by hand, queries": (figures["choosing_queries"], 15),
        f"{size}: choosing by hand, processor seconds": (figures["choosing"], 0.3),
    }
    checks = [
        {"name": name, "value": value, "limit": limit, "ok": value <= limit} for name, (value, limit) in limits.items()
    ]
    return {"rows": figures.pop("stages"), "figures": figures, "checks": checks}
