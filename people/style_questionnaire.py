"""Twenty statements by which people describe their own style: the Mini-IPIP.

The items are from the International Personality Item Pool, which is in the
public domain (ipip.ori.org); their choice is that of Donnellan, Oswald, Baird
and Lucas, "The Mini-IPIP Scales", Psychological Assessment 18 (2006), 192-203.
Answers are never kept: only the five sums, brought to the scale of people/style.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from people.style import MOST, TRAIT_KEYS

LEAST_ANSWER, MOST_ANSWER = 1, 5
ANSWERS = (
    (1, "Very inaccurate"),
    (2, "Rather inaccurate"),
    (3, "Neither"),
    (4, "Rather accurate"),
    (5, "Very accurate"),
)


@dataclass(frozen=True)
class Statement:
    """One statement about oneself. ``reverse``: agreeing points to the lower end of the trait."""

    text: str
    trait: str
    reverse: bool = False


STATEMENTS = (
    Statement("I am the life of the party.", "outgoing"),
    Statement("I sympathise with others’ feelings.", "warm"),
    Statement("I get chores done right away.", "organised"),
    Statement("I have frequent mood swings.", "calm", reverse=True),
    Statement("I have a vivid imagination.", "imaginative"),
    Statement("I don’t talk a lot.", "outgoing", reverse=True),
    Statement("I am not interested in other people’s problems.", "warm", reverse=True),
    Statement("I often forget to put things back in their proper place.", "organised", reverse=True),
    Statement("I am relaxed most of the time.", "calm"),
    Statement("I am not interested in abstract ideas.", "imaginative", reverse=True),
    Statement("I talk to a lot of different people at parties.", "outgoing"),
    Statement("I feel others’ emotions.", "warm"),
    Statement("I like order.", "organised"),
    Statement("I get upset easily.", "calm", reverse=True),
    Statement("I have difficulty understanding abstract ideas.", "imaginative", reverse=True),
    Statement("I keep in the background.", "outgoing", reverse=True),
    Statement("I am not really interested in others.", "warm", reverse=True),
    Statement("I make a mess of things.", "organised", reverse=True),
    Statement("I seldom feel blue.", "calm"),
    Statement("I do not have a good imagination.", "imaginative", reverse=True),
)


def scores(answers: Sequence[int]) -> dict[str, int]:
    """The five traits, 0 to 8, from twenty answers of 1 to 5 in the order of STATEMENTS.

    Four statements a trait give a sum of 4 to 20, which is halved above its
    least. ValueError where an answer is missing or out of range.
    """
    if len(answers) != len(STATEMENTS) or any(not LEAST_ANSWER <= answer <= MOST_ANSWER for answer in answers):
        raise ValueError("Needs an answer from 1 to 5 for each of the twenty statements.")
    sums = dict.fromkeys(TRAIT_KEYS, 0)
    for statement, answer in zip(STATEMENTS, answers, strict=True):
        sums[statement.trait] += (LEAST_ANSWER + MOST_ANSWER - answer) if statement.reverse else answer
    each = len(STATEMENTS) // len(TRAIT_KEYS)
    span = each * (MOST_ANSWER - LEAST_ANSWER)
    return {key: (total - each * LEAST_ANSWER) * MOST // span for key, total in sums.items()}
