"""Starts one service so that it cannot outlive its supervisor. Run as a file, never imported.

    python mentoring_portal/child.py SUPERVISOR_PID SIGNAL MODULE [ARGUMENTS]

A supervisor that is killed with SIGKILL can stop nothing any more, so each child
sees to its own end: on Linux the kernel sends SIGNAL when the parent dies;
elsewhere a thread watches the parent's id.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1


def watch(parent: int, number: int):
    """Send this process ``number`` once its parent is another than ``parent``, and make sure of it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), number)
    time.sleep(10)
    os._exit(1)


def main():
    parent, number = int(sys.argv[1]), signal.Signals[sys.argv[2]]
    command = sys.argv[3:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            sys.exit(1)
        os.execv(sys.executable, [sys.executable, "-m", *command])
    threading.Thread(target=watch, args=(parent, number), daemon=True).start()
    sys.path[0] = os.getcwd()  # not this folder, whose celery.py would stand in for Celery
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
