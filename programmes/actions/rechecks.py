"""The nightly look at pairs that are made: which have come to break a rule since (R3).

The portal decides nothing: what it finds is an item on the leads' list, once,
and goes again by itself where the rule is met again. Only where a programme says
so is the pair paused as well.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.actions import overrides, relationships
from programmes.facts import facts_for
from programmes.models import Cohort, Member, Relationship, RuleBreak
from programmes.overrides import overridden, still_barring
from programmes.places import Pair, are_peers
from programmes.rules import Refusal, evaluate

BATCH = 500  # rows a statement
Found = dict[tuple[int, str], Refusal]  # by relationship and name of the rule


@transaction.atomic
def check(*, cohort: Cohort, by: Person | None, now: datetime) -> int:
    """Judge every pair of ``cohort`` by today's facts; return how many items are new.

    Run twice it makes one item; what is solved is closed. A fixed number of
    queries however many pairs, and one more where there is something to pause.
    """
    found = _broken_rules(cohort, now)
    known = {
        (one.relationship_id, one.rule): one
        for one in RuleBreak.objects.open().select_for_update().filter(relationship__cohort=cohort).order_by("pk")
    }
    solved = [one.pk for key, one in known.items() if key not in found]
    RuleBreak.objects.filter(pk__in=solved).update(closed_at=now, closed_by=by, outcome=RuleBreak.Outcome.SOLVED)
    new = RuleBreak.objects.bulk_create(
        [
            RuleBreak(
                relationship_id=relationship,
                rule=rule,
                strength=refusal.strength,
                sentence=refusal.sentence[: RuleBreak._meta.get_field("sentence").max_length],
                found_at=now,
            )
            for (relationship, rule), refusal in found.items()
            if (relationship, rule) not in known
        ],
        batch_size=BATCH,
    )
    record_many(Verb.RULE_BREAK_FOUND, by=by, now=now, on=new, scope=("programme", cohort.programme_id))
    _pause_where_asked(cohort, new, by, now)
    return len(new)


def pause_at_once(*, by: Person | None, now: datetime) -> int:
    """As ``check``, of every open cohort with a live pair whose programme pauses one that breaks a rule.

    Cohort by cohort, each a transaction of its own; return how many items are new.
    """
    living = Relationship.objects.filter(state=Relationship.State.LIVE).order_by().values("cohort")
    rows = Cohort.objects.open().filter(pk__in=living).select_related("programme__organisation").order_by("pk")
    return sum(check(cohort=one, by=by, now=now) for one in rows if _pauses(one))


def _pauses(cohort: Cohort) -> bool:
    return mentoring_models.of(cohort.programme).matching.live_match_breaks_a_rule == "pause"


@transaction.atomic
def keep(*, rule_break: RuleBreak, reason: str, by: Person, now: datetime) -> RuleBreak:
    """Keep the pair although it breaks the rule, for a ``reason`` that the other leads read.

    Refused for a rule that must be kept, and without a reason: as any override.
    """
    pairs = _pairs_that_break(rule_break, now)
    if not pairs:
        raise Refused("This has ended already.")
    for mentee, mentor in pairs:
        overrides.grant(mentee=mentee, mentor=mentor, rules=[rule_break.rule], reason=reason, by=by, now=now)
    closed = RuleBreak.objects.open().filter(pk=rule_break.pk)
    if not closed.update(closed_at=now, closed_by=by, outcome=RuleBreak.Outcome.KEPT):
        raise Refused("This has been decided already.")
    scope = ("programme", rule_break.relationship.cohort.programme_id)
    record(Verb.RULE_BREAK_CLOSED, by=by, now=now, on=rule_break, scope=scope)
    rule_break.refresh_from_db()
    return rule_break


def _pairs_that_break(rule_break: RuleBreak, now: datetime) -> list[Pair]:
    """The two of a pair, or those of a group who break its rule today; where the rule is met again, the first two."""
    cohort = rule_break.relationship.cohort
    members = rule_break.relationship.members.current().select_related("enrolment__person", "enrolment__cohort")
    pairs = _pairs_of(members)
    if len(pairs) < 2:
        return pairs
    facts = facts_for(cohort, {one for pair in pairs for one in pair}, now=now)
    found = [pair for pair in pairs if any(one.rule == rule_break.rule for one in _refusals(cohort, pair, facts))]
    return found or pairs[:1]


def _pairs_of(members) -> list[Pair]:
    """Every mentee with every mentor; two peers, in the order in which they were judged."""
    by_role = defaultdict(list)
    for member in members:
        by_role[member.role].append(member.enrolment)
    if len(peers := sorted(by_role[Member.Role.PEER], key=lambda one: one.pk)) == 2:
        return [tuple(peers)]
    return [(mentee, mentor) for mentee in by_role[Member.Role.MENTEE] for mentor in by_role[Member.Role.MENTOR]]


def _refusals(cohort: Cohort, pair: Pair, facts) -> list[Refusal]:
    one, other = (facts[enrolment.person_id] for enrolment in pair)
    rules = mentoring_models.of(cohort.programme).rules
    return evaluate(rules, one, other, on=cohort.start_date, peers=are_peers(*pair))


def _broken_rules(cohort: Cohort, now: datetime) -> Found:
    """What of each relationship breaks a rule today and was not set aside by a lead; of a group, all that do."""
    by_relationship = defaultdict(list)
    members = Member.objects.current().filter(
        relationship__cohort=cohort,
        relationship__in=Relationship.objects.live().order_by(),
        role__in=Member.NAMED,
        enrolment__isnull=False,
    )
    for member in members.select_related("enrolment").order_by("pk"):
        by_relationship[member.relationship_id].append(member)
    whole = {pk: pairs for pk, some in by_relationship.items() if (pairs := _pairs_of(some))}
    if not whole:
        return {}
    everybody = {one for pairs in whole.values() for pair in pairs for one in pair}
    facts, set_aside = facts_for(cohort, everybody, now=now), overridden(cohort, at=now)
    found: Found = {}
    for pk, pairs in whole.items():
        for pair in pairs:
            names = set_aside.get((pair[0].person_id, pair[1].person_id), ())
            for one in still_barring(_refusals(cohort, pair, facts), names):
                before, said = found.get((pk, one.rule)), one.when_live or one.sentence
                found[pk, one.rule] = replace(one, sentence=f"{before.sentence} {said}" if before else said)
    return found


def _pause_where_asked(cohort: Cohort, new: list[RuleBreak], by: Person | None, now: datetime) -> None:
    if not new or not _pauses(cohort):
        return
    broken = {one.relationship_id for one in new}
    for relationship in Relationship.objects.filter(pk__in=broken, state=Relationship.State.LIVE).order_by("pk"):
        relationships.pause(relationship=relationship, by=by, now=now)
