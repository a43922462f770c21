"""Accepting the ground rules, by the version that one has read (R6)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes.agreements import agreement_of, digest_of
from programmes.models import AgreementAcceptance, AgreementVersion, Member, Programme, Relationship


@transaction.atomic
def accept(*, relationship: Relationship, digest: str, by: Person, now: datetime) -> AgreementAcceptance:
    """Keep that ``by`` accepted the ground rules whose ``digest`` was on their screen. Twice changes nothing.

    Refused for whoever is not in it, and where the text has changed since they read it.
    """
    member = Member.objects.current().filter(relationship=relationship, person=by).first()
    if member is None or relationship.told_at is None:
        raise Refused("This has ended already.")
    programme, text = relationship.cohort.programme, agreement_of(relationship).text
    if digest != digest_of(text):
        raise Refused("The ground rules have just been changed. Please read them again.")
    version = _version(programme, text, now)
    acceptance, is_new = AgreementAcceptance.objects.get_or_create(
        member=member, version=version, defaults={"accepted_at": now}
    )
    if is_new:
        record(Verb.AGREEMENT_ACCEPTED, by=by, now=now, on=acceptance, scope=("cohort", relationship.cohort_id))
    return acceptance


def _version(programme: Programme, text: str, now: datetime) -> AgreementVersion:
    digest = digest_of(text)
    found = programme.agreement_versions.filter(digest=digest).first()
    if found is None:
        # Two who are the first at one moment: the row of the programme lets them in one after the other.
        Programme.objects.select_for_update().get(pk=programme.pk)
        last = programme.agreement_versions.aggregate(last=Max("number"))["last"] or 0
        found, _ = AgreementVersion.objects.get_or_create(
            programme=programme, digest=digest, defaults={"number": last + 1, "text": text, "made_at": now}
        )
    return found
