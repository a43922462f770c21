"""What stands in the way of booking a session, but for people's time: that the database decides."""

from datetime import datetime, timedelta

from audit.refusal import Refused
from programmes import mentoring_models
from programmes.agreements import yet_to_accept
from programmes.facts import facts_for
from programmes.groups import has_opened
from programmes.models import Member, Relationship
from programmes.training import is_due
from sessions_log.terms import Terms, terms_of

LONGEST = timedelta(hours=8)
FURTHEST = timedelta(days=550)

ENDED = "This mentoring relationship has ended, so no session can be booked."
PAUSED = "This is paused, so no session can be booked."
PAST = "That time has passed. You can log the session instead."


def must_be_bookable(relationship: Relationship, starts_at: datetime, minutes: int, now: datetime) -> None:
    """Refused, with its sentence, where no session of ``minutes`` may be booked for then. Who is free is not asked."""
    if relationship.state == Relationship.State.PAUSED:
        raise Refused(PAUSED)
    if relationship.state not in Relationship.UNDER_WAY:
        raise Refused(ENDED)
    if starts_at <= now:
        raise Refused(PAST)
    if starts_at > now + FURTHEST:
        raise Refused("That is more than a year and a half away. Choose an earlier day.")
    if starts_at.second or starts_at.microsecond or starts_at.minute % 15:
        raise Refused("Choose a time on the quarter of an hour, such as 12:15.")
    if not timedelta(0) < timedelta(minutes=minutes) <= LONGEST:
        raise Refused("A session lasts between 5 minutes and 8 hours.")
    if relationship.is_group and not has_opened(relationship):
        least = mentoring_models.of(relationship.cohort.programme).group.size.least
        raise Refused(f"This group opens when {least} have joined. Then sessions can be booked.")
    terms = terms_of(relationship)
    if terms.agreement.gate == "before-first-session" and yet_to_accept(relationship, terms.agreement.text):
        raise Refused("Sessions open when everyone has accepted the agreement.")
    if terms.model.training.gate == "before-first-session":
        _must_be_prepared(relationship, terms, now)


def _must_be_prepared(relationship: Relationship, terms: Terms, now: datetime) -> None:
    """Where the model wants the training before the first session: Refused with the name of who lacks it."""
    enrolments = [member.enrolment for member in taking_part(relationship) if member.enrolment]
    facts = facts_for(relationship.cohort, enrolments, now=now)
    for enrolment in enrolments:
        if is_due(terms.model, facts[enrolment.person_id], enrolment.side):
            raise Refused(f"{enrolment.person.given_name} needs to complete the preparation session first.")


def taking_part(relationship: Relationship) -> list[Member]:
    """Who takes part in the sessions: all who are in it now and know, but observers, who are asked in one by one."""
    return list(
        relationship.members.knowing().exclude(role=Member.Role.OBSERVER).select_related("person", "enrolment__person")
    )
