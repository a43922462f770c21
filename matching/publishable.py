"""What stands in the way of publishing a run: asked before a worker begins, and again as the pairs are made.

Writes nothing. Publishing itself is actions/publications.py's.
"""

from collections.abc import Callable
from datetime import datetime

from audit.refusal import Refused
from matching.decisions import Decisions, decisions_of
from matching.models import MatchRun, Proposal
from people.models import Person
from programmes.actions.telling import Telling
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment
from programmes.overrides import overridden
from programmes.places import PairRefused, judge

NOT_LEAD = "Only a lead of this programme can do that."
LARGE = 1_000  # pairs: up to so many are published while somebody waits for the page
TOGETHER = 100  # pairs looked at between two signs of life


def is_large(run: MatchRun) -> bool:
    """Whether publishing ``run`` is a worker's."""
    return run.proposals.count() > LARGE


def must_lead(cohort: Cohort, by: Person, now: datetime) -> None:
    """Refused for anybody else. Pages show a cohort to its leads alone; commands name a person, who may be anyone."""
    if not Cohort.objects.led_by(by, now=now).filter(pk=cohort.pk).exists():
        raise Refused(NOT_LEAD)


def must_be_publishable(*, run: MatchRun, telling: Telling, by: Person, now: datetime) -> None:
    """Refused where ``publish`` would be for all pairs alike: not a lead, a day that has passed, nothing to publish."""
    must_be_asked_well(run, telling, by, now)
    if not run.may_be_published:
        raise Refused(why_not_published(run))


def look_again(*, run: MatchRun, step: Callable[[int], None], now: datetime) -> None:
    """Judge each pair as ``publish`` will, writing nothing and holding no lock; ``step`` hears how many are done.

    Refused with the sentence that ``publish`` would give.
    """
    proposals = proposals_of(run)
    decisions, set_aside = decisions_of(run.cohort, at=now), overridden(run.cohort, at=now)
    try:
        for one in proposals:
            must_take_part(one)
            must_not_be_apart(decisions, one)
        facts = facts_for(run.cohort, [one for pair in proposals for one in (pair.mentee, pair.mentor)], now=now)
        for low in range(0, len(proposals), TOGETHER):
            some = [(one.mentee, one.mentor) for one in proposals[low : low + TOGETHER]]
            judge(run.cohort, some, facts, set_aside)
            step(low + len(some))
    except PairRefused as refusal:
        raise not_published(refusal)


def must_be_asked_well(run: MatchRun, telling: Telling, by: Person, now: datetime) -> None:
    must_lead(run.cohort, by, now)
    if telling.opens_at is not None and telling.opens_at <= now:
        raise Refused("That moment has passed. Choose a later one, or tell people now.")


def proposals_of(run: MatchRun) -> list[Proposal]:
    return list(run.proposals.select_related("mentee__person", "mentor__person").order_by("pk"))


def not_published(refusal: PairRefused) -> Refused:
    pair = f"{refusal.mentee.person.name} with {refusal.mentor.person.name}"
    return Refused(
        f"Nothing was published. {pair} can no longer be matched: {refusal} Find matches again, "
        "then look at them and publish."
    )


def must_take_part(proposal: Proposal) -> None:
    """Before the rules are asked: of somebody who has left they would only say that a fact is not known."""
    for one in (proposal.mentee, proposal.mentor):
        if one.state != Enrolment.State.ENROLLED:
            raise PairRefused(f"{one.person.given_name} is not taking part any more.", proposal.mentee, proposal.mentor)


def must_not_be_apart(decisions: Decisions, proposal: Proposal) -> None:
    try:
        decisions.must_not_keep_apart(proposal.mentee.person, proposal.mentor.person)
    except Refused as refusal:
        raise PairRefused(str(refusal), proposal.mentee, proposal.mentor)


def why_not_published(run: MatchRun) -> str:
    match run.state:
        case MatchRun.State.PUBLISHED:
            return "These matches have been published already. Nobody is told twice."
        case MatchRun.State.QUEUED | MatchRun.State.RUNNING:
            return "These matches are still being found. Wait until they are ready, look at them, then publish."
        case MatchRun.State.FINISHED:
            return "There is no pair to publish: nobody could be placed."
        case _:
            return f"These matches cannot be published: the run is “{run.get_state_display().lower()}”."
