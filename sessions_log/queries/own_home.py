""" "Your sessions" on the home page: what is coming up, and what waits for an answer.

The whole page of them is sessions.overview; here stand only the next few days, in as few
questions as may be, since the home page asks for everybody's everything.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import BigIntegerField, CharField, DateField, DateTimeField, F, IntegerField, Value
from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.days import in_words
from people.home import Found, Item, Section
from people.models import Person
from programmes import own
from programmes.groups import name_of
from programmes.models import Member, Relationship
from sessions_log.letters import channel_in_words, moment_in_words
from sessions_log.models import Mode, Session, Target, WordRequest
from sessions_log.prep import for_the_next, home_items
from sessions_log.queries.notes import joined
from sessions_log.queries.sessions import SOON, asked_first, unanswered

PLANNED, TARGET, OFFER, WORD, SHEET = range(5)
COLUMNS = ("kind", "match", "row", "who", "at", "on", "how")


@dataclass
class Waiting:
    """What is to come and to answer, by the relationship's id."""

    planned: dict[int, datetime] = field(default_factory=dict)  # the next session
    targets: dict[int, tuple[int, date]] = field(default_factory=dict)  # the next date with nothing booked, by its id
    offers: list[tuple[int, int]] = field(default_factory=list)  # (relationship, by whom)
    words: list[tuple[int, int, str]] = field(default_factory=list)  # (relationship, of whom, how they like to talk)
    sheets: list[tuple[int, int, datetime | None]] = field(default_factory=list)  # (relationship, whose, shared since)


def waiting(person: Person, relationships: list[int], *, now: datetime) -> Waiting:
    """What waits for ``person`` in these relationships (ids). One query."""
    here = {"relationship__in": relationships}
    today = timezone.localdate(now)
    around = {"due_on__gte": today - SOON, "due_on__lte": today + SOON}
    rows = [
        _columns(Session.objects.planned().filter(starts_at__gt=now, **here), PLANNED, at=F("starts_at")),
        _columns(Target.objects.open().filter(**around, **here), TARGET, on=F("due_on")),
        _columns(unanswered(person, now=now).filter(**here), OFFER, who=F("by")),
        _columns(
            WordRequest.objects.filter(asked_of=person, done_at=None, **here),
            WORD,
            who=F("asked_by"),
            how=F("asked_by__preferred_channel__mode"),
        ),
        _columns(for_the_next(person, relationships, now=now), SHEET, row=Value(0), who=F("author"), at=F("shared_at")),
    ]
    found = Waiting()
    for kind, match, row, who, at, on, how in rows[0].union(*rows[1:], all=True):
        if kind == PLANNED:
            found.planned[match] = min(at, found.planned.get(match, at))
        elif kind == TARGET:
            both = (row, on), found.targets.get(match, (row, on))
            found.targets[match] = min(both, key=lambda one: (*asked_first(one[1], today), one[0]))
        elif kind == OFFER:
            found.offers.append((match, who))
        elif kind == WORD:
            found.words.append((match, who, how or ""))
        else:
            found.sheets.append((match, who, at))
    return found


def _columns(rows, kind: int, **known):
    """Rows of one table in the columns that all of them have, typed: a database puts only like and like together."""
    empty = {
        "who": Value(0, BigIntegerField()),
        "at": Value(None, DateTimeField()),
        "on": Value(None, DateField()),
        "how": Value("", CharField()),
    }
    columns = {"kind": Value(kind, IntegerField()), "match": F("relationship"), "row": F("pk")} | empty | known
    return rows.order_by().annotate(**columns).values_list(*COLUMNS)


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """What is coming up, and what waits for an answer. One query, and one where something may be to prepare."""
    members = {
        one.relationship_id: one
        for one in own.current(access)
        if one.role != Member.Role.OBSERVER and one.relationship.state in Relationship.UNDER_WAY
    }
    if not members:
        return None
    relationships = own.relationships(access)
    there = waiting(person, list(relationships), now=now)
    persons = {member.person_id: member.person for one in relationships.values() for member in one.members.all()}
    offers = [(match, persons[who].name, persons[who].given_name) for match, who in there.offers if match in members]
    items = [
        Item(f"Choose a time to meet {name}", _page("session-list", match), f"{given_name} has offered times.")
        for match, name, given_name in offers
    ]
    items += [
        Item(
            f"{persons[who].given_name} would like a word{channel_in_words(Mode(how).label if how else '')}",
            _page("session-list", match),
        )
        for match, who, how in there.words
    ]
    to_answer = {match for match, *_ in offers}
    items += _coming_up(members, there, to_answer, access)
    ahead = [(members[match], at) for match, at in there.planned.items() if match in members]
    items += home_items(ahead, there.sheets, persons, now=now)
    return Section("Your sessions", items) if items else None


def _coming_up(members: dict[int, Member], there: Waiting, to_answer: set[int], access: Access) -> list[Item]:
    """A line for each whose next session is near, or is to be booked; what needs them first stands first."""
    relationships, lines = own.relationships(access), []
    for match in members:
        there_too = own.others_in(relationships[match], access)
        others = joined(one.person.name for one in there_too)
        session, book = f"Session with {others}", f"Book your next session with {others}"
        if relationships[match].is_group:  # by its name, however many are in it
            name = name_of(relationships[match], [*there_too, members[match]])
            session, book = f"Session of {name}", f"Book the next session of {name}"
        at = there.planned.get(match)
        if at is not None and at < access.now + SOON:
            item = Item(session, _page("session-list", match), moment_in_words(at))
            lines.append(((True, at, others), item))
        elif at is None and match in there.targets and match not in to_answer:
            row, day = there.targets[match]
            page, hint = f"{_page('session-book', match)}?target={row}", f"Asked for about {in_words(day)}."
            lines.append(((False, access.now, others), Item(book, page, hint)))
    return [item for _, item in sorted(lines, key=lambda line: line[0])]


def _page(name: str, relationship: int) -> str:
    return reverse(f"sessions_log:{name}", args=[relationship])
