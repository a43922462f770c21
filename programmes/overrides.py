"""Which rules a lead has set aside for which pair. Setting aside is actions/overrides.py's, judging the rules'."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from programmes.models import Cohort, RuleOverride
from programmes.rules import Refusal

Overridden = Mapping[tuple[int, int], frozenset[str]]  # (mentee, mentor) by person -> names of rules


def overridden(cohort: Cohort, *, at: datetime) -> Overridden:
    """The names of the rules set aside at ``at``, by (mentee, mentor) as person ids. One query."""
    found: dict[tuple[int, int], frozenset[str]] = {}
    standing = RuleOverride.objects.standing(at=at).filter(cohort=cohort).order_by()
    for mentee, mentor, rule in standing.values_list("mentee", "mentor", "rule"):
        found[mentee, mentor] = found.get((mentee, mentor), frozenset()) | {rule}
    return found


def still_barring(refusals: Iterable[Refusal], set_aside: Iterable[str]) -> list[Refusal]:
    """The refusals that stand once the rules named in ``set_aside`` are: a ``must`` always does.

    The strength is asked of the rule as it is now, so that an override does
    not outlive the day on which a programme makes its rule a ``must``.
    """
    return [one for one in refusals if one.strength == "must" or one.rule not in set_aside]
