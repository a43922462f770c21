"""What somebody is or was a member of, read once for a page on which several sections ask."""

from django.db.models import Case, F, OuterRef, Subquery, When

from people.access import Access
from programmes.models import Member, Relationship, Review


def memberships(access: Access) -> list[Member]:
    """Every membership of the person, past ones too, each with its enrolment, its last ``review`` while that waits for
    an answer (its id), and its relationship; that with its cohort
    and programme, and with all its members and their persons. One query at the first question; two where somebody
    holds a role too."""

    def ask() -> list[Member]:
        own = Member.objects.filter(person=access.person).order_by()
        # Whoever holds a role is mostly a member of nothing, and the question below takes long to say.
        if access.grants and not own.exists():
            return []
        latest = Review.objects.filter(member=OuterRef("pk")).order_by("-due_on")
        unanswered = latest.values_list(Case(When(answered_at=None, then=F("pk"))))
        rows = Member.objects.filter(relationship__in=own.values("relationship")).order_by("pk")
        rows = rows.annotate(review=Subquery(unanswered[:1]))
        rows = rows.select_related(
            "person", "enrolment", "relationship__cohort__programme", "relationship__introduction"
        )
        found: dict[int, Relationship] = {}
        members: dict[int, list[Member]] = {}
        for one in rows:
            one.relationship = found.setdefault(one.relationship_id, one.relationship)
            members.setdefault(one.relationship_id, []).append(one)
        for pk, some in members.items():
            found[pk]._prefetched_objects_cache = {"members": some}  # as prefetch_related would leave it
        return [one for some in members.values() for one in some if one.person_id == access.person.pk]

    return access.once("memberships", ask)


def current(access: Access) -> list[Member]:
    """Those of now that the person knows of, of relationships that have not ended."""
    return [
        one
        for one in memberships(access)
        if one.left_at is None
        and one.tells_on is None
        and one.relationship.told_at is not None
        and one.relationship.state != Relationship.State.ENDED
    ]


def relationships(access: Access) -> dict[int, Relationship]:
    """The relationships of ``current`` by id."""
    return {one.relationship_id: one.relationship for one in current(access)}


def others_in(relationship: Relationship, access: Access) -> list[Member]:
    """Who else is in it now and knows it; of a relationship of ``memberships``."""
    own = access.person.pk
    return [
        one
        for one in relationship.members.all()
        if one.left_at is None and one.tells_on is None and one.person_id != own
    ]
