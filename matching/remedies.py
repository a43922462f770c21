"""What would mend that somebody is left out, stored with the run as plain values and linked where it is shown.

Kinds: ``fact`` (a fact is not yet known), ``choose`` (only a rule of strength ``should`` stands between: a lead
may allow a mentor by hand), ``apart`` (a lead keeps them apart from somebody), ``place`` (one more place with
``mentor``, an enrolment's id, would place one more).
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np
from django.urls import reverse

from matching.engine import Unmatched
from matching.models import LeftOut, MatchRun
from matching.outdated import Outdated
from matching.problem import ADVISED_AGAINST, Problem
from matching.scores import NONE
from programmes.models import Enrolment, Side

OFFERED = 2  # mentors who are offered one more place


def remedies(problem: Problem, unmatched: Unmatched) -> list[dict]:
    """What would mend it for this mentee, the simplest first."""
    mentee = unmatched.mentee
    unfit = problem.unfit(Side.MENTEE, mentee)
    if any(refusal.missing for refusal in unfit):
        return [{"kind": "fact"}]
    if unfit:
        return [{"kind": "choose"}] if all(refusal.strength == "should" for refusal in unfit) else []
    found = [
        {"kind": "apart", "mentor": problem.mentors[str(mentor)].pk}
        for one, mentor in problem.decisions.apart
        if str(one) == mentee and str(mentor) in problem.mentors
    ]
    points = problem.row(mentee)
    if (points != NONE).any():
        # Any of these mentors would do: each is full because of somebody who, in turn, could go to another of them.
        worth = points[problem.crowd(unmatched).mentors]
        best = (unmatched.mentors[at] for at in np.argsort(-worth, kind="stable"))
        most = problem.model.capacity.of(Side.MENTOR).most
        wider = (problem.mentors[mentor] for mentor in best if problem.mentors[mentor].capacity < most)
        found += [{"kind": "place", "mentor": enrolment.pk} for enrolment in islice(wider, OFFERED)]
    elif (problem.standing(mentee) == ADVISED_AGAINST).any():
        found.append({"kind": "choose"})
    return found


@dataclass(frozen=True)
class Remedy:
    """Something that would mend that a mentee is left out: a link, or a button where it acts; a sentence where it
    has been done."""

    text: str
    url: str = ""
    acts: bool = False
    value: int | None = None  # what the button is about


def shown(run: MatchRun, one: LeftOut, remedy: dict, mentors: dict[int, Enrolment], changed: Outdated) -> Remedy:
    """One stored remedy of ``one`` as its page has it; ``mentors`` by the ids that remedies name."""
    given_name = one.mentee.person.given_name
    by_hand = reverse("matching:proposal-move", args=[run.pk, one.mentee_id])
    match remedy["kind"]:
        case "fact":
            return Remedy("Fill in what is missing", reverse("programmes:gap-list", args=[run.cohort_id]))
        case "apart":
            name = mentors[remedy["mentor"]].person.name
            return Remedy(
                f"{given_name} and {name} are kept apart: look at that",
                reverse("matching:decision-list", args=[run.cohort_id]),
            )
        case "place":
            mentor = mentors[remedy["mentor"]]
            if mentor.person_id in changed.widened:
                return Remedy(f"{mentor.person.name} has {places_in_words(mentor.capacity)} now: find matches again.")
            return Remedy(
                f"Give {mentor.person.name} one more place",
                reverse("matching:place-add", args=[run.pk]),
                acts=True,
                value=mentor.pk,
            )
        case _:
            return Remedy(f"Choose a mentor for {given_name} by hand", by_hand)


def places_in_words(count: int) -> str:
    """``1 place``, ``3 places``."""
    return "1 place" if count == 1 else f"{count} places"
