"""Writing the evidence plan of a pair, and moving a part of it into one's group: the mentee's own act, and nobody
else's."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.models import Member, Relationship
from sessions_log.actions import notes
from sessions_log.models import EvidencePlan, Note
from sessions_log.queries.notes import may_write

CHANGED = "This was changed somewhere else meanwhile. Copy what you typed, open it again, and add it."


@transaction.atomic
def write(
    *, relationship: Relationship, domain: str, text: str, seen_at: datetime | None, by: Person, now: datetime
) -> EvidencePlan:
    """Keep the plan for ``domain`` in place of what stood there; an empty text takes it away.

    ``seen_at``: when the version on the screen was changed, None where there was
    none. Refused for a domain that the model does not have, from anybody but the
    two, and where it was changed meanwhile.
    """
    if domain not in mentoring_models.of(relationship.cohort.programme).evidence_domains:
        raise Refused("This programme has no such domain.")
    if not may_write(relationship, by):
        raise Refused("This mentoring has ended, so nothing can be changed in it.")
    known = EvidencePlan.objects.select_for_update().filter(relationship=relationship, domain=domain).first()
    if (known.changed_at if known else None) != seen_at:
        raise Refused(CHANGED)
    plan = known or EvidencePlan(relationship=relationship, domain=domain)
    plan.text, plan.changed_by, plan.changed_at = text, by, now
    plan.save()
    record(Verb.EVIDENCE_WRITTEN, by=by, now=now, on=plan, scope=("cohort", relationship.cohort_id))
    return plan


@transaction.atomic
def take_to_group(*, plan: EvidencePlan, group: Relationship, by: Person, now: datetime) -> Note:
    """Share the words of ``plan`` with one's own group, as a note of one's own. Refused from anybody but the mentee."""
    mine = plan.relationship.members.current().filter(person=by, role=Member.Role.MENTEE)
    if not mine.exists() or not group.members.current().filter(person=by).exists():
        raise Refused("Only the person whose plan it is can take it to their group.")
    return notes.share(relationship=group, text=f"{plan.domain}: {plan.text}", by=by, now=now)
