"""The life of a match: told, confirmed, paused, flagged, reviewed, ended."""

from datetime import UTC, datetime, timedelta

from programmes.actions import (
    consents,
    endings,
    flags,
    overrides,
    relationships,
    reviews,
    triads,
    weekly,
)
from programmes.actions.telling import Telling
from sessions_log.actions import (
    keeping,
    notes,
    statements,
)
from tests.builders import people, programmes, sessions_log
from tests.notices.scenes.base import NOW, SCENES, Scene, ended, lead_of, pair_of, person, scene


@scene("match-published")
def _():
    pair = pair_of(programmes.cohort(now=NOW), telling=Telling())
    return Scene(pair.cohort, causes=ended(pair))


def offered():
    pair = pair_of(programmes.cohort(now=NOW, matching={"live": "both-accept"}), telling=Telling())
    pair.refresh_from_db()
    return pair


@scene("match-offered")
def _():
    pair = offered()
    return Scene(pair.cohort, causes=ended(pair))


@scene("match-off")
def _():
    pair = offered()
    consents.decline(relationship=pair, by=person(pair), now=NOW)
    return Scene(pair.cohort)


@scene("pairs-to-confirm")
def _():
    cohort = programmes.cohort(now=NOW, matching={"site_sign_off": True})
    site = people.site(cohort.programme.organisation, now=NOW)
    matchmaker = people.site_lead(site, now=NOW)
    pair = programmes.pair(cohort, programmes.mentee(cohort, site=site, now=NOW), telling=Telling(), now=NOW)
    return Scene(cohort, causes={"done": lambda: consents.confirm(relationship=pair, by=matchmaker, now=NOW)})


@scene("relationship-ended")
def _():
    pair = pair_of(programmes.cohort(now=NOW))
    relationships.end(relationship=pair, by=person(pair), now=NOW)
    return Scene(pair.cohort)


@scene("relationship-thanked")
def _():
    pair = pair_of(programmes.cohort(now=NOW))
    endings.thank(ending=[pair], by=None, now=NOW)
    return Scene(pair.cohort)


def paused():
    pair = pair_of(programmes.cohort(now=NOW))
    relationships.pause(relationship=pair, by=person(pair), now=NOW)
    return pair


@scene("relationship-paused")
def _():
    pair = paused()
    return Scene(
        pair.cohort, causes={"resumed": lambda: relationships.resume(relationship=pair, by=person(pair), now=NOW)}
    )


@scene("relationship-resumed")
def _():
    pair = paused()
    relationships.resume(relationship=pair, by=person(pair), now=NOW)
    pause = {"paused again": lambda: relationships.pause(relationship=pair, by=person(pair), now=NOW)}
    return Scene(pair.cohort, causes=pause | ended(pair))


@scene("flag-raised")
def _():
    cohort = programmes.cohort(now=NOW)
    lead, pair = lead_of(cohort), pair_of(cohort)
    flag = flags.raise_flag(relationship=pair, by=person(pair), now=NOW)
    return Scene(
        cohort,
        causes={
            "done": lambda: flags.close(flag=flag, outcome="carries-on", by=lead, now=NOW),
            "taken back": lambda: flags.close(flag=flag, outcome="taken-back", by=flag.raised_by, now=NOW),
        },
    )


@scene("leads-week")
def _():
    made = SCENES["flag-raised"]()
    monday = datetime(2027, 4, 19, 8, 0, tzinfo=UTC)
    weekly.owe_week(by=None, now=monday)
    return Scene(None, at=monday, causes=made.causes)


@scene("rule-overridden")
def _():
    cohort = programmes.cohort(now=NOW)
    lead_of(cohort)
    lead = lead_of(cohort)
    override = programmes.override(cohort, lead, now=NOW)
    return Scene(cohort, causes={"withdrawn": lambda: overrides.withdraw(override=override, by=lead, now=NOW)})


def triad():
    pair = programmes.triad(now=NOW)
    trainee = people.person(organisation=pair.cohort.programme.organisation, level="foundation", now=NOW)
    member = triads.name_trainee(relationship=pair, trainee=trainee, tell_on=NOW.date(), by=None, now=NOW)
    triads.tell_due(by=None, now=NOW)
    return Scene(pair.cohort, causes={"let go": lambda: triads.let_go(member=member, by=None, now=NOW)})


SCENES["triad-trainee"] = SCENES["triad-supervisor"] = triad


@scene("texts-go")
def _():
    pair = pair_of(programmes.cohort(now=NOW))
    note = sessions_log.note(pair, person(pair), now=NOW)
    relationships.end(relationship=pair, by=None, now=NOW)
    soon = NOW + timedelta(days=340)
    keeping.warn_due(by=None, now=soon)
    return Scene(pair.cohort, at=soon, causes={"deleted": lambda: notes.delete(note=note, by=note.author, now=NOW)})


@scene("review-asked")
def _():
    pair = pair_of(programmes.bringing_cohort(now=NOW))
    asked = programmes.review(pair.members.get(role="mentee"), now=NOW)
    other = pair.members.get(role="mentor").reviews.get()

    def both_answer():
        for one in (asked, other):
            reviews.answer(review=one, goes_on=True, by=one.member.person, now=NOW)

    return Scene(pair.cohort, causes={"answered": both_answer} | ended(pair))


@scene("hours-shared")
def _():
    pair = pair_of(programmes.bringing_cohort(now=NOW))
    member = pair.members.get(role="mentee")
    sessions_log.hours_share(member, now=NOW)
    back = {"taken back": lambda: statements.take_back(member=member, by=member.person, now=NOW)}
    return Scene(pair.cohort, causes=back | ended(pair))
