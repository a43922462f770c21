"""The matching engine: exact, in whole numbers, the same answer for the same problem, and able to say why.

It knows nothing of Django or of the portal. `solve` and `why` are the bare layer; `python -m matching.engine` is the
same from a shell. docs/ENGINE.md explains the method.
"""

from .assignment import Assignment, Mentee, Mentor, Prices, Solution, Unmatched, Why
from .errors import BadProblem, Cancelled, Infeasible, ProofFailed
from .refusing import why
from .rematching import Rematch, rematch
from .solving import solve

__all__ = [
    "Assignment",
    "BadProblem",
    "Cancelled",
    "Infeasible",
    "Mentee",
    "Mentor",
    "Prices",
    "ProofFailed",
    "Rematch",
    "Solution",
    "Unmatched",
    "Why",
    "rematch",
    "solve",
    "why",
]
