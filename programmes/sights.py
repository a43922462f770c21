"""This room's reasons to see a person, and the scopes over which a programme lead's grant can run."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from people.current import scopes_held
from people.models import Employment, Grant, Organisation, Person
from people.scopes import Scope
from people.sights import NOBODY
from programmes.models import Enrolment, Member, Programme


def partners(viewer: Person, now: datetime) -> Q:
    """Members of a relationship that lasts see each other's card."""
    # As RelationshipQuerySet.of says it, by joins: this is asked on every page that shows people.
    own = {"person": viewer, "left_at": None, "tells_on": None}
    own = {f"relationship__members__{name}": value for name, value in own.items()}
    theirs = Member.objects.filter(left_at=None, relationship__told_at__isnull=False, **own)
    return Q(pk__in=theirs.order_by().values("person"))


def enrolled_with_lead(viewer: Person, now: datetime) -> Q:
    """A programme lead sees whoever was asked or enrolled in their programmes, outsiders included."""
    kinds = (Grant.ScopeKind.PROGRAMME, Grant.ScopeKind.ORGANISATION)
    if all(scopes_held(viewer, role=Grant.Role.PROGRAMME_LEAD, kind=kind, now=now) == [] for kind in kinds):
        return NOBODY
    return Q(Exists(Enrolment.objects.led_by(viewer, now=now).filter(person=OuterRef("pk")).order_by()))


def outsiders_of_led_organisations(viewer: Person, now: datetime) -> Q:
    """Lead of an organisation: whoever was asked or enrolled in its programmes and has a job nowhere.

    Nobody else could keep their record. Having a job, even a past one, they are somebody's staff. Not by a
    confidential programme: to be on the list would tell.
    """
    led = scopes_held(viewer, role=Grant.Role.PROGRAMME_LEAD, kind=Grant.ScopeKind.ORGANISATION, now=now)
    if led == []:
        return NOBODY
    if led is None:
        led = Organisation.objects.led_by(viewer, now=now).order_by().values("pk")
    enrolled = Enrolment.objects.filter(
        # Not by a join: it would read every job of everybody.
        ~Exists(Employment.objects.filter(person=OuterRef("person")).order_by()),
        cohort__programme__organisation__in=led,
        cohort__programme__is_confidential=False,
    )
    return Q(Exists(enrolled.filter(person=OuterRef("pk")).order_by()))


def load_programmes(*, ids=None, organisations=None) -> list[Scope]:
    """Programmes as scopes of a grant; see people/scopes.py."""
    rows = Programme.objects.select_related("organisation")
    rows = rows.filter(pk__in=ids) if ids is not None else rows.filter(organisation__in=organisations)
    return [
        Scope(Grant.ScopeKind.PROGRAMME, row.pk, f"{row.name}, {row.organisation.name}", row.organisation_id)
        for row in rows
    ]
