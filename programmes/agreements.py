"""The ground rules as a text with versions (R6): which words somebody accepted. Accepting is an action."""

import hashlib

from programmes import mentoring_models
from programmes.mentoring_models.texts import Agreement
from programmes.models import AgreementAcceptance, Member, Relationship


def agreement_of(relationship: Relationship) -> Agreement:
    """The ground rules of ``relationship``: a group may have its own beside those of its programme's pairs."""
    model = mentoring_models.of(relationship.cohort.programme)
    own = model.group.agreement if model.group and relationship.shape == Relationship.Shape.GROUP else None
    return own or model.agreement


def digest_of(text: str) -> str:
    """The same for the same words, however they are broken into lines."""
    return hashlib.blake2b(" ".join(text.split()).encode(), digest_size=16).hexdigest()


def accepted_by(member: Member, text: str) -> AgreementAcceptance | None:
    """The acceptance by ``member`` of just this text, if there is one."""
    return member.acceptances.filter(version__digest=digest_of(text)).select_related("version").first()


def yet_to_accept(relationship: Relationship, text: str) -> list[Member]:
    """The members of now, with their persons, who have not accepted just this text."""
    accepted = AgreementAcceptance.objects.filter(version__digest=digest_of(text)).values("member")
    return list(relationship.members.knowing().exclude(pk__in=accepted).select_related("person"))
