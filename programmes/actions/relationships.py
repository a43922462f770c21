"""Starting and ending relationships, pausing them and letting them go on, with the places that they take.

When the two are told is telling.py's; what those asked for a yes answer is consents.py's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import ending_steps, mentoring_models
from programmes.actions.telling import Telling, ask_matchmakers, known_already, tell_those_due
from programmes.facts import Facts, facts_for
from programmes.matchmakers import matchmaker_sites
from programmes.models import Cohort, Enrolment, Introduction, Member, Relationship, RuleBreak, Side
from programmes.overrides import Overridden, overridden
from programmes.places import Pair, PairRefused, are_peers, free_places, judge, must_not_rest, slots_for, take_places

ENDED_KINDS = {Relationship.State.PROPOSED: "match-off", Relationship.State.INTRODUCTION: "introduction-ended"}
BATCH = 500  # rows a statement


@transaction.atomic
def start(
    *,
    cohort: Cohort,
    mentee: Enrolment,
    mentor: Enrolment,
    slot: str = "",
    telling: Telling | None = None,
    by: Person | None,
    now: datetime,
    facts: Mapping[int, Facts] | None = None,
    set_aside: Overridden | None = None,
) -> Relationship:
    """Start one pair, as ``start_many`` starts many; of two peers either is ``mentee``."""
    [relationship] = start_many(
        cohort=cohort,
        pairs=[(mentee, mentor)],
        slots=[slot],
        telling=telling,
        by=by,
        now=now,
        facts=facts,
        set_aside=set_aside,
    )
    for one in (mentee, mentor):
        one.refresh_from_db(fields=["places_taken", "waiting_since", "state", "capacity"])
    return relationship


@transaction.atomic
def start_many(
    *,
    cohort: Cohort,
    pairs: Sequence[Pair],
    slots: Sequence[str] | None = None,
    telling: Telling | None = None,
    by: Person | None,
    now: datetime,
    facts: Mapping[int, Facts] | None = None,
    set_aside: Overridden | None = None,
) -> list[Relationship]:
    """Start pairs of people enrolled in ``cohort``, all or none, in a number of statements that grows by the hundred.

    With ``telling`` the two of each pair are told as it says, once a matchmaker
    of the mentee's site has confirmed where the programme asks for that; and
    where both must accept, they are asked, by an introduction where the model has
    first meetings. Without, they know already: the pair is live and nobody is
    written to. ``slots``: what each pair is for, where the model has a mentor for
    each domain; left open, the first that the mentee lacks and the mentor offers.

    Refused (``PairRefused``) with the rule's sentence where a pair breaks a
    ``must`` of the programme or a ``should`` that no lead has overridden for it,
    where either has no place left or is not taking part, and where the two are a
    pair already. Of two who reach for one place at the same moment, the database
    lets one have it.

    ``facts`` (by person id) and ``set_aside`` are for a caller who has just read them for the whole cohort.
    """
    _must_be_pairs(cohort, pairs)
    must_not_rest(pairs, on=timezone.localdate(now))
    slots = slots_for(cohort, pairs, slots or [""] * len(pairs))
    facts = facts or facts_for(cohort, [one for pair in pairs for one in pair], now=now)
    set_aside = overridden(cohort, at=now) if set_aside is None else set_aside
    judge(cohort, pairs, facts, set_aside)
    take_places(cohort, pairs)
    _must_be_new(cohort, pairs, slots)
    own_sites = matchmaker_sites(by, cohort.programme, now=now) if telling and by else set()
    how = telling or Telling(by_mail=False)
    relationships = Relationship.objects.bulk_create(
        [_row(pair, facts[pair[0].person_id].site_id, how, own_sites, by, now) for pair in pairs],
        batch_size=BATCH,
    )
    Member.objects.bulk_create(
        [
            Member(
                relationship=relationship,
                person_id=one.person_id,
                enrolment=one,
                role=Member.Role.PEER if are_peers(*pair) else one.side,
                slot=slot,
                waited_from=None if one.side == Side.MENTOR else one.waiting_since,
                joined_at=now,
            )
            for relationship, pair, slot in zip(relationships, pairs, slots, strict=True)
            for one in pair
        ],
        batch_size=BATCH,
    )
    record_many(Verb.RELATIONSHIP_STARTED, by=by, now=now, on=relationships, scope=("cohort", cohort.pk))
    if telling is None:
        known_already(cohort=cohort, relationships=relationships, by=by, now=now)
    else:
        tell_those_due(cohort=cohort, relationships=relationships, by=by, now=now)
        ask_matchmakers(cohort=cohort, relationships=relationships, by=by, now=now)
    return relationships


def _must_be_pairs(cohort: Cohort, pairs: Iterable[Pair]) -> None:
    has_peers = mentoring_models.of(cohort.programme).has_peers
    for mentee, mentor in pairs:
        if (mentee.cohort_id, mentor.cohort_id) != (cohort.pk, cohort.pk):
            raise ValueError("Both enrolments belong to the cohort of the relationship.")
        if (mentee.side, mentor.side) != (Side.MENTEE, Side.MENTEE if has_peers else Side.MENTOR):
            raise ValueError("A pair is a mentee and a mentor, or two peers where the model has some.")


def _must_be_new(cohort: Cohort, pairs: Sequence[Pair], slots: Sequence[str]) -> None:
    """PairRefused where two are a pair already, for the same slot. Their places are ours, so nobody pairs them then."""
    members = Member.objects.current().filter(relationship__cohort=cohort, relationship__in=Relationship.objects.live())
    if len(pairs) <= BATCH:
        members = members.filter(enrolment__in=[one.pk for pair in pairs for one in pair])
    members = members.filter(role__in=Member.NAMED).exclude(relationship__shape=Relationship.Shape.GROUP)
    together = defaultdict(set)
    for relationship, slot, person in members.order_by().values_list("relationship", "slot", "person"):
        together[relationship, slot].add(person)
    there = {(slot, frozenset(people)) for (_, slot), people in together.items()}
    for (mentee, mentor), slot in zip(pairs, slots, strict=True):
        pair = (slot, frozenset((mentee.person_id, mentor.person_id)))
        if pair in there:
            sentence = f"{mentee.person.given_name} and {mentor.person.given_name} are a pair already."
            raise PairRefused(sentence, mentee, mentor)
        there.add(pair)


def _row(pair: Pair, site: int | None, how: Telling, own_sites: set[int], by, now: datetime) -> Relationship:
    """A pair of which nobody knows yet, as it stands before the first word about it."""
    cohort = pair[0].cohort
    asks = mentoring_models.of(cohort.programme).matching.site_sign_off
    waits = asks and site is not None and site not in own_sites
    confirmed = {"confirmed_by": by, "confirmed_at": now} if asks and not waits else {}
    return Relationship(
        cohort=cohort,
        shape=Relationship.Shape.PEER_PAIR if are_peers(*pair) else Relationship.Shape.PAIR,
        state=Relationship.State.PROPOSED if waits else Relationship.State.ARRANGED,
        started_at=now,
        opens_at=how.opens_at,
        by_mail=how.by_mail,
        **confirmed,
    )


@transaction.atomic
def end(*, relationship: Relationship, told: str = "", by: Person | None, now: datetime) -> Relationship:
    """End a relationship and free its places. No reason is asked for, and none is kept.

    Every member but ``by`` is told that it has ended, and no more (``told``: the notice
    to send instead); where they had not been told of it in the first place, nobody is. Refused where it has
    ended already, and from the trainee of a triad: whom the two supervise is a lead's to say.
    Refused also from a member of a group, who leaves it instead.
    """
    if by is not None and relationship.members.current().filter(person=by, role=Member.Role.TRAINEE).exists():
        raise Refused("Your two supervisors are a pair of their own. Speak to a lead if you would like another.")
    mentees = relationship.members.current().filter(role=Member.Role.MENTEE)
    if relationship.is_group and by is not None and mentees.filter(person=by).exists():
        raise Refused("The group is not yours alone to end. You can leave it.")
    found = Relationship.objects.live().select_for_update().filter(pk=relationship.pk).first()
    if found is None:
        raise Refused("This has ended already.")
    Relationship.objects.filter(pk=found.pk).update(state=Relationship.State.ENDED, ended_at=now)
    RuleBreak.objects.open().filter(relationship=found).update(
        closed_at=now, closed_by=by, outcome=RuleBreak.Outcome.ENDED
    )
    members = list(found.members.current().select_related("person"))
    found.members.current().update(left_at=now)
    free_places(members)
    enrolments = Enrolment.objects.filter(pk__in=[member.enrolment_id for member in members])
    waiting = enrolments.live().with_places().exclude(side=Side.MENTOR).filter(waiting_since=None)
    waiting.update(waiting_since=timezone.localdate(now))
    over = Introduction.objects.open().filter(relationship=found)
    over.update(state=Introduction.State.ENDED, closed_at=now)
    record(Verb.RELATIONSHIP_ENDED, by=by, now=now, on=found, scope=("cohort", found.cohort_id))
    ending_steps.run(relationship=found, by=by, now=now)
    if found.told_at is not None:
        kind = told or ENDED_KINDS.get(found.state, "relationship-ended")
        outbox.owe_many(
            kind=kind,
            owed=[
                (f"{kind}:{found.pk}:{member.person_id}", member.person, {"relationship": found.pk})
                for member in members
                if member.tells_on is None and (by is None or member.person_id != by.pk)
            ],
            due_at=now,
            by=by,
            now=now,
        )
    relationship.refresh_from_db()
    return relationship


@transaction.atomic
def unmake(*, relationships: list[Relationship], by: Person | None, now: datetime) -> None:
    """Undo pairs of one cohort of which nobody was told, as if they had never been made; their places are free.

    The caller holds the rows and records what was taken back. ValueError where somebody knows of one.
    """
    keys = [one.pk for one in relationships]
    if Relationship.objects.told().filter(pk__in=keys).exists():
        raise ValueError("Somebody knows of one of these: end it instead.")
    held = Counter(
        Member.objects.current().filter(relationship__in=keys).order_by().values_list("enrolment", flat=True)
    )
    by_count = defaultdict(list)
    for enrolment, count in held.items():
        by_count[count].append(enrolment)
    for count, some in by_count.items():
        Enrolment.objects.filter(pk__in=some).update(places_taken=F("places_taken") - count)
    record_many(Verb.RELATIONSHIP_UNMADE, by=by, now=now, on=relationships)
    Member.objects.filter(relationship__in=keys).delete()
    Relationship.objects.filter(pk__in=keys).delete()


@transaction.atomic
def pause(*, relationship: Relationship, by: Person | None, now: datetime) -> Relationship:
    """Pause a live relationship. The others are told that it is paused and that nothing is needed; no reason is kept.

    Refused where it is not live, and for a member on whose side the model does not let people pause.
    """
    own = relationship.members.current().filter(person=by).first() if by else None
    if own is not None and relationship.is_group and own.role == Member.Role.MENTEE:
        raise Refused("The group goes on for the others. You can leave it, or ask its mentor.")
    if own is not None and own.role not in mentoring_models.of(relationship.cohort.programme).matching.pausing:
        raise Refused("On this programme you cannot pause it yourself. You can ask a lead, or end it.")
    living = Relationship.objects.filter(pk=relationship.pk, state=Relationship.State.LIVE)
    if not living.update(state=Relationship.State.PAUSED, paused_by=by):
        raise Refused("Only mentoring that is under way can be paused.")
    record(Verb.RELATIONSHIP_PAUSED, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))
    _tell_the_others("relationship-paused", relationship, by=by, now=now)
    relationship.refresh_from_db()
    return relationship


@transaction.atomic
def resume(*, relationship: Relationship, by: Person, now: datetime) -> Relationship:
    """Let a paused relationship go on; whoever paused it may, and the leads. Refused for everybody else."""
    leads = Cohort.objects.led_by(by, now=now).filter(pk=relationship.cohort_id).exists()
    if relationship.paused_by_id != by.pk and not leads:
        raise Refused("It is paused. Nothing is needed from you.")
    paused = Relationship.objects.filter(pk=relationship.pk, state=Relationship.State.PAUSED)
    if not paused.update(state=Relationship.State.LIVE, paused_by=None):
        raise Refused("This is not paused any more.")
    record(Verb.RELATIONSHIP_RESUMED, by=by, now=now, on=relationship, scope=("cohort", relationship.cohort_id))
    _tell_the_others("relationship-resumed", relationship, by=by, now=now)
    relationship.refresh_from_db()
    return relationship


def _tell_the_others(kind: str, relationship: Relationship, *, by: Person | None, now: datetime) -> None:
    """A relationship may be paused and resumed again and again: the moment stands in the key."""
    members = relationship.members.current().exclude(person=by) if by else relationship.members.current()
    outbox.owe_many(
        kind=kind,
        owed=[
            (f"{kind}:{relationship.pk}:{person}:{now.isoformat()}", person, {"relationship": relationship.pk})
            for person in members.order_by("pk").values_list("person", flat=True)
        ],
        due_at=now,
        by=by,
        now=now,
    )
