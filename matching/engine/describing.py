"""One pair, read plainly from the facts: the named parts of its score and every rule that forbids it. This is what
people are shown, and the reference that the fast scorer must equal."""

from dataclasses import dataclass

from .facts import MIDDLE, MOST, Affinity, Condition, InTable, Likeness, Listed, Managed, Problem, Rule, Same, Share
from .lines import above, by_person


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a score, in hundredths of a point."""

    name: str
    label: str
    points: int


@dataclass(frozen=True, slots=True)
class Description:
    """A pair's parts (rules that are preferred first), and the labels of the rules that forbid it."""

    parts: tuple[Part, ...]
    forbidden: tuple[str, ...]

    @property
    def score(self) -> int:
        return sum(part.points for part in self.parts)


SAME_PERSON = "Nobody can be their own mentor"


def describe(problem: Problem, mentee: int, mentor: int) -> Description:
    """The pair of the mentee and the mentor with these numbers."""
    parts, forbidden = [], []
    pair = (problem.mentees.ids[mentee], problem.mentors.ids[mentor])
    if pair[0] == pair[1]:
        forbidden.append(SAME_PERSON)
    for rule in problem.rules:
        as_wanted = _holds(problem, rule.condition, mentee, mentor) == rule.wanted
        if rule.strength == "prefer":
            parts.append(Part(rule.name, rule.label, rule.points if as_wanted else 0))
        elif not as_wanted and not _overridden(rule, pair):
            forbidden.append(rule.label)
    for wish in problem.preferences:
        points = (
            _affinity(problem, wish, mentee, mentor)
            if isinstance(wish, Affinity)
            else (_likeness(problem, wish, mentee, mentor))
        )
        parts.append(Part(wish.name, wish.label, points))
    return Description(tuple(parts), tuple(forbidden))


def _overridden(rule: Rule, pair: tuple[str, str]) -> bool:
    return rule.strength == "should" and pair in rule.overridden


def _holds(problem: Problem, condition: Condition, mentee: int, mentor: int) -> bool:
    mine, theirs = problem.mentees, problem.mentors
    match condition:
        case InTable():
            a, b = int(mine.codes[condition.mentee][mentee]), int(theirs.codes[condition.mentor][mentor])
            return a >= 0 and b >= 0 and bool(condition.table[a, b])
        case Same():
            a, b = int(mine.codes[condition.code][mentee]), int(theirs.codes[condition.code][mentor])
            return a >= 0 and a == b
        case Share():
            return int(mine.sets[condition.set][mentee]) & int(theirs.sets[condition.set][mentor]) != 0
        case Managed():
            managers = by_person(problem.managers)
            one, other = mine.ids[mentee], theirs.ids[mentor]
            return other in above(managers, one, condition.depth) or one in above(managers, other, condition.depth)
        case Listed():
            return (mine.ids[mentee], theirs.ids[mentor]) in condition.pairs


def _affinity(problem: Problem, wish: Affinity, mentee: int, mentor: int) -> int:
    a, b = int(problem.mentees.codes[wish.mentee][mentee]), int(problem.mentors.codes[wish.mentor][mentor])
    return int(wish.table[a, b]) if a >= 0 and b >= 0 else 0


def _likeness(problem: Problem, wish: Likeness, mentee: int, mentor: int) -> int:
    distance = 0
    for trait in wish.traits:
        a, b = int(problem.mentees.traits[trait][mentee]), int(problem.mentors.traits[trait][mentor])
        distance += ((a if a >= 0 else MIDDLE) - (b if b >= 0 else MIDDLE)) ** 2
    return int(problem.mentees.codes[wish.weights][mentee]) * (MOST * len(wish.traits) - distance)
