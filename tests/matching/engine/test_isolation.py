"""The engine stands alone: it loads neither Django nor any room of the portal."""

import subprocess
import sys

ROOMS = {
    "audit",
    "django",
    "look",
    "mentoring_portal",
    "notices",
    "people",
    "programmes",
    "reports",
    "sessions_log",
    "vault",
}


def test_importing_the_engine_loads_nothing_of_the_portal():
    code = "import sys, matching.engine; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in loaded if name.split(".")[0] in ROOMS]
    assert [name for name in loaded if name.split(".")[0] == "matching" and not name.startswith("matching.engine")] == [
        "matching"
    ]
