"""Which matches of a draft cannot be any more, kept on the proposals so that the board counts and filters them.

It follows from the facts and the rules and can be worked out anew at any time, so it is not written
to the audit record. Publishing judges every pair afresh, whatever stands here.
"""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from audit.models import AuditEvent
from audit.verbs import Verb
from matching.models import MatchRun, Proposal
from people.models import Person
from programmes import mentoring_models
from programmes.actions.standings import OF_A_PROGRAMME, OF_EVERYONE, OF_PEOPLE
from programmes.facts import Facts, facts_for
from programmes.models import Enrolment
from programmes.overrides import overridden, still_barring
from programmes.rules import evaluate

# What changes how the pairs of one person are judged, beyond what changes how they themselves are.
OF_PAIRS = (
    *OF_PEOPLE,
    *(Verb.PERSON_LEFT, Verb.ENROLMENT_WITHDRAWN, Verb.CAPACITY_CHANGED),
    *(Verb.TIE_RECORDED, Verb.TIE_ENDED, Verb.RULE_OVERRIDDEN, Verb.RULE_OVERRIDE_WITHDRAWN),
)
OF_EVERY_PAIR = (*OF_EVERYONE, Verb.MANAGERS_CHANGED)  # a manager is in the line of many
OF_A_COHORT = (Verb.RELATIONSHIP_STARTED, Verb.RELATIONSHIP_ENDED, Verb.RELATIONSHIP_UNMADE)
SO_MANY = 2_000  # events; beyond, every pair is judged again
WHILE_SOMEBODY_WAITS = 500  # pairs; more are left to the sweep
AT_ONCE = 500  # rows a statement
LENGTH = Proposal._meta.get_field("fallen").max_length


def refresh(*, run: MatchRun, by: Person | None, now: datetime, waits: bool = False) -> bool:
    """Judge again the pairs of a draft of which something has changed since. False: it was left to the sweep.

    ``waits``: somebody waits for a page, so only what is quickly done. One query where nothing has changed.
    """
    if run.state != MatchRun.State.FINISHED:
        return True
    last, people = _changed(run)
    if people is not None and not people:
        return True
    proposals = run.proposals.select_related("mentee__person", "mentor__person").order_by("pk")
    if people is not None:
        proposals = proposals.filter(Q(mentee__person__in=people) | Q(mentor__person__in=people))
    if waits and proposals.count() > WHILE_SOMEBODY_WAITS:
        return False
    with transaction.atomic():  # not round the question above, which pages ask and nearly always need no more
        _judge(run, list(proposals), now)
        MatchRun.objects.filter(pk=run.pk).update(judged_event=last)
    return True


def _changed(run: MatchRun) -> tuple[int, set[int] | None]:
    """The latest event to count with, and the people changed by those since the last; None: every pair."""
    known = Q(at__gte=run.requested_at) if run.judged_event is None else Q(pk__gt=run.judged_event)
    verbs = [*OF_PAIRS, *OF_EVERY_PAIR, *OF_A_COHORT, *OF_A_PROGRAMME]
    events = AuditEvent.objects.filter(known, verb__in=verbs, outcome=AuditEvent.Outcome.DONE).order_by("pk")
    found = list(events.values_list("pk", "verb", "about_person_id", "scope_kind", "scope_id")[: SO_MANY + 1])
    if not found:
        return run.judged_event or 0, set()
    last, people = found[-1][0], set()
    if len(found) > SO_MANY:
        return events.values_list("pk", flat=True).last(), None
    for _, verb, person, scope_kind, scope_id in found:
        if verb in OF_A_PROGRAMME or verb in OF_A_COHORT:
            ours = {"programme": run.cohort.programme_id, "cohort": run.cohort_id}
            if ours.get(scope_kind, scope_id) == scope_id:
                return last, None
        elif person is None or verb in OF_EVERY_PAIR:
            return last, None
        else:
            people.add(person)
    return last, people


def _judge(run: MatchRun, proposals: list[Proposal], now: datetime) -> None:
    rules = mentoring_models.of(run.cohort.programme).rules
    there = [one for pair in proposals for one in (pair.mentee, pair.mentor) if one.state == Enrolment.State.ENROLLED]
    facts = facts_for(run.cohort, there, now=now) if there else {}
    set_aside = overridden(run.cohort, at=now)
    wanted = Counter(run.proposals.order_by().values_list("mentor", flat=True))
    changed = []
    for one in proposals:
        said = _gone(one) or _no_place(one, wanted[one.mentor_id]) or _barred(run, one, rules, facts, set_aside)
        if said != one.fallen:
            one.fallen = said[:LENGTH]
            changed.append(one)
    Proposal.objects.bulk_update(changed, ["fallen"], AT_ONCE)


def _gone(proposal: Proposal) -> str:
    for one in (proposal.mentee, proposal.mentor):
        if one.person.merged_into_id:
            return f"Two records of {one.person.name} have become one."
        if not one.person.is_active:
            return f"{one.person.given_name} has left."
        if one.state != Enrolment.State.ENROLLED:
            return f"{one.person.given_name} is not taking part any more."
    return ""


def _no_place(proposal: Proposal, wanted: int) -> str:
    """``wanted``: how many matches of the draft are with this mentor."""
    if _places_left(proposal.mentee) < 1:
        return f"{proposal.mentee.person.given_name} has been matched since."
    left = _places_left(proposal.mentor)
    if left < wanted:
        places = "no place" if not left else "1 place" if left == 1 else f"{left} places"
        return f"{proposal.mentor.person.given_name} has {places} left, for {wanted} of these matches."
    return ""


def _places_left(enrolment: Enrolment) -> int:
    return max(enrolment.capacity - enrolment.places_taken, 0)


def _barred(run: MatchRun, proposal: Proposal, rules, facts: dict[int, Facts], set_aside) -> str:
    pair = proposal.mentee.person_id, proposal.mentor.person_id
    refusals = evaluate(rules, facts[pair[0]], facts[pair[1]], on=run.cohort.start_date)
    return " ".join(refusal.sentence for refusal in still_barring(refusals, set_aside.get(pair, ())))
