"""What a mentee of a model with phases is on a day: not eligible, learning beside the mentor, independent.

Nothing of it is stored. It follows from dates on record, so that a date put
right later is right at once, and nobody has to run anything on the day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from audit.refusal import Refused
from people.models import Person, Tie
from programmes import mentoring_models
from programmes.dates import anniversary, in_words
from programmes.facts import facts_for
from programmes.mentoring_models.contract import MentoringModel
from programmes.mentoring_models.matches import Phases
from programmes.models import Cohort, Enrolment, Member, Side
from programmes.rules.facts import Facts


@dataclass(frozen=True)
class Standing:
    """The two days that part the three phases. None: not known, or not reached by what is on record."""

    phases: Phases
    eligible_on: date | None
    independent_on: date | None

    def on(self, day: date) -> str:
        """The phase on ``day`` in the model's words: "trainee DS"."""
        if self.eligible_on is None or day < self.eligible_on:
            return self.phases.before
        if self.is_independent(day):
            return self.phases.after
        return self.phases.during

    def is_independent(self, day: date) -> bool:
        return self.independent_on is not None and day >= self.independent_on

    def sentence(self, day: date) -> str:
        """The phase with what comes next: "trainee DS, independent from 24 July 2028"."""
        words = self.on(day)
        if words == self.phases.before and self.eligible_on:
            return f"{words}, eligible from {in_words(self.eligible_on)}"
        if words == self.phases.during and self.independent_on:
            return f"{words}, independent from {in_words(self.independent_on)}"
        return words


@dataclass(frozen=True)
class Spell:
    """One time beside a mentor, from the first day; ``until`` is None while it lasts."""

    since: date
    until: date | None = None


def standing_of(model: MentoringModel, facts: Facts, *, start: date, spells: Sequence[Spell]) -> Standing:
    """Where somebody stands, by their facts and their times beside a mentor in a cohort that began on ``start``.

    The paired year runs from the cohort's start, or from the first pair where
    that came later. A change of mentor within it does not begin it again; it is
    completed where somebody was beside them at its end, or is now (our reading).
    """
    phases = model.phases
    day = model.opening_rule.test.day(facts, facts.given_name)
    eligible = day if isinstance(day, date) else None
    by_eligibility = eligible and anniversary(eligible, phases.years)
    by_year = _paired_year_ends(spells, start, timedelta(weeks=phases.weeks))
    if phases.independent == "after-eligibility":
        return Standing(phases, eligible, by_eligibility)
    if phases.independent == "after-paired-year":
        return Standing(phases, eligible, by_year)
    return Standing(phases, eligible, max(by_eligibility, by_year) if by_eligibility and by_year else None)


def _paired_year_ends(spells: Sequence[Spell], start: date, length: timedelta) -> date | None:
    if not spells:
        return None
    ends = max(start, min(spell.since for spell in spells)) + length
    lasted = any(spell.until is None or spell.until >= ends for spell in spells)
    return ends if lasted else None


def standings(cohort: Cohort, enrolments: Iterable[Enrolment], *, now: datetime) -> dict[int, Standing]:
    """Where each mentee among ``enrolments`` stands, by enrolment; empty where the model has no phases.

    A fixed number of queries.
    """
    model = mentoring_models.of(cohort.programme)
    mentees = [enrolment for enrolment in enrolments if enrolment.side == Side.MENTEE]
    if not (model.phases and model.opening_rule and mentees):
        return {}
    facts = facts_for(cohort, mentees, now=now, chains=False)
    spells = defaultdict(list)
    members = Member.objects.filter(enrolment__in=mentees, role=Member.Role.MENTEE).order_by()
    for enrolment, joined_at, left_at in members.values_list("enrolment", "joined_at", "left_at"):
        until = left_at and timezone.localdate(left_at)
        spells[enrolment].append(Spell(timezone.localdate(joined_at), until))
    return {
        enrolment.pk: standing_of(
            model, facts[enrolment.person_id], start=cohort.start_date, spells=spells[enrolment.pk]
        )
        for enrolment in mentees
    }


def guard_supervisor(*, kind: str, person: Person, other: Person, on: date, now: datetime) -> None:
    """The guard of ties: whoever still learns to supervise is nobody's designated supervisor of record.

    Refused with the day from which ``other`` may supervise alone.
    """
    if kind not in (Tie.Kind.DS, Tie.Kind.ES):
        return
    learning = Enrolment.objects.live().filter(person=other, side=Side.MENTEE)
    for enrolment in learning.select_related("cohort__programme", "person"):
        standing = standings(enrolment.cohort, [enrolment], now=now).get(enrolment.pk)
        if standing is None or standing.is_independent(on):
            continue
        if standing.independent_on:
            raise Refused(f"{other.given_name} may supervise alone from {in_words(standing.independent_on)}.")
        raise Refused(f"{other.given_name} may supervise alone after a year beside an experienced supervisor.")
