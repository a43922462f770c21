"""Reads that shape this room's pages. Each is given rows that its viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils import timezone

from people.access import Access
from people.current import once
from people.models import Employment, Grant, Person
from programmes import mentoring_models
from programmes.facts import Facts, facts_alone, judged_for, with_training
from programmes.models import (
    Cohort,
    Enrolment,
    Hope,
    JoiningLink,
    Member,
    Programme,
    Relationship,
    Side,
)
from programmes.models.cohorts import managers
from programmes.offers import Step, next_steps
from programmes.readiness import Readiness, readiness_of
from programmes.rules import Refusal, eligibility
from programmes.training import is_due


@dataclass(frozen=True)
class CohortLine:
    """A cohort in a lead's list."""

    cohort: Cohort
    model: mentoring_models.MentoringModel
    readiness: Readiness
    step: Step | None

    @property
    def sentence(self) -> str:
        return self.readiness.sentence(self.model.words)


def cohort_lines(cohorts: Iterable[Cohort], *, now: datetime) -> list[CohortLine]:
    """Each cohort with how far it has come and what to do next."""
    cohorts = list(cohorts)
    readiness = readiness_of(cohorts)
    steps = next_steps(cohorts, readiness, now=now)
    return [
        CohortLine(cohort, mentoring_models.of(cohort.programme), readiness[cohort.pk], steps.get(cohort.pk))
        for cohort in cohorts
    ]


def open_cohorts_led_by(viewer: Person, *, now: datetime):
    return (
        Cohort.objects.led_by(viewer, now=now)
        .open()
        .select_related("programme__organisation")
        .order_by("programme__name", "-start_date", "pk")
    )


def cohorts_led(viewer: Person, *, now: datetime) -> list[Cohort]:
    """Every cohort that ``viewer`` leads, closed ones too, each with its programme; read once for the sections of a
    page."""
    rows = Cohort.objects.led_by(viewer, now=now).select_related("programme")
    return once(viewer, "cohorts-led", lambda: list(rows.order_by("programme__name", "-start_date", "pk")), now=now)


def leads_programme(programme: Programme, viewer: Person, *, now: datetime) -> bool:
    """Whether ``viewer`` leads ``programme`` at ``now``."""
    return Programme.objects.led_by(viewer, now=now).filter(pk=programme.pk).exists()


def open_cohorts(access: Access) -> list[Cohort]:
    """Those of ``cohorts_led`` that are open, for the sections of a page."""
    return [cohort for cohort in cohorts_led(access.person, now=access.now) if cohort.is_open]


def leads_of(programme: Programme, *, now: datetime):
    """The people who lead ``programme`` at ``now``, by a grant over it or over its organisation; of a confidential one
    those alone who manage nobody."""
    grants = Grant.objects.live(on=timezone.localdate(now)).filter(
        Q(scope_kind=Grant.ScopeKind.PROGRAMME, scope_id=programme.pk)
        | Q(scope_kind=Grant.ScopeKind.ORGANISATION, scope_id=programme.organisation_id),
        role=Grant.Role.PROGRAMME_LEAD,
    )
    leads = Person.objects.filter(pk__in=grants.order_by().values("person"), is_active=True).order_by("pk")
    return leads.exclude(pk__in=managers(now).values("manager")) if programme.is_confidential else leads


def readers_of_flags(relationship: Relationship, *, now: datetime):
    """Who reads a flag about ``relationship``: the leads of its programme who are not in it themselves."""
    own = relationship.members.order_by().values("person")
    return leads_of(relationship.cohort.programme, now=now).exclude(pk__in=own)


def places_known(enrolment: Enrolment, viewer: Person) -> int:
    """How many places of ``enrolment`` are taken: for its own person, by those of whom they have been told."""
    if viewer.pk != enrolment.person_id:
        return enrolment.places_taken
    told = Relationship.objects.live().told().order_by().values("pk")
    return Member.objects.current().filter(enrolment=enrolment, relationship__in=told).count()


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be enrolled on a side."""

    person: Person
    facts: Facts
    refusals: list[Refusal]
    already: str = ""  # where they are paired on this side already: the programme and its cohort
    opposite: str = ""  # what they are in this cohort already, on its other side: "a trainee pharmacist"
    unregistered: bool = False  # a trainee without a registration date, where a rule of this side asks for it

    @property
    def can_be_enrolled(self) -> bool:
        """What is not yet known may turn out well, so it does not stand in the way of enrolling."""
        return all(refusal.missing for refusal in self.refusals)

    @property
    def is_likely(self) -> bool:
        """Whether the portal itself would tick them. The lead may tick whoever can be enrolled."""
        return self.can_be_enrolled and not self.opposite and not self.unregistered

    @property
    def is_advised_against(self) -> bool:
        """Only what a lead may set aside, match by match, with a reason, stands against it."""
        return not self.can_be_enrolled and all(one.missing or one.strength == "should" for one in self.refusals)


def candidates(cohort: Cohort, people: Iterable[Person], side: str, *, now: datetime) -> list[Candidate]:
    """``people`` with what is known of them, and why each cannot be on ``side``.

    Volunteering is left out: whoever enrols them says so, or has yet to ask.
    """
    model = mentoring_models.of(cohort.programme)
    rules = [rule for rule in model.rules if rule.kind != "volunteered"]
    asks_registration = any("registered_on" in rule.test.fact_kinds.get(side, ()) for rule in rules)
    people = list(people)
    facts = facts_alone(people, on=cohort.facts_day(now), organisation=cohort.programme.organisation_id)
    facts = with_training(cohort, facts)
    already = _paired_elsewhere(cohort, people, side)
    opposite = _opposite(cohort, people, side)
    today = timezone.localdate(now)  # who is enrolled now joins now
    return [
        Candidate(
            person,
            facts[person.pk],
            eligibility(rules, judged_for(cohort, facts[person.pk], joining=today), side, on=cohort.start_date),
            already.get(person.pk, ""),
            opposite.get(person.pk, ""),
            asks_registration and _is_unregistered(facts[person.pk]),
        )
        for person in people
    ]


def _is_unregistered(facts: Facts) -> bool:
    """Whether they are in their foundation year and nobody has said when they register."""
    return facts.level == Employment.Level.FOUNDATION and "registered_on" not in facts.days


def _opposite(cohort: Cohort, people: list[Person], side: str) -> dict[int, str]:
    """Of ``people``, those who are on the other side of ``cohort``, with what they are there. Among equals, who is
    both is nothing to remark on."""
    model = mentoring_models.of(cohort.programme)
    if model.direction == "symmetric":
        return {}
    other = Side.MENTOR if side == Side.MENTEE else Side.MENTEE
    there = cohort.enrolments.live().filter(side=other, person__in=people).order_by()
    return dict.fromkeys(there.values_list("person", flat=True), model.words.of(other).a)


def _paired_elsewhere(cohort: Cohort, people: list[Person], side: str) -> dict[int, str]:
    """Of ``people``, those who are paired on ``side`` in another cohort of the same model, with its name."""
    members = Member.objects.current().filter(
        person__in=people,
        role=side,
        relationship__cohort__programme__organisation=cohort.programme.organisation_id,
        relationship__cohort__programme__model_key=cohort.programme.model_key,
        relationship__cohort__programme__is_confidential=False,
    )
    ended = Q(relationship__state=Relationship.State.ENDED)
    elsewhere = members.exclude(ended | Q(relationship__cohort=cohort))
    return {
        member.person_id: f"{member.relationship.cohort.programme}, {member.relationship.cohort}"
        for member in elsewhere.select_related("relationship__cohort__programme")
    }


def may_join(link: JoiningLink, person: Person, *, now: datetime) -> bool:
    """Whether ``person`` is somebody for whom the link was made: staff of the organisation, now or to come."""
    jobs = Employment.objects.not_over(on=link.cohort.facts_day(now))
    return jobs.filter(person=person, organisation=link.cohort.programme.organisation_id).exists()


def asked_lines(cohort: Cohort, *, page: str | None):
    """A page of those who were asked to take part, the latest first, whatever they said."""
    asked = cohort.enrolments.filter(asked_at__isnull=False).select_related("person")
    return Paginator(asked.order_by("-asked_at", "pk"), 50).get_page(page)


def people_to_enrol(cohort: Cohort, side: str, viewer: Person, *, now: datetime):
    """People whose record ``viewer`` keeps and who are not on ``side`` of ``cohort`` yet."""
    there = cohort.enrolments.live().filter(side=side).order_by().values("person")
    return Person.objects.on_record_for(viewer, now=now).filter(is_active=True).exclude(pk__in=there)


def narrowed(people, cohort: Cohort, *, words: str = "", band: str = "", level: str = "", site: str = "", now):
    """``people`` of a band, level and site, with every one of ``words`` in their name, job title or team."""
    jobs = Employment.objects.not_over(on=cohort.facts_day(now)).order_by()
    asked = {key: value for key, value in {"band": band, "level": level, "site": site}.items() if value}
    if asked:
        people = people.filter(pk__in=jobs.filter(**asked).values("person"))
    for word in words.split():
        at_work = jobs.filter(Q(job_title__icontains=word) | Q(team__name__icontains=word)).values("person")
        people = people.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(email__icontains=word)
            | Q(pk__in=at_work)
        )
    return people


def trainees_to_name(relationship: Relationship, viewer: Person, *, now: datetime):
    """People whose record ``viewer`` keeps and who may become the third of this triad: in no other, and not of it."""
    current = Member.objects.current()
    taken = current.filter(Q(role=Member.Role.TRAINEE) | Q(relationship=relationship)).order_by().values("person")
    return Person.objects.on_record_for(viewer, now=now).filter(is_active=True).exclude(pk__in=taken)


@dataclass(frozen=True)
class Card:
    """A member as the others of the relationship see them: never a band or an employer's record."""

    member: Member
    job_title: str
    site: str
    training_due: bool  # for leads

    @property
    def person(self) -> Person:
        return self.member.person


def cards(relationship: Relationship, *, now: datetime) -> list[Card]:
    """The members of ``relationship``, past ones only where it has ended."""
    members = relationship.members.select_related("person", "enrolment").order_by("pk")
    if relationship.state != Relationship.State.ENDED:
        members = members.current()
    members = list(members)
    facts = facts_alone(
        [member.person for member in members],
        on=relationship.cohort.facts_day(now),
        organisation=relationship.cohort.programme.organisation_id,
    )
    model = mentoring_models.of(relationship.cohort.programme)
    found = [(member, facts[member.person_id]) for member in members]
    return [
        Card(member, known.job_title, known.site, not _trained_here(member) and is_due(model, known, member.role))
        for member, known in found
    ]


def _trained_here(member: Member) -> bool:
    return member.enrolment is not None and member.enrolment.trained_on is not None


def hopes_for(relationship: Relationship, viewer: Person) -> list[tuple[str, str]]:
    """What the mentees of ``relationship`` hope for, as (given name, text), where ``viewer`` is a mentor in it; and
    what the other of two peers does."""
    members = list(relationship.members.current().select_related("person"))
    own = next((member for member in members if member.person_id == viewer.pk), None)
    if own is None or own.role not in (Member.Role.MENTOR, Member.Role.PEER):
        return []
    hoping = [one for one in members if one != own and one.role in (Member.Role.MENTEE, Member.Role.PEER)]
    mentees = {member.enrolment_id: member.person.given_name for member in hoping}
    hopes = Hope.objects.filter(enrolment__in=[key for key in mentees if key]).order_by("enrolment")
    return [(mentees[hope.enrolment_id], hope.text) for hope in hopes]
