"""Reads for the matching board and for the leads' home page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min, Q

from matching.models import MatchRun, Proposal
from people.counting import counted_together
from people.models import Employment, Person
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.matchmakers import matchmakers_of
from programmes.models import Cohort, Relationship


@dataclass(frozen=True)
class Card:
    """A person on the board: who they are and where they work."""

    name: str
    job: str
    email: str


def job_lines(people: Iterable[int], cohort: Cohort, *, now: datetime) -> dict[int, str]:
    """Job title and site of each person who has a job, as ``facts_of`` chooses among several. One query."""
    on, home = cohort.facts_day(now), cohort.programme.organisation_id
    chosen = {}
    jobs = Employment.objects.not_over(on=on).filter(person__in=list(people)).select_related("site").order_by("pk")
    for job in jobs:
        rank = (job.organisation_id == home, job.start_date <= on, job.start_date)
        if job.person_id not in chosen or rank > chosen[job.person_id][0]:
            chosen[job.person_id] = (rank, ", ".join(filter(None, (job.job_title, str(job.site or "")))))
    return {person: line for person, (_, line) in chosen.items()}


def summary(run: MatchRun, *, by_hand: int | None = None) -> str:
    """The run in one sentence, with its proof; and how far from it a lead has gone by hand.

    ``by_hand`` is how many mentees' matches are changed by hand, where the caller knows.
    """
    placed = f"{run.matched:,} of {run.mentees:,} placed"
    changes = changes_by_hand(run) if by_hand is None else by_hand
    if changes:
        return f"{placed}. {_by_hand(run, changes)}"
    if not run.matched:
        return f"{placed}: no pair is allowed by the rules."
    if run.optimal:
        if run.policy != MatchRun.Policy.BEST_OVERALL:
            return (
                f"{placed}. No better plan exists for “{run.get_policy_display()}”: among those that serve it as well, "
                f"its total of {in_points(run.total)} is the highest there can be."
            )
        return f"{placed}. No better plan exists: its total of {in_points(run.total)} is the highest there can be."
    return f"{placed}; total {exact_points(run.total)} of at most {exact_points(run.bound)}."


def changes_by_hand(run: MatchRun) -> int:
    """How many mentees have another mentor, or none, by a lead's hand. Asks the database only where there was one."""
    if run.changed_at is None:
        return 0
    return run.proposals.filter(by_hand=True).count() + run.left_out.filter(by_hand=True).count()


def _by_hand(run: MatchRun, changes: int) -> str:
    """``2 matches changed by hand: 12 points below the best plan, which had 4,120.``"""
    changed = "1 match" if changes == 1 else f"{changes} matches"
    best = f"the best plan, which had {points(run.bound)}"
    if run.matched != run.found:
        more = run.matched - run.found
        best += f" and placed {abs(more)} {'fewer' if more > 0 else 'more'}"
    if run.total == run.bound:
        return f"{changed} changed by hand: as many points as {best}."
    side = "below" if run.total < run.bound else "above"
    return f"{changed} changed by hand: {in_points(abs(run.bound - run.total))} {side} {best}."


def points(hundredths: int) -> str:
    """Hundredths as whole points, for people to read: 168944 is 1,689, and 30 is "less than 1"."""
    whole = (abs(hundredths) + 50) // 100
    text = f"{whole:,}" if whole or not hundredths else "less than 1"
    return f"−{text}" if hundredths < 0 else text


def in_points(hundredths: int) -> str:
    """With its unit: "1 point", "less than 1 point", "12 points"."""
    text = points(hundredths)
    return f"{text} point" if text.lstrip("−") in ("1", "less than 1") else f"{text} points"


def exact_points(hundredths: int) -> str:
    """To the last hundredth, no more decimals than needed: 168944 is 1,689.44. For files, and for what is proved."""
    whole, rest = divmod(abs(hundredths), 100)
    text = f"{whole:,}" + (f".{rest:02d}".rstrip("0") if rest else "")
    return f"−{text}" if hundredths < 0 else text


WITHOUT_EMAIL = Q(email__isnull=True) | Q(email="")


@dataclass(frozen=True)
class Outlook:
    """What publishing a run will do."""

    pairs: int
    people: int  # who are told by e-mail
    mails: int  # that they get: one for each match of theirs
    left_out: int
    fallen: int  # of the pairs, those that break a rule by now
    without_email: list[str]
    both_accept: bool = False
    sign_off: bool = False
    no_matchmaker: list[str] = field(default_factory=list)  # sites for which nobody can confirm a pair


def outlook(run: MatchRun, *, now: datetime) -> Outlook:
    """What publishing this run will do, in counts and in the names of those whom no mail can reach."""
    matching = mentoring_models.of(run.cohort.programme).matching
    mentees, mentors = (run.proposals.order_by().values(f"{side}__person") for side in ("mentee", "mentor"))
    people = Person.objects.filter(Q(pk__in=mentees) | Q(pk__in=mentors)).exclude(WITHOUT_EMAIL)
    reached = people.order_by().values("pk")
    counts = counted_together(
        pairs=run.proposals,
        left_out=run.left_out,
        fallen=run.proposals.exclude(fallen=""),
        people=people,
        to_mentees=run.proposals.filter(mentee__person__in=reached),
        to_mentors=run.proposals.filter(mentor__person__in=reached),
    )
    return Outlook(
        pairs=counts["pairs"],
        people=counts["people"],
        mails=counts["to_mentees"] + counts["to_mentors"],
        left_out=counts["left_out"],
        fallen=counts["fallen"],
        without_email=without_email(run),
        both_accept=matching.live == "both-accept",
        sign_off=matching.site_sign_off,
        no_matchmaker=_without_matchmaker(run, now) if matching.site_sign_off else [],
    )


def without_email(run: MatchRun) -> list[str]:
    """The names of those in the matches of ``run`` whom no mail can reach. One query."""
    mentees, mentors = (run.proposals.order_by().values(f"{side}__person") for side in ("mentee", "mentor"))
    people = Person.objects.filter(WITHOUT_EMAIL, Q(pk__in=mentees) | Q(pk__in=mentors))
    return sorted(person.name for person in people)


def _without_matchmaker(run: MatchRun, now: datetime) -> list[str]:
    """The sites of the run's mentees for which nobody holds the role of site lead, by name."""
    mentees = [pair.mentee for pair in run.proposals.select_related("mentee__person")]
    facts = facts_for(run.cohort, mentees, now=now, chains=False)
    sites = {known.site_id: known.site for known in facts.values() if known.site_id}
    covered = {site for _, site in matchmakers_of(list(sites), now=now)}
    return sorted(name for site, name in sites.items() if site not in covered)


@dataclass(frozen=True)
class Untold:
    """What of a published run its people do not know yet."""

    pairs: int = 0  # of which nobody has been told
    to_confirm: int = 0  # of these, how many wait for a matchmaker of the site
    told: int = 0  # pairs that are known
    opens_at: datetime | None = None  # the day set for it; none: as soon as may be
    by_mail: bool = True

    @property
    def may_be_taken_back(self) -> bool:
        return not self.told


def untold(run: MatchRun) -> Untold:
    """How much of ``run`` is still the leads' alone. One query."""
    return untold_of([run]).get(run.pk, Untold())


def first_made(run: MatchRun) -> Relationship | None:
    """One of the matches that publishing made and that go on, to say by it what comes next."""
    made = Relationship.objects.filter(proposal__run=run, state__in=Relationship.UNDER_WAY)
    return made.select_related("cohort__programme").order_by("pk").first()


def untold_of(runs) -> dict[int, Untold]:
    """As ``untold``, by run, for those that have published something. One query, none for no run."""
    if not runs:
        return {}
    unknown = Q(relationship__told_at=None) & ~Q(relationship__state=Relationship.State.ENDED)
    rows = (
        Proposal.objects.filter(run__in=[run.pk for run in runs], relationship__isnull=False)
        .order_by()
        .values("run")
        .annotate(
            pairs=Count("pk", filter=unknown),
            to_confirm=Count("pk", filter=unknown & Q(relationship__state=Relationship.State.PROPOSED)),
            told=Count("pk", filter=Q(relationship__told_at__isnull=False)),
            opens_at=Min("relationship__opens_at", filter=unknown),
            silent=Count("pk", filter=unknown & Q(relationship__by_mail=False)),
        )
    )
    return {
        row["run"]: Untold(row["pairs"], row["to_confirm"], row["told"], row["opens_at"], not row["silent"])
        for row in rows
    }
