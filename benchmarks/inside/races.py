"""The measuring half of benchmarks/races.py: python -m benchmarks.inside.races slots | publishes AT_ONCE ROUNDS."""

import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from time import perf_counter

from benchmarks.scratch import set_up

set_up()

from django.conf import settings  # noqa: E402
from django.core import mail  # noqa: E402

from notices.actions import delivery  # noqa: E402
from notices.models import Notice  # noqa: E402
from notices.post import Post  # noqa: E402
from programmes.models import Enrolment, Relationship  # noqa: E402
from sessions_log.actions import sessions  # noqa: E402
from sessions_log.models import Session  # noqa: E402
from tests.builders import matching, programmes  # noqa: E402
from tests.matching.conftest import make_world  # noqa: E402
from tests.races import (  # noqa: E402
    at_once,
    publish_together,
    publishing_is_unguarded,
    quarters_may_be_shared,
)

NOW = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
TAKEN = {f"{who} another session then. Choose another time." for who in ("Ben has", "You have")}
PUBLISHED = "These matches have been published already. Nobody is told twice."
TWIN = 3  # rounds with the guard off


def slots(many: int, rounds: int) -> dict:
    """One mentor's hour, a round an hour; every second one only overlaps the others."""
    cohort = programmes.cohort(now=NOW, capacity={"mentor": {"least": 1, "most": many, "default": many}})
    ben = programmes.mentor(cohort, "Ben", capacity=many, now=NOW)
    pairs = [programmes.pair(cohort, programmes.mentee(cohort, now=NOW), ben, now=NOW) for _ in range(many)]
    mentees = [pair.members.get(role="mentee").person for pair in pairs]

    def race(number: int) -> tuple[int, list[str]]:
        """How many have it, and what the others were told."""
        hour = NOW.replace(hour=8 + 3 * (number % 4)) + timedelta(days=1 + number // 4)

        def booking(which: int):
            at = hour + timedelta(minutes=15 * (which % 4))
            book = {"relationship": pairs[which], "starts_at": at, "minutes": 60, "by": mentees[which], "now": NOW}
            return lambda: lambda: sessions.book(**book)

        told = at_once(*[booking(which) for which in range(many)])
        return Session.objects.filter(starts_at__gte=hour, starts_at__lt=hour + timedelta(hours=1)).count(), told

    started = perf_counter()
    found = [race(number) for number in range(rounds)]
    seconds = perf_counter() - started
    Session.objects.all().delete()
    with quarters_may_be_shared():
        without = [race(number) for number in range(TWIN)]
    return {
        "rounds": rounds,
        "not_one_winner": sum(winners != 1 for winners, _ in found),
        "without_a_sentence": sum(many - winners - sum(one in TAKEN for one in told) for winners, told in found),
        "guard_off_lost": sum(winners > 1 for winners, _ in without),
        "seconds": round(seconds, 1),
    }


def publishes(many: int, rounds: int) -> dict:
    """One run of three pairs, published by as many leads' browsers at one moment."""

    def race() -> tuple[list, int, bool]:
        """What became of each press, how many mentors have too many, and whether everybody has one mail."""
        world = make_world(NOW)
        run = matching.finished(world.cohort, world.lead, now=NOW)
        outcomes = publish_together(run, world.lead, NOW, presses=many)
        enrolled = Enrolment.objects.filter(cohort=world.cohort)
        living = Counter(
            Relationship.objects.live().filter(cohort=world.cohort).values_list("members__enrolment", flat=True)
        )
        over = sum(living[one.pk] > one.capacity for one in enrolled)
        mail.outbox = []
        with Post() as post:
            for pk in Notice.objects.waiting().values_list("pk", flat=True):
                delivery.deliver(notice_id=pk, post=post, by=None, now=NOW)
        sent = sorted(one.to[0] for one in mail.outbox)
        return outcomes, over, sent == sorted(enrolled.values_list("person__email", flat=True))

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    started = perf_counter()
    found = [race() for _ in range(rounds)]
    seconds = perf_counter() - started
    with publishing_is_unguarded():
        without = [race() for _ in range(TWIN)]
    return {
        "rounds": rounds,
        "not_one_winner": sum(outcomes.count(3) != 1 for outcomes, _, _ in found),
        "without_a_sentence": sum(outcomes.count(PUBLISHED) != many - 1 for outcomes, _, _ in found),
        "over_capacity": sum(over for _, over, _ in found),
        "not_one_mail_each": sum(not once for _, _, once in found),
        "guard_off_lost": sum(outcomes.count(3) > 1 for outcomes, _, _ in without),
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    what, many, rounds = sys.argv[1:]
    print(json.dumps({"slots": slots, "publishes": publishes}[what](int(many), int(rounds))))
