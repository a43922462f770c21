"""Permission checks and rules broken on purpose: how many of a hundred a test notices (tests/mutation.py)."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.run import BASE_DIR

NAME = "mutation"
SAMPLE = 10  # with --quick


def run(quick: bool) -> dict:
    """Run the mutants in a process of their own, whose settings are those of the tests."""
    with tempfile.TemporaryDirectory(prefix="portal-mutation-") as folder:
        subprocess.run(
            [sys.executable, "-m", "tests.mutation", *(["--sample", str(SAMPLE)] if quick else [])],
            cwd=BASE_DIR,
            env={**os.environ, "PORTAL_VAR": folder, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            check=True,
        )
        return json.loads((Path(folder) / "bench" / "mutation.json").read_text())
