"""Handing the lead of a group to somebody who is in it: what was written stays, and so does what they accepted."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import membership_steps
from programmes.actions import enrolments, groups
from programmes.models import AgreementAcceptance, Cohort, Member, Side


@transaction.atomic
def hand_over(*, mentor: Member, to: Member, by: Person, now: datetime) -> Member:
    """``to``, a mentee of the group, leads it from now in place of ``mentor``, who leaves it.

    By that mentor or a lead of the programme, once ``to`` has said yes. Refused where
    either is not in it any more, and where a rule stands between ``to`` and somebody who is.
    """
    relationship = mentor.relationship
    if to.relationship_id != relationship.pk:
        raise ValueError("Both are members of one group.")
    cohort = Cohort.objects.select_related("programme__organisation").get(pk=relationship.cohort_id)
    if by.pk != mentor.person_id and not Cohort.objects.led_by(by, now=now).filter(pk=cohort.pk).exists():
        raise Refused("The mentor of the group hands it over, or a lead of the programme.")
    if mentor.role != Member.Role.MENTOR or to.role != Member.Role.MENTEE:
        raise Refused("The mentor of a group hands it to one of its members.")
    for one in (to, mentor):
        if not groups.go(member=one, by=by, now=now, quietly=True):
            raise Refused(f"{one.person.given_name} is not in this group any more.")
    enrolments.withdraw(enrolment=to.enrolment, by=by, now=now)  # whoever leads waits for no mentor
    enrolment = cohort.enrolments.live().on_side(Side.MENTOR).filter(person=to.person).select_related("person").first()
    if enrolment is None:
        enrolment = enrolments.enrol(
            cohort=cohort, person=to.person, side=Side.MENTOR, volunteered=True, by=by, now=now
        )
    leads = groups.lead_from_now(relationship=relationship, mentor=enrolment, by=by, now=now)
    AgreementAcceptance.objects.bulk_create(
        [
            AgreementAcceptance(member=leads, version_id=one.version_id, accepted_at=one.accepted_at)
            for one in to.acceptances.all()
        ]
    )
    membership_steps.joined(members=[leads], by=by, now=now)
    record(Verb.GROUP_HANDED_OVER, by=by, now=now, on=leads, about=to.person, scope=("cohort", relationship.cohort_id))
    groups.tell_of_lead(member=leads, by=by, now=now)
    return leads
