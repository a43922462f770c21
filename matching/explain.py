"""Why not this mentor: the rule's sentence, or what it would cost and who would move, in words."""

from dataclasses import dataclass, field

from audit.refusal import Refused
from matching.engine.national import find
from matching.engine.reaching import ask
from matching.gather import gather
from matching.models import MatchRun
from matching.outcome import hundredths
from matching.problem import METHOD, Problem
from matching.queries import exact_points
from matching.ranking import problem_for
from programmes.models import Side

CHANGED = (
    "People, facts or places have changed since these matches were found, so an answer would compare other matches. "
    "Find matches again first."
)
EARLIER = (
    "These matches were found before the portal was last renewed, and it compares scores otherwise now. "
    "Find matches again first."
)

# The plan is found again for each answer, in five seconds for a national cohort: beyond, nobody waits for a page.
MOST_PAIRS = 6_000_000
TOO_MANY = (
    "No rule stands between {} and {}. With so many people the portal does not work out beforehand what it would cost "
    "everybody else: agree the match, find matches again, and compare the two runs."
)


@dataclass(frozen=True)
class Answer:
    """What the board says: one sentence, and where it was possible, who would move."""

    mentee: str
    mentor: str
    sentences: list[str]
    moves: list[str] = field(default_factory=list)
    allowed: bool = True


def can_be_weighed(run: MatchRun) -> bool:
    """Whether the exact cost can be worked out while somebody waits."""
    return run.mentees * run.mentors <= MOST_PAIRS


def why_not(run: MatchRun, *, mentee: str, mentor: str) -> Answer:
    """Why the run did not give this mentee this mentor; both by the engine's id, a person's number as text.

    What would be lost is exact: the engine finds the best plan that has the pair.
    """
    if not can_be_weighed(run):
        return _by_the_rules_alone(run, mentee, mentor)
    try:
        # As of the day of the run, so that the answer is about the plan on the screen.
        problem = gather(run.cohort, now=run.requested_at, policy=run.policy)
    except Refused:
        return _by_the_rules_alone(run, mentee, mentor, otherwise=CHANGED)
    one, other = _name(problem.mentees, mentee), _name(problem.mentors, mentor)
    if one is None or other is None:
        return Answer(one or "", other or "", [CHANGED], allowed=False)
    refusals = problem.refusals(mentee, mentor)
    if refusals:
        return Answer(one, other, [refusal.sentence for refusal in refusals], allowed=False)
    if not run.fingerprint.startswith(METHOD):
        return Answer(one, other, [EARLIER], allowed=False)
    if problem.fingerprint() != run.fingerprint:
        return Answer(one, other, [CHANGED], allowed=False)
    answer = ask(find(problem.scored), mentee, mentor)
    if not answer.allowed:
        return Answer(one, other, [answer.rule], allowed=False)
    if not answer.then:
        proposed = "the run had found" if run.changed_at else "proposed"
        return Answer(one, other, [f"{other} is the mentor {proposed} for {one}."])
    sentences = _cost(hundredths(answer.loss), answer, one, other)
    if run.changed_at:
        sentences.append("This compares with the plan as it was found, before it was changed by hand.")
    return Answer(one, other, sentences, _moves(run, problem, answer, mentee))


def _by_the_rules_alone(run: MatchRun, mentee: str, mentor: str, *, otherwise: str = "") -> Answer:
    """What the rules say of this one pair today; where they allow it, ``otherwise`` or that it is too much to weigh."""
    there = run.cohort.enrolments.live().select_related("person", "cohort__programme")
    one = there.filter(side=Side.MENTEE, person=int(mentee)).first()
    other = there.filter(side=Side.MENTOR, person=int(mentor)).first()
    if one is None or other is None:
        return Answer(one.person.name if one else "", other.person.name if other else "", [CHANGED], allowed=False)
    names = one.person.name, other.person.name
    refusals = problem_for(run.cohort, one, [other], now=run.requested_at).refusals(mentee, mentor)
    sentences = [refusal.sentence for refusal in refusals] or [otherwise or TOO_MANY.format(*names)]
    return Answer(*names, sentences, allowed=False)


def _name(side: dict, key: str) -> str | None:
    return side[key].person.name if key in side else None


def _cost(loss: int, answer, one: str, other: str) -> list[str]:
    if answer.loses_a_place:
        return [f"It could be done, but somebody who has a mentor now would have none. {_change(loss)}"]
    if loss == 0:
        return [f"It would be just as good: {one} with {other} gives the same total. The portal had to choose one."]
    return [_change(loss)]


def _change(loss: int) -> str:
    if loss == 0:
        return "The total of all matches would stay the same."
    return f"The total of all matches would {'fall' if loss > 0 else 'rise'} by {exact_points(abs(loss))} points."


def _moves(run: MatchRun, problem: Problem, answer, asked: str) -> list[str]:
    """A sentence for everybody whose mentor would change, the mentee in question first."""
    now_with = {}
    for proposal in run.proposals.select_related("mentor__person", "found_mentor__person", "mentee"):
        found = proposal.found_mentor if proposal.by_hand else proposal.mentor
        if found is not None:
            now_with.setdefault(str(proposal.mentee.person_id), found.person.name)
    for lost in run.left_out.filter(by_hand=True).select_related("mentee", "found_mentor__person"):
        now_with.setdefault(str(lost.mentee.person_id), lost.found_mentor.person.name)
    sentences = []
    for mentee, mentor in sorted(answer.then, key=lambda new: new[0] != asked):
        name = problem.mentees[mentee].person.name
        before = now_with.get(mentee)
        if mentor is None:
            sentences.append(f"{name} would have no mentor instead of {before}.")
        elif before:
            sentences.append(f"{name} would move from {before} to {problem.mentors[mentor].person.name}.")
        else:
            sentences.append(f"{name} would have {problem.mentors[mentor].person.name}.")
    return sentences
