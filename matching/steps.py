"""What a lead does next for a cohort, as far as matching knows; shown on programmes' pages (programmes/offers.py)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from matching.models import MatchRun
from matching.queries import Untold, untold_of
from people.days import in_words
from people.home import Item
from programmes import mentoring_models
from programmes.bringing import is_brought
from programmes.choosing import chooser
from programmes.introductions import asks_for, introduces
from programmes.models import Cohort, Enrolment, Side
from programmes.offers import Step
from programmes.readiness import Readiness

State = MatchRun.State


def next_steps(cohorts: Iterable[Cohort], readiness: dict[int, Readiness], *, now: datetime) -> dict[int, Step]:
    """The next step of each cohort that has one, by its id. Two queries, however many cohorts."""
    latest = {run.cohort_id: run for run in MatchRun.objects.latest_of_each_cohort().filter(cohort__in=cohorts)}
    hidden = untold_of([run for run in latest.values() if run.state == State.PUBLISHED])
    steps = {}
    for cohort in cohorts:
        if gathers(cohort):
            steps[cohort.pk] = _groups_step(cohort, readiness[cohort.pk])
            continue
        run = latest.get(cohort.pk)
        ready = readiness[cohort.pk]
        steps[cohort.pk] = (
            _step(cohort, ready, run) or (_arranged(run, hidden) if run else None) or _places_step(cohort, ready)
        )
    return {pk: step for pk, step in steps.items() if step is not None}


def gathers(cohort: Cohort) -> bool:
    """Whether people here come together in groups or as peers, so that nobody is matched with a mentor."""
    return not mentoring_models.of(cohort.programme).pairs_with_mentors


def _groups_step(cohort: Cohort, ready: Readiness) -> Step | None:
    model = mentoring_models.of(cohort.programme)
    if model.has_peers and ready.waiting:
        hint = f"{capfirst(model.words.mentee.many)} find each other themselves. {ready.waiting} waiting for one."
        return Step("See who waits", reverse("programmes:waiting-list", args=[cohort.pk]), hint=hint)
    if not ready.waiting or not ready.places_left:
        return _places_step(cohort, ready)
    hint = f"{ready.waiting:,} {'is' if ready.waiting == 1 else 'are'} in no group yet."
    return Step("See the groups", reverse("programmes:group-list", args=[cohort.pk]), hint=hint)


def propose_groups(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """Groups that the portal proposes, while somebody waits for one."""
    model = mentoring_models.of(cohort.programme)
    if model.group is None or model.has_peers or not (readiness.waiting and readiness.places_left):
        return None
    hint = "Of those who wait, with the reasons; nothing is kept until you publish."
    return Item("Propose groups", reverse("matching:group-propose", args=[cohort.pk]), hint)


def _arranged(run: MatchRun, hidden: dict[int, Untold]) -> Step | None:
    """Matches that are published but not told: when they are, or who has to confirm them."""
    found = hidden.get(run.pk)
    if found is None or not found.pairs:
        return None
    pairs = "1 match is" if found.pairs == 1 else f"{found.pairs:,} matches are"
    when = f"People are told on {in_words(timezone.localdate(found.opens_at))}." if found.opens_at else ""
    waits = f"{found.to_confirm:,} still to be confirmed by the site." if found.to_confirm else ""
    hint = " ".join(part for part in (f"{pairs} arranged.", waits, when) if part)
    return Step("See when people are told", reverse("matching:run-publish", args=[run.pk]), hint=hint)


def _step(cohort: Cohort, ready: Readiness, run: MatchRun | None) -> Step | None:
    if run is not None:
        address = reverse("matching:run-detail", args=[run.pk])
        if run.is_under_way:
            return Step("See how far it is", address, hint="Matches are being found.")
        if run.may_be_published:
            pairs = "1 match is" if run.matched == 1 else f"{run.matched:,} matches are"
            return Step("Look at the matches", address, hint=f"{pairs} ready for you to look at and publish.")
    if not ready.waiting:
        return None
    model = mentoring_models.of(cohort.programme)
    if not ready.places_left and not is_brought(model):  # whoever is brought brings a place
        return None
    if themselves := by_themselves(model):
        page = reverse("programmes:waiting-list", args=[cohort.pk])
        return Step("See who waits", page, hint=f"{themselves} {ready.waiting:,} waiting.")
    nouns = model.words.mentor
    places = "1 place" if ready.places_left == 1 else f"{ready.places_left:,} places"
    hint = f"{ready.waiting:,} waiting, {places} with {nouns.many}."
    stuck = "Nobody who waits" if ready.barred == ready.waiting else f"None of the {nouns.many}"
    if ready.barred == ready.waiting or ready.mentors_barred == ready.mentors:  # to look for matches would find none
        page = reverse("programmes:readiness-detail", args=[cohort.pk])
        return Step("See who cannot be matched", page, hint=f"{hint} {stuck} can be matched yet.")
    if ready.barred:
        hint += f" {ready.barred:,} of those who wait cannot be matched yet."
    if ready.short_of:
        hint += f" That is {ready.short_of:,} too few: some will have to wait."
    if run is not None and run.state == State.FAILED:
        hint = f"Finding matches was stopped by a fault. You can start again. {hint}"
    return Step("Find matches", reverse("matching:run-start", args=[cohort.pk]), hint=hint, acts=True)


def _places_step(cohort: Cohort, ready: Readiness) -> Step | None:
    """Where people wait and every place is taken: more mentors, or more places with those who are there."""
    model = mentoring_models.of(cohort.programme)
    if not ready.waiting or ready.places_left or is_brought(model):
        return None
    noun = model.words.mentor
    hint = f"{ready.waiting:,} {'waits' if ready.waiting == 1 else 'wait'} for {noun.a} and no place is left."
    if ready.barred == ready.waiting:  # nobody would have one of the new places
        page = reverse("programmes:readiness-detail", args=[cohort.pk])
        return Step("See who cannot be matched", page, hint=f"{hint} Nobody who waits can be matched yet.")
    also = None
    if not model.capacity.mentor.is_fixed:
        mentors = f"{reverse('programmes:cohort-detail', args=[cohort.pk])}?side={Side.MENTOR}#people"
        also = Item(f"Or give {noun.a} one more place, under “Places taken”", mentors)
    page = reverse("programmes:enrolment-add", args=[cohort.pk, Side.MENTOR])
    return Step(f"Enrol more {noun.many}", page, hint=hint, also=also)


def by_themselves(model) -> str:
    """How people find each other where no match run does it for them, in a sentence; else empty."""
    side = chooser(model) or next(iter(model.matching.asking), None)
    if side is None or not (chooser(model) or introduces(model) or is_brought(model)):
        return ""
    many, others = capfirst(model.words.of(side).many), model.words.of(asks_for(model, side)).many
    if chooser(model):
        return f"{many} choose among the {others} themselves."
    return f"{many} bring their {others} themselves." if is_brought(model) else f"{many} ask the {others} themselves."


def choose_mentor(enrolment: Enrolment) -> Item:
    """The page on which a lead chooses a mentor for a waiting mentee by hand."""
    if gathers(enrolment.cohort):
        page = reverse("programmes:group-form", args=[enrolment.cohort_id])
        return Item("Form a group", f"{page}?with={enrolment.pk}")
    noun = mentoring_models.of(enrolment.cohort.programme).words.mentor.a
    return Item(f"Choose {noun}", reverse("matching:mentor-choose", args=[enrolment.pk]))


def what_if(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """Where a lead sees what would place more people; only where both sides are there and somebody waits."""
    if gathers(cohort) or not (readiness.waiting and readiness.mentors):
        return None
    hint = "What one more mentor, or one rule less, would open."
    return Item("What would place more people", reverse("matching:what-if", args=[cohort.pk]), hint)


def _pairs(cohort: Cohort, readiness: Readiness) -> bool:
    return bool(readiness.mentors) and not gathers(cohort)


def runs(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """The match runs of a cohort."""
    page = reverse("matching:run-list", args=[cohort.pk])
    return Item("Matches found so far", page, "Every run, and what it came to.") if _pairs(cohort, readiness) else None


def decided(cohort: Cohort, readiness: Readiness, *, now: datetime) -> Item | None:
    """What leads settled about pairs."""
    page = reverse("matching:decision-list", args=[cohort.pk])
    return (
        Item("Pairs agreed or kept apart", page, "What every later run keeps.") if _pairs(cohort, readiness) else None
    )
