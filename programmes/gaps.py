"""Fill the gaps: people × the facts that the model asks for, as a grid to type or paste into (R2).

What a cell means is people/staff_list's to say, as for an imported list; saving is actions/gaps.py's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, QuerySet

from people.fact_kinds import FACT_KINDS, Value
from people.finding import Finder, NotFound
from people.models import Employment, Person, Site, Team
from people.models.employment import BANDS, band_label
from people.names import folded
from people.staff_list.check import DOES_NOT_APPLY as NOT_APPLICABLE
from people.staff_list.check import NotUnderstood, cell
from people.staff_list.columns import plain
from programmes import mentoring_models
from programmes.dates import in_words
from programmes.facts import facts_for, supervisors
from programmes.models import Cohort, Enrolment
from programmes.needs import ABOVE, Need, Standing, above, needs_of, with_missing
from programmes.rules.facts import BAND, DS, SITE, TEAM, TRAINED_WITH, Facts, Supervisor
from programmes.rules.style import TAGS

PER_PAGE = 50
MOST_PASTED = 500  # rows of one column, as many as a form may well hold
DOES_NOT_APPLY = "Does not apply"


@dataclass
class Cell:
    """One fact of one person in the grid: words to read, or a box to type into."""

    need: Need
    name: str  # of the box, in the form
    label: str = ""  # of the box: the fact, and whose it is
    shown: str = ""  # what is known
    own: bool = False  # the person said it themselves
    may_fill: bool = False
    typed: str = ""
    error: str = ""
    note: str = ""  # what of it a rule points out


@dataclass
class Row:
    enrolment: Enrolment
    facts: Facts
    cells: list[Cell]


@dataclass
class Summary:
    """A fact, what it is for, and of how many it is missing."""

    need: Need
    missing: int

    @property
    def sentence(self) -> str:
        """``Needed to judge “…”`` or ``Counts for “…”``."""
        if self.need.of_people:
            labels = "; ".join(dict.fromkeys(use.label for use in self.need.uses))
            return f"Needed to check: {labels}. Without it nobody is kept from a match."
        judged = [use.label for use in self.need.uses if use.bars]
        counts = [use.label for use in self.need.uses if not use.bars]
        parts = [f"Needed to judge: {'; '.join(judged)}."] if judged else []
        parts += [f"Counts for: {'; '.join(counts)}."] if counts else []
        return " ".join(parts)


@dataclass
class Choices:
    """What may be put in a box, for lists beside it: texts by kind."""

    own: str = ""  # the organisation's name, where it is asked with whom people trained
    sites: Mapping[str, Site] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    people: Finder | None = None  # among those whom the viewer may see, where somebody is to be named

    def of(self, need: Need) -> list[str]:
        if need.kind == BAND:
            return [*(band_label(band) for band in BANDS), *Employment.Level.labels]
        if need.kind in (SITE, TEAM):
            return [part.name for part in (self.sites if need.kind == SITE else self.teams).values()]
        if need.of_people:
            return []  # typed: a department's names are too many for a list
        if need.kind == TRAINED_WITH:
            return [self.own, DOES_NOT_APPLY]
        return [*(label for _, label in FACT_KINDS[need.kind].choices), DOES_NOT_APPLY]


def box(enrolment: int, kind: str) -> str:
    """The name of the box for one fact of one enrolment."""
    return f"cell-{enrolment}-{kind}"


def needed(cohort: Cohort, side: str) -> list[Need]:
    """The facts that the model in force asks of ``side``, those that bar somebody first."""
    return needs_of(mentoring_models.of(cohort.programme), side)


def everyone(cohort: Cohort, side: str, needs: Sequence[Need], *, now: datetime) -> QuerySet[Enrolment]:
    """Those enrolled on ``side``, in order of name, with a condition a need to ask for."""
    rows = with_missing(cohort.enrolments.live().on_side(side), cohort, needs, now=now)
    return rows.select_related("person").order_by("person__family_name", "person__given_name", "pk")


def lacking(rows: QuerySet[Enrolment], needs: Sequence[Need]) -> QuerySet[Enrolment]:
    """Those of ``rows`` of whom one of ``needs`` is missing."""
    return rows.filter(_lacks(needs))


def _lacks(needs: Sequence[Need]) -> Q:
    return reduce(or_, (Q(**{need.flag: True}) for need in needs), Q(pk__in=[]))


@dataclass(frozen=True)
class Counts:
    """How much is missing over the whole grid."""

    summaries: list[Summary]  # how many lack each fact
    everyone: int
    lacking: int  # people who lack one of the facts shown
    waiting: int  # people who cannot be matched until a fact is known, as last judged


def counts(rows: QuerySet[Enrolment], needs: Sequence[Need], shown: Sequence[Need]) -> Counts:
    """What is missing of ``needs``, and for how many people one of ``shown`` is; one query."""
    everyone = lacking = waiting = 0
    missing = Counter()
    # Grouped by what they lack and added up here, so that the database asks once of each person and fact.
    flags = {need.flag: F(need.flag) for need in needs}
    groups = rows.order_by().annotate(**flags).values("bar", *flags).annotate(people=Count("pk"))
    for group in groups:
        people = group["people"]
        everyone += people
        lacking += people if any(group[need.flag] for need in shown) else 0
        waiting += people if group["bar"] == Enrolment.Bar.MISSING else 0
        missing.update({need.kind: people for need in needs if group[need.flag]})
    return Counts([Summary(need, missing[need.kind]) for need in needs], everyone, lacking, waiting)


def choices(cohort: Cohort, needs: Iterable[Need], *, people: Finder | None = None) -> Choices:
    """The sites and teams by which a job is filled in; a query each, where asked for. ``people`` are found in words."""
    kinds = {need.kind for need in needs}
    here = {"organisation": cohort.programme.organisation_id}
    return Choices(
        own=cohort.programme.organisation.name if TRAINED_WITH in kinds else "",
        sites={plain(one.name): one for one in Site.objects.filter(**here)} if SITE in kinds else {},
        teams={plain(one.name): one for one in Team.objects.filter(**here)} if TEAM in kinds else {},
        people=people,
    )


def jobs_here(cohort: Cohort, people: Iterable[int], *, now: datetime) -> dict[int, Employment]:
    """The job of each of ``people`` (ids) with the cohort's organisation, by person id; who has none is absent."""
    on = cohort.facts_day(now)
    here = {"organisation": cohort.programme.organisation_id, "person__in": list(people)}
    jobs = Employment.objects.not_over(on=on).filter(**here).order_by("start_date", "-pk")
    found: dict[int, Employment] = {}
    for job in jobs.select_related("person", "organisation", "site", "team"):
        if job.person_id not in found or job.start_date <= on:
            found[job.person_id] = job
    return found


def grid(
    cohort: Cohort,
    enrolments: Iterable[Enrolment],
    needs: Sequence[Need],
    viewer: Person,
    *,
    keeps_jobs: bool,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    now: datetime,
) -> list[Row]:
    """The rows of one page. A box stands only where the fact is missing and ``viewer`` keeps the person's record.

    ``keeps_jobs``: the viewer keeps the organisation's staff list, so may change jobs there too.
    ``typed`` and ``errors`` are by name of box.
    """
    enrolments = list(enrolments)
    typed, errors = typed or {}, errors or {}
    people = {enrolment.person_id for enrolment in enrolments}
    facts = facts_for(cohort, enrolments, now=now, alone=True, styles=any(need.kind == TAGS for need in needs))
    named = {need.kind: _above(need, people, on=cohort.facts_day(now)) for need in needs if need.of_people}
    seniors = {senior for of_kind in named.values() for some in of_kind.values() for senior in some}
    at_home = supervisors(seniors, on=cohort.facts_day(now), home=cohort.programme.organisation_id)
    employed = set()
    if keeps_jobs:
        employed = {pk for pk, known in facts.items() if known.works_at_home} | set(at_home)
    kept = seen = employed  # the records of the organisation's staff, and most people are that
    if seniors - employed:
        visible = Person.objects.visible_to(viewer, now=now).filter(pk__in=seniors)
        seen = employed | set(visible.order_by().values_list("pk", flat=True))
    if people - employed:
        kept = set(
            Person.objects.kept_by(viewer, now=now).filter(pk__in=people).order_by().values_list("pk", flat=True)
        )
    notes = _of_supervisors(cohort, named.get(DS, {}), at_home)
    rows = []
    for enrolment in enrolments:
        known = facts[enrolment.person_id]
        cells = []
        for need in needs:
            seniors = named[need.kind].get(enrolment.person_id, {}) if need.of_people else {}
            names = [name if senior in seen else "On record" for senior, name in seniors.items()]
            standing = need.standing(known) if not need.of_people else Standing.KNOWN if names else Standing.MISSING
            name = box(enrolment.pk, need.kind)
            may_fill = standing == Standing.MISSING and enrolment.person_id in kept
            if need.of_the_job:
                may_fill = may_fill and enrolment.person_id in employed
            shown = DOES_NOT_APPLY if standing == Standing.NOT_APPLICABLE else ", ".join(names) or _shown(need, known)
            said = need.kind in known.said
            note = notes.get(enrolment.person_id, "") if need.kind == DS else ""
            label = f"{need.label}, {known.name}"
            cells.append(
                Cell(need, name, label, shown, said, may_fill, typed.get(name, ""), errors.get(name, ""), note)
            )
        rows.append(Row(enrolment, known, cells))
    return rows


def _above(need: Need, people: Iterable[int], *, on: date) -> dict[int, dict[int, str]]:
    """By person, who stands above them in one way: their ids with their names."""
    junior, senior = ABOVE[need.kind]
    rows = above(need.kind, on=on).filter(**{f"{junior}__in": list(people)}).select_related(senior).order_by("pk")
    found = defaultdict(dict)
    for row in rows.only(junior, f"{senior}__given_name", f"{senior}__family_name"):
        found[getattr(row, f"{junior}_id")][getattr(row, f"{senior}_id")] = getattr(row, senior).name
    return found


def _of_supervisors(
    cohort: Cohort, named: Mapping[int, Mapping[int, str]], known: Mapping[int, Supervisor]
) -> dict[int, str]:
    """By person, what the model points out of their designated supervisor, as far as the supervisors are ``known``."""
    rule = next((one for one in mentoring_models.of(cohort.programme).rules if one.kind == "supervised-by"), None)
    if rule is None:
        return {}
    said = {pk: rule.test.otherwise(one, on=cohort.start_date) for pk, one in known.items()}
    return {
        person: " ".join(f"{name} {said[pk]}." for pk, name in some.items() if said.get(pk))
        for person, some in named.items()
    }


def _shown(need: Need, facts: Facts) -> str:
    if need.kind == BAND:
        return band_label(facts.band) or (Employment.Level(facts.level).label if facts.level else "")
    if need.kind in (SITE, TEAM):
        return facts.site if need.kind == SITE else facts.team
    if need.kind in facts.days:
        return in_words(facts.days[need.kind])
    if need.kind in facts.texts:
        return FACT_KINDS[need.kind].shown(facts.texts[need.kind])
    return "On record" if need.standing(facts) == Standing.KNOWN else ""


def understood(need: Need, text: str, known: Choices):
    """What ``text`` says in a box for ``need``, as actions/gaps.py takes it. Raises NotUnderstood."""
    if need.kind == BAND:
        return _band_or_level(text)
    if need.kind in (SITE, TEAM):
        parts = known.sites if need.kind == SITE else known.teams
        if plain(text) in parts:
            return parts[plain(text)]
        names = ", ".join(part.name for part in list(parts.values())[:8])
        raise NotUnderstood(f"“{text[:60]}” is no {need.kind} on your list: {names or 'there is none yet'}.")
    if need.of_people:
        if text.casefold() in NOT_APPLICABLE:
            raise NotUnderstood(f"“{text}” cannot be said here. Leave the box empty until it is known who it is.")
        try:
            return known.people.get([pk := known.people.find(text)])[pk]
        except NotFound as error:
            raise NotUnderstood(str(error)) from error
    value = cell(need.kind, text)
    if value is not None and FACT_KINDS[need.kind].value == Value.DAY:
        return date.fromisoformat(value)
    return value


def _band_or_level(text: str) -> dict[str, str]:
    try:
        return {"level": cell("level", text)}
    except NotUnderstood:
        if band := cell("band", text):
            return {"band": band}
    levels = ", ".join(Employment.Level.labels)
    raise NotUnderstood(f"Somebody without a band needs a level instead: {levels}.")


@dataclass
class Pasted:
    """A column from a spreadsheet laid over people: texts by enrolment id, and what could not be placed."""

    texts: dict[int, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def lay(text: str, *, need: Need, shown: Sequence[Enrolment], anybody: Iterable[Enrolment]) -> Pasted:
    """Lay pasted lines over people: one value a line, for ``shown`` in their order; or a name or e-mail address and,
    after a tab, the value, for ``anybody`` enrolled."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    pasted = Pasted()
    if len(lines) > MOST_PASTED:
        pasted.problems.append(f"That is {len(lines):,} lines. Paste at most {MOST_PASTED} at a time.")
    elif any("\t" in line for line in lines):
        _by_name(lines, need, anybody, pasted)
    elif len(lines) > len(shown):
        pasted.problems.append(
            f"You pasted {len(lines):,} lines for {len(shown)} people. Paste as many as there are rows, or put the "
            "name or e-mail address of each person in a column before the value."
        )
    else:
        for line, enrolment in zip(lines, shown, strict=False):
            if line.strip():
                pasted.texts[enrolment.pk] = line.strip()
    return pasted


def _by_name(lines: list[str], need: Need, anybody: Iterable[Enrolment], pasted: Pasted) -> None:
    known, namesakes = {}, Counter()
    for enrolment in anybody:
        person = enrolment.person
        if person.email:
            known[person.email] = enrolment
        for name in {folded(person.name), folded(f"{person.family_name} {person.given_name}")}:
            known[name] = enrolment
            namesakes[name] += 1
    headings = {plain(heading) for heading in (need.label, *getattr(FACT_KINDS.get(need.kind), "headings", ()))}
    for number, line in enumerate(lines, start=1):
        who, *values = [part.strip() for part in line.split("\t")]
        value = next((part for part in reversed(values) if part), "")
        if not who or not value or (number == 1 and plain(value) in headings):
            continue
        key = who.casefold() if "@" in who else folded(who.replace(",", " "))
        key = " ".join(key.split())
        if namesakes[key] > 1:
            pasted.problems.append(f"Line {number}: several people here are called {who}. Use their e-mail address.")
        elif key not in known:
            pasted.problems.append(f"Line {number}: nobody called “{who[:60]}” is enrolled on this side.")
        else:
            pasted.texts[known[key].pk] = value
