"""Groups, what they owe a board, and gatherings of a cohort."""

from datetime import timedelta

from programmes.actions import (
    group_requests,
    groups,
)
from sessions_log.actions import (
    board_reports,
    gatherings,
    plans,
)
from tests.builders import programmes, sessions_log
from tests.notices.scenes.base import NOW, Scene, ended, person, scene


def group(size=4):
    return sessions_log.group(sessions_log.group_cohort(now=NOW, size=size), now=NOW)


@scene("group-changed")
def _():
    there = group()
    groups.leave(member=there.members.filter(role="mentee").first(), by=None, now=NOW)
    return Scene(there.cohort, causes=ended(there))


@scene("group-place-free")
def _():
    there = group(size=3)
    waiting = programmes.mentee(there.cohort, now=NOW)
    group_requests.ask(relationship=there, mentee=waiting, waits=True, by=waiting.person, now=NOW)
    groups.leave(member=there.members.filter(role="mentee").first(), by=None, now=NOW)
    taken = {"taken": lambda: groups.join(relationship=there, mentee=waiting, by=None, now=NOW)}
    return Scene(there.cohort, causes=ended(there) | taken)


@scene("gathering")
def _():
    cohort = programmes.cohort(now=NOW)
    programmes.mentor(cohort, now=NOW)
    kick_off = gatherings.add(
        cohort=cohort, kind="kick-off", title="Kick-off", day=NOW.date() + timedelta(days=9), by=None, now=NOW
    )
    gatherings.tell(gathering=kick_off, by=None, now=NOW)
    move = {"day": NOW.date() + timedelta(days=10), "by": None, "now": NOW}
    return Scene(cohort, causes={"moved": lambda: gatherings.change(gathering=kick_off, **move)})


@scene("board-report")
def _():
    report = {
        "to": "the board",
        "every_months": 6,
        "chase": {"days_late": 7, "every_days": 7, "limit": 3, "ring_list": True},
    }
    cohort = sessions_log.monthly(sessions_log.group_cohort(report=report, now=NOW))
    there = sessions_log.group(cohort, now=NOW)
    mentor = person(there, "mentor")
    plans.change(relationship=there, first_on=NOW.date(), mode="video", by=mentor, now=NOW)
    board_reports.see_to_due(by=None, now=NOW)
    owes = there.board_reports.get()
    late = NOW + timedelta(days=(owes.due_on - NOW.date()).days + 7, hours=3)
    board_reports.see_to_due(by=None, now=late)

    def send():
        board_reports.show(report=owes, by=mentor, now=late)
        owes.refresh_from_db()
        board_reports.send(report=owes, by=mentor, now=late)

    return Scene(cohort, at=late, causes={"sent": send})
