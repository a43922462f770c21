"""What leads have settled about pairs of a cohort, as it stood at a moment. Deciding is actions/decisions.py's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from audit.refusal import Refused
from matching.models import PairDecision
from people.models import Person
from programmes.models import Cohort
from programmes.rules import Refusal

Pair = tuple[int, int]  # mentee and mentor, by person


@dataclass(frozen=True)
class Decisions:
    """The standing decisions of a cohort, by (mentee, mentor) as person ids."""

    agreed: frozenset[Pair] = frozenset()
    apart: Mapping[Pair, str] = field(default_factory=dict)  # the reason, empty where none was given
    names: Mapping[Pair, tuple[str, str]] = field(default_factory=dict)

    def why_apart(self, mentee: int, mentor: int, mentee_name: str, mentor_name: str) -> Refusal | None:
        """The refusal of a pair that a lead keeps apart; None for every other pair."""
        if (reason := self.apart.get((mentee, mentor))) is None:
            return None
        sentence = f"A lead keeps {mentee_name} and {mentor_name} apart" + (f": {reason}" if reason else ".")
        return Refusal("kept-apart", "must", sentence)

    def must_not_keep_apart(self, mentee: Person, mentor: Person) -> None:
        """Refused, with the sentence, where a lead keeps the two apart."""
        if refusal := self.why_apart(mentee.pk, mentor.pk, mentee.name, mentor.name):
            raise Refused(refusal.sentence)


def decisions_of(cohort: Cohort, *, at: datetime) -> Decisions:
    """What stood at ``at``. One query."""
    standing = PairDecision.objects.standing(at=at).filter(cohort=cohort)
    agreed, apart, names = set(), {}, {}
    for one in standing.select_related("mentee__person", "mentor__person").order_by("pk"):
        pair = (one.mentee.person_id, one.mentor.person_id)
        names[pair] = (one.mentee.person.name, one.mentor.person.name)
        if one.kind == PairDecision.Kind.AGREED:
            agreed.add(pair)
        else:
            apart[pair] = one.reason
    return Decisions(frozenset(agreed), apart, names)
