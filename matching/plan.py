"""What a run comes to, before anything of it is stored. Plain values; reads and writes nothing."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PlannedPair:
    """One pair of the plan; people by their enrolment's id, scores in hundredths of a point."""

    mentee_id: int
    mentor_id: int
    score: int
    components: list[dict]  # [{"name", "label", "points", "of", "reason"}]
    runner_up_id: int | None = None
    runner_up_score: int | None = None


@dataclass(frozen=True)
class Plan:
    """Everything a finished run stores."""

    mentees: int
    mentors: int
    places: int
    total: int
    bound: int
    optimal: bool
    fingerprint: str
    pairs: list[PlannedPair] = field(default_factory=list)
    left_out: dict[int, list[str]] = field(default_factory=dict)  # mentee's enrolment id -> sentences

    @property
    def matched(self) -> int:
        return len({pair.mentee_id for pair in self.pairs})
