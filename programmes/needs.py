"""Which facts a mentoring model asks for, what for, and of whom they are missing (R2).

Every kind of rule and preference names its facts (``fact_kinds``); here they come
together for one model. Whether somebody may take part is the rules' to say, never this module's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import Exact, IsNull

from people.fact_kinds import FACT_KINDS
from people.models import Employment, Fact, LineManagement, Style, Tie
from programmes import mentoring_models
from programmes.facts import facts_for, foundation_jobs
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Enrolment
from programmes.rules.facts import (
    BAND,
    DS,
    MANAGER,
    OF_PEOPLE,
    OF_THE_JOB,
    SAID_YES,
    SITE,
    TEAM,
    TRAINED_WITH,
    Facts,
)
from programmes.rules.style import TAGS

LABELS = {BAND: "Band or level", SITE: "Site", TEAM: "Team", MANAGER: "Line manager", DS: "Designated supervisor"}


class Standing(StrEnum):
    KNOWN = "known"
    NOT_APPLICABLE = "not-applicable"
    MISSING = "missing"


@dataclass(frozen=True)
class Use:
    """A rule or preference of the model that reads a fact. ``bars``: without it the person cannot be matched."""

    name: str
    label: str
    bars: bool


@dataclass(frozen=True)
class Need:
    """One kind of fact that the model asks of one side: a key of ``FACT_KINDS``, of the job (``OF_THE_JOB``), or
    somebody who stands above them (``OF_PEOPLE``)."""

    side: str
    kind: str
    uses: tuple[Use, ...]

    @property
    def label(self) -> str:
        return LABELS.get(self.kind) or FACT_KINDS[self.kind].label

    @property
    def of_the_job(self) -> bool:
        return self.kind in OF_THE_JOB

    @property
    def of_people(self) -> bool:
        return self.kind in OF_PEOPLE

    @property
    def bars(self) -> bool:
        """Whether somebody of whom it is missing cannot be matched."""
        return any(use.bars for use in self.uses)

    @property
    def flag(self) -> str:
        """The name of the condition that ``with_missing`` adds for it."""
        return f"missing_{self.kind}"

    def standing(self, facts: Facts) -> Standing:
        """How it stands with one person. A job without a band has a level instead, and both are never missing."""
        if self.kind == BAND:
            known = facts.band or facts.level
        elif self.kind == MANAGER:
            known = facts.managers
        elif self.kind == DS:
            known = any(DS in kinds for kinds in facts.ties.values())
        elif self.kind in (SITE, TEAM):
            known = facts.site_id if self.kind == SITE else facts.team_id
        elif self.kind == SAID_YES.get(self.side) and self.side in facts.volunteered:
            known = True
        elif self.kind == TRAINED_WITH:
            known = self.kind in facts.texts or facts.trained_here
        elif self.kind == TAGS:
            known = facts.texts.get(TAGS) or facts.styles
        else:
            known = self.kind in facts.days or self.kind in facts.texts
        if known:
            return Standing.KNOWN
        return Standing.NOT_APPLICABLE if self.kind in facts.not_applicable else Standing.MISSING


def needs_of(model: MentoringModel, side: str) -> list[Need]:
    """The facts that ``model`` asks of ``side``: those without which nobody can be matched first, then what counts."""
    uses: dict[str, list[Use]] = {}
    for rule in (one for one in model.rules if side == "mentee" or one.among != "peers"):
        for kind in rule.test.fact_kinds.get(side, ()):
            uses.setdefault(kind, []).append(Use(rule.name, rule.label, rule.strength != "prefer"))
        if side in model.juniors:
            for kind in rule.test.looks_for:
                # Every trainee has a designated supervisor; of others nobody is asked for one.
                if kind != DS or model.kind == "trainee":
                    uses.setdefault(kind, []).append(Use(rule.name, rule.label, False))
    for preference in (one for one in model.preferences if one.weight):
        for kind in preference.test.fact_kinds.get(side, ()):
            uses.setdefault(kind, []).append(Use(preference.name, preference.label, False))
    needs = [Need(side, kind, tuple(some)) for kind, some in uses.items()]
    return sorted(needs, key=lambda need: not need.bars)


def standings(cohort: Cohort, enrolments: Iterable[Enrolment], *, now: datetime) -> dict[int, dict[str, Standing]]:
    """By enrolment id and kind of fact, whether each fact that the model in force asks for is known.

    As many queries for one enrolment as for thousands.
    """
    enrolments = list(enrolments)
    model = mentoring_models.of(cohort.programme)
    facts = facts_for(cohort, enrolments, now=now)
    needs = {side: needs_of(model, side) for side in {enrolment.side for enrolment in enrolments}}
    return {
        enrolment.pk: {need.kind: need.standing(facts[enrolment.person_id]) for need in needs[enrolment.side]}
        for enrolment in enrolments
    }


def with_missing(
    enrolments: QuerySet[Enrolment], cohort: Cohort, needs: Iterable[Need], *, now: datetime
) -> QuerySet[Enrolment]:
    """``enrolments`` of one side with a condition (``Need.flag``) that is true where the fact is missing.

    It can be asked for and is not read: whoever wants it beside each row annotates it. The database answers as
    ``Need.standing`` does, so that lists of thousands are paged without being read.
    """
    return enrolments.alias(**{need.flag: _is_missing(need, cohort, now) for need in needs})


def _is_missing(need: Need, cohort: Cohort, now: datetime) -> Q:
    if need.of_the_job:
        return _job_lacks(need.kind, cohort, now)
    if need.of_people:
        return Q(
            ~Exists(above(need.kind, on=cohort.facts_day(now)).filter(**{ABOVE[need.kind][0]: OuterRef("person")}))
        )
    missing = ~Exists(Fact.objects.filter(person=OuterRef("person"), kind=need.kind))
    if need.kind == TAGS:
        missing &= ~Exists(Style.objects.filter(person=OuterRef("person")))
    if need.kind == TRAINED_WITH:
        jobs = foundation_jobs(cohort.programme.organisation_id, before=cohort.start_date)
        missing &= ~Exists(jobs.filter(person=OuterRef("person")))
    if need.kind == SAID_YES.get(need.side):
        return Q(volunteered_at__isnull=True) & Q(missing)
    return Q(missing)


def _job_lacks(kind: str, cohort: Cohort, now: datetime) -> Q:
    speaking = speaking_jobs(cohort, now=now)
    if kind == BAND:
        found = Subquery(speaking.values(found=Concat("band", "level"))[:1])
        return Q(Exact(Coalesce(found, Value("")), Value("")))
    return Q(IsNull(Subquery(speaking.values(found=F(f"{kind}_id"))[:1]), True))


# Of ``OF_PEOPLE``, by kind: the fields of a row that name the junior, and whoever stands above them.
ABOVE = {MANAGER: ("report", "manager"), DS: ("person", "other")}


def above(kind: str, *, on: date) -> QuerySet:
    """The rows that say who stands above whom, of one of ``OF_PEOPLE``, on a day or later."""
    if kind == MANAGER:
        return LineManagement.objects.not_over(on=on)
    return Tie.objects.not_over(on=on).filter(kind=Tie.Kind.DS)


def speaking_jobs(cohort: Cohort, *, now: datetime) -> QuerySet[Employment]:
    """For a subquery over enrolments: the jobs of the person, that one first which programmes/facts.py lets speak."""
    on = cohort.facts_day(now)
    here = Case(When(organisation=cohort.programme.organisation_id, then=1), default=0)
    begun = Case(When(start_date__lte=on, then=1), default=0)
    jobs = Employment.objects.not_over(on=on).filter(person=OuterRef("person"))
    return jobs.order_by(here.desc(), begun.desc(), "-start_date", "pk")
