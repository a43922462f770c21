"""What is known of people when a pair is judged, read in bulk and held as plain values.

The rules and the matching engine see people only through ``Facts``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Q

from people.line_management import Management
from people.models import Employment, Fact, Organisation, Person, Style, Tie
from people.style import Traits
from programmes.models import Cohort, Enrolment

# The facts of a staff list by which people said yes to a side; an enrolment may say it too.
SAID_YES = {"mentor": "volunteers_to_mentor", "mentee": "would_like_mentor"}


@dataclass(frozen=True, slots=True)
class Facts:
    """One person, as the rules see them on a day. What is unknown is absent or empty, never guessed."""

    person_id: int
    given_name: str
    name: str
    band: str = ""  # "6", "8a"; empty where unknown or where the job has none
    level: str = ""  # "foundation", "early", "advanced", "consultant"
    job_title: str = ""
    organisation_ids: frozenset[int] = frozenset()  # employers and the organisations they are part of
    site_id: int | None = None
    site: str = ""
    team_id: int | None = None
    team: str = ""
    managers: Mapping[int, int] = field(default_factory=dict)  # everyone above: person id -> steps up, 1 = manager
    ties: Mapping[int, frozenset[str]] = field(default_factory=dict)  # person id -> what they are to this person
    days: Mapping[str, date] = field(default_factory=dict)  # facts that are a day, by kind
    texts: Mapping[str, str] = field(default_factory=dict)  # facts that are a text, by kind
    not_applicable: frozenset[str] = frozenset()  # kinds of fact that do not apply to this person
    volunteered: frozenset[str] = frozenset()  # the sides for which they said yes
    styles: Mapping[str, Traits] = field(default_factory=dict)  # whose view, "lead" or "own" -> five traits


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
            volunteered=frozenset(side for side, kind in SAID_YES.items() if texts[pk].get(kind) == "yes"),
            **_job_facts(jobs[pk]),
        )
        for pk, person in found.items()
    }


def facts_for(
    cohort: Cohort, enrolments: Iterable[Enrolment], *, now: datetime, chains: bool = True
) -> dict[int, Facts]:
    """The facts of the people of these enrolments of ``cohort``, by person id, as its rules judge them.

    Those of ``facts_of`` on the cohort's day for facts, with what each enrolment says of volunteering.
    """
    enrolments = list(enrolments)
    facts = facts_of(
        {enrolment.person_id for enrolment in enrolments},
        on=cohort.facts_day(now),
        organisation=cohort.programme.organisation_id,
        chains=chains,
    )
    for enrolment in enrolments:
        if enrolment.volunteered_at:
            known = facts[enrolment.person_id]
            facts[enrolment.person_id] = replace(known, volunteered=known.volunteered | {enrolment.side})
    return facts


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
