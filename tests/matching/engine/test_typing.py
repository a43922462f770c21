"""The package holds mypy's strict mode (its settings are in pyproject.toml)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_package_is_typed_strictly(tmp_path):
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), "matching/engine"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
