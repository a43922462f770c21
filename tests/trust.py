"""What `./portal trust` runs: the evidence for each promise of promises.toml, one row a promise.

A promise without evidence is said to be not yet shown, never counted as shown.
Evidence counts where it ran on every database that this machine has, and never failed.
"""

import sys
import tempfile
import textwrap
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests import services
from tests.run import Tier, run, tiers

PROMISES = Path(__file__).with_name("promises.toml")
SHOWN, SHORT, NOT_YET = "shown", "FALLS SHORT", "not yet shown"


@dataclass(frozen=True)
class Promise:
    figure: str  # of docs/TRUST.md, or a dash
    says: str
    evidence: tuple[str, ...]


def promises() -> list[Promise]:
    found = tomllib.loads(PROMISES.read_text(encoding="utf-8"))["promise"]
    return [Promise(one["figure"], one["says"], tuple(one["evidence"])) for one in found]


def of(evidence: str, tests: set[str]) -> set[str]:
    """Those of ``tests`` that a piece of evidence names: a file, a test, or a test with its parameters."""
    return {test for test in tests if test == evidence or test.startswith((f"{evidence}::", f"{evidence}["))}


def verdict(promise: Promise, *, ran: set[str], failed: set[str]) -> tuple[str, int]:
    """What became of one promise, and by how many tests. Evidence that nothing ran falls short too."""
    if not promise.evidence:
        return NOT_YET, 0
    found = [of(evidence, ran) for evidence in promise.evidence]
    tests = set().union(*found)
    return (SHORT if tests & failed or not all(found) else SHOWN), len(tests)


def row(promise: Promise, outcome: str, count: int) -> str:
    """One promise as it is printed; long sentences go on in the next line."""
    first, *more = textwrap.wrap(promise.says, 84)
    tests = f"{count} {'test' if count == 1 else 'tests'}" if count else ""
    lines = [f"{outcome:<13}  {promise.figure:<3}  {tests:>9}  {first}", *(" " * 31 + line for line in more)]
    return "\n".join(lines)


def report(found: list[Promise], done: list[Tier]) -> int:
    """Print a row for each promise and a line that counts them; 1 where one falls short."""
    ran = set().union(*(tier.ran for tier in done))
    failed = set().union(*(tier.failed for tier in done))
    counts = dict.fromkeys((SHOWN, SHORT, NOT_YET), 0)
    print()
    for promise in found:
        outcome, count = verdict(promise, ran=ran, failed=failed)
        counts[outcome] += 1
        print(row(promise, outcome, count))
    print(
        f"\n{len(found)} promises: {counts[SHOWN]} shown, {counts[SHORT]} fall short, {counts[NOT_YET]} not yet shown"
    )
    return 1 if counts[SHORT] else 0


def main() -> int:
    found = promises()
    # A file that is named whole holds its single tests too; pytest runs each once.
    evidence = sorted({one for promise in found for one in promise.evidence})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-trust-")))
        database_url = stack.enter_context(services.postgres()) if services.find_postgres() else None
        redis_url = stack.enter_context(services.redis_server()) if services.find_redis() else None
        done = tiers(everything=True, database_url=database_url, redis_url=redis_url)
        for tier in done:
            run(tier, evidence, folder)
    return report(found, done)


if __name__ == "__main__":
    sys.exit(main())
