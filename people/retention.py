"""How long things are kept. Rooms register their rules in AppConfig.ready; the sweep runs them, a page shows them.

A rule names what it is about, how long that is kept, and in words what becomes of
it; ``due`` finds the rows whose time is over at a moment, so that the page can say
beforehand how many will go, and never which.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from audit.record import record
from audit.verbs import Verb
from people.counting import counted_together

logger = logging.getLogger(__name__)
LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Rule:
    """``go(by=…, now=…)`` does it and returns how many went; None where a line of the schedule of its own does it,
    more often than once a day."""

    name: str  # kebab-case, unique
    what: str  # "Messages that were sent, or came to nothing"
    kept: str  # "12 months from then"
    then: str  # "Deleted"
    due: Callable[[datetime], QuerySet] | None  # None: not a table of rows, or counted elsewhere
    go: Callable[..., int] | None


_RULES: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add a rule; a later one of the same name takes its place."""
    _RULES[rule.name] = rule


def registered() -> dict[str, Rule]:
    return dict(_RULES)


def months_before(day: date, months: int) -> date:
    """The day so many calendar months earlier; the last of the month where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def counts(now: datetime) -> dict[str, int]:
    """How many rows go by each rule that can be counted, if it ran at ``now``; one query for all."""
    return counted_together(**{rule.name: rule.due(now) for rule in _RULES.values() if rule.due})


def apply(*, now: datetime, only: Iterable[str] | None = None) -> dict[str, int]:
    """Run every rule (or those named), each in a transaction of its own, and return how many went by each.

    One that fails hinders no other; the first failure is raised at the end, so that the sweep shows it.
    """
    went, fault = {}, None
    for rule in _RULES.values():
        if rule.go is None or (only is not None and rule.name not in only):
            continue
        try:
            with transaction.atomic():
                went[rule.name] = rule.go(by=None, now=now)
                if went[rule.name]:
                    record(Verb.RETENTION_APPLIED, by=None, now=now, on=("retention", rule.name))
        except Exception as error:
            logger.exception("The rule %s of how long things are kept failed", rule.name)
            fault = fault or error
    if fault:
        raise fault
    return went
