"""Allowing one pair although a rule of strength ``should`` speaks against it, and taking that back (R3)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment, RuleOverride
from programmes.places import are_peers
from programmes.queries import leads_of
from programmes.rules import evaluate

NOT_LEAD = "Only a lead of this programme can do that."


@transaction.atomic
def grant(
    *, mentee: Enrolment, mentor: Enrolment, rules: Iterable[str], reason: str, by: Person, now: datetime
) -> list[RuleOverride]:
    """Set the named ``rules`` aside for this mentee and mentor of one cohort, for one ``reason``.

    Every other lead of the programme is told. Refused without a reason, for a
    rule of strength ``must``, for one that does not stand against the pair, and
    where it has been allowed already.
    """
    cohort = mentee.cohort
    _must_lead(cohort, by, now)
    if mentor.cohort_id != cohort.pk:
        raise ValueError("Both enrolments belong to one cohort.")
    reason, rules = " ".join(reason.split()), list(dict.fromkeys(rules))
    if not reason:
        raise Refused("Say why this pair is right all the same. The other leads read it.")
    longest = RuleOverride._meta.get_field("reason").max_length
    if len(reason) > longest:
        raise Refused(f"The reason can have {longest} characters. It has {len(reason)}.")
    if not rules:
        raise Refused("Say which rule is set aside.")
    facts = facts_for(cohort, [mentee, mentor], now=now)
    in_force = mentoring_models.of(cohort.programme).rules
    standing = {
        one.rule: one
        for one in evaluate(
            in_force,
            facts[mentee.person_id],
            facts[mentor.person_id],
            on=cohort.start_date,
            peers=are_peers(mentee, mentor),
        )
    }
    granted = []
    for name in rules:
        if name not in standing:
            raise Refused("This rule does not stand between the two, so there is nothing to allow.")
        if standing[name].strength != "should":
            raise Refused(
                f"{standing[name].sentence} This rule must be kept: it can be changed for the whole programme, "
                "but not for one pair."
            )
        granted.append(
            _grant(cohort, mentee.person, mentor.person, standing[name].rule, standing[name].sentence, reason, by, now)
        )
    _tell_the_others(granted[0], by, now)
    return granted


def _grant(cohort, mentee, mentor, rule, sentence, reason, by, now) -> RuleOverride:
    try:
        with transaction.atomic():
            override = RuleOverride.objects.create(
                cohort=cohort,
                mentee=mentee,
                mentor=mentor,
                rule=rule,
                sentence=sentence[: RuleOverride._meta.get_field("sentence").max_length],
                reason=reason,
                granted_by=by,
                granted_at=now,
            )
    except IntegrityError:  # a second lead a moment before
        raise Refused("This has been allowed already.")
    record(Verb.RULE_OVERRIDDEN, by=by, now=now, on=override, about=mentee, scope=("programme", cohort.programme_id))
    return override


@transaction.atomic
def withdraw(*, override: RuleOverride, by: Person, now: datetime) -> RuleOverride:
    """The rule stands again for this pair. A relationship that has begun goes on. Refused where it is withdrawn."""
    _must_lead(override.cohort, by, now)
    withdrawn = RuleOverride.objects.filter(pk=override.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)
    if not withdrawn:
        raise Refused("This has been withdrawn already.")
    scope = ("programme", override.cohort.programme_id)
    record(Verb.RULE_OVERRIDE_WITHDRAWN, by=by, now=now, on=override, about=override.mentee, scope=scope)
    override.refresh_from_db()
    return override


def _tell_the_others(override: RuleOverride, by: Person, now: datetime) -> None:
    for lead in leads_of(override.cohort.programme, now=now).exclude(pk=by.pk):
        outbox.owe(
            kind="rule-overridden",
            key=f"rule-overridden:{override.pk}:{lead.pk}",
            recipient=lead,
            about={"override": override.pk},
            due_at=now,
            by=by,
            now=now,
        )


def _must_lead(cohort: Cohort, by: Person, now: datetime) -> None:
    """The pages show a cohort to its leads alone; other callers name a person, who may be anyone."""
    if not Cohort.objects.led_by(by, now=now).filter(pk=cohort.pk).exists():
        raise Refused(NOT_LEAD)
