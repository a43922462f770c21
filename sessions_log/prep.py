"""Who prepares for a session, by which questions, and what of it is read. Writing is actions/prep_sheets.py's."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from people.days import in_words as day_in_words
from people.home import Item
from people.models import Person
from programmes.models import Member, Relationship
from sessions_log.models import PrepSheet, Session
from sessions_log.queries.notes import joined, known_members, may_write
from sessions_log.session_forms import FormSpec, fields, files, kept
from sessions_log.sharing import NO_OTHER_PAGE
from sessions_log.terms import terms_of
from vault.sealing import Undecryptable

USUAL = "prep-sheet@1"  # where the mentoring model names no preparation
PREPARES = (Member.Role.MENTEE, Member.Role.PEER)
READS = (Member.Role.MENTOR, Member.Role.PEER)


def has_prep_sheets(relationship: Relationship) -> bool:
    """A group prepares together, by its notes and its mentor's questions; everybody else one by one."""
    return not relationship.is_group


def may_prepare(relationship: Relationship, person: Person) -> bool:
    """Whether ``person`` is a mentee or peer in it today."""
    return (
        has_prep_sheets(relationship)
        and may_write(relationship, person)
        and relationship.members.knowing().filter(person=person, role__in=PREPARES).exists()
    )


def spec_for(relationship: Relationship) -> FormSpec:
    """The questions of a preparation here: the model's, or the usual ones."""
    return kept.prep_of_model(terms_of(relationship).model) or files.read_text(files.texts()[USUAL])


def readers_of(relationship: Relationship, person: Person) -> list[Member]:
    """Those who read what ``person`` shares: the mentor, or the other peer."""
    others = relationship.members.knowing().filter(role__in=READS).exclude(person=person)
    return list(others.select_related("person").order_by("pk"))


def reader_sentence(relationship: Relationship, person: Person) -> str:
    """Who opens it before and after it is shared: what stands above the boxes."""
    names = joined(member.person.name for member in readers_of(relationship, person))
    return f"Only you can open this in the portal until you share it; then only you and {names}. {NO_OTHER_PAGE}"


def next_session(relationship: Relationship, *, now: datetime) -> Session | None:
    """The planned session that comes next."""
    return relationship.sessions.planned().filter(starts_at__gt=now).order_by("starts_at").first()


@dataclass(frozen=True)
class Read:
    """One question of a sheet and what was said. ``value`` is a text, or a list of what was chosen."""

    label: str
    value: str | list[str]

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list)


def answers(spec: FormSpec, text: str) -> list[Read]:
    """What was answered on a sheet, in the order of its questions; what was left out is not there."""
    typed = QueryDict(text)
    found = []
    for question in fields.SpecForm(spec, readers={}, typed=typed).asked:
        name = f"{fields.PREFIX}-{question.name}"
        if not question.is_asked:
            continue
        if question.kind == "several":
            value = typed.getlist(name)
        elif question.kind == "date":
            value = _day(typed, name)
        else:
            value = typed.get(name, "").strip()
        if value:
            found.append(Read(question.label, fields.in_words(question, value)))
    return found


def _day(typed: QueryDict, name: str) -> str:
    try:
        day, month, year = (int(typed.get(f"{name}-{part}", "")) for part in ("day", "month", "year"))
        return day_in_words(date(year, month, day))
    except ValueError:
        return ""


@dataclass(frozen=True)
class Sheet:
    """A sheet as its reader sees it. ``answers`` is None where it cannot be decrypted."""

    row: PrepSheet
    title: str
    answers: list[Read] | None


def opened(sheets, viewer: Person) -> list[Sheet]:
    """Sheets as ``viewer`` reads them: their own as they typed it, another's as it was shared. One query of specs."""
    sheets = list(sheets)
    specs = kept.of_names({sheet.spec_name for sheet in sheets}) if sheets else {}
    found = []
    for sheet in sheets:
        spec = specs[sheet.spec_name]
        try:
            text = sheet.text if sheet.author_id == viewer.pk else sheet.shared_text
            read = answers(spec, text)
        except Undecryptable:
            read = None
        found.append(Sheet(sheet, spec.title, read))
    return found


def sheets_of(relationship: Relationship, viewer: Person, *, now: datetime):
    """What ``viewer`` may read of the preparations of a match, the one for the next session first."""
    visible = PrepSheet.objects.visible_to(viewer, now=now).filter(relationship=relationship)
    return visible.select_related("session", "author").order_by("-written_at", "pk")


def prep_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """From a match to preparing for the next session, or to what the mentee shares; for nobody else."""
    if relationship.state not in Relationship.UNDER_WAY or not has_prep_sheets(relationship):
        return None
    roles = {member.role for member in known_members(relationship) if member.person_id == viewer.pk}
    if roles & set(PREPARES):
        url = reverse("sessions_log:prep-sheet-edit", args=[relationship.pk])
        return Item("Prepare for your next session", url, hint="Yours alone until you share it.")
    url = reverse("sessions_log:prep-sheet-list", args=[relationship.pk])
    if roles & set(READS) and sheets_of(relationship, viewer, now=now).exists():
        return Item("What was prepared for your sessions", url, hint="What has been shared with you.")
    return None


def for_the_next(person: Person, relationships: list[int], *, now: datetime):
    """The sheets for the next session in these relationships (ids) that ``person`` may read."""
    return PrepSheet.objects.visible_to(person, now=now).filter(session=None, relationship__in=relationships)


def home_items(
    ahead: list[tuple[Member, datetime]],
    sheets: list[tuple[int, int, datetime | None]],
    persons: dict[int, Person],
    *,
    now: datetime,
) -> list[Item]:
    """On home: what others have shared for the next session, and one's own to prepare where the model asks for it.

    ``ahead``: memberships of now that the person knows of, with their relationships, each with the moment of its next
    session. ``sheets``: those of ``for_the_next`` as (relationship, author, shared since), ids. One query, at most.
    """
    ahead = [(member, at) for member, at in ahead if has_prep_sheets(member.relationship)]
    next_ones = {member.relationship_id: member for member, _ in ahead}
    sheets = [sheet for sheet in sheets if sheet[0] in next_ones]
    items = [
        Item(
            f"What {persons[author].given_name} has prepared for your session",
            reverse("sessions_log:prep-sheet-list", args=[relationship]),
            f"Shared on {day_in_words(timezone.localdate(shared_at))}.",
        )
        for relationship, author, shared_at in sheets
        if author != next_ones[relationship].person_id
    ]
    own = {relationship for relationship, author, _ in sheets if author == next_ones[relationship].person_id}
    to_prepare = [(m, at) for m, at in ahead if m.role in PREPARES and m.relationship_id not in own]
    specs = kept.preps_of_models([terms_of(member.relationship).model for member, _ in to_prepare])
    for (member, at), spec in zip(to_prepare, specs, strict=True):
        if spec is not None and at - timedelta(days=spec.opens.days) <= now:
            url = reverse("sessions_log:prep-sheet-edit", args=[member.relationship_id])
            items.append(Item("Prepare for your next session", url, "If you like: yours alone until you share it."))
    return items
