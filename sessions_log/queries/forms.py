"""Reads about forms that people owe: what waits for whom, what may be read, who is to be rung. Nothing invisible."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.days import in_words
from people.home import Found, Item, Rows, Section
from people.models import Person
from programmes import mentoring_models, own
from programmes.models import Cohort, Programme, Relationship
from programmes.readiness import Readiness
from sessions_log.models import Answer, RingNote, SessionForm
from sessions_log.queries.notes import known_members
from sessions_log.session_forms import FormSpec, fields, kept
from vault.sealing import Undecryptable

MOST_AT_HOME = 5


@dataclass(frozen=True)
class FormLine:
    """A form in somebody's list."""

    form: SessionForm
    spec: FormSpec
    with_whom: str  # whom it is about, or with whom the match is
    today: date

    @property
    def heading(self) -> str:
        """The title, and whom it concerns; in brackets where the title is a question."""
        title, whom = self.spec.title, self.with_whom
        if not whom:
            return title
        return f"{title} ({whom})" if title.endswith("?") else f"{title}: {whom}"

    @property
    def is_late(self) -> bool:
        return self.form.due_on is not None and self.form.due_on < self.today

    @property
    def due(self) -> str:
        if self.form.due_on is None:
            return "whenever it suits"
        return f"{'was due' if self.is_late else 'due'} {in_words(self.form.due_on)}"


def form_lines(forms: Iterable[SessionForm], viewer: Person, *, now: datetime) -> list[FormLine]:
    """Each form with its spec and whom it concerns. A constant number of queries, where people and members of the
    relationships were fetched with them."""
    forms = list(forms)
    specs = kept.of_forms(forms)
    today = timezone.localdate(now)
    return [
        FormLine(form, specs[form.spec_name], concerning(form, viewer), today)
        for form in forms
        if form.spec_name in specs
    ]


def with_people(forms):
    """``forms`` fetched with all that ``form_lines`` reads."""
    return forms.select_related("about", "session", "owed_by", "relationship__cohort__programme").prefetch_related(
        "relationship__members__person"
    )


def concerning(form: SessionForm, viewer: Person) -> str:
    """Whom a form is about, or the others of its match; the day of its session with it."""
    if form.about_id and form.about_id != viewer.pk:
        who = form.about.name
    else:
        others = [
            one.person.name
            for one in form.relationship.members.all()
            if one.left_at is None and one.person_id != viewer.pk and one.role != "observer"
        ]
        who = " and ".join(others)
    day = f"{in_words(form.session.day)}" if form.session else ""
    return ", ".join(part for part in (who, day) if part)


def readers_in_words(form: SessionForm, spec: FormSpec) -> dict[tuple[str, ...], str]:
    """Who reads an answer, in words, by the readers that a question of the form names. For the one who fills it in."""
    programme = form.relationship.cohort.programme
    others = [
        one.person.given_name
        for one in form.relationship.members.all()
        if one.left_at is None and one.person_id != form.owed_by_id and one.role != "observer"
    ]
    partners = " and ".join([", ".join(others[:-1]), others[-1]] if len(others) > 1 else others)
    words = {
        "own": "only you",
        "pair": f"you and {partners}" if partners else "only you",
        "group": "the members and mentors of your group",
        "host": f"those who follow returns at {programme.organisation.name}",
        "lead": f"the leads of {programme.name}",
        "subject": form.about.given_name if form.about_id else "",
    }
    named = {spec.readers_of(question) for question in spec.questions} | {spec.readers}
    return {readers: _and([words[one] for one in readers if words[one]]) for readers in named}


def _and(parts: list[str]) -> str:
    parts = list(dict.fromkeys(parts))
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


@dataclass(frozen=True)
class Read:
    """One question of a returned form as its reader sees it. ``value`` is None where it cannot be decrypted."""

    label: str
    value: str | list[str] | None

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list)


def answers_read(form: SessionForm, spec: FormSpec, viewer: Person, *, now: datetime) -> list[Read]:
    """What ``viewer`` may read of a form, in the order in which it was asked; nothing says that there is more."""
    visible = {one.question: one for one in Answer.objects.visible_to(viewer, now=now).filter(form=form)}
    found = []
    for question in spec.questions:
        if question.name in visible:
            try:
                value = fields.in_words(question, _shown(question, json.loads(visible[question.name].value)))
            except Undecryptable:
                value = None
            found.append(Read(question.label, value))
    return found


def _shown(question, value):
    return in_words(date.fromisoformat(value)) if question.kind == "date" else value


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    return {"forms_owed": SessionForm.objects.open(now=now).owed_by(person)}


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "Forms": what the person owes, what is due first on top; none where nothing waits. One query, where all of it is
    owed in relationships of theirs."""
    if found is not None and not found["forms_owed"]:
        return None
    owed = SessionForm.objects.open(now=now).owed_by(person).select_related("about", "session")
    waiting = list(kept.with_texts(owed)[: MOST_AT_HOME + 1])
    own_ones = own.relationships(access)
    for form in waiting:
        if form.relationship_id in own_ones:
            form.relationship = own_ones[form.relationship_id]
    others = [form for form in waiting if form.relationship_id not in own_ones]
    prefetch_related_objects(others, "relationship__cohort__programme", "relationship__members__person")
    items = [
        Item(
            line.heading,
            reverse("sessions_log:form-fill", args=[line.form.pk]),
            hint=f"About {line.spec.minutes} minute{'s' if line.spec.minutes > 1 else ''}, {line.due}.",
        )
        for line in form_lines(waiting[:MOST_AT_HOME], person, now=now)
    ]
    if len(waiting) > MOST_AT_HOME:
        items.append(Item("All your forms", reverse("sessions_log:form-list")))
    return Section("Forms to fill in", items) if items else None


def forms_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """From a match to its forms, for those of its members who ever have one to fill in, to ask for or to read."""
    model = mentoring_models.of(relationship.cohort.programme)
    if not model.forms or relationship.state not in Relationship.UNDER_WAY:
        return None
    roles = {member.role for member in known_members(relationship) if member.person_id == viewer.pk}
    if not any(spec.concerns(roles) for spec in kept.of_model(model) if roles):
        return None
    return Item(
        "Forms",
        reverse("sessions_log:form-of-relationship", args=[relationship.pk]),
        hint="What you are asked for, and what came back.",
    )


def forms_of_cohort_link(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item:
    """From a cohort's page to who owes which form."""
    url = reverse("sessions_log:form-of-cohort", args=[cohort.pk])
    return Item("Forms", url, hint="Who owes one, who has returned it, and what is for you to read.")


def what_falls_away(person: Person, viewer: Person, *, now: datetime) -> list[str]:
    """What would fall away if ``person`` left, of what ``viewer`` may know as a lead."""
    open_forms = SessionForm.objects.open(now=now).led_by(viewer, now=now)
    owed = open_forms.filter(Q(owed_by=person) | Q(about=person)).count()
    if not owed:
        return []
    return ["1 form that is still open falls away." if owed == 1 else f"{owed} forms that are still open fall away."]


@dataclass(frozen=True)
class Ring:
    """Somebody to ring instead of writing again, with what they owe."""

    person: Person
    programme: Programme
    forms: list[SessionForm]
    notes: list[RingNote]

    def quiet_until(self, today: date) -> date | None:
        """The last day on which nothing is sent, where a note asks for quiet today."""
        days = [note.silent_until for note in self.notes if note.silent_until and note.silent_until >= today]
        return max(days, default=None)

    @property
    def since(self) -> date:
        return min(form.ring_on for form in self.forms)


def rings(viewer: Person, *, now: datetime) -> list[Ring]:
    """Whom ``viewer`` is to ring: chased to the end and still owing, those who are left in peace for now as well. The
    longest first; a constant number of queries."""
    forms = SessionForm.objects.open(now=now).followed_by(viewer, now=now).filter(ring_on__isnull=False)
    forms = list(with_people(forms.order_by("ring_on", "pk")))
    notes: dict[tuple[int, int], list[RingNote]] = {}
    for note in RingNote.objects.filter(
        person__in={form.owed_by_id for form in forms},
        programme__in={form.relationship.cohort.programme_id for form in forms},
    ).select_related("by"):
        notes.setdefault((note.programme_id, note.person_id), []).append(note)
    found: dict[tuple[int, int], Ring] = {}
    for form in forms:
        key = (form.relationship.cohort.programme_id, form.owed_by_id)
        ring = found.setdefault(key, Ring(form.owed_by, form.relationship.cohort.programme, [], notes.get(key, [])))
        ring.forms.append(form)
    return list(found.values())


def standing(forms, *, now: datetime) -> dict[str, int]:
    """How many of ``forms`` are returned, open, late and excused: one query, for whoever may follow them."""
    today = timezone.localdate(now)
    return forms.aggregate(
        returned=Count("pk", filter=Q(state=SessionForm.State.RETURNED)),
        open=Count("pk", filter=Q(state=SessionForm.State.OPEN, opens_at__lte=now)),
        late=Count("pk", filter=Q(state=SessionForm.State.OPEN, opens_at__lte=now, due_on__lt=today)),
        excused=Count("pk", filter=Q(state=SessionForm.State.EXCUSED)),
    )
