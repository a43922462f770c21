"""What is known of people when a pair is judged, read in bulk and held as plain values.

The rules and the matching engine see people only through ``Facts`` (programmes/rules/facts.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from people.line_management import Management
from people.models import Employment, Fact, Organisation, Person, Style, Tie
from people.names import folded
from people.style import TRAIT_KEYS, Traits
from programmes import domains, mentoring_models
from programmes.dates import in_words
from programmes.models import Cohort, Enrolment, Member, Side
from programmes.rules.facts import DS, SAID_YES, TRAINED_WITH, Facts, Supervisor

__all__ = [
    "COMPLETED_AFTER",
    "SAID_YES",
    "Facts",
    "facts_alone",
    "facts_for",
    "facts_of",
    "foundation_jobs",
    "judged_for",
    "with_training",
]

# A match that lasted so long counts as completed, whenever it was meant to end (our reading).
COMPLETED_AFTER = timedelta(weeks=20)

FOUNDATION_YEAR = timedelta(weeks=48)  # at the least

MANY = 300  # people of one side: beyond, the database finds them itself

Names = dict[int, tuple[str, str]]  # given name and full name, by person id
People = Iterable[int] | QuerySet  # ids of persons, or a question for them


def facts_of(
    people: Iterable[int], *, on: date, organisation: Organisation | int | None = None, chains: bool = True
) -> dict[int, Facts]:
    """The facts of ``people`` (ids, or a queryset of ids) as they stand on ``on``, by person id.

    Where somebody has several jobs, that with ``organisation`` speaks for band,
    site and team, else the latest. Six queries however many people; five
    with ``chains=False``, where nobody is going to ask about line management.
    """
    home = getattr(organisation, "pk", organisation)
    found = _named(people)
    return _read(found, found, on=on, home=home, chains=chains)


def _named(people: Iterable[int]) -> Names:
    rows = Person.objects.filter(pk__in=people).order_by().values_list("pk", "given_name", "family_name")
    return {pk: (given, f"{given} {family}".strip()) for pk, given, family in rows}


def _read(found: Names, people: People, *, on: date, home: int | None, chains: bool) -> dict[int, Facts]:
    """All facts of those named, who are among ``people``, a query a kind. Rows come as tuples: thousands at once."""
    jobs = _jobs(people, on=on, home=home)
    ties, tie_ends = _ties(people, on=on)
    recorded, styles = _recorded(people), _styles(people)
    management = Management.on(on) if chains else None
    return {
        pk: Facts(
            person_id=pk,
            given_name=given_name,
            name=name,
            managers=management.chain(pk) if management else {},
            ties={other: frozenset(kinds) for other, kinds in ties[pk].items()} if pk in ties else {},
            tie_ends=tie_ends.get(pk, {}),
            styles=styles.get(pk, {}),
            **recorded.get(pk, {}),
            **_job_facts(jobs.get(pk, ()), home=home),
        )
        for pk, (given_name, name) in found.items()
    }


def job_line(facts: Facts | None) -> str:
    """Job title and site, as far as they are known."""
    return ", ".join(part for part in (facts.job_title, facts.site) if part) if facts else ""


def facts_for(
    cohort: Cohort,
    enrolments: Iterable[Enrolment],
    *,
    now: datetime,
    chains: bool = True,
    alone: bool = False,
    styles: bool = False,
    wishes: bool = True,
) -> dict[int, Facts]:
    """The facts of the people of these enrolments of ``cohort``, by person id, as its rules judge them.

    Those of ``facts_of`` on the cohort's day for facts, with what each enrolment
    says of volunteering and of the day on which they are judged. With ``chains``, and unless ``wishes`` is false, also
    what the model's preferences ask for beyond that, a query each, or for domains up to three. ``alone``:
    only what the rules on one person read, in two queries where the persons are at hand; three with ``styles``.
    """
    enrolments = list(enrolments)
    on, home = cohort.facts_day(now), cohort.programme.organisation_id
    model = mentoring_models.of(cohort.programme)
    names = _names_of(enrolments)
    if alone:
        chains = False
        facts = _alone(names, _among(cohort, enrolments), on=on, home=home, styles=styles)
    else:
        facts = _read(names, _among(cohort, enrolments), on=on, home=home, chains=chains)
    facts = with_training(cohort, facts)
    if chains and wishes:
        if any(rule.kind == "supervised-by" for rule in model.rules):
            facts = _with_supervisors(facts, on=on, home=home)
        asked = {preference.kind for preference in model.preferences if preference.weight}
        if "experience" in asked:
            completed = _completed(facts)
            facts = {pk: replace(known, completed_matches=completed[pk]) for pk, known in facts.items()}
        if "few-supervisors" in asked:
            supervisors = _supervisors_by_team(facts.values(), on=on)
            facts = {
                pk: replace(known, team_supervisors=None if known.team_id is None else supervisors[known.team_id])
                for pk, known in facts.items()
            }
        if "domain-strength" in asked:
            facts = _with_domains(facts, enrolments)
    for enrolment in enrolments:
        known = facts[enrolment.person_id]
        if model.eligibility_date != "programme-start":
            known = judged_for(cohort, known, joining=timezone.localdate(enrolment.enrolled_at))
        if enrolment.volunteered_at and enrolment.side not in known.volunteered:
            known = replace(known, volunteered=known.volunteered | {enrolment.side})
        if enrolment.trained_on:
            known = replace(known, days={model.training.fact: enrolment.trained_on, **known.days})
        facts[enrolment.person_id] = known
    return facts


def _with_domains(facts: dict[int, Facts], enrolments: list[Enrolment]) -> dict[int, Facts]:
    """``facts`` with the domains that each still lacks or offers. Up to three queries."""
    lacks = domains.lacked((one for one in enrolments if one.side == Side.MENTEE), at_hand=True)
    offers = domains.offered((one for one in enrolments if one.side == Side.MENTOR), at_hand=True)
    found = dict(facts)
    for one in enrolments:
        more = {"lacks": lacks[one.pk]} if one.side == Side.MENTEE else {"offers": offers.get(one.pk, {})}
        found[one.person_id] = replace(found[one.person_id], **more)
    return found


def with_training(cohort: Cohort, facts: dict[int, Facts]) -> dict[int, Facts]:
    """``facts`` with whether each did their foundation year with the programme's organisation, if its model asks (R2).

    What is on record counts; where nothing is, a foundation job with it that is over. A query, where it is asked.
    """
    model = mentoring_models.of(cohort.programme)
    if not any(rule.kind == "trained-here" for rule in model.rules):
        return facts
    home = cohort.programme.organisation
    names = {folded(home.name), folded(home.code)}
    unsaid = [pk for pk, known in facts.items() if TRAINED_WITH not in known.texts]
    jobs = foundation_jobs(home.pk, before=cohort.start_date)
    before = set(jobs.filter(person__in=unsaid).order_by().values_list("person", flat=True))

    def here(pk: int, known: Facts) -> bool | None:
        if said := known.texts.get(TRAINED_WITH):
            return folded(said) in names
        if TRAINED_WITH in known.not_applicable:
            return False
        return True if pk in before else None

    return {pk: replace(known, home=home.name, trained_here=here(pk, known)) for pk, known in facts.items()}


def _with_supervisors(facts: dict[int, Facts], *, on: date, home: int) -> dict[int, Facts]:
    """``facts`` with what is known of designated supervisors; two queries, none where nobody has one."""
    of = {pk: [other for other, ties in known.ties.items() if DS in ties] for pk, known in facts.items()}
    known = supervisors({one for some in of.values() for one in some}, on=on, home=home)
    return {
        pk: replace(one, supervisors=tuple(known[ds] for ds in sorted(of[pk]) if ds in known)) if of[pk] else one
        for pk, one in facts.items()
    }


def supervisors(people: Iterable[int], *, on: date, home: int) -> dict[int, Supervisor]:
    """Of these people (ids) those who work for the organisation ``home``, as supervisors. Of others its leads need not
    know the band."""
    people = sorted(people)
    if not people:
        return {}
    jobs = {pk: some[0] for pk, some in _jobs(people, on=on, home=home).items() if some[0].organisation == home}
    days = Fact.objects.filter(person__in=list(jobs), kind="registered_on", applies=True).order_by()
    registered = dict(days.values_list("person", "day"))
    return {pk: Supervisor(job.band, job.level, registered.get(pk)) for pk, job in jobs.items()}


def foundation_jobs(organisation: int, *, before: date) -> QuerySet[Employment]:
    """Whole foundation years with ``organisation`` that were over on the day ``before``."""
    return Employment.objects.filter(
        organisation=organisation,
        level=Employment.Level.FOUNDATION,
        end_date__lte=before,
        end_date__gte=F("start_date") + FOUNDATION_YEAR,
    )


def _names_of(enrolments: list[Enrolment]) -> Names:
    """Without a query where the persons are at hand."""
    if all(Enrolment.person.is_cached(enrolment) for enrolment in enrolments):
        return {one.person_id: (one.person.given_name, one.person.name) for one in enrolments}
    return _named({enrolment.person_id for enrolment in enrolments})


def _among(cohort: Cohort, enrolments: list[Enrolment]) -> People:
    """Whose rows to read. Thousands of ids take longer to write into a statement than to look up: where one side has
    so many, everybody who was ever enrolled on it is read."""
    count = Counter(enrolment.side for enrolment in enrolments)
    whole = [side for side in count if count[side] > MANY]
    few = [enrolment.person_id for enrolment in enrolments if enrolment.side not in whole]
    if not whole:
        return few
    return cohort.enrolments.filter(Q(side__in=whole) | Q(person__in=few)).order_by().values("person")


def facts_alone(some: Iterable[Person], *, on: date, organisation: int) -> dict[int, Facts]:
    """Job and recorded facts of people who are at hand; neither ties nor style, which only a pair is judged by. Two
    queries."""
    names = {person.pk: (person.given_name, person.name) for person in some}
    return _alone(names, list(names), on=on, home=organisation)


def _alone(names: Names, people: People, *, on: date, home: int, styles: bool = False) -> dict[int, Facts]:
    """Job and recorded facts; no ties, and style only where asked: a pair alone is judged by them."""
    jobs, recorded = _jobs(people, on=on, home=home), _recorded(people)
    found = _styles(people) if styles else {}
    return {
        pk: Facts(
            person_id=pk,
            given_name=given_name,
            name=name,
            styles=found.get(pk, {}),
            **recorded.get(pk, {}),
            **_job_facts(jobs.get(pk, ()), home=home),
        )
        for pk, (given_name, name) in names.items()
    }


def judged_for(cohort: Cohort, facts: Facts, *, joining: date) -> Facts:
    """``facts`` with the day on which the programme judges dated eligibility, where that is not its start (R1)."""
    model = mentoring_models.of(cohort.programme)
    if model.eligibility_date == "joining":
        return replace(facts, judged_on=joining, moment=f"joining on {in_words(joining)}")
    if model.eligibility_date == "named":
        day = model.named_day.in_year(cohort.start_date.year)
        return replace(facts, judged_on=day, moment=f"the day on which this programme judges it, {in_words(day)}")
    return facts


def _completed(people: Iterable[int]) -> Counter[int]:
    """How many matches each has mentored to the end, on any programme that is not confidential: a score would tell."""
    over = Member.objects.filter(
        person__in=list(people),
        role=Side.MENTOR,
        left_at__gte=F("joined_at") + COMPLETED_AFTER,
        relationship__cohort__programme__is_confidential=False,
    )
    return Counter(dict(over.order_by().values_list("person").annotate(Count("pk"))))


def _supervisors_by_team(facts: Iterable[Facts], *, on: date) -> Counter[int]:
    """How many of each team are designated or educational supervisors: since a day on record, or of somebody now."""
    teams = {known.team_id for known in facts} - {None}
    since = Fact.objects.filter(person=OuterRef("person"), kind="first_ds_on", day__lte=on)
    trainees = Tie.objects.live(on=on).filter(other=OuterRef("person"), kind__in=[Tie.Kind.DS, Tie.Kind.ES])
    jobs = Employment.objects.live(on=on).filter(team__in=teams).filter(Exists(since) | Exists(trainees))
    return Counter(dict(jobs.order_by().values_list("team").annotate(Count("person", distinct=True))))


class Job(NamedTuple):
    """A row of Employment with the names that go with it."""

    person: int
    start_date: date
    organisation: int
    parent: int | None
    band: str
    level: str
    job_title: str
    site: int | None
    site_name: str | None
    team: int | None
    team_name: str | None
    last_working_day: date | None


def _jobs(people: People, *, on: date, home: int | None) -> dict[int, list[Job]]:
    """Jobs by person, the one that speaks for them first."""
    jobs = defaultdict(list)
    rows = Employment.objects.not_over(on=on).filter(person__in=people).order_by("pk")
    for row in rows.values_list(
        "person",
        "start_date",
        "organisation",
        "organisation__parent",
        *("band", "level", "job_title"),
        *("site", "site__name", "team", "team__name"),
        "last_working_day",
    ):
        jobs[row[0]].append(Job(*row))
    for some in jobs.values():
        if len(some) > 1:
            some.sort(key=lambda job: (job.organisation == home, job.start_date <= on, job.start_date), reverse=True)
    return jobs


def _job_facts(jobs: Sequence[Job], *, home: int | None) -> dict:
    if not jobs:
        return {}
    first = jobs[0]
    employers = {job.organisation for job in jobs} | {job.parent for job in jobs}
    return {
        "band": first.band,
        "level": first.level,
        "job_title": first.job_title,
        "organisation_ids": frozenset(employers - {None}),
        "site_id": first.site,
        "site": first.site_name or "",
        "team_id": first.team,
        "team": first.team_name or "",
        "works_at_home": any(job.organisation == home for job in jobs),
        # When somebody leaves another employer is not for the leads of this programme.
        "last_working_day": first.last_working_day if first.organisation == home else None,
    }


def _ties(people: People, *, on: date) -> tuple[dict[int, dict[int, set[str]]], dict[int, dict]]:
    """For each person, what others are to them, and the last day of what has one.

    A tie that begins later counts: a match lasts for months.
    """
    ties, ends = defaultdict(lambda: defaultdict(set)), defaultdict(dict)
    for kind, person, other, end_date in (
        Tie.objects.not_over(on=on)
        .filter(Q(person__in=people) | Q(other__in=people))
        .order_by()
        .values_list("kind", "person", "other", "end_date")
    ):
        both = [(person, other)] if kind in Tie.DIRECTED else [(person, other), (other, person)]
        for one, two in both:
            ties[one][two].add(kind)
            if end_date:
                ends[one][two, kind] = end_date - timedelta(days=1)
    return ties, ends


def _recorded(people: People) -> dict[int, dict]:
    """What is on record of each, as fields of ``Facts``; of whom nothing is, nothing."""
    found = defaultdict(lambda: {"days": {}, "texts": {}, "not_applicable": set(), "said": set()})
    own = ExpressionWrapper(Q(said_at=F("recorded_at")), BooleanField())
    rows = Fact.objects.filter(person__in=people).order_by().annotate(own=own)
    for person, kind, applies, day, text, is_own in rows.values_list("person", "kind", "applies", "day", "text", "own"):
        known = found[person]
        if not applies:
            known["not_applicable"].add(kind)
        elif day:
            known["days"][kind] = day
        else:
            known["texts"][kind] = text
        if is_own:
            known["said"].add(kind)
    for known in found.values():
        known["not_applicable"], known["said"] = frozenset(known["not_applicable"]), frozenset(known["said"])
        known["volunteered"] = frozenset(side for side, kind in SAID_YES.items() if known["texts"].get(kind) == "yes")
    return found


def _styles(people: People) -> dict[int, dict[str, Traits]]:
    styles = defaultdict(dict)
    rows = Style.objects.filter(person__in=people).order_by().values_list("person", "source", *TRAIT_KEYS)
    for person, source, *traits in rows:
        styles[person][source] = tuple(traits)
    return styles
