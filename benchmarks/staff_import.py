"""A staff list of 5,000 rows, from the bytes of the file to the last row written, against writing those rows bare.

The peer is the least that any import could do: `bulk_create` of exactly the rows that ours wrote, in one
transaction on the same database, with nothing read, checked or compared. Each case runs in a portal of its own.
"""

from statistics import median

from benchmarks.scratch import in_child

NAME = "import"
TIMES = 3
RATIO, MEMORY, WAIT = 4, 300, 2.5  # times the bare writing; MB; times the bare writing, while which others wait


def run(quick: bool) -> dict:
    """The figures, each with the limit we hold ourselves to."""
    size, large = (500, 2_000) if quick else (5_000, 20_000)
    runs = [case("csv", size) for _ in range(1 if quick else TIMES)]
    workbook, many, many_workbook = case("xlsx", size), case("csv", large), case("xlsx", large)
    ratio = median(one["seconds"] / one["bare"] for one in runs)
    return {
        "rows": [*runs, workbook, many, many_workbook],
        "checks": [
            held(f"{size:,} CSV rows, whole import / bare bulk_create", ratio, RATIO),
            held(f"{large:,} CSV rows, peak MB", many["peak_mb"], MEMORY),
            held(f"{large:,} Excel rows, peak MB", many_workbook["peak_mb"], MEMORY),
            held(
                f"{large:,} CSV rows, longest wait of another writer / bare", many["longest_wait"] / many["bare"], WAIT
            ),
            held("rows that the same file changes a second time", sum(one["again"] for one in runs), 0),
        ],
    }


def case(kind: str, rows: int) -> dict:
    return in_child("benchmarks.inside.staff_import", kind, str(rows))


def held(name: str, value: float, limit: float) -> dict:
    return {"name": name, "value": round(value, 3), "limit": limit, "ok": bool(value <= limit)}
