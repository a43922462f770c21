"""What the engine raises. Each message is one sentence that may be shown to the person who asked."""


class BadProblem(ValueError):
    """The problem contradicts itself or cannot be read; the command line answers with exit code 2."""


class Infeasible(Exception):
    """The required minimums cannot be met by any plan; the command line answers with exit code 3."""


class Cancelled(Exception):
    """The caller's `cancelled()` said yes. Nothing was kept."""


class ProofFailed(AssertionError):
    """The certificate did not hold: a defect of the engine, never of the problem. No plan is given out."""
