"""What every new pair must pass, whatever shape it is part of: the rules, and a place on each side.

In a group a mentor's places are its mentees and a mentee's are its mentors: it is all the pairs in it at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import F, Q

from audit.refusal import Refused
from programmes import domains, mentoring_models
from programmes.dates import in_words
from programmes.facts import Facts
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Enrolment, Member, Side
from programmes.overrides import Overridden, still_barring
from programmes.rules import evaluate

Pair = tuple[Enrolment, Enrolment]  # mentee and mentor, each with its person


def are_peers(one: Enrolment, other: Enrolment) -> bool:
    """Whether the two are on one side, so that neither is the other's mentor."""
    return one.side == other.side == Side.MENTEE


class PairRefused(Refused):
    """One of many pairs cannot be made; ``mentee`` and ``mentor`` say which."""

    def __init__(self, sentence: str, mentee: Enrolment, mentor: Enrolment):
        super().__init__(sentence)
        self.mentee, self.mentor = mentee, mentor


def slots_for(cohort: Cohort, pairs: Sequence[Pair], wanted: Sequence[str]) -> list[str]:
    """What each pair is for, where the model has a mentor for each domain; "" in every other model.

    Left open, it is what the mentor is strongest in of what the mentee lacks, or the first of it. PairRefused where
    there is none, where it is held already, and where either never spoke of it. The database's constraint stands
    behind it.
    """
    model = mentoring_models.of(cohort.programme)
    if not model.slots:
        return [""] * len(pairs)
    asked, offered = (
        read([pair[side] for pair in pairs]) for side, read in enumerate((domains.asked, domains.offered))
    )
    taken = domains.held(asked)
    found = []
    for (mentee, mentor), slot in zip(pairs, wanted, strict=True):
        strengths = offered.get(mentor.pk, {})
        free = [one for one in asked.get(mentee.pk, ()) if one in strengths and (mentee.pk, one) not in taken]
        one, other = mentee.person.given_name, mentor.person.given_name
        if slot and (mentee.pk, slot) in taken:
            raise PairRefused(f"{one} has somebody for {slot} already.", mentee, mentor)
        if not free or (slot and slot not in free):
            raise PairRefused(f"{other} offers nothing that {one} still looks for.", mentee, mentor)
        found.append(slot or max(free, key=strengths.__getitem__))
        taken.add((mentee.pk, found[-1]))
    return found


def rest_sentence(one: Enrolment, *, on: date) -> str:
    """That somebody takes nobody new on the day ``on``; empty where they do."""
    if one.rests_until is None or one.rests_until < on:
        return ""
    return f"{one.person.given_name} rests, and takes nobody new until {in_words(one.rests_until)} has passed."


def must_not_rest(pairs: Iterable[Pair], *, on: date) -> None:
    """PairRefused where somebody takes nobody new on the day ``on``."""
    for pair in pairs:
        for one in pair:
            if rests := rest_sentence(one, on=on):
                raise PairRefused(rests, *pair)


def judge(cohort: Cohort, pairs: Iterable[Pair], facts: Mapping[int, Facts], set_aside: Overridden) -> None:
    """PairRefused with the rule's sentence where a pair breaks a rule that nobody has set aside for it."""
    rules = mentoring_models.of(cohort.programme).rules
    for mentee, mentor in pairs:
        one, other = facts[mentee.person_id], facts[mentor.person_id]
        refusals = evaluate(rules, one, other, on=cohort.start_date, peers=are_peers(mentee, mentor))
        refusals = still_barring(refusals, set_aside.get((mentee.person_id, mentor.person_id), ()))
        if refusals:
            raise PairRefused(" ".join(refusal.sentence for refusal in refusals), mentee, mentor)


def take_places(cohort: Cohort, pairs: Sequence[Pair]) -> None:
    """Take a place of each, or PairRefused. Rows are locked, then judged; the check constraint stands behind it."""
    model = mentoring_models.of(cohort.programme)
    rows = must_take_part(pairs)
    for side in (0, 1):
        wanted = Counter(pair[side].pk for pair in pairs)
        for pair in pairs:
            row, name = rows[pair[side].pk], pair[side].person.given_name
            if row.places_taken + wanted[row.pk] > row.capacity:
                raise PairRefused(_full(model.words, name, row, wanted[row.pk], are_peers(*pair)), *pair)
        by_count = defaultdict(list)
        for pk, count in wanted.items():
            by_count[count].append(pk)
        for count, keys in by_count.items():
            Enrolment.objects.filter(pk__in=keys).update(places_taken=F("places_taken") + count)


def must_take_part(pairs: Sequence[Pair]) -> dict[int, Enrolment]:
    """PairRefused where somebody has left off. The enrolments as they are, by key; ours until the transaction ends."""
    rows = hold(one.pk for pair in pairs for one in pair)
    for pair in pairs:
        for one in pair:
            if rows[one.pk].state != Enrolment.State.ENROLLED:
                raise PairRefused(f"{one.person.given_name} is not taking part any more.", *pair)
    return rows


def hold(keys: Iterable[int]) -> dict[int, Enrolment]:
    """These enrolments as they are, by key; ours until the transaction ends.

    Mentees before mentors, and each side in one order: two transactions then never wait for each other in a ring.
    Whoever holds relationships too has locked those before. SQLite has given us the whole database already.
    """
    rows = Enrolment.objects.select_for_update().filter(pk__in=set(keys)).order_by("pk")
    mentors = Q(side=Side.MENTOR)
    return {row.pk: row for side in (~mentors, mentors) for row in rows.filter(side)}


def _full(words, name: str, row: Enrolment, wanted: int, peers: bool) -> str:
    if row.side == Side.MENTEE:
        noun = words.mentee if peers else words.mentor
        return (
            f"{name} already has {noun.a}." if row.capacity == 1 else f"{name} already has {row.capacity} {noun.many}."
        )
    left = row.capacity - row.places_taken
    if left > 0:
        return f"{name} has room for {left} more, not for {wanted}."
    word = words.mentee.one if row.capacity == 1 else words.mentee.many
    return f"{name} already has {row.capacity} {word}, the most for one {words.mentor.one}."


def group_takes_places(model: MentoringModel) -> bool:
    """Whether being in a group takes places. Where pairs stand beside groups they are the pairs' alone."""
    return "pair" not in model.shapes and not model.has_peers


def free_places(members: Iterable[Member]) -> None:
    """The places that these members took of each other are free: those of all in a relationship that ends."""
    members = list(members)
    ended = members[0].relationship if members else None
    if ended and ended.is_group and not group_takes_places(mentoring_models.of(ended.cohort.programme)):
        return
    mentors = [one for one in members if one.role == Member.Role.MENTOR]
    mentees = [one for one in members if one.role == Member.Role.MENTEE]
    peers = [one.enrolment_id for one in members if one.role == Member.Role.PEER]
    Enrolment.objects.filter(pk__in=peers).update(places_taken=F("places_taken") - (len(peers) - 1))
    for some, others in ((mentees, mentors), (mentors, mentees)):  # in the order of ``hold``
        keys = [member.enrolment_id for member in some]
        Enrolment.objects.filter(pk__in=keys).update(places_taken=F("places_taken") - len(others))
