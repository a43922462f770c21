"""Reads for the administrators' pages: what happened, and what became of each message. No contents."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from audit.models import AuditEvent, AuditSeal
from audit.verbs import Verb
from notices.kinds import registered
from notices.models import Notice
from people.access import Access
from people.home import Found, Item, Section
from people.models import Grant, Person
from reports import withheld

COLOURS = {
    Notice.State.OWED: "blue",
    Notice.State.HELD: "yellow",
    Notice.State.SENT: "green",
    Notice.State.SKIPPED: "grey",
    Notice.State.EXPIRED: "orange",
    Notice.State.FAILED: "red",
}
SOMEBODY = "somebody in a confidential programme"
UUID_LENGTH = 36
SEAL_IS_LATE = timedelta(minutes=15)  # sealing runs every minute


@dataclass(frozen=True)
class EventRow:
    """One line of the audit list, with names in place of numbers where the person is still known."""

    event: AuditEvent
    actor: str
    about: str

    @property
    def role(self) -> str:
        return dict(Grant.Role.choices).get(self.event.role, self.event.role).lower()

    @property
    def object(self) -> str:
        """``match run 12``; a kind that is no table of ours stands as it was recorded."""
        try:
            kind = apps.get_model(self.event.object_kind)._meta.verbose_name
        except (LookupError, ValueError):
            kind = self.event.object_kind
        id = self.event.object_id
        # The beginning of a UUID tells one from another as well, and fits its column.
        return f"{kind} {id[:8] if len(id) == UUID_LENGTH else id}".strip()


@dataclass(frozen=True)
class NoticeRow:
    """One line of the list of messages: its kind in words, and the colour of its state."""

    notice: Notice
    label: str
    recipient: str
    reason: str

    @property
    def colour(self) -> str:
        return COLOURS[self.notice.state]

    @property
    def about(self) -> str:
        return f"to send it to {self.recipient}"

    @property
    def may_be_retried(self) -> bool:
        return self.notice.state == Notice.State.FAILED


def audit_events(*, verb: str = "", who: str = "", since=None, until=None) -> QuerySet[AuditEvent]:
    """Events that administrators may know of, newest first. ``who`` is part of an actor's name or e-mail; ``until`` is
    a day, included."""
    events = withheld.without(AuditEvent.objects.order_by("-pk"))
    if verb:
        events = events.filter(verb=verb)
    if since:
        events = events.filter(at__gte=_midnight(since))
    if until:
        events = events.filter(at__lt=_midnight(until + timedelta(days=1)))
    for word in who.split():
        events = events.filter(actor_id__in=_named(word).values("pk"))
    return events


def event_rows(events) -> list[EventRow]:
    """The rows of one page; one query for all the names."""
    events = list(events)
    ids = {event.actor_id for event in events} | {event.about_person_id for event in events}
    names = {person.pk: person.name for person in Person.objects.filter(pk__in=ids - {None})}
    return [
        EventRow(
            event=event,
            actor="The portal" if event.actor_id is None else names.get(event.actor_id, "Somebody no longer kept"),
            about="" if event.about_person_id is None else names.get(event.about_person_id, "Somebody no longer kept"),
        )
        for event in events
    ]


def notice_counts() -> list[tuple[str, str, int]]:
    """(state, its label, how many), every state named, none left out."""
    counted = dict(
        Notice.objects.filter(withheld.messages_told()).order_by().values_list("state").annotate(Count("pk"))
    )
    return [(state.value, state.label, counted.get(state.value, 0)) for state in Notice.State]


def notices(*, state: str = "") -> QuerySet[Notice]:
    """Notices, the latest due first, with whom they are for."""
    rows = Notice.objects.filter(withheld.messages_told()).select_related("recipient").order_by("-due_at", "-pk")
    return rows.filter(state=state) if state else rows


def notice_rows(page) -> list[NoticeRow]:
    kinds, silent = registered(), set(withheld.cohorts().values_list("pk", flat=True))
    return [_notice_row(notice, kinds, is_silent=notice.cohort_id in silent) for notice in page]


def _notice_row(notice: Notice, kinds: dict, *, is_silent: bool) -> NoticeRow:
    if is_silent:  # what the mail server said may name the address
        return NoticeRow(notice, "A message of a confidential programme", SOMEBODY, notice.get_trouble_display())
    label = kinds[notice.kind].label if notice.kind in kinds else notice.kind
    return NoticeRow(notice, label, notice.recipient.name, notice.reason)


def recipient_told(notice: Notice) -> str:
    """Whom an administrator is told that ``notice`` is for."""
    [row] = notice_rows([notice])
    return row.recipient


def last_seal() -> AuditSeal | None:
    return AuditSeal.objects.order_by("pk").last()


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """What an administrator must look into, then what they keep; each number opens its list. Six queries."""
    if not access.is_administrator:
        return None
    today = timezone.localdate(now)
    week, month = _midnight(today - timedelta(days=6)), today - timedelta(days=29)
    sent = Count("pk", filter=Q(state=Notice.State.SENT, settled_at__gte=week))
    waiting = Count("pk", filter=Q(state=Notice.State.OWED, due_at__lte=now))
    messages = Notice.objects.filter(withheld.messages_told()).aggregate(
        failed=Count("pk", filter=Q(state=Notice.State.FAILED)), waiting=waiting, sent=sent
    )
    wrong = _wrong(messages["failed"], now)
    people = Person.objects.filter(is_active=True).count()
    roles = Grant.objects.live(on=today).count()
    lists = AuditEvent.objects.filter(verb=Verb.STAFF_LIST_SAVED, at__gte=_midnight(month)).count()
    record = reverse("reports:audit-list")
    kept = [
        Item(_counted(people, "person", "people") + " on the portal", reverse("people:person-list")),
        Item(
            _counted(roles, "role is", "roles are") + " held",
            reverse("people:grant-list"),
            "Who leads programmes, keeps a site or reads for an organisation.",
        ),
        Item(
            _counted(messages["sent"], "message", "messages") + " sent in the last seven days",
            reverse("reports:notice-list"),
            f"{_counted(messages['waiting'], 'is', 'are')} waiting to be sent." if messages["waiting"] else "",
        ),
        Item("Audit record: who did what, and when", record, "Sealed every minute."),
        Item("How long things are kept, and what goes next", reverse("people:retention-list")),
    ]
    if lists:
        saved = _counted(lists, "staff list was", "staff lists were") + " saved in the last thirty days"
        kept.append(Item(saved, f"{record}?{urlencode({'verb': Verb.STAFF_LIST_SAVED, 'since': month})}"))
    return Section("The portal itself", [*wrong, *kept], stands=not wrong)


def _wrong(failed: int, now: datetime) -> list[Item]:
    """Messages that could not be sent, and an audit record left unsealed."""
    items = []
    if failed:
        text = _counted(failed, "message", "messages") + " could not be sent"
        items.append(Item(text, f"{reverse('reports:notice-list')}?state=failed"))
    seal = last_seal()
    unsealed = AuditEvent.objects.filter(pk__gt=seal.last_event_id if seal else 0).order_by("pk").first()
    if unsealed and unsealed.at < now - SEAL_IS_LATE:
        since = timezone.localtime(seal.sealed_at).strftime("%-d %B at %H:%M") if seal else "the portal was set up"
        items.append(
            Item(
                f"The audit record has not been sealed since {since}",
                reverse("reports:audit-list"),
                "The background worker may not be running.",
            )
        )
    return items


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _named(word: str) -> QuerySet[Person]:
    people = Person.objects.order_by()
    return (
        people.filter(email__icontains=word)
        | people.filter(given_name__icontains=word)
        | people.filter(family_name__icontains=word)
    )
