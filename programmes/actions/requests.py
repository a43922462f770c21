"""A mentee's request for a partner, a lead's word on it, and a mentor's entry on the list."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import mentoring_models
from programmes.actions import enrolments, joining, telling
from programmes.models import Enrolment, Listing, Member, MentorRequest
from programmes.models.introductions import STRENGTHS
from programmes.rules.facts import NEUTRAL

CONFIRMED = "request-confirmed"  # kind of the notice


@transaction.atomic
def state(
    *,
    enrolment: Enrolment,
    slots: Iterable[str] = (),
    declares: bool = False,
    hope: str | None = None,
    by: Person,
    now: datetime,
) -> MentorRequest:
    """Say what one looks for, and with ``hope`` what kind of person; again, in place of what one said before.

    What is new in it a lead confirms anew. Refused for anybody else, without the
    model's declaration, and where a domain is left out in which there is somebody already.
    """
    if by.pk != enrolment.person_id:
        raise Refused("Only the person themselves can say what they look for.")
    model = mentoring_models.of(enrolment.cohort.programme)
    if model.texts.declaration and not declares:
        raise Refused(f"Please confirm: {model.texts.declaration}")
    wanted = _known(model, slots)
    if model.slots:
        _must_keep(enrolment, wanted)
        enrolments.change_capacity(enrolment=enrolment, capacity=len(wanted), by=by, now=now)
    request, is_new = MentorRequest.objects.select_for_update().get_or_create(
        enrolment=enrolment, defaults={"slots": wanted, "stated_at": now}
    )
    if not is_new and set(wanted) - set(request.slots):
        request.confirmed_at = request.confirmed_by = None
    request.slots, request.stated_at = wanted, now
    if not model.matching.confirms_requests:
        request.confirmed_at = now
    request.save()
    if hope is not None:
        joining.write_hope(enrolment=enrolment, text=hope, by=by, now=now)
    if request.confirmed_at is None:
        telling.tell_leads_waiting(cohort=enrolment.cohort, by=by, now=now)
    record(Verb.REQUEST_STATED, by=by, now=now, on=enrolment, about=by, scope=("cohort", enrolment.cohort_id))
    return request


def _must_keep(enrolment: Enrolment, wanted: list[str]) -> None:
    held = Member.objects.current().filter(enrolment=enrolment).exclude(slot="").values_list("slot", flat=True)
    if lost := [slot for slot in held if slot not in wanted]:
        raise Refused(f"You have somebody for {' and '.join(lost)}. End that first, if you want to stop.")


@transaction.atomic
def confirm(*, request: MentorRequest, by: Person, now: datetime) -> MentorRequest:
    """A lead confirms a request: the list is open to whoever asked, and they are told. Twice changes nothing."""
    enrolment = request.enrolment
    if not Enrolment.objects.live().led_by(by, now=now).filter(pk=enrolment.pk).exists():
        raise Refused("Only a lead of this programme can confirm a request.")
    if MentorRequest.objects.filter(pk=request.pk, confirmed_at=None).update(confirmed_at=now, confirmed_by=by):
        record(
            Verb.REQUEST_CONFIRMED,
            by=by,
            now=now,
            on=enrolment,
            about=enrolment.person,
            scope=("cohort", enrolment.cohort_id),
        )
        outbox.owe(
            kind=CONFIRMED,
            key=f"{CONFIRMED}:{enrolment.pk}:{now.isoformat()}",
            recipient=enrolment.person,
            about={"enrolment": enrolment.pk},
            due_at=now,
            by=by,
            now=now,
        )
    request.refresh_from_db()
    return request


@transaction.atomic
def enter(
    *,
    enrolment: Enrolment,
    slots: Iterable[str] = (),
    strengths: Mapping[str, int] | None = None,
    about: str = "",
    by: Person,
    now: datetime,
) -> Listing:
    """Say what one offers as a partner, for the list. The person themselves or a lead. Refused for anybody else.

    ``strengths``: how strong they are in each of ``slots``, of ``STRENGTHS``; what is left out is in the middle.
    """
    leads = Enrolment.objects.led_by(by, now=now).filter(pk=enrolment.pk).exists()
    if by.pk != enrolment.person_id and not leads:
        raise Refused("Only the person themselves or a lead can change this.")
    model = mentoring_models.of(enrolment.cohort.programme)
    listing, _ = Listing.objects.get_or_create(enrolment=enrolment)
    listing.slots = _known(model, slots)
    said = {slot: (strengths or {}).get(slot, NEUTRAL) for slot in listing.slots}
    if unknown := set(said.values()) - set(STRENGTHS):
        raise ValueError(f"There is no strength {unknown.pop()!r}.")
    listing.strengths = {slot: strength for slot, strength in said.items() if strength != NEUTRAL}
    if by.pk == enrolment.person_id:  # their words are theirs
        listing.about = about.strip()
    listing.save()
    scope = ("cohort", enrolment.cohort_id)
    record(Verb.LISTING_CHANGED, by=by, now=now, on=enrolment, about=enrolment.person, scope=scope)
    return listing


@transaction.atomic
def brief(*, enrolment: Enrolment, on: date | None, by: Person, now: datetime) -> Listing:
    """Record that a lead told a mentor what the role is, or that it was not so."""
    if not Enrolment.objects.led_by(by, now=now).filter(pk=enrolment.pk).exists():
        raise Refused("Only a lead of this programme can record this.")
    listing, _ = Listing.objects.get_or_create(enrolment=enrolment)
    listing.briefed_on = on
    listing.save(update_fields=["briefed_on"])
    scope = ("cohort", enrolment.cohort_id)
    record(Verb.LISTING_CHANGED, by=by, now=now, on=enrolment, about=enrolment.person, scope=scope)
    return listing


def _known(model, slots: Iterable[str]) -> list[str]:
    """``slots`` in the order of the model. Refused where none is chosen of those that it has."""
    chosen = [slot for slot in model.slots if slot in set(slots)]
    if model.slots and not chosen:
        raise Refused("Choose at least one.")
    return chosen
