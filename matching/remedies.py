"""What would mend that somebody is left out, stored with the run as plain values and linked where it is shown.

Kinds: ``fact`` (a fact is not yet known), ``choose`` (only a rule of strength ``should`` stands between: a lead
may allow a mentor by hand), ``apart`` (a lead keeps them apart from somebody), ``place`` (one more place with
``mentor``, an enrolment's id, would place one more).
"""

from matching.engine import Unmatched
from matching.gather import Problem
from programmes.models import Side

OFFERED = 2  # mentors who are offered one more place


def remedies(problem: Problem, unmatched: Unmatched) -> list[dict]:
    """What would mend it for this mentee, the simplest first."""
    mentee = unmatched.mentee
    unfit = problem.unfit.get((Side.MENTEE, mentee), [])
    if any(refusal.missing for refusal in unfit):
        return [{"kind": "fact"}]
    if unfit:
        return [{"kind": "choose"}] if all(refusal.strength == "should" for refusal in unfit) else []
    found = [
        {"kind": "apart", "mentor": problem.mentors[str(mentor)].pk}
        for one, mentor in problem.decisions.apart
        if str(one) == mentee and str(mentor) in problem.mentors
    ]
    if problem.scores[mentee]:
        # Any of these mentors would do: each is full because of somebody who, in turn, could go to another of them.
        best = sorted(unmatched.mentors, key=lambda mentor: (-problem.scores[mentee].get(mentor, -1), mentor))
        most = problem.model.capacity.of(Side.MENTOR).most
        wider = [mentor for mentor in best if problem.mentors[mentor].capacity < most]
        found += [{"kind": "place", "mentor": problem.mentors[mentor].pk} for mentor in wider[:OFFERED]]
    elif any(
        all(refusal.strength == "should" for refusal in problem.refusals(mentee, mentor)) for mentor in problem.mentors
    ):
        found.append({"kind": "choose"})
    return found
