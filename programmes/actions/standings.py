"""Who of a cohort cannot be matched, kept on the enrolments so that thousands are counted by the database.

It follows from the facts and the rules and can be worked out anew at any time, so it is not
written to the audit record. What is shown of one person is judged afresh (programmes/queries.py).
"""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.models import AuditEvent
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.models import Cohort, Enrolment
from programmes.rules import Refusal, eligibility

# What changes how one person is judged. An event that names no person, such as a saved list, is about everyone.
OF_PEOPLE = (
    Verb.FACT_RECORDED,
    Verb.FACT_FORGOTTEN,
    Verb.EMPLOYMENT_STARTED,
    Verb.EMPLOYMENT_CHANGED,
    Verb.EMPLOYMENT_ENDED,
    Verb.PERSON_RETURNED,
    Verb.ENROLLED,
)
OF_EVERYONE = (Verb.STAFF_LIST_SAVED, Verb.STAFF_LIST_UNDONE, Verb.RECORDS_MERGED)
OF_A_PROGRAMME = (Verb.SETTING_CHANGED, Verb.RULE_CHANGED, Verb.MODEL_VERSION_TAKEN)
SO_MANY = 2_000  # events; beyond, everyone is judged again
AT_ONCE = 500  # rows a statement
WHILE_SOMEBODY_WAITS = 1_000  # people; more are left to the sweep


def refresh(*, cohort: Cohort, by: Person | None, now: datetime, waits: bool = False) -> bool:
    """Judge again those of whom something has changed since; once a day, everyone. False: it was left to the sweep.

    ``waits``: somebody waits for a page, so only what is quickly done. One query where nothing has changed.
    """
    last, people = _changed(cohort, now)
    if people is not None and not people:
        return True
    enrolments = cohort.enrolments.live().select_related("person")
    if people is not None:
        enrolments = enrolments.filter(person__in=people)
    if waits and enrolments.count() > WHILE_SOMEBODY_WAITS:
        return False
    with transaction.atomic():  # not round the question above, which pages ask and nearly always need no more
        _judge(cohort, list(enrolments.order_by("pk")), now)
        cohort.judged_event = last
        if people is None:
            cohort.judged_at = now
        cohort.save(update_fields=["judged_event", "judged_at"])
    return True


def _changed(cohort: Cohort, now: datetime) -> tuple[int, set[int] | None]:
    """The latest event to count with, and the people changed by those since the last; None: everyone."""
    today = timezone.localdate(now)
    if cohort.judged_at is None or timezone.localdate(cohort.judged_at) != today:
        return AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0, None
    relevant = AuditEvent.objects.filter(
        pk__gt=cohort.judged_event, verb__in=[*OF_PEOPLE, *OF_EVERYONE, *OF_A_PROGRAMME]
    ).order_by("pk")
    events = list(relevant.values_list("pk", "verb", "about_person_id", "scope_kind", "scope_id")[: SO_MANY + 1])
    if not events:
        return cohort.judged_event, set()
    last, people = events[-1][0], set()
    if len(events) > SO_MANY:
        return AuditEvent.objects.aggregate(last=Max("pk"))["last"], None
    for _, verb, person, scope_kind, scope_id in events:
        if verb in OF_A_PROGRAMME:
            if scope_kind != "programme" or scope_id == cohort.programme_id:
                return last, None
        elif person is None or verb in OF_EVERYONE:
            return last, None
        else:
            people.add(person)
    return last, people


def _judge(cohort: Cohort, enrolments: list[Enrolment], now: datetime) -> None:
    rules = mentoring_models.of(cohort.programme).rules
    facts = facts_for(cohort, enrolments, now=now, alone=True)
    changed: dict[tuple[str, str], list[int]] = defaultdict(list)
    for enrolment in enrolments:
        verdict = _bar_of(eligibility(rules, facts[enrolment.person_id], enrolment.side, on=cohort.start_date))
        if verdict != (enrolment.bar, enrolment.barred_by):
            changed[verdict].append(enrolment.pk)
    for (bar, barred_by), ids in changed.items():
        for start in range(0, len(ids), AT_ONCE):
            rows = Enrolment.objects.filter(pk__in=ids[start : start + AT_ONCE])
            rows.update(bar=bar, barred_by=barred_by)


def _bar_of(refusals: list[Refusal]) -> tuple[str, str]:
    """What decides of somebody's refusals, and the name of its rule: what no fact can mend first."""
    if not refusals:
        return Enrolment.Bar.NONE, ""
    decides = next((refusal for refusal in refusals if not refusal.missing), refusals[0])
    return (Enrolment.Bar.MISSING if decides.missing else Enrolment.Bar(decides.strength)), decides.rule
