"""From the engine's answer to what a run stores: each pair with its reasons, each mentee left out with theirs."""

from collections import Counter

import numpy as np

from matching.alike import hardly_known
from matching.engine import Solution, Unmatched
from matching.models import MatchRun
from matching.plan import Plan, PlannedLeftOut, PlannedPair
from matching.problem import PUT_FIRST, Problem
from matching.progress import Progress
from matching.queries import in_points
from matching.remedies import remedies
from matching.scores import NONE
from matching.weighing import Instead, Weighed
from programmes.dates import in_words
from programmes.models import Side
from programmes.rules.columns import MET

# What besides the rules keeps two people apart; see Problem.refusals.
DECIDED = {"met-before": "Matched with this mentee before", "kept-apart": "Kept apart by a lead"}
FEW = 4  # so many names may stand in a sentence


def plan_of(
    problem: Problem, solution: Solution, weighed: Weighed | None = None, progress: Progress | None = None
) -> Plan:
    """The solution as rows to store. Scores in hundredths of a point."""
    weighed = weighed or Weighed()
    step = progress.step if progress else lambda _: None
    if progress:
        progress.stage("Putting the reasons into words", of=len(problem.mentees))
    chosen: dict[str, list[str]] = {}
    for mentee, mentor, _ in solution.pairs:
        chosen.setdefault(mentee, []).append(mentor)
    pairs = []
    for done, (mentee, mentors) in enumerate(chosen.items(), start=1):
        runner_up = _runner_up(problem, mentee, mentors)
        pairs += [
            _planned(problem, mentee, mentor, runner_up, weighed.close.get((mentee, mentor))) for mentor in mentors
        ]
        step(done)
    left_out = []
    for done, one in enumerate(solution.unmatched, start=len(chosen) + 1):
        left_out.append(_left_out(problem, one, weighed.instead.get(one.mentee)))
        step(done)
    return Plan(
        mentees=len(problem.mentees),
        mentors=len(problem.mentors),
        places=sum(problem.capacity.values()),
        total=hundredths(solution.total),
        bound=hundredths(solution.bound),
        optimal=solution.optimal,
        fingerprint=problem.fingerprint(),
        pairs=pairs,
        left_out=left_out,
        in_force=in_force(problem),
        policies=weighed.policies,
        hardly_known=hardly_known(
            problem.model,
            {
                side: [problem.facts[one.person_id] for one in enrolments.values()]
                for side, enrolments in ((Side.MENTEE, problem.mentees), (Side.MENTOR, problem.mentors))
            },
        ),
    )


def hundredths(points) -> int:
    """The engine's decimal points as whole hundredths; its scores came from such, so nothing is lost."""
    return int(points.scaleb(2))


def why_left_out(problem: Problem, unmatched: Unmatched, instead: Instead | None = None) -> list[str]:
    """Sentences for the lead: what stands in the way of this mentee, and why of them rather than of somebody else."""
    if unfit := problem.unfit(Side.MENTEE, unmatched.mentee):
        return [refusal.sentence for refusal in unfit]
    if not (problem.row(unmatched.mentee) != NONE).any():
        return _nobody_allowed(problem, unmatched.mentee)
    return _too_few_places(problem, unmatched, instead)


def in_force(problem: Problem) -> dict[str, str]:
    """What the run was found under, in words: two runs side by side show where these differ."""
    strengths = {"must": "must be kept", "should": "should be kept", "prefer": "only preferred"}
    words = {f"Rule: {rule.label}": strengths[rule.strength] for rule in problem.model.rules}
    weights = sum(preference.weight for preference in problem.model.preferences) or 1
    words |= {
        f"Preference: {one.label}": f"{100 * one.weight / weights:.0f} of 100 points"
        for one in problem.model.preferences
    }
    words["Eligibility is judged on"] = in_words(problem.on)
    words["Way to be fair"] = MatchRun.Policy(problem.policy).label
    words["Agreed pairs kept"] = f"{len(problem.pinned):,}"
    words["Pairs kept apart"] = f"{len(problem.decisions.apart):,}"
    words["Pairs allowed against a rule"] = f"{len(problem.set_aside):,}"
    return words


def _left_out(problem: Problem, unmatched: Unmatched, instead: Instead | None) -> PlannedLeftOut:
    return PlannedLeftOut(
        mentee_id=problem.mentees[unmatched.mentee].pk,
        reasons=why_left_out(problem, unmatched, instead),
        remedies=remedies(problem, unmatched),
        **_where(problem, unmatched.mentee),
    )


def _where(problem: Problem, mentee: str) -> dict[str, str]:
    facts = problem.facts[int(mentee)]
    return {"site": facts.site, "band": facts.band}


def _planned(
    problem: Problem, mentee: str, mentor: str, runner_up: str | None, close: tuple[str, int] | None
) -> PlannedPair:
    return PlannedPair(
        mentee_id=problem.mentees[mentee].pk,
        mentor_id=problem.mentors[mentor].pk,
        score=problem.points(mentee, mentor),
        components=[
            {"name": part.name, "label": part.label, "points": part.points, "of": part.of, "reason": part.reason}
            for part in problem.components(mentee, mentor)
        ],
        runner_up_id=problem.mentors[runner_up].pk if runner_up else None,
        runner_up_score=problem.points(mentee, runner_up) if runner_up else None,
        close_to_id=problem.mentors[close[0]].pk if close else None,
        close_loss=close[1] if close else None,
        cautions=[one.sentence for one in problem.cautions(mentee, mentor)],
        **_where(problem, mentee),
    )


def _runner_up(problem: Problem, mentee: str, chosen: list[str]) -> str | None:
    """The best of the other mentors they may have; of equals the first by id."""
    points = problem.row(mentee)
    points[[problem.mentor_at[mentor] for mentor in chosen]] = NONE
    best = points.max()
    keys = list(problem.mentors)
    return None if best == NONE else min(keys[number] for number in np.flatnonzero(points == best))


def _nobody_allowed(problem: Problem, mentee: str) -> list[str]:
    """No mentor at all: their sentences where there are few, else how many each rule keeps away."""
    name = problem.facts[int(mentee)].given_name
    if len(problem.mentors) <= FEW:
        return [problem.refusals(mentee, mentor)[0].sentence for mentor in problem.mentors]
    labels = {rule.name: rule.label for rule in problem.grid.rules} | DECIDED
    return [
        f"None of the {len(problem.mentors):,} mentors with a free place may be matched with {name}.",
        *(f"“{labels[rule]}” rules out {n:,} of them." for rule, n in _kept_away(problem, mentee).most_common()),
    ]


def _kept_away(problem: Problem, mentee: str) -> Counter[str]:
    """How many mentors each rule, or a decision, keeps from this mentee."""
    row, cols = np.array([problem.mentee_at[mentee]]), np.arange(len(problem.mentors))
    decided = problem.decided.get(mentee, [])
    others = np.ones(len(cols), dtype=bool)
    others[[problem.mentor_at[mentor] for mentor in decided]] = False
    found: Counter[str] = Counter()
    for rule, verdicts in problem.grid.verdicts(row, cols):
        broken = np.broadcast_to(verdicts[0] != MET, cols.shape)
        found[rule.name] += int((broken & others).sum())
    for mentor in decided:
        found.update({refusal.rule for refusal in problem.refusals(mentee, mentor)})
    return +found


def _too_few_places(problem: Problem, unmatched: Unmatched, instead: Instead | None) -> list[str]:
    """Some mentors are allowed, but everybody who can go only to these cannot all have a place."""
    given_name = problem.facts[int(unmatched.mentee)].given_name
    crowd = problem.crowd(unmatched)
    others = len(unmatched.competitors) - 1  # this mentee is among them
    reasons = [
        f"{given_name} and {_count(others, 'other mentee')} can be matched only with "
        f"{_mentors(problem, unmatched.mentors)}, who {'has' if len(unmatched.mentors) == 1 else 'have'} "
        f"{_count(crowd.places, 'place')}: {others + 1 - crowd.places:,} too few."
    ]
    if instead is not None:
        reasons.append(_why_this_one(problem, unmatched.mentee, instead))
    elif crowd.longest_wait > problem.waited[unmatched.mentee]:
        first = crowd.longest_wait >= PUT_FIRST and unmatched.mentee not in problem.put_first
        reasons.append("A lead put others first." if first else "Others among them have waited longer.")
    return reasons


def _why_this_one(problem: Problem, mentee: str, instead: Instead) -> str:
    """Why this mentee is left out and not whoever would be in their place."""
    given_name, other = problem.facts[int(mentee)].given_name, problem.facts[int(instead.loses)].name
    swap = f"with {problem.facts[int(instead.mentor)].name} for {given_name}, {other} would have nobody"
    if instead.loses in problem.put_first and mentee not in problem.put_first:
        return f"A lead put {other} first: {swap}."
    if instead.longer:
        return f"Whoever has waited longest goes first: {swap}, and has waited longer."
    if not instead.loss:
        return (
            f"Why {given_name}: {swap}, and neither waiting nor points would change. "
            "A fixed draw decided between equals; choose by hand if you know better."
        )
    if instead.loss > 0:
        return f"The points decided: {swap}, and all matches together {in_points(instead.loss)} less."
    policy = MatchRun.Policy(problem.policy).label
    return f"“{policy}” decided: {swap}, though all matches together would have {in_points(-instead.loss)} more."


def _mentors(problem: Problem, mentors) -> str:
    if len(mentors) > FEW:
        return f"the same {len(mentors):,} mentors"
    names = [problem.facts[int(mentor)].name for mentor in mentors]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
