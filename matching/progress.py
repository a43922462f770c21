"""How long work tells where it is, and hears that it should stop.

Each telling is one short write, at most two a second besides the first of each stage,
so that the work itself holds no transaction and writers on SQLite never wait for it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

PAUSE = timedelta(milliseconds=500)


class Stopped(Exception):
    """The work was cancelled, or another worker has taken it over: leave quietly."""


class Progress:
    """One attempt's voice. ``tell`` stores ``stage``, ``done``, ``of`` and ``now``, and says whether to go on;
    ``clock`` is the edge's clock, since the work outlasts any one moment."""

    def __init__(self, tell: Callable[..., bool], clock: Callable[[], datetime]):
        self.tell = tell
        self.clock = clock
        self._words = ""
        self._of = 0
        self._done = 0
        self._told_at: datetime | None = None

    def stage(self, words: str, *, of: int = 0) -> None:
        """Enter a stage of ``of`` steps (0: not known). Told at once. Raises Stopped."""
        self._words, self._of = words, of
        self._tell(0, self.clock())

    def step(self, done: int) -> None:
        """``done`` steps of the stage are behind. Told if half a second has passed. Raises Stopped."""
        self._done = done
        now = self.clock()
        if now - self._told_at >= PAUSE:
            self._tell(done, now)

    def during(self, words: str, done: int, of: int) -> None:
        """As ``stage`` and ``step`` in one, for the engine, which names its own stages. Raises Stopped."""
        self._words, self._of = words, of
        self.step(done)

    def is_stopped(self) -> bool:
        """Whether the work should stop, for callers that ask rather than catch."""
        try:
            self.step(self._done)
        except Stopped:
            return True
        return False

    def _tell(self, done: int, now: datetime) -> None:
        self._told_at, self._done = now, done
        if not self.tell(stage=self._words, done=done, of=self._of, now=now):
            raise Stopped
