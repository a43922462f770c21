"""What `./portal test` runs.

Without --all: the suite on SQLite, with whatever of PostgreSQL, Redis and
Chromium this machine has for the tests that need them. With --all: those are
installed where possible, the suite runs on SQLite and again on PostgreSQL with
Redis, and a test that could run nowhere is a failure.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests import services

BASE_DIR = Path(__file__).resolve().parent.parent
NO_TESTS = 5  # pytest's exit code where nothing was selected
# What a developer's shell holds must not decide what is tested.
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "NOTE_KEY_FILE", "DEBUG", "ALLOWED_HOSTS")


@dataclass
class Tier:
    """One run of pytest: the tests with these markers, against these servers."""

    name: str
    markers: str
    env: dict[str, str] = field(default_factory=dict)
    parallel: bool = True
    code: int = 0
    ran: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    seconds: float = 0


def tiers(*, everything: bool, database_url: str | None, redis_url: str | None) -> list[Tier]:
    """The runs, in order. Tests with a browser or real processes run by themselves, one at a time."""
    servers = {"PORTAL_TEST_REDIS_URL": redis_url} if redis_url else {}
    quick = "not browser and not slow"
    found = [Tier("SQLite", quick)]
    if database_url or redis_url:
        if database_url:
            servers["DATABASE_URL"] = database_url
        name = " with ".join(["PostgreSQL" if database_url else "SQLite", *(["Redis"] if redis_url else [])])
        found.append(Tier(name, quick if everything else f"{quick} and (postgres or redis)", servers))
    # Here the tests themselves are on SQLite; the portals that they start choose for themselves.
    own = {"PORTAL_TEST_REDIS_URL": redis_url, "PORTAL_TEST_DATABASE_URL": database_url}
    own = {name: url for name, url in own.items() if url}
    found.append(Tier("processes and browser", "browser or slow", own, parallel=False))
    return found


def run(tier: Tier, arguments: list[str], folder: Path):
    """Run pytest for one tier and take down what became of each test."""
    print(f"\n== {tier.name} ==", flush=True)
    outcomes = folder / "outcomes.json"
    outcomes.unlink(missing_ok=True)
    env = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("PORTAL_")}
    env |= {"PORTAL_VAR": str(folder / "var"), "PORTAL_TEST_OUTCOMES": str(outcomes), **tier.env}
    env |= {name: os.environ[name] for name in ("PORTAL_TEST_BROWSER",) if name in os.environ}
    command = [sys.executable, "-m", "pytest", "-p", "tests.outcomes", "-m", tier.markers, *arguments]
    if tier.parallel and not is_narrow(arguments):
        command += ["-n", str(min(os.cpu_count() or 1, 8))]
    started = time.monotonic()
    tier.code = subprocess.run(command, cwd=BASE_DIR, env=env).returncode
    tier.seconds = time.monotonic() - started
    if outcomes.exists():
        told = json.loads(outcomes.read_text())
        tier.ran, tier.failed, tier.skipped = set(told["ran"]), set(told["failed"]), told["skipped"]


def is_narrow(arguments: list[str]) -> bool:
    """Whether a few tests were asked for, by place or by name: several processes would only be slower."""
    return any(
        one in ("-k", "-n", "-x", "--pdb", "--collect-only") or Path(one.split("::")[0]).exists() for one in arguments
    )


def ran_nowhere(done: list[Tier]) -> dict[str, str]:
    """The tests that were skipped in every tier, with the reason."""
    ran = set().union(*(tier.ran for tier in done))
    skipped = {test: why for tier in done for test, why in tier.skipped.items()}
    # A module that was skipped whole is named by its path; its tests count as run where they did elsewhere.
    return {
        test: why
        for test, why in sorted(skipped.items())
        if test not in ran and not any(other.startswith(f"{test}::") for other in ran)
    }


def main(arguments: list[str]) -> int:
    everything = "--all" in arguments
    arguments = [one for one in arguments if one != "--all"]
    # Ctrl-C and a polite kill end through the same path, so that the servers are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if everything:
        services.install(services.missing())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-test-")))
        database_url = stack.enter_context(services.postgres()) if services.find_postgres() else None
        redis_url = stack.enter_context(services.redis_server()) if services.find_redis() else None
        planned = tiers(everything=everything, database_url=database_url, redis_url=redis_url)
        if "-m" in arguments:  # the choice of tests is the caller's
            planned = [Tier("your own choice", "", parallel=False)]
        for tier in planned:
            run(tier, arguments, folder)
    return verdict(planned, everything=everything)


def verdict(done: list[Tier], *, everything: bool) -> int:
    """Print what became of every tier and return the exit code of the whole."""
    print()
    for tier in done:
        outcome = {0: "passed", NO_TESTS: "nothing to run"}.get(tier.code, f"FAILED (pytest exit code {tier.code})")
        print(f"{tier.name}: {len(tier.ran)} ran, {len(tier.skipped)} skipped, {tier.seconds:.0f} s: {outcome}")
    nowhere = ran_nowhere(done)
    if nowhere:
        print(f"\n{len(nowhere)} {'test' if len(nowhere) == 1 else 'tests'} ran nowhere:")
        for test, why in nowhere.items():
            print(f"  {test}: {why}")
    failed = [tier.code for tier in done if tier.code not in (0, NO_TESTS)]
    if failed:
        return failed[0]
    if all(tier.code == NO_TESTS for tier in done):
        return NO_TESTS
    return 1 if everything and nowhere else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
