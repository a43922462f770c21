"""From the engine's answer to what a run stores: each pair with its reasons, each mentee left out with theirs."""

from collections import Counter

from matching.engine import Solution, Unmatched
from matching.gather import Problem
from matching.models import MatchRun
from matching.plan import Plan, PlannedLeftOut, PlannedPair
from matching.progress import Progress
from matching.remedies import remedies
from matching.weighing import Weighed
from programmes.dates import in_words
from programmes.models import Side

FEW = 4  # so many names may stand in a sentence


def plan_of(
    problem: Problem, solution: Solution, weighed: Weighed | None = None, progress: Progress | None = None
) -> Plan:
    """The solution as rows to store. Scores in hundredths of a point."""
    weighed = weighed or Weighed()
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
        if progress:
            progress.step(done)
    return Plan(
        mentees=len(problem.mentees),
        mentors=len(problem.mentors),
        places=sum(mentor.capacity for mentor in problem.assignment.mentors),
        total=hundredths(solution.total),
        bound=hundredths(solution.bound),
        optimal=solution.optimal,
        fingerprint=problem.fingerprint(),
        pairs=pairs,
        left_out=[_left_out(problem, one) for one in solution.unmatched],
        in_force=in_force(problem),
        policies=weighed.policies,
    )


def hundredths(points) -> int:
    """The engine's decimal points as whole hundredths; its scores came from such, so nothing is lost."""
    return int(points.scaleb(2))


def why_left_out(problem: Problem, unmatched: Unmatched) -> list[str]:
    """Sentences for the lead: what stands in the way of this mentee."""
    unfit = problem.unfit.get((Side.MENTEE, unmatched.mentee))
    if unfit:
        return [refusal.sentence for refusal in unfit]
    if not problem.scores[unmatched.mentee]:
        return _nobody_allowed(problem, unmatched.mentee)
    return _too_few_places(problem, unmatched)


def in_force(problem: Problem) -> dict[str, str]:
    """What the run was found under, in words: two runs side by side show where these differ."""
    strengths = {"must": "must be kept", "should": "should be kept", "prefer": "only preferred"}
    words = {f"Rule: {rule.label}": strengths[rule.strength] for rule in problem.model.rules}
    weights = sum(preference.weight for preference in problem.model.preferences)
    words |= {
        f"Preference: {one.label}": f"{100 * one.weight / weights:.0f} of 100 points"
        for one in problem.model.preferences
    }
    words["Eligibility is judged on"] = in_words(problem.on)
    words["Way to be fair"] = MatchRun.Policy(problem.assignment.policy).label
    words["Agreed pairs kept"] = str(len(problem.assignment.pinned))
    words["Pairs kept apart"] = str(len(problem.decisions.apart))
    words["Pairs allowed against a rule"] = str(len(problem.set_aside))
    return words


def _left_out(problem: Problem, unmatched: Unmatched) -> PlannedLeftOut:
    return PlannedLeftOut(
        mentee_id=problem.mentees[unmatched.mentee].pk,
        reasons=why_left_out(problem, unmatched),
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
        score=problem.scores[mentee][mentor],
        components=[
            {"name": part.name, "label": part.label, "points": part.points, "of": part.of, "reason": part.reason}
            for part in problem.components(mentee, mentor)
        ],
        runner_up_id=problem.mentors[runner_up].pk if runner_up else None,
        runner_up_score=problem.scores[mentee][runner_up] if runner_up else None,
        close_to_id=problem.mentors[close[0]].pk if close else None,
        close_loss=close[1] if close else None,
        **_where(problem, mentee),
    )


def _runner_up(problem: Problem, mentee: str, chosen: list[str]) -> str | None:
    others = [(-points, mentor) for mentor, points in problem.scores[mentee].items() if mentor not in chosen]
    return min(others)[1] if others else None


def _nobody_allowed(problem: Problem, mentee: str) -> list[str]:
    """No mentor at all: their sentences where there are few, else how many each rule keeps away."""
    name = problem.facts[int(mentee)].given_name
    refused = {mentor: problem.refusals(mentee, mentor) for mentor in problem.mentors}
    if len(refused) <= FEW:
        return [refusals[0].sentence for refusals in refused.values()]
    labels = {rule.name: rule.label for rule in problem.model.rules}
    kept_away = Counter(rule for refusals in refused.values() for rule in {refusal.rule for refusal in refusals})
    return [
        f"None of the {len(refused)} mentors with a free place may be matched with {name}.",
        *(
            f"“{labels.get(rule, 'Matched with this mentee before')}” rules out {count} of them."
            for rule, count in kept_away.most_common()
        ),
    ]


def _too_few_places(problem: Problem, unmatched: Unmatched) -> list[str]:
    """Some mentors are allowed, but everybody who can go only to these cannot all have a place."""
    given_name = problem.facts[int(unmatched.mentee)].given_name
    capacity = {mentor.id: mentor.capacity for mentor in problem.assignment.mentors}
    places = sum(capacity[mentor] for mentor in unmatched.mentors)
    others = len(unmatched.competitors)
    reasons = [
        f"{given_name} and {_count(others, 'other mentee')} can be matched only with "
        f"{_mentors(problem, unmatched.mentors)}, who {'has' if len(unmatched.mentors) == 1 else 'have'} "
        f"{_count(places, 'place')}: {others + 1 - places} too few."
    ]
    waited = {mentee.id: mentee.waited for mentee in problem.assignment.mentees}
    if any(waited[other] > waited[unmatched.mentee] for other in unmatched.competitors):
        reasons.append("Others among them have waited longer.")
    return reasons


def _mentors(problem: Problem, mentors) -> str:
    if len(mentors) > FEW:
        return f"the same {len(mentors)} mentors"
    names = [problem.facts[int(mentor)].name for mentor in mentors]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
