"""How many people a change of a setting touches at once, counted and told before it is saved.

Every line of the settings page stands here: with what it does to whoever takes part now (``TOUCHES``), or with why it
touches nobody yet (``NOBODY``). What a rule does to pairs is found pair by pair, in effect.py. Nothing is written here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from programmes import mentoring_models
from programmes.agreements import digest_of
from programmes.facts import facts_for
from programmes.mentoring_models import MentoringModel
from programmes.mentoring_models.meeting import Reminders
from programmes.mentoring_models.texts import Agreement
from programmes.model_settings.lines import lines_of
from programmes.models import (
    AgreementAcceptance,
    Cohort,
    Enrolment,
    Introduction,
    Member,
    MentorRequest,
    Programme,
    Relationship,
    RuleBreak,
    Side,
)
from programmes.supervising import SEEN, supervised
from programmes.training import is_not_recorded

Counted = tuple[str, int]  # what it is, and how many
GROUP = Relationship.Shape.GROUP


@dataclass(frozen=True)
class Change:
    """A programme before and after, and who takes part in it."""

    programme: Programme
    before: MentoringModel
    after: MentoringModel
    now: datetime

    @property
    def enrolled(self):
        return Enrolment.objects.live().filter(cohort__programme=self.programme)

    @property
    def matches(self):
        """Those under way, pairs and groups alike."""
        return Relationship.objects.under_way().filter(cohort__programme=self.programme)

    @property
    def pairs(self):
        """Those that meet by the programme's own words: all, but groups that have words of their own beside pairs."""
        of_groups = self.before.group and self.before.group.cadence
        return self.matches.exclude(shape=GROUP) if of_groups else self.matches

    @property
    def groups(self):
        return self.matches.filter(shape=GROUP)

    def members(self, matches):
        return Member.objects.knowing().filter(relationship__in=matches.order_by())


def _matches(label: str) -> Callable[[Change], Iterable[Counted]]:
    return lambda change: [(label, change.matches.count())]


def _pairs(label: str) -> Callable[[Change], Iterable[Counted]]:
    return lambda change: [(label, change.pairs.count())]


def _groups(label: str) -> Callable[[Change], Iterable[Counted]]:
    return lambda change: [(label, change.groups.count())]


def _people(members) -> int:
    return members.order_by().values("person").distinct().count()


def _voluntary(change: Change) -> Iterable[Counted]:
    sides = set(change.after.voluntary) - set(change.before.voluntary)
    yield (
        "Enrolled without a yes of their own here",
        change.enrolled.filter(side__in=sides, volunteered_at=None).count(),
    )


def _confidential(change: Change) -> Iterable[Counted]:
    if change.after.confidential_membership:
        yield "People of whom from now on only members and leads learn that they take part", _people(change.enrolled)


def _capacity(side: Side) -> Callable[[Change], Iterable[Counted]]:
    def counted(change: Change) -> Iterable[Counted]:
        span = getattr(change.after.capacity, side)
        outside = change.enrolled.filter(side=side).filter(Q(capacity__gt=span.most) | Q(capacity__lt=span.least))
        yield "People who have more or fewer places than that, and keep them", outside.count()

    return counted


def _group(change: Change) -> Iterable[Counted]:
    before, after = change.before.group, change.after.group
    role, in_it = Member.Role, Q(members__left_at=None)
    mentees = Count("members", filter=in_it & Q(members__role=role.MENTEE), distinct=True)
    mentors = Count("members", filter=in_it & Q(members__role=role.MENTOR), distinct=True)
    sized = change.groups.order_by().annotate(mentees=mentees, mentors=mentors)
    if after.size.default != before.size.default:
        full = sized.filter(mentees__gte=after.size.default).count()
        yield "Groups that are full by it; whoever is in stays", full
    if after.size.least > before.size.least:
        yield (
            "Groups that are too small by it, and come onto your list",
            sized.filter(mentees__lt=after.size.least).count(),
        )
    if after.mentors > before.mentors:
        yield "Groups that lack a mentor by it", sized.filter(mentors__lt=after.mentors).count()
    if after.joining != before.joining:
        waiting = change.enrolled.filter(side=Side.MENTEE).with_places().count()
        yield (
            f"People who wait and {'join without asking' if after.joining == 'open' else 'ask before they join'}",
            waiting,
        )
    if after.time_is_confirmed and not before.time_is_confirmed:
        cohorts = Cohort.objects.open().filter(programme=change.programme, time_confirmed_at=None).count()
        yield "Cohorts that open no group until protected time is confirmed", cohorts


def _live(change: Change) -> Iterable[Counted]:
    arranged = Relationship.objects.filter(cohort__programme=change.programme, state=Relationship.State.ARRANGED)
    both = change.after.matching.live == "both-accept"
    then = "wait for the yes of both" if both else "are live at once"
    yield f"Matches to be told of, which then {then}", arranged.count()


def _sign_off(change: Change) -> Iterable[Counted]:
    if not change.after.matching.site_sign_off:
        waiting = Relationship.objects.to_confirm().filter(cohort__programme=change.programme)
        yield "Pairs that wait for a site already, and still do", waiting.count()


def _first_meetings(change: Change):
    return Introduction.objects.holding().filter(cohort__programme=change.programme)


def _chemistry(change: Change) -> Iterable[Counted]:
    yield "First meetings under way, which keep the day until which the place is held", _first_meetings(change).count()


def _unanswered(change: Change) -> Iterable[Counted]:
    if days := change.after.matching.unanswered_days:
        since = change.now - timedelta(days=days + 1)
        answered = Member.objects.current().filter(accepted_at__isnull=False).values("relationship")
        due = _first_meetings(change).filter(by_lead=True, opened_at__lt=since).exclude(relationship__in=answered)
        yield "Introductions that come back to the lead, unanswered for longer than that", due.count()


def _asking(change: Change) -> Iterable[Counted]:
    before, after = set(change.before.matching.asking), set(change.after.matching.asking)
    waiting = change.enrolled.with_places()
    yield "People who wait and may ask from now on", waiting.filter(side__in=after - before).count()
    yield "People who wait and may ask no more", waiting.filter(side__in=before - after).count()


def _confirms(change: Change) -> Iterable[Counted]:
    confirmed = MentorRequest.objects.filter(confirmed_at__isnull=False).values("enrolment")
    waiting = change.enrolled.with_places().filter(side__in=change.after.matching.asking).exclude(pk__in=confirmed)
    closes = change.after.matching.confirms_requests
    does = "closes until a lead confirms their request" if closes else "opens, unconfirmed as they are"
    yield f"People who wait, to whom the list {does}", waiting.count()


def _pausing(change: Change) -> Iterable[Counted]:
    before, after = set(change.before.matching.pausing), set(change.after.matching.pausing)
    members = change.members(change.matches)
    yield "People who may pause their match from now on", _people(members.filter(role__in=after - before))
    yield "People who may pause their match no more", _people(members.filter(role__in=before - after))


def _breaks(change: Change) -> Iterable[Counted]:
    found = RuleBreak.objects.open().filter(relationship__in=change.matches.order_by())
    count = found.order_by().values("relationship").distinct().count()
    yield "Matches that break a rule already, and stay as they are on your list", count


def _duration(change: Change) -> Iterable[Counted]:
    before, after = change.before.duration, change.after.duration
    if before.weeks != after.weeks:
        by_model = change.matches.filter(ends_on=None, cohort__end_date=None).count()
        yield f"Matches that end {'on another day' if after.weeks else 'on no fixed day any more'}", by_model
    if before.review_months != after.review_months:
        how = f"every {after.review_months} months" if after.review_months else "no more"
        yield f"Matches under way that are reviewed {how}", change.matches.count()
    if before.renewable != after.renewable:
        may = "may" if after.renewable else "may not"
        yield f"Matches under way that their members {may} renew", change.matches.count()


def _supervisor_sees(change: Change) -> Iterable[Counted]:
    before, after = (one.matching.supervisor_sees == SEEN for one in (change.before, change.after))
    if before != after:
        what = "reads from now on who the mentor is" if after else "reads no more who the mentor is"
        members = Member.objects.filter(relationship__in=change.matches.order_by())
        found = supervised(members, on=timezone.localdate(change.now))
        yield f"Matches of which a designated supervisor {what}", found.values("relationship").distinct().count()


def _phases(change: Change) -> Iterable[Counted]:
    yield "People whose phase is read anew from the dates on record", change.enrolled.filter(side=Side.MENTEE).count()


def _reminders(of: Callable[[MentoringModel], Reminders | None], matches: Callable) -> Callable:
    def reached(model: MentoringModel) -> set[str]:
        one = of(model)
        return set(one.to) if one and one.kind != "none" else set()

    def counted(change: Change) -> Iterable[Counted]:
        members = change.members(matches(change))
        before, after = reached(change.before), reached(change.after)
        yield "People who are reminded from now on", _people(members.filter(role__in=after - before))
        yield "People who are reminded no more", _people(members.filter(role__in=before - after))
        yield "People who are reminded in another way", _people(members.filter(role__in=before & after))

    return counted


def _accepting(change: Change, matches, before: Agreement, after: Agreement) -> Iterable[Counted]:
    """Who has accepted words that are no more, and who has yet to accept where something waits for it."""
    members = change.members(matches)
    old, new = (
        AgreementAcceptance.objects.filter(version__digest=digest_of(one.text)).values("member")
        for one in (before, after)
    )
    if before.text != after.text:
        yield (
            "People who accepted the words of now, and are asked again",
            members.filter(pk__in=old).exclude(pk__in=new).count(),
        )
    if before.gate != after.gate and after.gate != "none":
        what = "shared notes wait" if after.gate == "before-shared-notes" else "the first session waits"
        yield f"People who have yet to accept, for whom {what}", members.exclude(pk__in=new).count()


def _agreement(change: Change) -> Iterable[Counted]:
    of_groups = change.before.group and change.before.group.agreement
    matches = change.matches.exclude(shape=GROUP) if of_groups else change.matches
    return _accepting(change, matches, change.before.agreement, change.after.agreement)


def _group_agreement(change: Change) -> Iterable[Counted]:
    return _accepting(change, change.groups, change.before.group.agreement, change.after.group.agreement)


def _kept(change: Change) -> Iterable[Counted]:
    was, becomes = change.before.texts_kept_months, change.after.texts_kept_months
    since = change.now - timedelta(days=31 * max(was, becomes))
    ended = Relationship.objects.filter(cohort__programme=change.programme, state=Relationship.State.ENDED)
    when = "sooner" if becomes < was else "later"
    yield (
        f"Ended matches whose words go {when}; whoever wrote there is told before",
        ended.filter(ended_at__gte=since).count(),
    )


def _training(change: Change) -> Iterable[Counted]:
    if change.after.training.gate == "none":
        return
    due = 0
    for cohort in Cohort.objects.open().filter(programme=change.programme).select_related("programme"):
        enrolments = list(cohort.enrolments.live().select_related("person"))
        facts = facts_for(cohort, enrolments, now=change.now, alone=True)
        due += sum(is_not_recorded(change.after, facts[one.person_id], one.side) for one in enrolments)
    waits = ", who book no first session before it" if change.after.training.gate == "before-first-session" else ""
    yield f"People without that training on record{waits}", due


def _read(change: Change) -> Iterable[Counted]:
    yield (
        "People who began on the words of now; no mail tells them of new ones",
        _people(change.members(change.matches)),
    )


TOUCHES: dict[str, Callable[[Change], Iterable[Counted]]] = {
    "voluntary": _voluntary,
    "confidential_membership": _confidential,
    "capacity.mentor": _capacity(Side.MENTOR),
    "capacity.mentee": _capacity(Side.MENTEE),
    "group": _group,
    "matching.live": _live,
    "matching.site_sign_off": _sign_off,
    "matching.chemistry_days": _chemistry,
    "matching.unanswered_days": _unanswered,
    "matching.asking": _asking,
    "matching.confirms_requests": _confirms,
    "matching.pausing": _pausing,
    "matching.supervisor_sees": _supervisor_sees,
    "matching.live_match_breaks_a_rule": _breaks,
    "cadence": _pairs("Matches under way with other dates to aim at; what is booked stays"),
    "group.cadence": _groups("Groups under way with other dates to aim at; what is booked stays"),
    "record_of_aims": _matches("Matches under way in which that changes"),
    "duration": _duration,
    "phases": _phases,
    "register": _matches("Matches under way that are ticked at other meetings"),
    "outline": _pairs("Matches under way that read other suggestions"),
    "hours": _matches("Matches under way whose hours are counted otherwise"),
    "evidence_domains": _pairs("Matches under way that plan for other domains; what is planned stays"),
    "reminders": _reminders(lambda model: model.reminders, lambda change: change.pairs),
    "group.reminders": _reminders(lambda model: model.group and model.group.reminders, lambda change: change.groups),
    "report": _groups("Groups under way whose report is due otherwise"),
    "agreement.gate": _agreement,
    "agreement.text": _agreement,
    "group.agreement": _group_agreement,
    "texts_kept_months": _kept,
    "training": _training,
    "texts.confidentiality": _read,
}

_WORDS = "Words: they are read from now on, and nothing is asked of anybody."
_NEXT_RUN = "The next run weighs it; no match that there is changes."
NOBODY: dict[str, str] = {
    "eligibility_date": "Judged pair by pair, as a rule is.",
    "words": _WORDS,
    "texts": _WORDS,
    "triad": _WORDS,
    "agreement.called": _WORDS,
    "resources": _WORDS,
    "referral": "The next referral.",
    "outsiders": "The next invitation; whoever is in stays.",
    "likely": "A suggestion on the enrolling page.",
    "matching.objective": _NEXT_RUN,
    "preference": _NEXT_RUN,
    "matching.consent_rules": "The next who asks.",
    "composition": "An indicator: it bars nobody.",
    "supervision": "Cohorts opened from now on.",
    "few": "Counts that others read from now on.",
    "group.round": "The next card of the facilitator.",
    "calendar": "A suggestion for the next cohort.",
}


def why_nobody(key: str) -> str:
    """Why a line touches nobody yet; empty where it does, or may."""
    return NOBODY.get(key) or NOBODY.get(key.split(".")[0], "")


def touched(programme: Programme, proposed: Programme, *, now: datetime) -> list[str]:
    """What the lines that differ do at once, each with how many: "Groups that lack a mentor by it: 2"."""
    before, after = mentoring_models.of(programme), mentoring_models.of(proposed)
    there = {one.key for one in lines_of(after)}
    differ = [one.key for one in lines_of(before) if one.key in there and one.is_changed(before, after)]
    change = Change(programme, before, after, now)
    every = dict.fromkeys(TOUCHES[key] for key in differ if key in TOUCHES)  # both lines of an agreement count once
    return [f"{label}: {count:,}" for counted in every for label, count in counted(change) if count]
