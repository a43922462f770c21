"""Every kind of notice, owed by what causes it; then its cause falls away before it is sent, and no mail goes out.

A kind that is new fails here until it has a scene: how it comes to be owed, and what makes it untrue. Each scene is
delivered once as it is, so that a mail that never goes out is not taken for one that was rightly held back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from notices.actions import delivery, pauses
from notices.kinds import registered
from notices.models import Notice
from notices.post import Post
from people.actions import invitations, merges
from people.actions import people as people_actions
from programmes.actions import (
    asking,
    consents,
    endings,
    enrolments,
    flags,
    group_requests,
    groups,
    introductions,
    joining,
    nominations,
    overrides,
    relationships,
    reviews,
    triads,
    weekly,
)
from programmes.actions.telling import Telling
from sessions_log.actions import asking as asking_after
from sessions_log.actions import (
    board_reports,
    gatherings,
    hours,
    keeping,
    notes,
    offers,
    plans,
    session_forms,
    sessions,
    statements,
    targets,
)
from sessions_log.models import SessionForm
from tests.builders import people, programmes, sessions_log
from tests.builders import session_forms as forms

NOW = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=60)


@dataclass
class Scene:
    """What was owed: when it is due, whose cohort's mail it is, and what would make it untrue, by a word."""

    cohort: object = None
    at: datetime = NOW
    causes: dict[str, Callable[[], object]] = field(default_factory=dict)


SCENES: dict[str, Callable[[], Scene]] = {}


def scene(kind: str):
    def register(make):
        SCENES[kind] = make
        return make

    return register


def pair_of(cohort, **more):
    return programmes.pair(cohort, now=NOW, **more)


def person(pair, role="mentee"):
    return pair.members.get(role=role).person


def ended(pair):
    return {"ended": lambda: relationships.end(relationship=pair, by=None, now=NOW)}


def lead_of(cohort):
    return people.lead(cohort.programme.organisation, now=NOW)


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


@scene("asked-to-take-part")
def _():
    cohort = programmes.cohort(now=NOW)
    one = people.person(organisation=cohort.programme.organisation, band="6", now=NOW)
    asked = programmes.asked(cohort, one, now=NOW)
    return Scene(cohort, causes={"done": lambda: joining.answer(enrolment=asked, yes=False, by=one, now=NOW)})


@scene("facts-wanted")
def _():
    cohort = programmes.cohort(model_key="nqp-senior", now=NOW)
    hospital = cohort.programme.organisation
    mentee = programmes.mentee(cohort, band="6", would_like_mentor="yes", organisation=hospital, now=NOW)
    asking.ask_for_facts(cohort=cohort, side="mentee", by=None, now=NOW)
    return Scene(cohort, causes={"withdrawn": lambda: enrolments.withdraw(enrolment=mentee, by=None, now=NOW)})


def triad():
    pair = programmes.triad(now=NOW)
    trainee = people.person(organisation=pair.cohort.programme.organisation, level="foundation", now=NOW)
    member = triads.name_trainee(relationship=pair, trainee=trainee, tell_on=NOW.date(), by=None, now=NOW)
    triads.tell_due(by=None, now=NOW)
    return Scene(pair.cohort, causes={"let go": lambda: triads.let_go(member=member, by=None, now=NOW)})


SCENES["triad-trainee"] = SCENES["triad-supervisor"] = triad


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


@scene("introduction-opened")
def _():
    asked = programmes.introduction(now=NOW)
    answer = {"relationship": asked.relationship, "now": NOW}
    return Scene(
        asked.one.cohort,
        causes={
            "answered": lambda: introductions.accept(by=asked.other.person, **answer),
            "ended by the other": lambda: introductions.decline(by=asked.one.person, **answer),
        },
    )


@scene("introduction-ended")
def _():
    asked = programmes.introduction(now=NOW)
    introductions.decline(relationship=asked.relationship, by=asked.other.person, now=NOW)
    return Scene(asked.one.cohort)


@scene("introductions-waiting")
def _():
    cohort = programmes.asking_cohort(now=NOW)
    lead = lead_of(cohort)
    asked = programmes.introduction(cohort, by_lead=True, now=NOW)
    return Scene(
        cohort,
        causes={
            "introduced": lambda: introductions.introduce(introduction=asked, by=lead, now=NOW),
            "let rest": lambda: introductions.let_rest(introduction=asked, by=lead, now=NOW),
        },
    )


@scene("request-confirmed")
def _():
    cohort = programmes.asking_cohort(now=NOW)
    asker = programmes.asker(cohort, now=NOW)
    return Scene(cohort, causes={"withdrawn": lambda: enrolments.withdraw(enrolment=asker, by=None, now=NOW)})


@scene("partner-named")
def _():
    own = programmes.mentee(programmes.bringing_cohort(now=NOW), now=NOW)
    named = programmes.nomination(own, people.person(now=NOW), now=NOW)
    return Scene(
        own.cohort,
        causes={
            "answered": lambda: nominations.accept(nomination=named, by=named.person, now=NOW),
            "taken back": lambda: nominations.take_back(nomination=named, by=own.person, now=NOW),
            "withdrawn": lambda: enrolments.withdraw(enrolment=own, by=None, now=NOW),
        },
    )


@scene("partner-declined")
def _():
    own = programmes.mentee(programmes.bringing_cohort(now=NOW), now=NOW)
    named = programmes.nomination(own, people.person(now=NOW), now=NOW)
    nominations.decline(nomination=named, by=named.person, now=NOW)
    return Scene(own.cohort)


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


@scene("invitation")
def _():
    one = people.person(now=NOW)
    link = invitations.invite(person=one, by=None, now=NOW)
    taken = {"done": lambda: invitations.accept(link=link, password="three quiet words", by=one, now=NOW)}
    return Scene(causes=taken)


@scene("records-merged")
def _():
    kept, gone = (people.person("Asha Khan", now=NOW) for _ in range(2))
    merges.merge(kept=kept, gone=gone, email=kept.email, by=None, now=NOW)
    return Scene()


# --- the walk -----------------------------------------------------------------------------------


@pytest.fixture
def walk(db, time_machine, mailoutbox):
    """``walk(kind)``: its scene and the notices owed by it; ``sent(…)``: how many mails these make, at that moment."""

    def sent(owed: list[int], at: datetime) -> int:
        mailoutbox.clear()
        with Post() as post:
            for notice in owed:
                delivery.deliver(notice_id=notice, post=post, by=None, now=at)
        return len(mailoutbox)

    def begin(kind: str):
        time_machine.move_to(NOW, tick=False)
        before = list(Notice.objects.values_list("pk", flat=True))
        made = SCENES[kind]()
        time_machine.move_to(made.at, tick=False)
        due = Notice.objects.exclude(pk__in=before).filter(kind=kind, due_at__lte=made.at)
        return made, list(due.values_list("pk", flat=True))

    begin.sent = sent
    return begin


def test_every_kind_has_a_scene():
    assert set(SCENES) == set(registered())


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_goes_out_as_long_as_it_is_true(walk, kind):
    made, owed = walk(kind)
    assert owed
    assert walk.sent(owed, made.at) == len(owed)
    assert walk.sent(owed, made.at) == 0  # and once


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_does_not_go_out_once_its_cause_has_fallen_away(walk, kind):
    number, words = 0, [""]
    while number < len(words):
        made, owed = walk(kind)
        words = list(made.causes) or []
        if number < len(words):
            made.causes[words[number]]()
            assert walk.sent(owed, made.at) == 0, words[number]
        number += 1


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_does_not_go_to_somebody_who_has_left(walk, kind):
    made, owed = walk(kind)
    if registered()[kind].reaches_leavers:
        assert kind == "records-merged"  # it tells the address of the record that was given up
        return
    for notice in Notice.objects.filter(pk__in=owed).select_related("recipient"):
        if notice.recipient.is_active:
            people_actions.leave(person=notice.recipient, by=None, now=made.at)
    assert walk.sent(owed, made.at) == 0


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_waits_while_the_mail_of_its_cohort_is_paused(walk, kind):
    made, owed = walk(kind)
    if made.cohort is None:  # its mail belongs to no cohort
        assert not Notice.objects.filter(pk__in=owed, cohort_id__isnull=False).exists()
        return
    pauses.pause(cohort_id=made.cohort.pk, by=lead_of(made.cohort), now=made.at)
    assert walk.sent(owed, made.at) == (len(owed) if registered()[kind].past_pauses else 0)
