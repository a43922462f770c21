"""What this room has on the home page: one's mentoring, and the programmes that one leads."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people.access import Access
from people.counting import counted_together
from people.home import Found, Item, Rows, Section
from people.models import Person
from programmes import mentoring_models, offers, own
from programmes.bringing import may_name
from programmes.choosing import may_choose
from programmes.dates import in_words
from programmes.groups import name_of, others_in
from programmes.interim import interim_contact
from programmes.introductions import introduces
from programmes.models import Enrolment, Member, Nomination, Relationship, Side
from programmes.queries import cohort_lines, open_cohorts


def home_rows(person: Person, access: Access, now: datetime) -> Rows:
    rows = {"enrolments": _enrolments(person), "nominations": _nominations(person)}
    if own.memberships(access):  # nobody else's page is worth asking beforehand
        rows |= {f"dates_of_{name}": some for name, some in offers.date_rows(person, now=now).items()}
    return rows


def _nominations(person: Person) -> QuerySet[Nomination]:
    """Where ``person`` has named somebody, or was named."""
    return Nomination.objects.open().filter(Q(person=person) | Q(one__person=person))


def _named_ones(person: Person) -> tuple[list[Item], dict[int, str]]:
    """What ``person`` was named for, and by enrolment whom they have named themselves."""
    items, waits_for = [], {}
    for one in _nominations(person).select_related("one__person", "one__cohort__programme"):
        if one.person_id == person.pk:
            items.append(_named(one))
        else:
            waits_for[one.one_id] = one.called
    return items, waits_for


def _enrolments(person: Person):
    """Where ``person`` takes part, or was asked to and can still answer."""
    is_open = Q(cohort__closed_at=None, cohort__programme__closed_at=None)
    asked = Q(state=Enrolment.State.OFFERED) & is_open
    return Enrolment.objects.filter(Q(state=Enrolment.State.ENROLLED) | asked, person=person)


def home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """My mentors and mentees, where I have none yet, and what I was asked."""
    found = counted_together(**home_rows(person, access, now)) if found is None else found
    items = []
    members = {one.relationship_id: one for one in own.current(access)}
    relationships = own.relationships(access) if members else {}
    for relationship in relationships.values():
        items += _of_relationship(relationship, members[relationship.pk])
    items = _reviews(person, members.values()) + items
    named, waits_for = _named_ones(person) if found["nominations"] else ([], {})
    items += named
    enrolments = _read(person, members.values(), found["enrolments"])
    # By what they know, never by places taken: a match that nobody was told of yet must not show in what is missing.
    paired = {relationship.cohort_id for relationship in relationships.values()}
    enrolled = [one for one in enrolments if one.state == Enrolment.State.ENROLLED]
    for enrolment in enrolled:
        model = mentoring_models.of(enrolment.cohort.programme)
        other = model.partner_of(enrolment.side).a
        if may_choose(enrolment, model):  # also while they are in a group of the same programme
            url = reverse("programmes:partner-list", args=[enrolment.pk])
            text = f"{enrolment.cohort.programme.name}: choose {other}"
            items.append(Item(text, url, hint="You choose among those who offer."))
        elif enrolment.cohort_id not in paired:
            items.append(_unmatched(enrolment, model, other, named=waits_for.get(enrolment.pk, "")))
    items += [_asked(one) for one in enrolments if one.state == Enrolment.State.OFFERED]
    if enrolled:
        items += offers.dates_of(person, now=now, found=found)
    taken_part_in = [one.cohort.programme for one in (*relationships.values(), *enrolled)]
    for programme in {programme.pk: programme for programme in taken_part_in}.values():
        url = reverse("programmes:programme-guide", args=[programme.pk])
        items.append(Item(f"About {programme.name}", url, hint="What to expect, ground rules, and who reads what."))
    return Section("Your mentoring", items) if items else None


def _read(person: Person, members, count: int) -> list[Enrolment]:
    """The enrolments that ``home_rows`` counted; a query only where the memberships do not bring them all."""
    known = {}
    for one in members:
        if one.enrolment and one.enrolment.state == Enrolment.State.ENROLLED:
            one.enrolment.cohort = one.relationship.cohort
            known[one.enrolment_id] = one.enrolment
    if len(known) == count:
        return list(known.values())
    return list(_enrolments(person).select_related("cohort__programme"))


def _of_relationship(relationship: Relationship, own_place: Member) -> list[Item]:
    url = reverse("programmes:relationship-detail", args=[relationship.pk])
    current = [one for one in relationship.members.all() if one.left_at is None]
    if relationship.is_group:
        text, hint = _match_words(relationship, own_place, name_of(relationship, current))
        return [Item(text, url, hint=hint)]
    words, items = mentoring_models.of(relationship.cohort.programme).words, []
    for member in current:
        if member.person_id != own_place.person_id:
            role = words.of(member.role).one if member.role in Member.NAMED else member.get_role_display()
            text, hint = _match_words(relationship, own_place, f"{member.person.name}, your {role}")
            items.append(Item(text, url, hint=hint))
    return items


def _asked(enrolment: Enrolment) -> Item:
    programme = enrolment.cohort.programme
    noun = mentoring_models.of(programme).words.of(enrolment.side).a
    return Item(
        f"{programme.name}: would you like to take part as {noun}?",
        reverse("programmes:enrolment-answer", args=[enrolment.pk]),
        hint="Say yes, or not now.",
    )


def _reviews(person: Person, members: Iterable[Member]) -> list[Item]:
    """What somebody is asked now and then of each of their matches, where they are ``members`` (own.current)."""
    return [
        Item(
            mentoring_models.of(member.relationship.cohort.programme).texts.review,
            reverse("programmes:review-answer", args=[member.review]),
            hint=f"About {_others(member.relationship, person)}. Without an answer it goes on.",
        )
        for member in members
        if member.review is not None and member.relationship.state == Relationship.State.LIVE
    ]


def _others(relationship: Relationship, person: Person) -> str:
    return others_in(relationship, [one for one in relationship.members.all() if one.left_at is None], person)


def _named(nomination: Nomination) -> Item:
    """What somebody reads at home whom another has named as their partner."""
    one = nomination.one
    noun = mentoring_models.of(one.cohort.programme).partner_of(one.side).one
    url = reverse("programmes:nomination-answer", args=[nomination.pk])
    return Item(
        f"{one.person.name} would like you as their {noun}", url, hint=f"{one.cohort.programme.name}. Yes or no."
    )


def _unmatched(enrolment: Enrolment, model: mentoring_models.MentoringModel, other: str, *, named: str = "") -> Item:
    """What somebody reads at home who has nobody yet: since when they wait, and whom to turn to until then.

    ``named``: whom they have named, where the pair brings itself.
    """
    if may_name(enrolment, model):
        url = reverse("programmes:nomination-make", args=[enrolment.pk])
        if named:
            return Item(f"{enrolment.cohort.programme.name}: you asked {named}", url, hint="There is no answer yet.")
        return Item(f"{enrolment.cohort.programme.name}: bring {other}", url, hint="You name them, and they are asked.")
    hint = ""
    if enrolment.side == Side.MENTEE:
        since = f"Waiting since {in_words(enrolment.waiting_since)}. " if enrolment.waiting_since else ""
        hint = f"{since}{interim_contact(model)}"
    asks = introduces(model) and enrolment.side in model.matching.asking
    url = reverse(f"programmes:{'request' if asks else 'enrolment'}-detail", args=[enrolment.pk])
    text = f"{enrolment.cohort.programme.name}: you do not have {other} yet"
    if model.matching.arises == "joins-group":
        url, text = reverse("programmes:group-list", args=[enrolment.cohort_id]), _no_group(model, enrolment)
    return Item(text, url, hint=hint)


def _no_group(model: mentoring_models.MentoringModel, enrolment: Enrolment) -> str:
    does = "lead" if enrolment.side == Side.MENTOR else "are in"
    return f"{enrolment.cohort.programme.name}: you {does} no group yet"


def _match_words(relationship: Relationship, own: Member, who: str) -> tuple[str, str]:
    """A match on its member's home page: the line, and the smaller words under it."""
    programme = relationship.cohort.programme.name
    if relationship.state == Relationship.State.PROPOSED:
        if own.accepted_at:
            waits = "It opens with one more yes." if relationship.is_group else "The other has not answered yet."
            return f"{who}: proposed", f"{programme}. You said yes. {waits}"
        return f"{who}: proposed to you", f"{programme}. Please say whether you want this match."
    if own.slot:
        who = f"{who} for {own.slot}"
    if relationship.state == Relationship.State.INTRODUCTION:
        until = in_words(relationship.introduction.holds_until).rsplit(" ", 1)[0]
        ask = "You said yes." if own.accepted_at else "Meet once, then say yes or no."
        return f"{who}: an introduction", f"{programme}, chemistry until {until}. {ask}"
    if relationship.state == Relationship.State.PAUSED:
        return who, f"{programme}, paused. Nothing is needed from you."
    return who, f"{programme}, {_since(relationship)}"


def _since(relationship: Relationship) -> str:
    """Since when a match is, in words; made before its cohort begins, both days."""
    matched, starts = timezone.localdate(relationship.started_at), relationship.cohort.start_date
    if starts > matched:
        return f"matched on {in_words(matched)}, from {in_words(starts)}"
    return f"since {in_words(matched)}"


def lead_home_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """ "Your programmes": the next step of each cohort that the person leads."""
    if not access.is_lead:
        return None
    items = []
    for line in cohort_lines(open_cohorts(access), now=now):
        url = reverse("programmes:cohort-detail", args=[line.cohort.pk])
        text = f"{line.cohort.programme}, {line.cohort}"
        if line.step:
            text, url = (
                f"{text}: {line.step.text[:1].lower()}{line.step.text[1:]}",
                (url if line.step.acts else line.step.url),
            )
        hint = line.step.hint if line.step and line.step.hint else line.sentence
        items.append(Item(text, url, hint=hint))
    empty = None
    if access.organisations_led:
        empty = Item("Start a programme", reverse("programmes:model-list"), hint="Choose one of the ways of mentoring.")
    return Section("Your programmes", items, empty=empty) if items or empty else None
