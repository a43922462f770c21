"""Why many matches of a run have the same points: what the preferences ask for and nobody has written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from matching.models import MatchRun
from matching.queries import points
from programmes.mentoring_models import MentoringModel
from programmes.needs import Need, Standing, needs_of
from programmes.rules.facts import Facts

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


def hardly_known(model: MentoringModel, people: Mapping[str, Sequence[Facts]]) -> list[dict]:
    """What counts for how well two suit and is missing of more than half of ``people``, by side: as a run stores it,
    ``{side, kind, known, of}``, what is missing of most first."""
    found = []
    for side, some in people.items():
        for need in needs_of(model, side):
            missing = sum(need.standing(one) == Standing.MISSING for one in some)
            if _tells_apart(need) and 2 * missing > len(some):
                found.append({"side": side, "kind": need.kind, "known": len(some) - missing, "of": len(some)})
    return sorted(found, key=lambda one: one["known"] - one["of"])


def _tells_apart(need: Need) -> bool:
    """Whether it counts for how well two suit, and does not only bar somebody, or say what is to be checked."""
    return not need.of_people and not all(use.bars for use in need.uses)


def alike(run: MatchRun, model: MentoringModel, counts) -> Alike | None:
    """What to say where more than half of the matches have the same points, by the board's ``counts``; else None.
    A draft alone can still be changed."""
    if run.state != MatchRun.State.FINISHED or counts.rows < FEWEST or 2 * counts.alike <= counts.rows:
        return None
    page = reverse("programmes:gap-list", args=[run.cohort_id])
    labels = {(need.side, need.kind): need.label for side in ("mentee", "mentor") for need in needs_of(model, side)}
    gaps = [
        Gap(
            labels[one["side"], one["kind"]],
            f"known of {one['known']:,} of {one['of']:,} {model.words.of(one['side']).many}",
            f"{page}?side={one['side']}&fact={one['kind']}",
        )
        for one in run.hardly_known
        if (one["side"], one["kind"]) in labels  # a setting may have changed since
    ]
    which = "All" if counts.alike == counts.rows else f"{counts.alike:,} of the"
    return Alike(
        f"{which} {counts.rows:,} matches have the same points, {points(counts.alike_score)} of 100: "
        "as far as the portal knows, these pairs suit equally well.",
        gaps[:SHOWN],
    )
