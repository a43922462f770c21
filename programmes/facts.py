"""What is known of people when a pair is judged, read in bulk and held as plain values.

The rules and the matching engine see people only through ``Facts`` (programmes/rules/facts.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from people.line_management import Management
from people.models import Employment, Fact, Organisation, Person, Style, Tie
from people.style import Traits
from programmes import mentoring_models
from programmes.dates import in_words
from programmes.models import Cohort, Enrolment, Member, Side
from programmes.rules.facts import SAID_YES, Facts

__all__ = ["COMPLETED_AFTER", "SAID_YES", "Facts", "facts_for", "facts_of", "judged_for"]

# A match that lasted so long counts as completed, whenever it was meant to end (our reading).
COMPLETED_AFTER = timedelta(weeks=20)


def facts_of(
    people: Iterable[int], *, on: date, organisation: Organisation | int | None = None, chains: bool = True
) -> dict[int, Facts]:
    """The facts of ``people`` (ids, or a queryset of ids) as they stand on ``on``, by person id.

    Where somebody has several jobs, that with ``organisation`` speaks for band,
    site and team, else the latest. Six queries however many people; five
    with ``chains=False``, where nobody is going to ask about line management.
    """
    home = getattr(organisation, "pk", organisation)
    found = {person.pk: person for person in Person.objects.filter(pk__in=people).order_by()}
    jobs = _jobs(found, on=on, home=home)
    ties = _ties(found, on=on)
    days, texts, not_applicable = _recorded(found)
    styles = _styles(found)
    management = Management.on(on) if chains else None
    return {
        pk: Facts(
            person_id=pk,
            given_name=person.given_name,
            name=person.name,
            managers=management.chain(pk) if management else {},
            ties={other: frozenset(kinds) for other, kinds in ties[pk].items()},
            days=days[pk],
            texts=texts[pk],
            not_applicable=frozenset(not_applicable[pk]),
            styles=styles[pk],
            volunteered=_said_yes(texts[pk]),
            **_job_facts(jobs[pk]),
        )
        for pk, person in found.items()
    }


def job_line(facts: Facts | None) -> str:
    """Job title and site, as far as they are known."""
    return ", ".join(part for part in (facts.job_title, facts.site) if part) if facts else ""


def facts_for(
    cohort: Cohort, enrolments: Iterable[Enrolment], *, now: datetime, chains: bool = True, alone: bool = False
) -> dict[int, Facts]:
    """The facts of the people of these enrolments of ``cohort``, by person id, as its rules judge them.

    Those of ``facts_of`` on the cohort's day for facts, with what each enrolment
    says of volunteering and of the day on which they are judged. With ``chains``
    also what the model's preferences ask for beyond that, a query each. ``alone``:
    only what the rules on one person read, in two queries where the persons are at hand.
    """
    enrolments = list(enrolments)
    on = cohort.facts_day(now)
    if alone:
        chains = False
        facts = _alone(enrolments, on=on, home=cohort.programme.organisation_id)
    else:
        facts = facts_of(
            {enrolment.person_id for enrolment in enrolments},
            on=on,
            organisation=cohort.programme.organisation_id,
            chains=chains,
        )
    if chains:
        asked = {preference.kind for preference in mentoring_models.of(cohort.programme).preferences}
        if "experience" in asked:
            completed = _completed(facts)
            facts = {pk: replace(known, completed_matches=completed[pk]) for pk, known in facts.items()}
        if "few-supervisors" in asked:
            supervisors = _supervisors_by_team(facts.values(), on=on)
            facts = {
                pk: replace(known, team_supervisors=None if known.team_id is None else supervisors[known.team_id])
                for pk, known in facts.items()
            }
    for enrolment in enrolments:
        known = judged_for(cohort, facts[enrolment.person_id], joining=timezone.localdate(enrolment.enrolled_at))
        if enrolment.volunteered_at:
            known = replace(known, volunteered=known.volunteered | {enrolment.side})
        facts[enrolment.person_id] = known
    return facts


def _alone(enrolments: list[Enrolment], *, on: date, home: int) -> dict[int, Facts]:
    """Job and recorded facts; neither ties nor style, which only a pair is judged by."""
    people = {enrolment.person_id: enrolment.person for enrolment in enrolments}
    jobs = _jobs(people, on=on, home=home)
    days, texts, not_applicable = _recorded(people)
    return {
        pk: Facts(
            person_id=pk,
            given_name=person.given_name,
            name=person.name,
            days=days[pk],
            texts=texts[pk],
            not_applicable=frozenset(not_applicable[pk]),
            volunteered=_said_yes(texts[pk]),
            **_job_facts(jobs[pk]),
        )
        for pk, person in people.items()
    }


def _said_yes(texts) -> frozenset[str]:
    return frozenset(side for side, kind in SAID_YES.items() if texts.get(kind) == "yes")


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
    """How many matches each has mentored to the end, on any programme."""
    over = Member.objects.filter(
        person__in=list(people), role=Side.MENTOR, left_at__gte=F("joined_at") + COMPLETED_AFTER
    )
    return Counter(dict(over.order_by().values_list("person").annotate(Count("pk"))))


def _supervisors_by_team(facts: Iterable[Facts], *, on: date) -> Counter[int]:
    """How many of each team are designated or educational supervisors: since a day on record, or of somebody now."""
    teams = {known.team_id for known in facts} - {None}
    since = Fact.objects.filter(person=OuterRef("person"), kind="first_ds_on", day__lte=on)
    trainees = Tie.objects.live(on=on).filter(other=OuterRef("person"), kind__in=[Tie.Kind.DS, Tie.Kind.ES])
    jobs = Employment.objects.live(on=on).filter(team__in=teams).filter(Exists(since) | Exists(trainees))
    return Counter(dict(jobs.order_by().values_list("team").annotate(Count("person", distinct=True))))


def _jobs(people, *, on: date, home: int | None) -> dict[int, list[Employment]]:
    """Jobs by person, the one that speaks for them first."""
    jobs = defaultdict(list)
    rows = Employment.objects.not_over(on=on).filter(person__in=people).select_related("organisation", "site", "team")
    for job in rows.order_by("pk"):
        jobs[job.person_id].append(job)
    for some in jobs.values():
        some.sort(key=lambda job: (job.organisation_id == home, job.start_date <= on, job.start_date), reverse=True)
    return jobs


def _job_facts(jobs: list[Employment]) -> dict:
    if not jobs:
        return {}
    first = jobs[0]
    employers = {job.organisation_id for job in jobs} | {job.organisation.parent_id for job in jobs}
    return {
        "band": first.band,
        "level": first.level,
        "job_title": first.job_title,
        "organisation_ids": frozenset(employers - {None}),
        "site_id": first.site_id,
        "site": str(first.site or ""),
        "team_id": first.team_id,
        "team": str(first.team or ""),
    }


def _ties(people, *, on: date) -> dict[int, dict[int, set[str]]]:
    """For each person, what others are to them. A tie that begins later counts: a match lasts for months."""
    ties = defaultdict(lambda: defaultdict(set))
    for kind, person, other in (
        Tie.objects.not_over(on=on)
        .filter(Q(person__in=people) | Q(other__in=people))
        .order_by()
        .values_list("kind", "person", "other")
    ):
        ties[person][other].add(kind)
        if kind not in Tie.DIRECTED:
            ties[other][person].add(kind)
    return ties


def _recorded(people) -> tuple[dict, dict, dict]:
    days, texts, not_applicable = defaultdict(dict), defaultdict(dict), defaultdict(set)
    for fact in Fact.objects.filter(person__in=people).order_by():
        if not fact.applies:
            not_applicable[fact.person_id].add(fact.kind)
        elif fact.day:
            days[fact.person_id][fact.kind] = fact.day
        else:
            texts[fact.person_id][fact.kind] = fact.text
    return days, texts, not_applicable


def _styles(people) -> dict[int, dict[str, Traits]]:
    styles = defaultdict(dict)
    for style in Style.objects.filter(person__in=people).order_by():
        styles[style.person_id][style.source] = style.traits
    return styles
