"""The peak memory of a process."""

import resource
import sys
from pathlib import Path


def peak_mb(process: int | str = "self") -> float:
    """The most memory that a process has held, in MB. Where Linux tells it by itself, that is asked: `getrusage`
    knows only of this one, and counts what the process that started it held, until another program took its place."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024
