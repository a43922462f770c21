"""The matching board as its pages show it: proposals by the page, filtered and sorted by the database.

A board of 3,000 proposals asks as many questions as one of three.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from matching.alike import Alike, alike
from matching.models import LeftOut, MatchRun, PairDecision, Proposal
from matching.outdated import Outdated, outdated
from matching.queries import Card, in_points, job_lines, points, summary
from matching.remedies import Remedy, shown
from people.names import folded
from programmes import mentoring_models
from programmes.models import Enrolment, RuleOverride

PAGE = 50
FIRST_LEFT_OUT = 5  # so many stand on the board itself; the rest are a click away
Kind = PairDecision.Kind

SHOW = {
    "": "Every match",
    "open": "Not agreed yet",
    "agreed": "Agreed",
    "close": "Close calls",
    "by-hand": "Changed by hand",
    "allowed": "Allowed against a rule",
    "caution": "With something worth knowing",
    "apart": "Kept apart since",
    "fallen": "Cannot be any more",
}
SORT = {
    "": (("-score", "pk"), "Highest score"),
    "lowest": (("score", "pk"), "Lowest score"),
    "mentee": (("mentee__person__family_name", "mentee__person__given_name", "pk"), "Name of the {mentee}"),
    "mentor": (("mentor__person__family_name", "mentor__person__given_name", "pk"), "Name of the {mentor}"),
}
BELOW = {"": "Any score", "90": "Below 90", "75": "Below 75", "60": "Below 60", "40": "Below 40"}


@dataclass(frozen=True)
class Filter:
    """What the board shows, from its address; what the address holds beyond that is ignored."""

    q: str = ""
    site: str = ""
    band: str = ""
    show: str = ""
    below: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        known = {one.name: query.get(one.name, "").strip()[:120] for one in fields(cls)}
        for name, allowed in (("show", SHOW), ("below", BELOW), ("sort", SORT)):
            known[name] = known[name] if known[name] in allowed else ""
        return cls(**known)

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.site or self.band or self.show or self.below)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Its own (name, value) pairs, for an address or hidden fields."""
        return [(one.name, value) for one in fields(self) if (value := getattr(self, one.name))]

    @property
    def query(self) -> str:
        return urlencode(self.kept)

    def rows(self, run: MatchRun) -> QuerySet[Proposal]:
        """The proposals of ``run`` that it shows, in its order, each with ``decision`` and ``overrides``."""
        found = with_marks(run)
        if self.site:
            found = found.filter(site=self.site)
        if self.band:
            found = found.filter(band=self.band)
        if self.below:
            found = found.filter(score__lt=int(self.below) * 100)
        for word in folded(self.q).split():
            found = found.filter(
                Q(mentee__person__folded_name__contains=word) | Q(mentor__person__folded_name__contains=word)
            )
        match self.show:
            case "open":
                found = found.exclude(agreed=True)
            case "agreed":
                found = found.filter(agreed=True)
            case "close":
                found = found.filter(close_to__isnull=False)
            case "by-hand":
                found = found.filter(by_hand=True)
            case "allowed":
                found = found.filter(allowed=True)
            case "caution":
                found = found.exclude(cautions=[])
            case "apart":
                found = found.filter(apart=True)
            case "fallen":
                found = found.exclude(fallen="")
        return found.order_by(*SORT[self.sort][0])


def with_marks(run: MatchRun) -> QuerySet[Proposal]:
    """The proposals with what leads have settled about each pair: ``agreed``, ``apart`` and ``allowed``."""
    standing = PairDecision.objects.filter(lifted_at=None, mentee=OuterRef("mentee"), mentor=OuterRef("mentor"))
    overridden = RuleOverride.objects.filter(
        withdrawn_at=None,
        cohort=run.cohort_id,
        mentee=OuterRef("mentee__person"),
        mentor=OuterRef("mentor__person"),
    )
    return run.proposals.annotate(
        agreed=Exists(standing.filter(kind=Kind.AGREED)),
        apart=Exists(standing.filter(kind=Kind.APART)),
        allowed=Exists(overridden),
    )


@dataclass(frozen=True)
class Part:
    """One named part of a score, as the board draws it."""

    label: str
    points: int  # hundredths
    of: int
    reason: str

    @property
    def value(self) -> float:
        """In points, for drawing."""
        return self.points / 100


@dataclass(frozen=True)
class Row:
    """One proposal of the board."""

    proposal: Proposal
    mentee: Card
    mentor: Card
    parts: list[Part]
    runner_up: str
    close_to: str
    found: str  # whom the run had found, where a lead changed it

    @property
    def score(self) -> str:
        """Of 100 points, in whole ones."""
        return points(self.proposal.score)

    @property
    def reasons(self) -> list[str]:
        return [part.reason for part in self.parts]

    @property
    def headline(self) -> str:
        """The reasons of the parts that speak for the pair, the strongest first."""
        speaking_for_it = [part for part in self.parts if 2 * part.points > part.of]
        speaking_for_it.sort(key=lambda part: part.points, reverse=True)
        if not speaking_for_it:
            return "No rule stands against it, and no preference speaks for it."
        return " ".join(part.reason for part in speaking_for_it)

    @property
    def runner_up_sentence(self) -> str:
        one = self.proposal
        apart = in_points(abs(one.score - one.runner_up_score))
        if one.runner_up_score == one.score:
            return f"{self.runner_up} would suit {self.mentee.name} just as well."
        if one.runner_up_score > one.score:
            return f"{self.runner_up} would suit {self.mentee.name} {apart} better, but is needed elsewhere."
        return f"Next for {self.mentee.name}: {self.runner_up}, {apart} less."

    @property
    def close_sentence(self) -> str:
        loss = self.proposal.close_loss
        cost = "cost nothing" if not loss else f"cost {in_points(loss)} in all"
        return f"A close call: {self.close_to} instead would {cost}, and nobody would lose their place."

    @property
    def by_hand_sentence(self) -> str:
        if self.found:
            return f"Chosen by hand. The portal had found {self.found}."
        return f"Chosen by hand. The portal had left {self.mentee.name} out."


@dataclass(frozen=True)
class WithoutMentor:
    """One mentee whom the run left out, with the reasons and what would mend them."""

    mentee: Card
    left_out: LeftOut
    remedies: list[Remedy]


@dataclass(frozen=True)
class Counts:
    """Of all the proposals of a run, whatever is shown."""

    rows: int
    agreed: int
    apart: int
    by_hand: int
    lost_by_hand: int  # mentees whose place went to somebody else
    fallen: int = 0  # matches that cannot be any more
    alike: int = 0  # matches that have the commonest score
    alike_score: int = 0  # hundredths of a point


@dataclass(frozen=True)
class Board:
    """One page of a finished run."""

    run: MatchRun
    counts: Counts
    filter: Filter
    page: Page
    left_out: list[WithoutMentor]
    model: mentoring_models.MentoringModel
    outdated: Outdated
    alike: Alike | None = None
    selects: list[dict] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return self.page.object_list

    @property
    def without(self) -> int:
        """How many have no mentor."""
        return self.run.mentees - self.run.matched

    @property
    def summary(self) -> str:
        return summary(self.run, by_hand=self.counts.by_hand + self.counts.lost_by_hand)


class _CountedPaginator(Paginator):
    """A paginator that is told how many there are."""

    def __init__(self, rows, per_page: int, *, count: int | None):
        if count is not None:
            self.count = count  # stands before the cached property of the same name
        super().__init__(rows, per_page)


def counts_of(run: MatchRun) -> Counts:
    """What has been settled, in one query; decisions are counted from their own side, since they are the fewer."""
    proposals = Proposal.objects.filter(run=OuterRef("pk"))
    proposed = Proposal.objects.filter(run=run, mentee=OuterRef("mentee"), mentor=OuterRef("mentor")).order_by()
    scores = proposals.order_by().values("score").annotate(count=Count("pk")).order_by("-count", "score")
    settled = PairDecision.objects.filter(Exists(proposed), cohort=OuterRef("cohort"), lifted_at=None)
    found = MatchRun.objects.filter(pk=run.pk).values(
        rows=_count(proposals, "run"),
        agreed=_count(settled.filter(kind=Kind.AGREED), "cohort"),
        apart=_count(settled.filter(kind=Kind.APART), "cohort"),
        by_hand=_count(proposals.filter(by_hand=True), "run"),
        fallen=_count(proposals.exclude(fallen=""), "run"),
        alike=Coalesce(Subquery(scores.values("count")[:1]), 0),
        alike_score=Coalesce(Subquery(scores.values("score")[:1]), 0),
        lost_by_hand=_count(LeftOut.objects.filter(run=OuterRef("pk"), by_hand=True), "run"),
    )
    return Counts(**found.get())


def _count(rows: QuerySet, of: str):
    """How many of ``rows``, all of one ``of``, as a part of another query."""
    return Coalesce(Subquery(rows.order_by().values(of).annotate(count=Count("pk")).values("count")), 0)


def board(run: MatchRun, query: Mapping[str, str], *, now: datetime) -> Board:
    """The page of the board that ``query`` (an address's) asks for, in a fixed number of queries."""
    chosen = Filter.of(query)
    model = mentoring_models.of(run.cohort.programme)
    counts = counts_of(run)
    # First which rows, then the rows: marks and people are read for those of the page alone.
    rows = chosen.rows(run).values_list("pk", flat=True)
    paginator = _CountedPaginator(rows, PAGE, count=None if chosen.narrows else counts.rows)
    page = paginator.get_page(query.get("page"))
    shown = _in_order(run, list(page.object_list))
    first = page.number == 1 and not chosen.narrows and query.get("view") != "without"
    changed = outdated(run)
    left_out = list(_left_out(run)[:FIRST_LEFT_OUT]) if first and run.mentees > run.matched else []
    cards = _cards(run, _enrolments(shown, left_out), now)
    page.object_list = [_row(one, cards) for one in shown]
    return Board(
        run=run,
        counts=counts,
        filter=chosen,
        page=page,
        left_out=_without(run, left_out, cards, changed),
        model=model,
        outdated=changed,
        alike=alike(run, model, counts) if first else None,
        selects=_selects(run, chosen, model),
    )


def row_of(run: MatchRun, pk: int, *, now: datetime) -> Row | None:
    """One proposal of the run as its row of the board; None where it is not there any more."""
    one = with_marks(run).select_related(*_PEOPLE).filter(pk=pk).first()
    return _row(one, _cards(run, _enrolments([one], []), now)) if one else None


def every_row(run: MatchRun, chosen: Filter, *, now: datetime) -> list[Row]:
    """Every row that the filter shows, for a file."""
    found = list(chosen.rows(run).select_related(*_PEOPLE))
    cards = _cards(run, _enrolments(found, []), now)
    return [_row(one, cards) for one in found]


def left_out_page(run: MatchRun, query: Mapping[str, str], changed: Outdated, *, now: datetime) -> Page:
    """A page of those without a mentor."""
    page = _CountedPaginator(_left_out(run), PAGE, count=run.mentees - run.matched).get_page(query.get("page"))
    shown = list(page.object_list)
    page.object_list = _without(run, shown, _cards(run, _enrolments([], shown), now), changed)
    return page


def _in_order(run: MatchRun, ids: list[int]) -> list[Proposal]:
    found = {one.pk: one for one in with_marks(run).filter(pk__in=ids).order_by().select_related(*_PEOPLE)}
    return [found[pk] for pk in ids if pk in found]


_PEOPLE = ("mentee__person", "mentor__person", "runner_up__person", "close_to__person", "found_mentor__person")


def _left_out(run: MatchRun) -> QuerySet[LeftOut]:
    return run.left_out.select_related("mentee__person").order_by(
        "mentee__person__family_name", "mentee__person__given_name", "pk"
    )


def _enrolments(proposals, left_out) -> list[Enrolment]:
    both = [enrolment for one in proposals for enrolment in (one.mentee, one.mentor)]
    return both + [one.mentee for one in left_out]


def _cards(run: MatchRun, enrolments: list[Enrolment], now: datetime) -> dict[int, Card]:
    jobs = job_lines({one.person_id for one in enrolments}, run.cohort, now=now)
    return {one.pk: Card(one.person.name, jobs.get(one.person_id, ""), one.person.email or "") for one in enrolments}


def _row(one: Proposal, cards: dict[int, Card]) -> Row:
    return Row(
        proposal=one,
        mentee=cards[one.mentee_id],
        mentor=cards[one.mentor_id],
        parts=[Part(part["label"], part["points"], part["of"], part["reason"]) for part in one.components],
        runner_up=one.runner_up.person.name if one.runner_up else "",
        close_to=one.close_to.person.name if one.close_to else "",
        found=one.found_mentor.person.name if one.by_hand and one.found_mentor else "",
    )


def _without(run: MatchRun, left_out: list[LeftOut], cards: dict[int, Card], changed: Outdated) -> list[WithoutMentor]:
    mentors = {remedy["mentor"] for one in left_out for remedy in one.remedies if "mentor" in remedy}
    found = Enrolment.objects.select_related("person").in_bulk(mentors) if mentors else {}
    open_run = run.state == MatchRun.State.FINISHED
    return [
        WithoutMentor(
            cards[one.mentee_id],
            one,
            [shown(run, one, remedy, found, changed) for remedy in one.remedies] if open_run else [],
        )
        for one in left_out
    ]


def _selects(run: MatchRun, chosen: Filter, model) -> list[dict]:
    """The filter bar's choices, as the component wants them; a choice of one is no choice."""
    pairs = list(run.proposals.order_by().values_list("site", "band").distinct())
    sites, bands = (sorted({pair[where] for pair in pairs} - {""}) for where in (0, 1))
    words = {"mentee": model.words.mentee.one, "mentor": model.words.mentor.one}
    selects = [_select("show", "Show", chosen.show, SHOW.items())]
    if len(sites) > 1 or chosen.site:
        selects.append(_select("site", "Site", chosen.site, [("", "Every site"), *((one, one) for one in sites)]))
    if len(bands) > 1 or chosen.band:
        options = [("", "Every band"), *((one, f"Band {one}") for one in bands)]
        selects.append(_select("band", "Band", chosen.band, options))
    selects.append(_select("below", "Score", chosen.below, BELOW.items()))
    order = [(key, text.format(**words)) for key, (_, text) in SORT.items()]
    selects.append(_select("sort", "Order", chosen.sort, order))
    return selects


def _select(name: str, label: str, value: str, options) -> dict:
    return {"name": name, "label": label, "value": value, "options": list(options)}
