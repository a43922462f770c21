"""What would mend that somebody is left out, stored with the run as plain values and linked where it is shown.

Kinds: ``fact`` (a fact is not yet known), ``choose`` (only a rule of strength ``should`` stands between: a lead
may allow a mentor by hand), ``apart`` (a lead keeps them apart from somebody), ``place`` (one more place with
``mentor``, an enrolment's id, would place one more).
"""

from itertools import islice

import numpy as np

from matching.engine import Unmatched
from matching.problem import ADVISED_AGAINST, Problem
from matching.scores import NONE
from programmes.models import Side

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
