"""What `./portal bench [NAME …] [--quick]` runs.

A benchmark is a module in this folder with

    NAME = "engine"
    def run(quick: bool) -> dict: ...

whose dict holds ``checks``, a list of ``{"name", "value", "limit", "ok"}``, and may
hold ``rows``, a list of dicts with the same keys, which are printed as a table.
The dict is written to var/bench/NAME.json. A figure beyond its limit is a
finding, not a failure: the exit code is 0 where every benchmark ran to its end.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

import benchmarks

BASE_DIR = Path(__file__).resolve().parent.parent
OUTPUT = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var")) / "bench"


def found() -> dict:
    """Every benchmark by its NAME."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "run"]
    modules = [importlib.import_module(f"benchmarks.{name}") for name in names]
    return {module.NAME: module for module in modules if hasattr(module, "NAME") and hasattr(module, "run")}


def shown(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if value is None else str(value)


def table(rows: list[dict]) -> str:
    """Rows side by side under their keys; numbers to the right."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[shown(row.get(head)) for head in heads] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(heads, *cells, strict=True)]
    right = [all(isinstance(row.get(head), int | float | None) for row in rows) for head in heads]
    lines = []
    for line in [heads, ["-" * width for width in widths], *cells]:
        padded = [
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(line, widths, right, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def run(module, *, quick: bool) -> bool:
    """Run one benchmark, print its figures and write them down; False where it broke off."""
    print(f"\n== {module.NAME} ==", flush=True)
    started = time.perf_counter()
    try:
        result = module.run(quick)
    except Exception:
        traceback.print_exc()
        return False
    result |= {
        "name": module.NAME,
        "quick": quick,
        "seconds": round(time.perf_counter() - started, 3),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / f"{module.NAME}.json"
    path.write_text(json.dumps(result, indent=2, default=str) + "\n")
    for rows in (result.get("rows"), result["checks"]):
        if rows:
            print(table(rows), end="\n\n")
    print(f"{result['seconds']:.1f} s; written to {path}", flush=True)
    return True


def main(arguments: list[str]) -> int:
    modules = found()
    parser = argparse.ArgumentParser(prog="./portal bench", description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(modules) or 'none yet'}")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in modules]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(modules)}")
    if not modules:
        print("There is no benchmark yet.")
    broken = [name for name in given.names or modules if not run(modules[name], quick=given.quick)]
    if broken:
        print(f"\nBroke off: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
