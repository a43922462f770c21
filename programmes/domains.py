"""Domains, where a model has a mentor for each: what each mentee asks for and still lacks, what each mentor offers and
how strong they are in it."""

from collections.abc import Iterable

from programmes.models import Enrolment, Listing, Member, MentorRequest
from programmes.rules.facts import NEUTRAL


def asked(mentees: Iterable[Enrolment], *, at_hand: bool = False) -> dict[int, list[str]]:
    """What each has asked for, by enrolment; nothing of who has not. One query; none where ``at_hand`` may do."""
    return {one.enrolment_id: one.slots for one in _rows(MentorRequest, "request", mentees, at_hand)}


def offered(mentors: Iterable[Enrolment], *, at_hand: bool = False) -> dict[int, dict[str, int]]:
    """What each offers, by enrolment, with how strong they are in it; nothing of who has not said. As ``asked``."""
    return {
        one.enrolment_id: {slot: one.strengths.get(slot, NEUTRAL) for slot in one.slots}
        for one in _rows(Listing, "listing", mentors, at_hand)
    }


def _rows(model: type[MentorRequest] | type[Listing], name: str, enrolments: Iterable[Enrolment], at_hand: bool):
    enrolments = list(enrolments)
    if at_hand and all(getattr(Enrolment, name).is_cached(one) for one in enrolments):
        return [row for row in (getattr(one, name, None) for one in enrolments) if row is not None]
    return list(model.objects.filter(enrolment__in=[one.pk for one in enrolments]).order_by())


def held(mentees: Iterable[int]) -> set[tuple[int, str]]:
    """What these (enrolments) have somebody for, or are being introduced for. One query."""
    found = Member.objects.current().filter(enrolment__in=list(mentees)).exclude(slot="")
    return set(found.order_by().values_list("enrolment", "slot"))


def lacked(mentees: Iterable[Enrolment], *, at_hand: bool = False) -> dict[int, frozenset[str]]:
    """What each still looks for, by enrolment. Two queries; one where what they asked for may be ``at_hand``."""
    mentees = list(mentees)
    wanted = asked(mentees, at_hand=at_hand)
    taken = held(wanted)
    return {
        one.pk: frozenset(slot for slot in wanted.get(one.pk, ()) if (one.pk, slot) not in taken) for one in mentees
    }
