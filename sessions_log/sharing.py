"""Who reads what members share, and what stands before it: the mentoring model, and the agreement (R5, R6).

Writing is actions/notes.py's. A private note of one's own waits for nothing and nobody.
"""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from audit.refusal import Refused
from people.access import Access, Role, ScopeKind
from people.home import Item
from people.models import Person
from programmes.agreements import yet_to_accept
from programmes.models import Member, Relationship
from sessions_log.models import Note
from sessions_log.queries.notes import joined, known_members
from sessions_log.terms import terms_of

NO_OTHER_PAGE = (
    "Leads, host officers, commissioners and administrators have no page that shows it, and it is stored encrypted. "
    "A person with full control of the server could still read it."
)
NOT_WHAT_WAS_SAID = "You can see attendance and themes, not what was said."
ELSE = f"{NO_OTHER_PAGE} Write no patient detail."


def has_shared_notes(relationship: Relationship) -> bool:
    """Whether its mentoring model has notes that its members share."""
    wanted = "group" if relationship.is_group else "pair"
    return wanted in terms_of(relationship).model.note_readers


def shared_notes_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For whoever shares in it, the way to what is shared; for anybody else nothing, leads included."""
    if relationship.state not in Relationship.UNDER_WAY or not has_shared_notes(relationship):
        return None
    members = [one for one in known_members(relationship) if one.role != Member.Role.OBSERVER]
    if viewer.pk not in [member.person_id for member in members]:
        return None
    is_group = relationship.is_group
    readers = "the members and mentors of this group" if is_group else _you_and(members, viewer)
    return Item(
        "Group notes" if is_group else "Shared notes",
        reverse("sessions_log:shared-note-list", args=[relationship.pk]),
        hint=f"Only {readers} can open them in the portal.",
    )


def is_commissioned_by(pk: int, access: Access) -> bool:
    """Whether the viewer commissions the group with the id ``pk`` and is not in it: they know that it is there, so
    they may be told in words what they do not see."""
    if not access.has_role(Role.COMMISSIONER):
        return False
    programmes, organisations = (
        access.scope_ids(Role.COMMISSIONER, kind) for kind in (ScopeKind.PROGRAMME, ScopeKind.ORGANISATION)
    )
    paid_for = Q(cohort__programme__in=programmes) | Q(cohort__programme__organisation__in=organisations)
    groups = Relationship.objects.told().filter(paid_for, pk=pk, shape=Relationship.Shape.GROUP)
    found = groups.exclude(members__person=access.person).select_related("cohort__programme").first()
    return found is not None and "commissioner" in terms_of(found).model.note_readers


def sharers(relationship: Relationship) -> list[Member]:
    """The members of now who know of it and may share notes, with their persons. Observers do not."""
    return [member for member in known_members(relationship) if member.role != Member.Role.OBSERVER]


def who_reads(members: list[Member], person: Person, *, is_group: bool, what: str = "note") -> str:
    """The sentence above the box: "Only you and Ben Okoro can open this note in the portal. …"

    ``members`` are those who share; in a group whoever joins later reads it too, and it is said so.
    """
    later = ", and whoever joins this group later," if is_group else ""
    return f"Only {_you_and(members, person)}{later} can open this {what} in the portal. {ELSE}"


def _you_and(members: list[Member], person: Person) -> str:
    return joined(["you", *(member.person.name for member in members if member.person_id != person.pk)])


def waits_for(relationship: Relationship, person: Person) -> str:
    """Why ``person`` cannot share or read here yet, as a sentence; empty where nothing stands in the way.

    Where the model wants the agreement first, everyone accepts it before the first shared note; whoever joins
    later, or has not accepted a text that was changed since, accepts it before opening them.
    """
    agreement = terms_of(relationship).agreement
    if agreement.gate != "before-shared-notes":
        return ""
    missing = yet_to_accept(relationship, agreement.text)
    is_missing = any(member.person_id == person.pk for member in missing)
    if is_missing and (len(missing) == 1 or relationship.notes.shared().exists()):
        return f"Please accept the {agreement.called} first."
    if missing and not relationship.notes.shared().exists():
        return f"Shared notes open when everyone has accepted the {agreement.called}."
    return ""


def must_be_open(relationship: Relationship, person: Person) -> None:
    """Refused with the sentence of ``waits_for``."""
    if sentence := waits_for(relationship, person):
        raise Refused(sentence)


def trainee_of(relationship: Relationship) -> Member | None:
    """The third of a triad, once they know that they are."""
    return relationship.members.knowing().filter(role=Member.Role.TRAINEE).select_related("person").first()


def shared_with(note: Note, members: list[Member], person: Person) -> list[Member]:
    """Those of ``members`` besides ``person`` who read a shared note."""
    return [
        one
        for one in members
        if one.person_id != person.pk and (one.role != Member.Role.TRAINEE or one.pk == note.trainee_id)
    ]
