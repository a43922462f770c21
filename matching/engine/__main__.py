"""`python -m matching.engine solve PROBLEM.json`, `why PROBLEM.json MENTEE MENTOR` and `groups PROBLEM.json` (`-` reads
standard input).

Exit codes: 0 solved, 2 bad input (one sentence on standard error), 3 the minimums cannot be met (with the reason).
"""

import sys
from collections.abc import Sequence

from .document import groups_text, parse, parse_groups, solution_text, why_text
from .errors import BadProblem, Infeasible
from .grouping import solve_groups
from .refusing import why
from .solving import solve

USAGE = (
    "Use: python -m matching.engine solve PROBLEM.json, why PROBLEM.json MENTEE MENTOR, or groups PROBLEM.json "
    "(- for standard input)."
)


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    try:
        match arguments:
            case ["solve", source]:
                answer = solution_text(solve(parse(_read(source))))
            case ["groups", source]:
                answer = groups_text(solve_groups(*parse_groups(_read(source))))
            case ["why", source, mentee, mentor]:
                answer = why_text(why(parse(_read(source)), mentee, mentor))
            case _:
                raise BadProblem(USAGE)
    except BadProblem as problem:
        return _say(problem, 2)
    except Infeasible as reason:
        return _say(reason, 3)
    sys.stdout.buffer.write(answer.encode() + b"\n")
    return 0


def _say(sentence: Exception, code: int) -> int:
    sys.stderr.buffer.write(str(sentence).encode(errors="backslashreplace") + b"\n")
    return code


def _read(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        with open(source, "rb") as file:
            return file.read()
    except OSError as error:
        raise BadProblem(f"The file {source} cannot be read: {error.strerror}.") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
