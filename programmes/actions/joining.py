"""How people come to take part of their own will: asked and answering, or by a joining link.

Whoever answers yes is enrolled as volunteering; "not now" is an answer like any other, and may be changed.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import confidential, mentoring_models
from programmes.actions import enrolments
from programmes.models import Cohort, Enrolment, Hope, JoiningLink, Side
from programmes.queries import may_join

ASKED = "asked-to-take-part"  # kind of the notice
PAUSE = timedelta(days=1)  # asked again within it, the last mail stands: nobody is pressed
LONGEST_HOPE = 2_000  # characters


@transaction.atomic
def ask(*, cohort: Cohort, person: Person, side: str, by: Person | None, now: datetime) -> Enrolment:
    """Ask ``person`` by e-mail whether they want to take part on ``side``. Until they say yes they do not.

    Asked again within a day, nothing is sent. Refused for somebody who takes
    part already, has left, or has no e-mail address.
    """
    noun = mentoring_models.of(cohort.programme).words.of(side)
    confidential.must_have_two_leads(cohort.programme, now=now)
    if not person.is_active:
        raise Refused(f"{person.given_name} has left, so cannot be asked.")
    if not person.email:
        raise Refused(f"The portal has no e-mail address for {person.name}, so cannot ask them.")
    enrolment, _ = Enrolment.objects.get_or_create(
        cohort=cohort, person=person, side=Side(side), defaults={"enrolled_at": now, "state": Enrolment.State.OFFERED}
    )
    if enrolment.state == Enrolment.State.ENROLLED:
        raise Refused(f"{person.given_name} is already enrolled as {noun.a}.")
    if enrolment.asked_at and enrolment.asked_at > now - PAUSE and enrolment.state == Enrolment.State.OFFERED:
        return enrolment
    enrolment.state, enrolment.asked_at = Enrolment.State.OFFERED, now
    enrolment.ended_at = enrolment.volunteered_at = None
    enrolment.save()
    outbox.owe(
        kind=ASKED,
        key=f"{ASKED}:{enrolment.pk}:{now.isoformat()}",
        recipient=person,
        about={"enrolment": enrolment.pk},
        due_at=now,
        by=by,
        now=now,
    )
    record(Verb.ASKED, by=by, now=now, on=enrolment, about=person, scope=("cohort", cohort.pk))
    return enrolment


@transaction.atomic
def ask_many(
    *, cohort: Cohort, people: Iterable[Person], side: str, by: Person | None, now: datetime
) -> list[Enrolment]:
    """Ask each of ``people``, all or nothing; whoever takes part already is left as they are."""
    there = set(cohort.enrolments.live().filter(side=side).values_list("person", flat=True))
    return [ask(cohort=cohort, person=person, side=side, by=by, now=now) for person in people if person.pk not in there]


@transaction.atomic
def answer(
    *, enrolment: Enrolment, yes: bool, capacity: int | None = None, hope: str = "", by: Person, now: datetime
) -> Enrolment:
    """Take down the person's own answer. A yes enrols them; "not now" ends nothing that has begun.

    Refused from anybody else, for somebody who takes part already, and where
    nobody asked.
    """
    if by != enrolment.person:
        raise Refused("Only the person who was asked can answer.")
    cohort, side = enrolment.cohort, enrolment.side
    if not cohort.is_open:
        raise Refused(f"{cohort.programme}, {cohort}, is closed to new people.")
    if enrolment.state not in (Enrolment.State.OFFERED, Enrolment.State.DECLINED):
        raise Refused("You have answered already.")
    if yes:
        enrolment = enrolments.enrol(
            cohort=cohort, person=by, side=side, capacity=capacity, volunteered=True, by=by, now=now
        )
        write_hope(enrolment=enrolment, text=hope, by=by, now=now)
        return enrolment
    declined = Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.OFFERED)
    if declined.update(state=Enrolment.State.DECLINED, ended_at=now):
        record(Verb.ANSWERED_NO, by=by, now=now, on=enrolment, about=by, scope=("cohort", cohort.pk))
    enrolment.refresh_from_db()
    return enrolment


@transaction.atomic
def write_hope(*, enrolment: Enrolment, text: str, by: Person, now: datetime) -> Hope | None:
    """Keep what the person hopes for in place of what they wrote before; an empty text takes it away."""
    if by != enrolment.person:
        raise Refused("Only the person themselves can write what they hope for.")
    text = text.strip()
    if len(text) > LONGEST_HOPE:
        raise Refused(f"What you hope for may be up to {LONGEST_HOPE:,} characters long.")
    known = Hope.objects.filter(enrolment=enrolment).first()
    if text == (known.text if known else ""):
        return known
    if not text:
        known.delete()
        return None
    hope = known or Hope(enrolment=enrolment)
    hope.text, hope.written_at = text, now
    hope.save()
    record(Verb.HOPE_WRITTEN, by=by, now=now, on=hope, about=by, scope=("cohort", enrolment.cohort_id))
    return hope


# --- Joining links --------------------------------------------------------------------------


@transaction.atomic
def open_link(*, cohort: Cohort, side: str, last_day: date, by: Person | None, now: datetime) -> JoiningLink:
    """Make the address by which staff join ``side`` themselves, until ``last_day``. One at a time for each side."""
    if last_day < timezone.localdate(now):
        raise Refused("The last day lies in the past.")
    confidential.must_have_two_leads(cohort.programme, now=now)
    try:
        with transaction.atomic():
            link = JoiningLink.objects.create(cohort=cohort, side=Side(side), opened_at=now, last_day=last_day)
    except IntegrityError:
        raise Refused("There is a joining link already. Close it to make another.")
    record(Verb.JOINING_LINK_OPENED, by=by, now=now, on=cohort, scope=("cohort", cohort.pk))
    return link


@transaction.atomic
def close_link(*, link: JoiningLink, by: Person | None, now: datetime) -> None:
    """Close a joining link for good; a second time changes nothing."""
    if JoiningLink.objects.filter(pk=link.pk, closed_at=None).update(closed_at=now):
        record(Verb.JOINING_LINK_CLOSED, by=by, now=now, on=link.cohort, scope=("cohort", link.cohort_id))


@transaction.atomic
def join(*, link: JoiningLink, capacity: int | None = None, hope: str = "", by: Person, now: datetime) -> Enrolment:
    """Enrol ``by`` on the link's side, as volunteering. Refused where the link is closed or not for them."""
    if not JoiningLink.objects.open(on=timezone.localdate(now)).filter(pk=link.pk).exists():
        raise Refused("This link is closed. Ask whoever gave it to you.")
    cohort = link.cohort
    if not may_join(link, by, now=now):
        raise Refused(f"This link is for people who work at {cohort.programme.organisation}.")
    enrolment = enrolments.enrol(
        cohort=cohort, person=by, side=link.side, capacity=capacity, volunteered=True, by=by, now=now
    )
    write_hope(enrolment=enrolment, text=hope, by=by, now=now)
    return enrolment


@transaction.atomic
def send_link(*, link: JoiningLink, email: str, by: Person | None, now: datetime) -> None:
    """Somebody who is not signed in gave an address: ask whoever it belongs to, if it is theirs to join.

    Nothing tells the caller whether it did, so the page cannot be used to find out who works here.
    """
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None or not may_join(link, person, now=now):
        return
    there = link.cohort.enrolments.filter(person=person, side=link.side).first()
    if there is None or there.state != Enrolment.State.ENROLLED:
        ask(cohort=link.cohort, person=person, side=link.side, by=by, now=now)
