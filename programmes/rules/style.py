"""How alike two people are in style: words and traits, as a lead or they themselves see them (R13).

The outcome is one figure and one of four sentences. No tag, trait or value ever
stands in a reason (TRUST T5).
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from people.style import MOST, TRAITS, Traits
from programmes.rules.columns import Flags, Numbers, Weigh, memberships
from programmes.rules.facts import Facts

TAGS = "style"  # the fact that holds a lead's words
SQUARE = MOST * MOST  # the widest that two can be apart on one trait, squared
WHOLE = SQUARE * len(TRAITS)
# Shares of the whole above which two are alike, or have something in common.
TAGS_ALIKE, TRAITS_ALIKE, TRAITS_PARTLY = (1, 2), (9, 10), (7, 10)
GRADES = ("different", "partly", "alike")
# What says nothing of a person in "quiet; needs someone patient".
LITTLE = frozenset(
    re.findall(
        r"\w+",
        """a an and as at be bit but can could do does for from has have he her him his in is it likes more most needs
        of on or person quite rather she should so some somebody someone somewhat than that the their them they to very
        wants well who will with would""",
    )
)


def tags(text: str) -> frozenset[str]:
    """The tags in a text such as "quiet, Patient": trimmed, in lower case."""
    return frozenset(tag for part in text.split(",") if (tag := part.strip().lower()))


def words(text: str) -> frozenset[str]:
    """The words by which a lead tells what somebody is like: "quiet; needs someone patient" has two."""
    return frozenset(re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", text.lower())) - LITTLE


def closeness(one: Traits, other: Traits) -> int:
    """How close two people's traits are, 0 to WHOLE: the square of each distance is taken off.

    A trait that is not known of either counts half, so that silence neither gains nor loses.
    """
    return sum(
        SQUARE // 2 if ours is None or theirs is None else SQUARE - (ours - theirs) ** 2
        for ours, theirs in zip(one, other, strict=True)
    )


def overlap(ours: frozenset[str], theirs: frozenset[str]) -> tuple[int, int, str]:
    """Shared tags, all tags, and the grade: where at least half are shared the two are alike."""
    shared, everything = len(ours & theirs), len(ours | theirs)
    part, whole = TAGS_ALIKE
    grade = "different" if not shared else "alike" if whole * shared >= part * everything else "partly"
    return shared, everything, grade


def weigh(one: Facts, other: Facts, *, whose: str) -> tuple[int, int, str]:
    """``(part, whole, answer)``: how alike the two are, as a share, and the grade in words.

    ``whose``: whose view counts, "lead" or "own", for somebody of whom both are
    on record. Words and traits count the same where both tell something of the
    two; where neither does, half. Words that are shared count above half, all
    those of one of the two whole; words of which none is shared tell nothing,
    for leads choose them freely.
    """
    found = []
    ours, theirs = (words(facts.texts.get(TAGS, "")) for facts in (one, other))
    if ours & theirs:
        fewest, (shared, _, grade) = min(len(ours), len(theirs)), overlap(ours, theirs)
        found.append((fewest + shared, 2 * fewest, grade))
    mine, yours = _view(one, whose), _view(other, whose)
    if mine and yours and _share_a_trait(mine, yours):
        close = closeness(mine, yours)
        found.append((close, WHOLE, _grade(close)))
    if not found:
        return 1, 2, "unknown"
    if len(found) == 1:
        return found[0]
    (a, b, tagged), (c, d, felt) = found
    return a * d + c * b, 2 * b * d, GRADES[(GRADES.index(tagged) + GRADES.index(felt)) // 2]


def weigh_many(mentees: Sequence[Facts], mentors: Sequence[Facts], *, whose: str) -> Weigh:
    """``weigh`` for many: part and whole for blocks of pairs."""
    ours, theirs = ([words(facts.texts.get(TAGS, "")) for facts in side] for side in (mentees, mentors))
    share_words = overlap_many(ours, theirs)
    count, their_count = (np.array([len(some) for some in side], dtype=np.int64) for side in (ours, theirs))
    mine, yours = ([_view(facts, whose) or (None,) * len(TRAITS) for facts in side] for side in (mentees, mentors))
    # A square opens into products of one side with the other; a trait that is not known of either drops out of them.
    known, theirs_known = (_table([[one is not None for one in traits] for traits in side]) for side in (mine, yours))
    value, their_value = (_table([[one or 0 for one in traits] for traits in side]) for side in (mine, yours))
    left = _stacked(known * (SQUARE // 2 - value**2), 2 * value * known, -1 * known)
    right = _stacked(theirs_known, their_value * theirs_known, theirs_known * their_value**2)
    known, theirs_known = _stacked(known), _stacked(theirs_known)
    has_traits = bool(known.any() and theirs_known.any())

    def weigh_block(rows: Numbers, cols: Numbers) -> tuple[Numbers, Numbers]:
        shared, _, _ = share_words(rows, cols)
        worded = shared > 0
        fewest = np.minimum(count[rows][:, None], their_count[cols])
        if not has_traits:  # most departments keep words or sliders, not both
            return np.where(worded, fewest + shared, 1), np.where(worded, 2 * fewest, 2)
        close = (left[rows] @ right[cols].T).astype(np.int64) + len(TRAITS) * (SQUARE // 2)
        felt = known[rows] @ theirs_known[cols].T > 0
        part = np.where(felt, close, 1)
        whole = np.where(felt, WHOLE, 2)
        both = worded & felt
        part = np.where(both, (fewest + shared) * WHOLE + close * 2 * fewest, np.where(worded, fewest + shared, part))
        whole = np.where(both, 2 * 2 * fewest * WHOLE, np.where(worded, 2 * fewest, whole))
        return part, whole

    return weigh_block


def overlap_many(
    ours: Sequence[frozenset[str]], theirs: Sequence[frozenset[str]]
) -> Callable[[Numbers, Numbers], tuple[Numbers, Numbers, Flags]]:
    """For blocks of pairs: shared tags, all tags, and whether both have any."""
    mine, yours = memberships(ours, theirs)
    count, their_count = (np.array([len(some) for some in side], dtype=np.int64) for side in (ours, theirs))

    def overlap_block(rows: Numbers, cols: Numbers) -> tuple[Numbers, Numbers, Flags]:
        shared = (mine[rows] @ yours[cols].T).astype(np.int64)
        one, other = count[rows][:, None], their_count[cols]
        return shared, one + other - shared, (one > 0) & (other > 0)

    return overlap_block


def _table(rows: Sequence[Sequence[int]]) -> Numbers:
    return np.array(rows, dtype=np.int64).reshape(-1, len(TRAITS))


def _stacked(*columns: np.ndarray) -> np.ndarray:
    """Side by side, in float32: exact, since no sum comes near 2^24."""
    return np.concatenate(columns, axis=1).astype(np.float32)


def _view(facts: Facts, whose: str) -> Traits | None:
    """The traits that count for this person; the other view where the one asked for is not on record."""
    return facts.styles.get(whose) or facts.styles.get("own" if whose == "lead" else "lead")


def _share_a_trait(one: Traits, other: Traits) -> bool:
    return any(ours is not None and theirs is not None for ours, theirs in zip(one, other, strict=True))


def _grade(close: int) -> str:
    for grade, (part, whole) in (("alike", TRAITS_ALIKE), ("partly", TRAITS_PARTLY)):
        if whole * close >= part * WHOLE:
            return grade
    return "different"
