"""Why many matches of a run have the same points: what the preferences ask for and nobody has written down."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from matching.models import MatchRun
from matching.queries import points
from programmes import gaps
from programmes.mentoring_models import MentoringModel
from programmes.models import Side

FEWEST = 4  # matches; that fewer are alike says nothing
SHOWN = 4


@dataclass(frozen=True)
class Gap:
    """Something that counts for how well two suit, and of how many on one side it is not known."""

    label: str
    known: str
    url: str


@dataclass(frozen=True)
class Alike:
    """``sentence`` says how many matches have the same points, ``gaps`` what would tell them apart."""

    sentence: str
    gaps: list[Gap]


def alike(run: MatchRun, model: MentoringModel, counts, *, now: datetime) -> Alike | None:
    """What to say where more than half of the matches have the same points, by the board's ``counts``; else None.
    A draft alone can still be changed. One query for each side where there is something to say."""
    if run.state != MatchRun.State.FINISHED or counts.rows < FEWEST or 2 * counts.alike <= counts.rows:
        return None
    found = []
    for side in (Side.MENTEE, Side.MENTOR):
        needs = [one for one in gaps.needed(run.cohort, side) if not all(use.bars for use in one.uses)]
        if not needs:
            continue
        missing = gaps.counts(gaps.everyone(run.cohort, side, needs, now=now), needs, needs)
        noun = model.words.of(side).many
        for one in missing.summaries:
            if 2 * one.missing > missing.everyone:
                known = f"known of {missing.everyone - one.missing:,} of {missing.everyone:,} {noun}"
                page = reverse("programmes:gap-list", args=[run.cohort_id])
                found.append((one.missing, Gap(one.need.label, known, f"{page}?side={side}&fact={one.need.kind}")))
    found.sort(key=lambda one: -one[0])
    which = "All" if counts.alike == counts.rows else f"{counts.alike:,} of the"
    return Alike(
        f"{which} {counts.rows:,} matches have the same points, {points(counts.alike_score)} of 100: "
        "as far as the portal knows, these pairs suit equally well.",
        [gap for _, gap in found[:SHOWN]],
    )
