"""What `./portal trust [--quick]` runs: the evidence for each promise of promises.toml, one row a promise.

A promise without evidence is said to be not yet shown, never counted as shown.
Tests count where they ran on every database that this machine has, and never failed; checks of benchmarks where all
of them hold, at full size. With --quick a benchmark's promise is shown by it alone, at small size; of the others two
tests of each file run, on SQLite alone, without real processes and browsers, and every eighth address is walked by
those that walk the portal: what was not tried is said.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks import run as bench
from tests import services
from tests.architecture import access_page, aggregates_page
from tests.run import BASE_DIR, Tier, run, tiers

PROMISES = Path(__file__).with_name("promises.toml")
FEW = "2"  # tests of each piece of evidence, with --quick
SHOWN, SHORT, NOT_YET, NOT_TRIED = "shown", "FALLS SHORT", "not yet shown", "not tried"


@dataclass(frozen=True)
class Promise:
    figure: str  # of docs/TRUST.md, or a dash
    says: str
    evidence: tuple[str, ...]  # tests
    bench: tuple[str, ...] = ()  # "NAME: how its checks begin"
    measured: str = ""  # the last figure at full size
    why: str = ""  # what is not shown, and why

    @property
    def benchmarks(self) -> list[str]:
        return sorted({one.partition(": ")[0] for one in self.bench})

    @property
    def commands(self) -> str:
        """What shows this promise alone."""
        files = list(dict.fromkeys(one.partition("::")[0] for one in self.evidence))
        commands = [f"./portal bench {' '.join(self.benchmarks)}"] if self.bench else []
        return "; ".join(commands + ([f"./portal test {' '.join(files)}"] if files else []))


def promises() -> list[Promise]:
    found = tomllib.loads(PROMISES.read_text(encoding="utf-8"))["promise"]
    return [
        Promise(
            one["figure"],
            one["says"],
            tuple(one["evidence"]),
            tuple(one.get("bench", ())),
            one.get("measured", ""),
            one.get("why", ""),
        )
        for one in found
    ]


def page(found: list[Promise]) -> str:
    """The table of docs/TRUST.md: a row for each promise, those with a figure or an abuse case in their order."""
    rows = ["| | promise | shown by | last figure, or what is missing |", "|---|---|---|---|"]
    for one in sorted(found, key=_place):
        command = f"`{one.commands}`" if one.commands else "–"
        told = ". ".join(filter(None, (one.measured, one.why))) or ("holds" if one.commands else "not yet shown")
        rows.append(f"| {one.figure} | {one.says} | {command} | {told} |")
    return "\n".join(rows) + "\n"


def _place(promise: Promise) -> tuple[int, int]:
    letter, number = promise.figure[0], promise.figure[1:]
    return "TF".find(letter) % 3, int(number or 0)


def of(evidence: str, tests: set[str]) -> set[str]:
    """Those of ``tests`` that a piece of evidence names: a file, a test, or a test with its parameters."""
    return {test for test in tests if test == evidence or test.startswith((f"{evidence}::", f"{evidence}["))}


def checks_of(named: str, checks: dict[str, list[dict]]) -> list[dict]:
    """The checks that ``bench`` names, of the benchmarks that ran."""
    benchmark, _, beginning = named.partition(": ")
    return [check for check in checks.get(benchmark, ()) if check["name"].startswith(beginning)]


def verdict(
    promise: Promise,
    *,
    ran: set[str],
    failed: set[str],
    checks: dict[str, list[dict]] = MappingProxyType({}),
    quick: bool = False,
) -> tuple[str, int]:
    """What became of one promise, and by how many tests and checks. Evidence that nothing ran falls short too,
    unless it was left out to be quick."""
    if not promise.evidence and not promise.bench:
        return NOT_YET, 0
    found = [of(evidence, ran) for evidence in promise.evidence]
    held = [checks_of(named, checks) for named in promise.bench]
    tests = set().union(*found)
    count = len(tests) + sum(map(len, held))
    if tests & failed or not all(check["ok"] for some in held for check in some) or not all(held):
        return SHORT, count
    if quick and not count:
        return NOT_TRIED, 0
    return (SHOWN if quick or all(found) else SHORT), count


def row(promise: Promise, outcome: str, count: int) -> str:
    """One promise as it is printed, with what shows it; long sentences go on in the next line."""
    unit = "check" if promise.bench else "test"
    counted = f"{count} {unit}{'' if count == 1 else 's'}" if count else ""
    first, *more = textwrap.wrap(promise.says, 84)
    more += textwrap.wrap(" ".join(filter(None, (promise.measured, promise.why))), 84)
    more += textwrap.wrap(promise.commands, 84, initial_indent="> ", subsequent_indent="  ", break_on_hyphens=False)
    lines = [f"{outcome:<13}  {promise.figure:<3}  {counted:>10}  {first}", *(" " * 32 + line for line in more)]
    return "\n".join(lines)


def report(
    found: list[Promise],
    done: list[Tier],
    checks: dict[str, list[dict]] = MappingProxyType({}),
    *,
    quick: bool = False,
) -> int:
    """Print a row for each promise and a line that counts them; 1 where one falls short."""
    ran = set().union(*(tier.ran for tier in done))
    failed = set().union(*(tier.failed for tier in done))
    counts = dict.fromkeys((SHOWN, SHORT, NOT_YET, NOT_TRIED), 0)
    print()
    for promise in found:
        outcome, count = verdict(promise, ran=ran, failed=failed, checks=checks, quick=quick)
        counts[outcome] += 1
        print(row(promise, outcome, count))
    print(
        f"\n{len(found)} promises: {counts[SHOWN]} shown, {counts[SHORT]} fall short, {counts[NOT_YET]} not yet shown"
        + (f", {counts[NOT_TRIED]} not tried, as it was to be quick" if quick else "")
    )
    return 1 if counts[SHORT] else 0


def measure(names: list[str], *, quick: bool) -> dict[str, list[dict]]:
    """The checks of each benchmark; those of one that broke off are missing, so what they show falls short."""
    checks = {}
    for name in names:
        (bench.OUTPUT / f"{name}.json").unlink(missing_ok=True)  # nothing of an earlier run counts
        command = [sys.executable, "-m", "benchmarks.run", name, *(["--quick"] if quick else [])]
        if subprocess.run(command, cwd=BASE_DIR).returncode == 0:
            checks[name] = json.loads((bench.OUTPUT / f"{name}.json").read_text())["checks"]
    return checks


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./portal trust", description="The evidence for what the portal promises.")
    parser.add_argument(
        "--quick", action="store_true", help="a few tests and small sizes, SQLite alone: about a quarter of an hour"
    )
    parser.add_argument("--page", action="store_true", help="print the table for docs/TRUST.md and run nothing")
    parser.add_argument("--access", action="store_true", help="print docs/ACCESS.md and run nothing")
    parser.add_argument("--aggregates", action="store_true", help="print docs/AGGREGATES.md and run nothing")
    asked = parser.parse_args(arguments)
    if asked.access or asked.aggregates:
        print((access_page if asked.access else aggregates_page).made(), end="")
        return 0
    quick, found = asked.quick, promises()
    if asked.page:
        print(page(found), end="")
        return 0
    # A file that is named whole holds its single tests too; pytest runs each once.
    evidence = sorted({one for promise in found if not (quick and promise.bench) for one in promise.evidence})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-trust-")))
        if quick:
            done = tiers(everything=True, database_url=None, redis_url=None)[:1]
            done[0].env["PORTAL_TEST_FEW"] = FEW
        else:
            database_url = stack.enter_context(services.postgres()) if services.find_postgres() else None
            redis_url = stack.enter_context(services.redis_server()) if services.find_redis() else None
            done = tiers(everything=True, database_url=database_url, redis_url=redis_url)
        for tier in done:
            side_by_side = ["-n", str(min(os.cpu_count() or 1, 8))] if tier.parallel else []
            run(tier, [*side_by_side, *evidence], folder)
    checks = measure(sorted({name for promise in found for name in promise.benchmarks}), quick=quick)
    return report(found, done, checks, quick=quick)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
