"""Sessions, and the forms that follow them."""

from datetime import UTC, datetime, timedelta

from programmes.actions import (
    relationships,
)
from sessions_log.actions import asking as asking_after
from sessions_log.actions import (
    hours,
    offers,
    plans,
    session_forms,
    sessions,
    targets,
)
from sessions_log.models import SessionForm
from tests.builders import programmes, sessions_log
from tests.builders import session_forms as forms
from tests.notices.scenes.base import NOW, SCENES, Scene, ended, pair_of, person, scene


@scene("session")
def _():
    pair = pair_of(programmes.cohort(now=NOW))
    one = sessions_log.session(pair, person(pair), now=NOW)
    change = {"seen": 0, "by": person(pair), "now": NOW}
    new = sessions_log.next_hour(NOW, days=8)
    return Scene(
        pair.cohort,
        causes={
            "moved": lambda: sessions.move(session=one, starts_at=new, **change),
            "cancelled": lambda: sessions.cancel(session=one, **change),
        },
    )


@scene("times-offered")
def _():
    pair = pair_of(programmes.cohort(now=NOW))
    mentor, at = person(pair, "mentor"), sessions_log.next_hour(NOW)
    offer = offers.offer(relationship=pair, times=[at], minutes=60, by=mentor, now=NOW)
    picked = {"picked": lambda: offers.pick(time=offer.times.get(), by=person(pair), now=NOW)}
    return Scene(
        pair.cohort,
        causes=ended(pair) | picked | {"taken back": lambda: offers.withdraw(offer=offer, by=mentor, now=NOW)},
    )


@scene("word-wanted")
def _():
    pair = pair_of(programmes.cohort(now=NOW))
    word = hours.ask_for_a_word(relationship=pair, of=person(pair, "mentor"), by=person(pair), now=NOW)
    done = {"done": lambda: hours.had_a_word(request=word, by=person(pair), now=NOW)}
    return Scene(pair.cohort, causes=ended(pair) | done)


def nudged():
    return pair_of(programmes.cohort(now=NOW, reminders={"kind": "nudge"}, cadence={"kind": "monthly"}))


def met(pair, at: datetime | None = None) -> Scene:
    one = sessions_log.session(pair, person(pair), now=NOW)
    after = one.starts_at + timedelta(hours=2)
    asking_after.ask_due(by=None, now=after)
    after = at or after
    return Scene(
        pair.cohort,
        at=after,
        causes=ended(pair)
        | {
            "logged": lambda: sessions.log(session=one, by=person(pair), now=after),
            "did not happen": lambda: sessions.miss(session=one, by=person(pair), now=after),
        },
    )


SCENES["did-you-meet"] = lambda: met(nudged())


@scene("did-you-meet-week")
def _():
    weekly_cohort = programmes.cohort(now=NOW, reminders={"kind": "digest"}, cadence={"kind": "weekly"})
    return met(pair_of(weekly_cohort), at=datetime(2027, 4, 26, 8, 0, tzinfo=UTC))  # the Monday after they met


@scene("date-missed")
def _():
    pair = nudged()
    plans.change(relationship=pair, first_on=NOW.date() + timedelta(days=5), mode="video", by=person(pair), now=NOW)
    target, after = pair.targets.first(), NOW + timedelta(days=8)
    asking_after.nudge_due(by=None, now=after)
    held = {"relationship": pair, "day": target.due_on, "by": person(pair), "now": after}
    return Scene(
        pair.cohort,
        at=after,
        causes=ended(pair)
        | {
            "left out": lambda: targets.skip(target=target, by=person(pair), now=after),
            "logged": lambda: sessions.log_unplanned(**held),
        },
    )


def owed_form(kind: str, after: timedelta) -> Scene:
    reminders = {"form-nudge": {"kind": "nudge"}}.get(kind)
    pair = pair_of(forms.cohort(now=NOW, reminders=reminders))
    form = forms.owed(pair, now=NOW)
    for days in range(after.days + 1):
        forms.sweep(now=NOW + timedelta(days=days, hours=1))
    at = NOW + after + timedelta(hours=1)
    form = SessionForm.objects.get(pk=form.pk)
    back = {"form": form, "values": forms.ANSWERS, "by": form.owed_by, "now": at}
    return Scene(
        pair.cohort,
        at=at,
        causes=ended(pair)
        | {
            "done": lambda: session_forms.give_back(**back),
            "excused": lambda: session_forms.excuse(form=form, reason="On leave", by=form.owed_by, now=at),
            "paused": lambda: relationships.pause(relationship=pair, by=None, now=at),
        },
    )


SCENES["form-open"] = lambda: owed_form("form-open", timedelta(0))
SCENES["form-nudge"] = lambda: owed_form("form-nudge", timedelta(days=8))
SCENES["form-chase"] = lambda: owed_form("form-chase", timedelta(days=14))
