"""Reads of the evidence plan of a pair: for its two alone."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from people.home import Item
from people.models import Person
from programmes import mentoring_models
from programmes.models import Relationship
from sessions_log.models import EvidencePlan
from sessions_log.queries.frames import text_of


@dataclass(frozen=True)
class DomainLine:
    """One domain of the model, with what is planned for it."""

    number: int
    domain: str
    plan: EvidencePlan | None

    @property
    def text(self) -> str:
        return text_of(self.plan) if self.plan else ""


def has_plan(relationship: Relationship) -> bool:
    """Whether the two plan evidence: in a pair of a model that names domains."""
    model = mentoring_models.of(relationship.cohort.programme)
    return bool(model.evidence_domains) and not relationship.is_group


def domain_lines(relationship: Relationship, viewer: Person) -> list[DomainLine]:
    """Every domain of the model in its order, and any of an earlier text of it that was written for. One query."""
    plans = EvidencePlan.objects.visible_to(viewer).filter(relationship=relationship).select_related("changed_by")
    by_domain = {plan.domain: plan for plan in plans}
    domains = list(mentoring_models.of(relationship.cohort.programme).evidence_domains)
    domains += [domain for domain in by_domain if domain not in domains]
    return [DomainLine(number, domain, by_domain.get(domain)) for number, domain in enumerate(domains)]


def evidence_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """From the page of a pair, for its two alone."""
    if not has_plan(relationship) or relationship.state == Relationship.State.PROPOSED:
        return None
    if not relationship.members.current().filter(person=viewer).exists():
        return None
    address = reverse("sessions_log:evidence-detail", args=[relationship.pk])
    return Item("Evidence plan", address, hint="Domain by domain, for the two of you alone.")
