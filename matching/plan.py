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
    close_to_id: int | None = None
    close_loss: int | None = None
    site: str = ""
    band: str = ""
    cautions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PlannedLeftOut:
    """One mentee whom the plan leaves out: why, and what would mend it."""

    mentee_id: int
    reasons: list[str]
    remedies: list[dict] = field(default_factory=list)
    site: str = ""
    band: str = ""


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
    left_out: list[PlannedLeftOut] = field(default_factory=list)
    in_force: dict[str, str] = field(default_factory=dict)  # the rules and settings, in words
    policies: list[dict] = field(default_factory=list)  # what each policy would come to
    hardly_known: list[dict] = field(default_factory=list)  # what would tell people apart, had it been known

    @property
    def matched(self) -> int:
        return len({pair.mentee_id for pair in self.pairs})
