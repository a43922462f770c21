"""The measuring half of benchmarks/fuzz.py: python -m benchmarks.inside.fuzz POSTS QUERIES FILES ROWS."""

import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter

import time_machine

from benchmarks.memory import peak_mb
from benchmarks.scratch import set_up

set_up()

from tests import fuzzed  # noqa: E402
from tests.posting import Senders, shown_forms  # noqa: E402
from tests.scenarios import world  # noqa: E402

NOW = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)


def main(sizes: list[int]) -> dict:
    logging.disable(logging.CRITICAL)  # of refusals, thousands
    with time_machine.travel(NOW, tick=False):  # a session that ran out would be refused everything
        senders = Senders(world(now=NOW))
        forms = shown_forms(senders)
        attacks = {"posts": fuzzed.posts, "queries": fuzzed.queries, "files": fuzzed.files, "rows": fuzzed.lists}
        sized = zip(attacks.items(), sizes, strict=True)
        return {name: told(name, attack, senders, forms, size) for (name, attack), size in sized}


def told(name: str, attack, senders: Senders, forms: list, size: int) -> dict:
    started = perf_counter()
    found = attack(senders, forms, size, seed=2)
    print(f"{name}: {size:,} in {perf_counter() - started:.0f} s. {found.told()}", file=sys.stderr, flush=True)
    return {
        "count": size,
        "answers": {str(status): count for status, count in sorted(found.answers.items(), key=lambda one: str(one[0]))},
        "faults": len(found.faults),
        "half saved": len(found.halves),
        "led to sign in": found.led_away,
    }


if __name__ == "__main__":
    print(json.dumps({"found": main([int(size) for size in sys.argv[1:]]), "peak_mb": round(peak_mb())}))
