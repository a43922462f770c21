"""What this room tells on people's pages: what somebody takes part in, what ends when they leave, what passes over.

Each function shows what its viewer may see and not a row more (people/offers.py,
people/leaver_steps.py, people/merge_steps.py).
"""

from collections import defaultdict
from datetime import datetime

from django.db.models import BooleanField, Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from people.access import Access
from people.days import in_words
from people.home import Item
from people.merging import TWO_PEOPLE
from people.models import Organisation, Person
from people.offers import Line, Narrowing, Part
from programmes import mentoring_models
from programmes.models import Enrolment, Member, Programme, Relationship, led


def part(person: Person, viewer: Person, *, now: datetime) -> Part | None:
    """ "Mentoring": relationships and enrolments of ``person``, those that last before those that are over."""
    members = _members(person, viewer, now)
    own = [one for one in members if one.person_id == person.pk]
    others = defaultdict(list)
    for member in members:
        if member.person_id != person.pk:
            others[member.relationship_id].append(member)
    paired = {one.relationship.cohort_id for one in own if one.left_at is None}
    lines = [_line(one, others[one.relationship_id], viewer, one.opens) for one in own]
    lines += _enrolments(person, viewer, paired, now)
    lines.sort(key=lambda line: line.is_over)
    return Part("Your mentoring" if viewer.pk == person.pk else "Mentoring", lines) if lines else None


def start_after_import(organisation: Organisation, access: Access) -> Item | None:
    """From a saved staff list to starting a programme, while its organisation has none. One query."""
    if organisation.pk not in access.organisations_led or Programme.objects.filter(organisation=organisation).exists():
        return None
    return Item("Start a programme", reverse("programmes:model-list"))


def _members(person, viewer, now) -> list[Member]:
    """Everybody in the relationships of ``person`` that ``viewer`` may see; of one's own also in those that are over,
    but in none that one was not told of. ``opens``: the viewer may open the relationship's page."""
    visible = Relationship.objects.visible_to(viewer, now=now).order_by().values("pk")
    theirs = Member.objects.filter(person=person).order_by().values("relationship")
    shown = Relationship.objects.told().order_by().values("pk") if viewer.pk == person.pk else visible
    members = Member.objects.filter(relationship__in=theirs).filter(relationship__in=shown)
    opens = Case(When(relationship__in=visible, then=Value(True)), default=Value(False), output_field=BooleanField())
    members = members.annotate(opens=opens).select_related("person", "relationship__cohort__programme")
    return list(members.order_by("-relationship__started_at", "pk"))


def _line(one: Member, others: list[Member], viewer: Person, opens: bool) -> Line:
    relationship = one.relationship
    cohort = relationship.cohort
    words = mentoring_models.of(cohort.programme).words
    role = words.of(one.role).one if one.role in Member.NAMED else one.get_role_display()
    names = " and ".join(
        dict.fromkeys("you" if other.person_id == viewer.pk else other.person.name for other in others)
    )
    begun = in_words(timezone.localdate(one.joined_at))
    end = one.left_at or relationship.ended_at
    if end:
        period = f"{begun} to {in_words(timezone.localdate(end))}"
    elif cohort.start_date > timezone.localdate(one.joined_at):  # matched ahead of the day on which it begins
        period = f"matched on {begun}, from {in_words(cohort.start_date)}"
    else:
        period = f"since {begun}"
    return Line(
        f"{capfirst(role)}{f', with {names}' if names else ''}",
        hint=f"{cohort.programme}, {cohort}, {period}",
        url=reverse("programmes:relationship-detail", args=[relationship.pk]) if opens else "",
        is_over=end is not None,
    )


def _enrolments(person, viewer, paired: set[int], now) -> list[Line]:
    """Those in cohorts without a relationship that lasts among the lines: a pair says that both are enrolled.

    By what is shown, never by places taken: those tell of a match before its day.
    """
    rows = Enrolment.objects.visible_to(viewer, now=now).filter(person=person).select_related("cohort__programme")
    is_led = When(led(viewer, "cohort__programme", now=now), then=Value(True))
    rows = rows.annotate(is_led=Case(is_led, default=Value(False), output_field=BooleanField()))
    lines = []
    for enrolment in rows.order_by("-enrolled_at", "-pk"):
        over = enrolment.state in (Enrolment.State.WITHDRAWN, Enrolment.State.DECLINED)
        if not over and enrolment.cohort_id in paired:
            continue
        cohort = enrolment.cohort
        noun = mentoring_models.of(cohort.programme).words.of(enrolment.side).one
        if enrolment.state == Enrolment.State.ENROLLED:
            state = f"enrolled on {in_words(timezone.localdate(enrolment.enrolled_at))}, not matched yet"
        else:
            state = enrolment.get_state_display().lower()
        page, pk = ("cohort-detail", cohort.pk) if enrolment.is_led else ("enrolment-detail", enrolment.pk)
        lines.append(
            Line(
                capfirst(noun),
                hint=f"{cohort.programme}, {cohort}, {state}",
                url="" if over and not enrolment.is_led else reverse(f"programmes:{page}", args=[pk]),
                is_over=over,
            )
        )
    return lines


def _sides(access: Access) -> list[tuple[str, str]]:
    if not access.is_lead:
        return []
    return [("mentor", "Mentors"), ("mentee", "Mentees"), ("none", "Not enrolled")]


def _on_side(value: str, access: Access) -> Q:
    """Enrolments that the viewer leads: what others run is not told by narrowing either."""
    led = Enrolment.objects.live().led_by(access.person, now=access.now).order_by()
    if value == "none":
        return ~Q(pk__in=led.values("person"))
    return Q(pk__in=led.filter(side=value).values("person"))


BY_SIDE = Narrowing("side", "In your programmes", _sides, _on_side)


def what_ends(person: Person, viewer: Person, *, now: datetime) -> list[str]:
    """A sentence for each live relationship and enrolment of ``person`` that ``viewer`` may see and that would end."""
    lasting = Relationship.objects.live().with_member(person)
    seen = lasting.visible_to(viewer, now=now).select_related("cohort__programme").prefetch_related("members__person")
    sentences, paired = [], set()
    for relationship in seen:
        paired.add(relationship.cohort_id)
        others = [
            member.person
            for member in relationship.members.all()
            if member.left_at is None and member.person_id not in (person.pk, viewer.pk)
        ]
        told = " and ".join(other.name for other in others)
        where = f"in {relationship.cohort.programme}, {relationship.cohort}"
        sentences.append(
            f"The match with {told} {where}, of which nobody has been told."
            if relationship.told_at is None
            else f"The mentoring with {told} {where}. {told} {'is' if len(others) == 1 else 'are'} told only that it "
            "has ended."
            if others
            else f"The mentoring with you {where}."
        )
    taking_part = Enrolment.objects.visible_to(viewer, now=now).filter(
        person=person, state__in=[Enrolment.State.OFFERED, Enrolment.State.ENROLLED]
    )
    for enrolment in taking_part.select_related("cohort__programme"):
        noun = mentoring_models.of(enrolment.cohort.programme).words.of(enrolment.side).one
        sentences.append(f"Taking part as {_a(noun)} in {enrolment.cohort.programme}, {enrolment.cohort}.")
    return sentences


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def obstacles(kept: Person, gone: Person, viewer: Person | None, *, now: datetime) -> list[str]:
    """People of one relationship are two people. The sentence names none: it may not be the viewer's to see.

    Of a confidential programme not even that is said to whoever does not lead it, or trying one colleague after the
    other would find the partner of somebody whom they manage; the merging itself refuses it.
    """
    shared = Relationship.objects.filter(members__person=kept).filter(members__person=gone)
    if viewer is not None:
        seen = Relationship.objects.visible_to(viewer, now=now).order_by().values("pk")
        shared = shared.filter(Q(cohort__programme__is_confidential=False) | Q(pk__in=seen))
    return [TWO_PEOPLE] if shared.exists() else []


def what_passes(kept: Person, gone: Person, viewer: Person, *, now: datetime) -> list[str]:
    """What ``gone`` takes part in, as far as ``viewer`` may see it, and where both take part in one cohort."""
    rows = Enrolment.objects.visible_to(viewer, now=now).filter(person__in=[kept, gone])
    rows = list(rows.select_related("cohort__programme"))
    own = {(row.cohort_id, row.side): row for row in rows if row.person_id == kept.pk}
    sentences = []
    for row in rows:
        if row.person_id != gone.pk:
            continue
        model = mentoring_models.of(row.cohort.programme)
        noun, where = model.words.of(row.side).one, f"{row.cohort.programme}, {row.cohort}"
        mine = own.get((row.cohort_id, row.side))
        if mine is None:
            sentences.append(f"Taking part as {_a(noun)} in {where}.")
            continue
        taken, most = mine.places_taken + row.places_taken, model.capacity.of(row.side).most
        other = model.partner_of(row.side)
        more = f" There are then {taken} {other.many}, more than the {most} that are usual." if taken > most else ""
        sentences.append(f"Both take part as {_a(noun)} in {where}. It becomes one place.{more}")
    past = Relationship.objects.visible_to(viewer, now=now).filter(members__person=gone).distinct().count()
    if past:
        sentences.append(f"{past} {'relationship' if past == 1 else 'relationships'}, present and past.")
    return sentences
