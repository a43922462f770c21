"""What a long calculation tells while it lasts, and how it is stopped."""

from collections.abc import Callable

from .errors import Cancelled

Progress = Callable[[str, int, int], None]
"""Called with the stage in words, what is done of it and of how much."""
Checks = Callable[[str], Callable[[int, int], None]]
"""For a stage, what each of its rounds calls with (done, of)."""


def checks(progress: Progress | None, cancelled: Callable[[], bool] | None) -> Checks:
    """Every round tells `progress` and raises Cancelled once `cancelled` says so."""

    def stage(words: str) -> Callable[[int, int], None]:
        def report(done: int, of: int) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(words, done, of)

        return report

    return stage
