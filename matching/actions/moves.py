"""Changing a proposal by hand, judged as it is made: the rules, the places, and who loses theirs."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from matching.actions import decisions, runs
from matching.models import LeftOut, MatchRun, PairDecision, Proposal
from matching.ranking import Candidate, rank
from people.models import Person
from programmes.actions import overrides
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment

NOT_LEAD = "Only a lead of this programme can do that."
CHANGED = "These matches have changed since you opened the page. Look at them again."


@transaction.atomic
def move(
    *,
    run: MatchRun,
    mentee: Enrolment,
    mentor: Enrolment,
    instead_of: Enrolment | None,
    from_mentee: Enrolment | None = None,
    swap: bool = False,
    reason: str = "",
    by: Person,
    now: datetime,
) -> Proposal:
    """Give ``mentee`` this ``mentor`` in a finished run, in place of ``instead_of``; None where they had nobody.

    The pair becomes an agreed one. Where every place of the mentor is proposed
    to somebody, ``from_mentee`` says who gives theirs up: with ``swap`` they get
    ``instead_of``, else they are left out. ``reason`` overrides rules of strength
    ``should`` for the chosen pair; nothing does for the swapped one.

    Refused with the rule's sentence where a pair may not be, without a place,
    once the run is published, and where somebody else has changed these matches
    since they were looked at.
    """
    _claim(run, by, now)
    held = _proposal(run, mentee, instead_of)
    if instead_of == mentor:
        raise Refused(f"{mentor.person.name} is the mentor proposed for {mentee.person.name}.")
    if reason:
        _override(run.cohort, mentee, mentor, reason, by, now)
    candidates = _candidates(run, mentee, now)
    chosen = _allowed(candidates, mentee, mentor)
    if from_mentee is not None:
        _give_up(run, _proposal(run, from_mentee, mentor), instead_of if swap else None, mentee, now)
    elif chosen.free_places <= run.proposals.filter(mentor=mentor).count():
        raise Refused(f"{mentor.person.name} has no free place in these matches.")
    if held is not None:
        _no_longer_agreed(held, by, now)
    moved = _put(run, held, mentee, chosen, candidates)
    _count(run)
    decisions.agree(mentee=mentee, mentor=mentor, by=by, now=now)
    record(
        Verb.PROPOSAL_MOVED,
        by=by,
        now=now,
        on=moved,
        about=mentee.person,
        scope=("programme", run.cohort.programme_id),
    )
    return moved


@transaction.atomic
def agree_and_find_again(
    *, run: MatchRun, mentee: Enrolment, mentor: Enrolment, instead_of: Enrolment | None, by: Person, now: datetime
) -> MatchRun:
    """Agree ``mentee`` and ``mentor`` and ask for a new run around them; ``run`` stays as it is.

    Refused as ``decisions.agree`` and ``runs.request`` do.
    """
    _claim(run, by, now, changes=False)
    if (held := _proposal(run, mentee, instead_of)) is not None:
        _no_longer_agreed(held, by, now)
    decisions.agree(mentee=mentee, mentor=mentor, by=by, now=now)
    return runs.request(cohort=run.cohort, policy=run.policy, by=by, now=now)


def _claim(run: MatchRun, by: Person, now: datetime, *, changes: bool = True) -> None:
    """The run is ours until the end of the transaction: nobody publishes it meanwhile, nor moves in it."""
    if not Cohort.objects.led_by(by, now=now).filter(pk=run.cohort_id).exists():
        raise Refused(NOT_LEAD)
    if run.publications.under_way().exists():
        raise Refused("These matches are being published, so they cannot be changed here any more.")
    changed_at = now if changes else F("changed_at")
    if not MatchRun.objects.filter(pk=run.pk, state=MatchRun.State.FINISHED).update(changed_at=changed_at):
        run.refresh_from_db(fields=["state"])
        if run.state == MatchRun.State.PUBLISHED:
            raise Refused("These matches have been published, so they cannot be changed here any more.")
        raise Refused(f"These matches cannot be changed: they are “{run.get_state_display().lower()}”.")


def _proposal(run: MatchRun, mentee: Enrolment, mentor: Enrolment | None) -> Proposal | None:
    """The proposal as the lead saw it; None where they saw the mentee without any."""
    theirs = run.proposals.filter(mentee=mentee).select_related("mentee__person", "mentor__person")
    found = theirs.first() if mentor is None else theirs.filter(mentor=mentor).first()
    if (mentor is None) is not (found is None):
        raise Refused(CHANGED)
    return found


def _override(cohort: Cohort, mentee: Enrolment, mentor: Enrolment, reason: str, by: Person, now: datetime) -> None:
    [candidate] = [one for one in rank(cohort, mentee, now=now) if one.enrolment == mentor] or [None]
    rules = [one.rule for one in candidate.refusals if one.strength == "should"] if candidate else []
    if rules:
        overrides.grant(mentee=mentee, mentor=mentor, rules=rules, reason=reason, by=by, now=now)


def _candidates(run: MatchRun, mentee: Enrolment, now: datetime) -> dict[int, Candidate]:
    return {one.enrolment.pk: one for one in rank(run.cohort, mentee, now=now)}


def _allowed(candidates: dict[int, Candidate], mentee: Enrolment, mentor: Enrolment) -> Candidate:
    chosen = candidates.get(mentor.pk)
    if chosen is None:
        raise Refused(f"{mentor.person.name} is not taking part any more.")
    if chosen.refusals:
        raise Refused(" ".join(refusal.sentence for refusal in chosen.refusals))
    if mentee.state != Enrolment.State.ENROLLED or mentee.places_taken >= mentee.capacity:
        raise Refused(f"{mentee.person.name} is not waiting for a mentor any more.")
    return chosen


def _give_up(run: MatchRun, losing: Proposal, instead: Enrolment | None, to: Enrolment, now: datetime) -> None:
    """Whoever held the place gets the other mentor, or nobody."""
    loser = losing.mentee
    if PairDecision.objects.filter(
        mentee=loser, mentor=losing.mentor, kind=PairDecision.Kind.AGREED, lifted_at=None
    ).exists():
        raise Refused(f"{loser.person.name} and {losing.mentor.person.name} are agreed. Take that back first.")
    if instead is not None:
        candidates = _candidates(run, loser, now)
        _put(run, losing, loser, _allowed(candidates, loser, instead), candidates)
        return
    mentor = losing.mentor.person.name
    found = losing.found_mentor if losing.by_hand else losing.mentor
    where = {"site": losing.site, "band": losing.band}
    losing.delete()
    if not run.proposals.filter(mentee=loser).exists():
        reasons = [f"By hand: the place with {mentor} went to {to.person.name}."]
        LeftOut.objects.create(
            run=run,
            mentee=loser,
            reasons=reasons,
            remedies=[{"kind": "choose"}],
            by_hand=True,
            found_mentor=found,
            **where,
        )


def _put(
    run: MatchRun, held: Proposal | None, mentee: Enrolment, chosen: Candidate, candidates: dict[int, Candidate]
) -> Proposal:
    """Write the new pair over the held one, or as the first of somebody who was left out."""
    others = [one for one in candidates.values() if one.allowed and one is not chosen]
    runner_up = max(others, key=lambda one: (one.score, -one.enrolment.person_id), default=None)
    if held is None:
        was = run.left_out.filter(mentee=mentee).first()
        held = Proposal(run=run, mentee=mentee, **_where(run, mentee, was))
        held.found_mentor = was.found_mentor if was else None
        run.left_out.filter(mentee=mentee).delete()
    elif not held.by_hand:
        held.found_mentor = held.mentor
    held.mentor = chosen.enrolment
    held.by_hand = held.found_mentor_id != chosen.enrolment.pk  # put back is as found
    held.score = chosen.score
    held.components = [
        {"name": part.name, "label": part.label, "points": part.points, "of": part.of, "reason": part.reason}
        for part in chosen.components
    ]
    held.cautions = [one.sentence for one in chosen.cautions]
    held.runner_up = runner_up.enrolment if runner_up else None
    held.runner_up_score = runner_up.score if runner_up else None
    held.fallen = ""  # judged just now
    held.close_to = held.close_loss = None  # it was about the mentor whom the run had found
    held.save()
    return held


def _where(run: MatchRun, mentee: Enrolment, was: LeftOut | None) -> dict[str, str]:
    if was is not None:
        return {"site": was.site, "band": was.band}
    known = facts_for(run.cohort, [mentee], now=run.requested_at, chains=False)[mentee.person_id]
    return {"site": known.site, "band": known.band}


def _no_longer_agreed(held: Proposal, by: Person, now: datetime) -> None:
    for decision in PairDecision.objects.filter(
        mentee=held.mentee, mentor=held.mentor, kind=PairDecision.Kind.AGREED, lifted_at=None
    ):
        decisions.lift(decision=decision, by=by, now=now)


def _count(run: MatchRun) -> None:
    """The run's figures as they are now; ``bound`` and ``found`` stay those of the plan that was found."""
    total = run.proposals.aggregate(total=Sum("score"))["total"] or 0
    matched = run.proposals.order_by().values("mentee").distinct().count()
    MatchRun.objects.filter(pk=run.pk).update(total=total, matched=matched)
    run.refresh_from_db(fields=["total", "matched", "changed_at"])
