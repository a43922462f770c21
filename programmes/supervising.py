"""What a designated supervisor learns of the mentoring of those whom they supervise: who the mentor is, where the
programme says so, from the day on which the two were told. Never a page of it, nor whether they meet."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.home import Found, Item, Rows, Section
from people.models import Person, Tie
from programmes import mentoring_models
from programmes.models import Member, Relationship

SEEN = "who-the-mentor-is"  # of Matching.supervisor_sees
GOING_ON = (Relationship.State.LIVE, Relationship.State.PAUSED)  # that it is paused is nobody else's to know


def supervised(members: QuerySet[Member], *, on: date, by: Person | None = None) -> QuerySet[Member]:
    """Those of ``members`` who are mentored and whom somebody, or ``by``, supervises on the day ``on``.

    Not in a confidential programme, whatever its settings say, and not before they know of it themselves.
    """
    ties = Tie.objects.live(on=on).filter(kind=Tie.Kind.DS).order_by()
    if by is not None:
        ties = ties.filter(other=by)
    return members.knowing().filter(
        person__in=ties.values("person"),
        role=Member.Role.MENTEE,
        relationship__state__in=GOING_ON,
        relationship__told_at__isnull=False,
        relationship__cohort__programme__is_confidential=False,
    )


def mentors_of_supervised(supervisor: Person, *, now: datetime) -> list[tuple[Member, list[Member]]]:
    """Whom ``supervisor`` supervises, each with their mentors, where the programme lets them know. Two queries; one
    where there is nobody."""
    found = supervised(Member.objects, on=timezone.localdate(now), by=supervisor).order_by("person__family_name", "pk")
    members = [
        one
        for one in found.select_related("person", "relationship__cohort__programme__own_version")
        if mentoring_models.of(one.relationship.cohort.programme).matching.supervisor_sees == SEEN
    ]
    mentors: dict[int, list[Member]] = {}
    if members:
        theirs = Member.objects.knowing().filter(relationship__in=[one.relationship_id for one in members])
        for mentor in theirs.filter(role=Member.Role.MENTOR).exclude(person=supervisor).select_related("person"):
            mentors.setdefault(mentor.relationship_id, []).append(mentor)
    return [(one, mentors[one.relationship_id]) for one in members if one.relationship_id in mentors]


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    """Whether anybody whom they supervise is mentored: only then the section reads who."""
    return {"mentored_supervised": supervised(Member.objects, on=timezone.localdate(now), by=person)}


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "Whom you supervise": who mentors them. Two queries where somebody is mentored, else none."""
    if found is not None and not found["mentored_supervised"]:
        return None
    url = reverse("programmes:supervised-list")
    items = [
        Item(
            f"{one.person.name}: {' and '.join(mentor.person.name for mentor in mentors)}, mentor",
            url,
            hint=one.relationship.cohort.programme.name,
        )
        for one, mentors in mentors_of_supervised(person, now=now)
    ]
    return Section("Mentors of those whom you supervise", items, stands=True) if items else None
