"""Groups as their members, those who may join and their leads see them. Forming and changing them is an action."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from people.home import Item
from people.models import Person
from programmes import mentoring_models, offers
from programmes.facts import facts_for, facts_of
from programmes.following import MOST, Task, Unnamed
from programmes.models import Cohort, Enrolment, GroupRequest, Member, Relationship, Side
from programmes.offers import TaskKind
from programmes.overrides import overridden, still_barring
from programmes.places import are_peers, group_takes_places, rest_sentence
from programmes.queries import cohorts_led
from programmes.rules import Refusal, evaluate


def full_sentence(taken: int, most: int) -> str:
    return f"This group has {min(taken, most)} of {most} places taken. You can join the waiting list."


def name_of(relationship: Relationship, members: Iterable[Member]) -> str:
    """What a group is called: by its own name, else after whoever leads it: "Tam's group"."""
    if relationship.name:
        return relationship.name
    mentors = [one.person.given_name for one in members if one.role == Member.Role.MENTOR]
    return f"{' and '.join(mentors)}'s group" if mentors else "A group without a mentor"


def named(relationship: Relationship) -> str:
    """The same, for whoever has no members at hand; those of now, or all of them once it has ended."""
    members = relationship.members.select_related("person").order_by("pk")
    if relationship.state != Relationship.State.ENDED:
        members = members.current()
    return name_of(relationship, members)


def named_of(relationship: Relationship) -> str:
    """The same, of one that was read with its members."""
    ended = relationship.state == Relationship.State.ENDED
    return name_of(relationship, [one for one in relationship.members.all() if ended or one.left_at is None])


def others_in(relationship: Relationship, members: Iterable[Member], person: Person) -> str:
    """Those with whom ``person`` is in a match: their names, or "the others in Evenings"."""
    if relationship.is_group:
        return f"the others in {name_of(relationship, members)}"
    return " and ".join(one.person.name for one in members if one.person_id != person.pk)


def places_taken(relationship: Relationship) -> int:
    return relationship.members.current().filter(role=Member.Role.MENTEE).count()


def resting(relationship: Relationship, *, now: datetime) -> str:
    """That a group takes nobody new just now because one of its mentors rests; empty where it does."""
    mentors = relationship.members.current().filter(role=Member.Role.MENTOR).select_related("enrolment__person")
    today = timezone.localdate(now)
    return next((said for one in mentors if (said := rest_sentence(one.enrolment, on=today))), "")


def has_opened(relationship: Relationship) -> bool:
    """Whether as many as a group needs have ever been in it: until then it is only gathering."""
    least = mentoring_models.of(relationship.cohort.programme).group.size.least
    return relationship.members.filter(role=Member.Role.MENTEE).count() >= least


def outsiders(cohort: Cohort, enrolments: Sequence[Enrolment], *, now: datetime) -> list[Enrolment]:
    """Of ``enrolments``, those who have no job with the organisation that runs the programme, nor with a part of it."""
    home = cohort.programme.organisation_id
    people = [one.person_id for one in enrolments]
    facts = facts_of(people, on=cohort.facts_day(now), organisation=home, chains=False)
    return [one for one in enrolments if home not in facts[one.person_id].organisation_ids]


def groups_of(cohort: Cohort):
    """The groups of ``cohort`` that have not ended, with their members of now and the persons of these."""
    members = Member.objects.current().select_related("person").order_by("pk")
    found = Relationship.objects.live().filter(cohort=cohort, shape=Relationship.Shape.GROUP)
    ever = Count("members", filter=Q(members__role=Member.Role.MENTEE), distinct=True)
    return found.annotate(mentees_ever=ever).prefetch_related(Prefetch("members", members))


@dataclass(frozen=True)
class GroupLine:
    """One group in a cohort's list. ``own``: the viewer's membership; ``request``: what they asked of it."""

    relationship: Relationship
    name: str
    mentors: list[Person]
    members: list[Person]
    most: int
    lacks: str  # what it has too few of, for its leads; empty
    next_on: date | None = None
    own: Member | None = None
    request: GroupRequest | None = None
    waiting: list[GroupRequest] = field(default_factory=list)  # for its leads: who asked, and who waits for a place

    @property
    def taken(self) -> int:
        return len(self.members)

    @property
    def is_full(self) -> bool:
        return self.taken >= self.most

    @property
    def places(self) -> str:
        return f"{self.taken} of {self.most} places taken"


def group_lines(cohort: Cohort, viewer: Person, *, leads: bool, now: datetime) -> list[GroupLine]:
    """The groups of ``cohort``: all of them for its leads, for others those that are under way. A fixed number of
    queries."""
    found = groups_of(cohort).order_by("name", "pk")
    if not leads:
        found = found.told().filter(state__in=[*Relationship.UNDER_WAY, Relationship.State.PROPOSED])
    found = list(found)
    group = mentoring_models.of(cohort.programme).group
    dates = offers.group_dates([one.pk for one in found], now=now)
    requests = defaultdict(list)
    open_ones = GroupRequest.objects.open().filter(relationship__in=[one.pk for one in found])
    for request in open_ones.select_related("enrolment__person"):
        requests[request.relationship_id].append(request)
    lines = []
    for one in found:
        members = list(one.members.all())
        by_role = defaultdict(list)
        for member in members:
            by_role[member.role].append(member.person)
        mentors, mentees = by_role[Member.Role.MENTOR], by_role[Member.Role.MENTEE]
        own = next((member for member in members if member.person_id == viewer.pk), None)
        if own is None and not leads and one.state == Relationship.State.PROPOSED:
            continue  # nobody outside it knows before it has opened
        lines.append(
            GroupLine(
                relationship=one,
                name=name_of(one, members),
                mentors=mentors,
                members=mentees,
                most=group.size.default,
                lacks=lacking(one, group, len(mentors), len(mentees), one.mentees_ever),
                next_on=dates.get(one.pk),
                own=own,
                request=next((r for r in requests[one.pk] if r.enrolment.person_id == viewer.pk), None),
                waiting=requests[one.pk] if leads else [],
            )
        )
    return lines


def lacking(relationship: Relationship, group, mentors: int, mentees: int, ever: int) -> str:
    """ "has 1 mentee, fewer than 2", "has no mentor"; empty where nothing lacks.

    ``ever``: how many mentees it has had; one that has never had enough is still gathering.
    """
    if not mentors:
        return "has no mentor"
    if mentors < group.mentors:
        return f"has {mentors} of {group.mentors} mentors"
    if ever >= group.size.least > mentees and relationship.kept_small_at is None:
        count = f"{mentees} mentee{'' if mentees == 1 else 's'}" if mentees else "no mentees"
        return f"has {count}, fewer than {group.size.least}"
    return ""


# --- On the list of a lead -------------------------------------------------------------------


def short_groups(viewer: Person, *, now: datetime) -> QuerySet[Relationship]:
    """The groups under way in cohorts that ``viewer`` leads that lack a mentor, or have fewer mentees than their model
    wants, as ``lacking`` says it; with how many mentors and mentees each has and ever had."""
    wanted = defaultdict(list)
    for cohort in cohorts_led(viewer, now=now):
        if group := mentoring_models.of(cohort.programme).group:
            wanted[max(group.mentors, 1), group.size.least].append(cohort.pk)
    if not wanted:
        return Relationship.objects.none()
    lacks = Q()
    for (mentors, least), cohorts in wanted.items():
        few = Q(mentees_now__lt=least, mentees_ever__gte=least, kept_small_at=None)
        lacks |= Q(cohort__in=cohorts) & (Q(mentors_now__lt=mentors) | few)
    now_in = Q(members__left_at__isnull=True)
    mentees = Q(members__role=Member.Role.MENTEE)
    return (
        Relationship.objects.under_way()
        .filter(shape=Relationship.Shape.GROUP)
        .annotate(
            # Nothing else is joined, so each member stands there once.
            mentors_now=Count("members", filter=now_in & Q(members__role=Member.Role.MENTOR)),
            mentees_now=Count("members", filter=now_in & mentees),
            mentees_ever=Count("members", filter=mentees),
        )
        .filter(lacks)
        .select_related("cohort__programme")
        .order_by("pk")
    )


def short_tasks(viewer: Person, *, now: datetime) -> list[Unnamed]:
    """The same as tasks: "Tam's group has 1 mentee, fewer than 2"."""
    today = timezone.localdate(now)

    def task(one: Relationship) -> Task:
        group = mentoring_models.of(one.cohort.programme).group
        lacks = lacking(one, group, one.mentors_now, one.mentees_now, one.mentees_ever)
        current = [member for member in one.members.all() if member.left_at is None]
        gone = [member.left_at for member in one.members.all() if member.left_at]
        since = timezone.localdate(max(gone, default=one.started_at))
        return Task(
            f"{name_of(one, current)} {lacks}",
            reverse("programmes:group-members", args=[one.pk]),
            f"{one.cohort.programme}, {one.cohort}",
            since,
            max((today - since).days, 0),
            "Its dates stand until you decide.",
        )

    return [Unnamed(one, partial(task, one)) for one in short_groups(viewer, now=now)[:MOST]]


def asked_requests(viewer: Person, *, now: datetime):
    """Those who asked to join a group, or wait for a place in one that has a place again."""
    requests = GroupRequest.objects.open().led_by(viewer, now=now)
    return requests.filter(state=GroupRequest.State.ASKED, relationship__in=Relationship.objects.live())


def asked_tasks(viewer: Person, *, now: datetime) -> list[Unnamed]:
    today = timezone.localdate(now)

    def task(one: GroupRequest) -> Task:
        since = timezone.localdate(one.asked_at)
        return Task(
            f"{one.enrolment.person.name} asks to join {named_of(one.relationship)}",
            reverse("programmes:group-members", args=[one.relationship_id]),
            f"{one.relationship.cohort.programme}, {one.relationship.cohort}",
            since,
            max((today - since).days, 0),
        )

    rows = asked_requests(viewer, now=now).select_related("enrolment__person", "relationship__cohort__programme")
    return [Unnamed(one.relationship, partial(task, one)) for one in rows[:MOST]]


SHORT = TaskKind(
    "groups",
    "Groups that lack somebody",
    "They go on as they are until you decide.",
    "Decide",
    short_groups,
    short_tasks,
    lambda count: f"{count:,} {'group lacks' if count == 1 else 'groups lack'} somebody",
)
ASKED = TaskKind(
    "group-requests",
    "People who ask to join a group",
    "Take them in, or not. Neither needs a reason.",
    "Answer",
    asked_requests,
    asked_tasks,
    lambda count: f"{count:,} {'person asks' if count == 1 else 'people ask'} to join a group",
)


def groups_link(cohort: Cohort, readiness, *, now: datetime) -> Item | None:
    """From a cohort's page to its groups, where its model has any."""
    if mentoring_models.of(cohort.programme).group is None:
        return None
    hint = "Who is in which, forming one by hand, who asks to join."
    return Item("Groups", reverse("programmes:group-list", args=[cohort.pk]), hint)


def with_room(cohort: Cohort, *, now: datetime):
    """The enrolments that could be of a group: those who do not rest and have a place left, or all where groups take
    none."""
    live = cohort.enrolments.live().awake(on=timezone.localdate(now))
    return live.with_places() if group_takes_places(mentoring_models.of(cohort.programme)) else live


def own_enrolment(cohort: Cohort, person: Person) -> Enrolment | None:
    """The enrolment by which ``person`` could come into a group of ``cohort``."""
    return cohort.enrolments.live().on_side(Side.MENTEE).filter(person=person).select_related("person").first()


def refusals_between(
    cohort: Cohort, mentors: Sequence[Enrolment], mentees: Sequence[Enrolment], *, now: datetime
) -> list[tuple[Enrolment, Enrolment, Refusal]]:
    """(mentee, mentor, refusal) for every rule that speaks against two of them and that nobody has set aside."""
    rules, set_aside = mentoring_models.of(cohort.programme).rules, overridden(cohort, at=now)
    facts = facts_for(cohort, [*mentors, *mentees], now=now)
    found = []
    for mentee in mentees:
        for mentor in mentors:
            one, other, peers = facts[mentee.person_id], facts[mentor.person_id], are_peers(mentee, mentor)
            refusals = evaluate(rules, one, other, on=cohort.start_date, peers=peers)
            names = set_aside.get((mentee.person_id, mentor.person_id), ())
            found += [(mentee, mentor, one) for one in still_barring(refusals, names)]
    return found
