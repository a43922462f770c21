"""Who manages whom, at any depth, on a day. Answers many questions after one query.

A loop in the data is reported by ``loops`` and never followed: nobody is in
their own chain because of it, and no walk goes round twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from people.models import Employment, LineManagement


class Management:
    """The lines of management as a graph of ids. A person may have several managers."""

    def __init__(self, lines: Iterable[tuple[int, int]]):
        """``lines`` are pairs (report, manager)."""
        self._managers: dict[int, set[int]] = defaultdict(set)
        for report, manager in lines:
            self._managers[report].add(manager)

    @classmethod
    def on(cls, day: date, *, organisations: Iterable[int] | None = None) -> "Management":
        """The lines that hold on ``day``; with ``organisations``, those of their staff only. One query.

        A line belongs to an organisation by its report's job, so that a chain
        is followed up through managers who themselves work there.
        """
        lines = LineManagement.objects.live(on=day)
        if organisations is not None:
            jobs = Employment.objects.not_over(on=day).filter(organisation__in=organisations)
            lines = lines.filter(report__in=jobs.order_by().values("person"))
        return cls(lines.order_by().values_list("report", "manager"))

    def managers(self, person: int) -> frozenset[int]:
        """The direct managers of ``person``."""
        return frozenset(self._managers.get(person, ()))

    def chain(self, person: int, *, depth: int | None = None) -> dict[int, int]:
        """Everyone above ``person`` with their distance: 1 is a direct manager. ``depth`` limits the walk."""
        above: dict[int, int] = {}
        edge, distance = {person}, 0
        while edge and (depth is None or distance < depth):
            distance += 1
            edge = {m for p in edge for m in self._managers.get(p, ())} - above.keys() - {person}
            above.update(dict.fromkeys(edge, distance))
        return above

    def distance(self, one: int, other: int) -> int | None:
        """How many steps part two people of whom one manages the other; None where neither does."""
        steps = [self.chain(one).get(other), self.chain(other).get(one)]
        return min((step for step in steps if step is not None), default=None)

    def loops(self) -> list[list[int]]:
        """Each loop once, as ids in order of report to manager, beginning with the lowest id.

        Of people who manage each other in several tangled ways one loop is
        reported; when it is mended, the next shows.
        """
        found, done = [], set()
        for start in sorted(self._managers):
            if start in done:
                continue
            # Depth first, by hand: a chain of 20,000 would overflow the call stack.
            path, on_path = [start], {start: 0}
            stack = [iter(sorted(self._managers.get(start, ())))]
            while stack:
                manager = next(stack[-1], None)
                if manager is None:
                    stack.pop()
                    finished = path.pop()
                    on_path.pop(finished)
                    done.add(finished)
                elif manager in on_path:
                    loop = path[on_path[manager] :]
                    lowest = loop.index(min(loop))
                    found.append(loop[lowest:] + loop[:lowest])
                elif manager not in done:
                    on_path[manager] = len(path)
                    path.append(manager)
                    stack.append(iter(sorted(self._managers.get(manager, ()))))
        return found
