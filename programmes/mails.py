"""A cohort's mail as its leads see it: what its people are sent, what waits, and what does not arrive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from notices import discreet
from notices.kinds import Letter, NoticeKind, registered
from notices.models import MailPause, Notice
from people.models import Person
from programmes.following import MOST, Task
from programmes.models import Cohort
from programmes.offers import TaskKind
from programmes.queries import cohorts_led


@dataclass(frozen=True)
class MailLine:
    """One mail that the cohort's people are sent, with how many of it wait and went."""

    kind: NoticeKind
    subject: str
    waiting: int
    sent: int

    @property
    def stops(self) -> str:
        """What a person can do against it, and when it comes."""
        if self.kind.nudge:
            return "A reminder: waits for the morning, and each person can stop them"
        return "Waits for the morning" if self.kind.waits_for_morning else "At once"


@dataclass(frozen=True)
class Trouble:
    """Somebody whom this cohort's mail does not reach, and why: the last of what did not arrive."""

    person: Person
    why: str
    since: datetime
    is_final: bool  # nothing is tried any more
    where: str  # the programme and its cohort

    @property
    def sentence(self) -> str:
        return f"Mail to {self.person.name} does not arrive: {self.why}"


def mail_lines(cohort: Cohort, *, now: datetime) -> list[MailLine]:
    """Every mail that this cohort's programme sends, in the order of registration."""
    of_cohort = Notice.objects.filter(cohort_id=cohort.pk).order_by()
    waiting = dict(of_cohort.waiting().filter(due_at__lte=now).values_list("kind").annotate(Count("pk")))
    sent = dict(of_cohort.filter(state=Notice.State.SENT).values_list("kind").annotate(Count("pk")))
    lines = []
    for kind in registered().values():
        letter = _preview(kind, cohort, now)
        if letter:
            lines.append(MailLine(kind, letter.subject, waiting.get(kind.name, 0), sent.get(kind.name, 0)))
    return lines


def preview_of(cohort: Cohort, name: str, *, now: datetime) -> tuple[NoticeKind, Letter] | None:
    """One of the mails as this cohort's people would get it; None where its programme never sends it."""
    kind = registered().get(name)
    letter = _preview(kind, cohort, now) if kind else None
    return (kind, letter) if letter else None


def _preview(kind: NoticeKind, cohort: Cohort, now: datetime) -> Letter | None:
    """The mail as it would arrive: of a confidential programme, without a word of what it is about."""
    letter = kind.preview(cohort, now) if kind.preview else None
    return discreet.in_place_of(letter, "Asha") if letter and cohort.programme.is_confidential else letter


def pause_of(cohort: Cohort) -> MailPause | None:
    return MailPause.objects.live().filter(cohort_id=cohort.pk).select_related("paused_by").first()


def waiting_in(cohort: Cohort, *, now: datetime) -> int:
    """How many of its messages are due and have not gone."""
    return Notice.objects.waiting().filter(cohort_id=cohort.pk, due_at__lte=now).count()


def troubles(cohorts: Iterable[int], *, final_only: bool = False) -> list[tuple[int, Trouble]]:
    """(cohort's id, whom its mail does not reach), the latest first; one for each person and cohort.

    ``cohorts``: their ids, or a query of them.
    """
    rows = Notice.objects.troubled().filter(cohort_id__in=cohorts, recipient__is_active=True)
    if final_only:
        rows = rows.filter(state=Notice.State.FAILED)
    # A notice knows its cohort by number alone: the outbox lies below.
    cohort = Cohort.objects.filter(pk=OuterRef("cohort_id")).order_by()
    names = {"cohort": cohort.values("name"), "programme": cohort.values("programme__name")}
    rows = rows.annotate(**{f"{name}_name": Subquery(some) for name, some in names.items()})
    found = {}
    for notice in rows.select_related("recipient").order_by("-tried_at", "-pk")[: 4 * MOST]:
        trouble = Trouble(
            notice.recipient,
            notice.get_trouble_display(),
            notice.tried_at,
            notice.state == Notice.State.FAILED,
            f"{notice.programme_name}, {notice.cohort_name}",
        )
        found.setdefault((notice.cohort_id, notice.recipient_id), trouble)
    return [(cohort_id, trouble) for (cohort_id, _), trouble in found.items()]


def unreached(viewer: Person, *, now: datetime):
    """The people to whom mail of a cohort that ``viewer`` leads was given up."""
    given_up = Notice.objects.troubled().filter(cohort_id__in=_led(viewer, now), state=Notice.State.FAILED)
    return Person.objects.filter(pk__in=given_up.order_by().values("recipient"), is_active=True)


def _led(viewer: Person, now: datetime) -> list[int]:
    return [cohort.pk for cohort in cohorts_led(viewer, now=now)]


def unreached_tasks(viewer: Person, *, now: datetime) -> list[Task]:
    """The same as tasks, each with why and the page on which to try again; the latest first."""
    found = troubles(_led(viewer, now), final_only=True)[:MOST]
    today = timezone.localdate(now)
    items = []
    for cohort_id, trouble in found:
        since = timezone.localdate(trouble.since)
        url = f"{reverse('programmes:mail-list', args=[cohort_id])}#troubles"
        items.append(Task(trouble.sentence, url, trouble.where, since, max((today - since).days, 0)))
    return items


def _at_home(count: int) -> str:
    return f"Mail to {count:,} {'person' if count == 1 else 'people'} does not arrive"


UNREACHED = TaskKind(
    "mail",
    "Mail that does not arrive",
    "Correct the address, or tell them another way. Then try again.",
    "See to it",
    unreached,
    unreached_tasks,
    _at_home,
)
