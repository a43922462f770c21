"""Whether there will be mentors enough: at this intake and at the next, and who comes in or ages out between them.

For models that take mentors only for a while, or only after a while: those with a dated rule on mentors. Reads alone.

Who lacks the very date, or is years out, is most of a staff list: they are left to the database, which counts those of
whom the date is not known, and only the others are read and judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When

from people.models import Employment, Fact, Person
from programmes import mentoring_models
from programmes.dates import anniversary, last_monday
from programmes.facts import facts_alone, with_training
from programmes.mentoring_models import MentoringModel
from programmes.mentoring_models.contract import Words
from programmes.models import Cohort, Enrolment, Side
from programmes.readiness import counted
from programmes.rules import Refusal, Rule, eligibility
from programmes.rules.facts import TRAINED_WITH, Facts
from programmes.rules.of_person import Band, Dated, TrainedHere

YEAR = timedelta(weeks=52)  # of a programme (R1)
SLACK = timedelta(days=370)  # around a bound, so that the database need know nothing of leap years or calendar years


@dataclass(frozen=True)
class Intake:
    """Mentees against places at one intake."""

    starts_on: date
    mentees: int
    mentors: int
    places: int
    words: Words

    @property
    def short(self) -> int:
        return max(0, self.mentees - self.places)

    @property
    def sentence(self) -> str:
        """ "1 trainee without a mentor" """
        if not self.short:
            return f"A place for every {self.words.mentee.one}"
        return f"{counted(self.short, self.words.mentee.one, self.words.mentee.many)} without {self.words.mentor.a}"


@dataclass(frozen=True)
class Change:
    """Somebody who can mentor at one of the two intakes and not at the other. ``why``: the rule's own sentence."""

    person: Person
    why: str
    enrolled: bool


@dataclass(frozen=True)
class Forecast:
    now: Intake
    next: Intake
    comes_in: list[Change]
    ages_out: list[Change]
    could_be_asked: list[Person]  # who can mentor at this intake and does not take part yet
    unknown: int  # of whom a fact is missing, and nothing else stands against them


def is_forecast(model: MentoringModel) -> bool:
    """Whether the model has anything to forecast: mentors come in, or age out, by a date."""
    return any(isinstance(rule.test, Dated) and rule.test.side == Side.MENTOR for rule in model.rules)


def next_start(cohort: Cohort) -> date:
    """When the next intake is likely to begin: in the model's month a year later, else a year of a programme later."""
    month = mentoring_models.of(cohort.programme).calendar.start_month
    return last_monday(cohort.start_date.year + 1, month) if month else cohort.start_date + YEAR


def forecast(
    cohort: Cohort, staff: QuerySet[Person], *, mentees: int | None = None, on: date | None = None, now: datetime
) -> Forecast:
    """``staff``: whoever may be asked to mentor. ``mentees``: how many come to the next intake, on the day ``on``;
    as many as now, and a year later, where nobody says otherwise. A fixed number of queries."""
    model = mentoring_models.of(cohort.programme)
    rules = [rule for rule in model.rules if rule.kind != "volunteered"]
    then = on or next_start(cohort)
    to_judge, undated = _split(staff, rules, days=(cohort.start_date, then))
    mentors = cohort.enrolments.live().on_side(Side.MENTOR)
    taking_part = {one.person_id: one for one in mentors.select_related("person")}
    people = {one.pk: one for one in [*to_judge, *(enrolment.person for enrolment in taking_part.values())]}
    facts = facts_alone(people.values(), on=cohort.facts_day(now), organisation=cohort.programme.organisation_id)
    facts = with_training(cohort, facts)
    comes_in, ages_out, could_be_asked = [], [], []
    able_now: list[int] = []
    able_then: list[int] = []
    undated = undated.exclude(pk__in=mentors.order_by().values("person"))
    unknown = sum(
        count
        for known, count in _alike(undated, rules, cohort, now=now)
        if all(one.missing for one in eligibility(rules, known, Side.MENTOR, on=cohort.start_date))
    )
    for pk, person in sorted(people.items(), key=lambda one: (one[1].family_name, one[1].given_name, one[0])):
        bars = eligibility(rules, facts[pk], Side.MENTOR, on=cohort.start_date)
        unknown += bool(bars) and all(one.missing for one in bars)
        today, later = _said(bars), _said(eligibility(rules, facts[pk], Side.MENTOR, on=then))
        if not today and pk in taking_part:
            able_now.append(pk)
        if not later and (today or pk in taking_part):  # they stay, or they come in
            able_then.append(pk)
        if today and not later:
            comes_in.append(Change(person, today, pk in taking_part))
        elif later and not today:
            ages_out.append(Change(person, later, pk in taking_part))
        if not today and pk not in taking_part:
            could_be_asked.append(person)
    count = cohort.enrolments.live().on_side(Side.MENTEE).count()
    return Forecast(
        now=Intake(cohort.start_date, count, *_places(model, taking_part, able_now), model.words),
        next=Intake(then, count if mentees is None else mentees, *_places(model, taking_part, able_then), model.words),
        comes_in=comes_in,
        ages_out=ages_out,
        could_be_asked=could_be_asked,
        unknown=unknown,
    )


def _split(
    staff: QuerySet[Person], rules: list[Rule], *, days: tuple[date, date]
) -> tuple[QuerySet[Person], QuerySet[Person]]:
    """Of ``staff`` those who have to be judged one by one, and those of whom no rule on mentors knows anything but
    their job: the dated rules bar them, as not known yet. Whoever is in neither is barred on both days for good."""
    binding = [rule.test for rule in rules if rule.strength != "prefer" and getattr(rule.test, "side", "") == "mentor"]
    dated = [test for test in binding if isinstance(test, Dated)]
    if not dated:
        return staff, staff.none()
    kinds = {milestone.fact for test in dated for milestone in test.milestones}
    if any(isinstance(test, TrainedHere) for test in binding):
        kinds.add(TRAINED_WITH)
    out = Q(pk__in=[])
    for test in dated:
        out |= _out(test, days)
    known, barred = (
        Q(pk__in=Fact.objects.filter(some).order_by().values("person")) for some in (Q(kind__in=kinds), out)
    )
    return staff.filter(known).exclude(barred), staff.exclude(known)


def _out(test: Dated, days: tuple[date, date]) -> Q:
    """Facts that bar whoever has one on each of ``days``, whatever else is known; not all such facts."""
    if len(test.milestones) > 1:
        return Q(pk__in=[])  # another may be not known yet, which is something else
    [milestone] = test.milestones

    def begun(day: date) -> date:
        return anniversary(day, -milestone.years, -milestone.months)

    if test.bound == "from":
        out = Q(applies=True, day__gt=begun(max(days)) + SLACK)
    else:
        out = Q(applies=True, day__lt=begun(min(days)) - SLACK)
    if milestone.absent:
        out |= Q(applies=False)
    return Q(kind=milestone.fact) & out


def _alike(
    undated: QuerySet[Person], rules: list[Rule], cohort: Cohort, *, now: datetime
) -> Iterator[tuple[Facts, int]]:
    """Facts that stand for many: everyone in ``undated``, counted by what a rule on bands asks. One query."""
    nobody = {"person_id": 0, "given_name": "", "name": ""}
    if not any(isinstance(rule.test, Band) and rule.test.side == Side.MENTOR for rule in rules):
        yield Facts(**nobody), undated.count()
        return
    on = cohort.facts_day(now)
    at_home = Case(When(organisation=cohort.programme.organisation_id, then=Value(1)), default=Value(0))
    begun = Case(When(start_date__lte=on, then=Value(1)), default=Value(0))
    jobs = Employment.objects.not_over(on=on).filter(person=OuterRef("pk"))
    speaks = jobs.order_by(at_home.desc(), begun.desc(), F("start_date").desc(), "pk")  # as in programmes/facts.py
    rows = undated.order_by().annotate(of_band=Subquery(speaks.values("band")[:1]))
    rows = rows.annotate(at_level=Subquery(speaks.values("level")[:1])).values_list("of_band", "at_level")
    for band, level, count in rows.annotate(count=Count("pk")):
        yield Facts(band=band or "", level=level or "", **nobody), count


def _said(bars: list[Refusal]) -> str:
    """Why somebody cannot mentor at an intake; empty where they can. What is not known is not eligible (R2)."""
    return bars[0].sentence if bars else ""


def _places(model: MentoringModel, taking_part: dict[int, Enrolment], people: list[int]) -> tuple[int, int]:
    """How many mentors, and the places that they have: their own number, or what a mentor of this model begins with."""
    usual = model.capacity.mentor.default
    return len(people), sum(taking_part[pk].capacity if pk in taking_part else usual for pk in people)
