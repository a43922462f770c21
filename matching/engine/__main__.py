"""`python -m matching.engine solve PROBLEM.json`, `why PROBLEM.json MENTEE MENTOR` and `groups PROBLEM.json` (`-` reads
standard input).

Exit codes: 0 solved, 2 bad input (one sentence on standard error), 3 the minimums cannot be met (with the reason).
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

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
                with _opened(source) as file:
                    problem = parse(file)
                answer = solution_text(solve(problem))
            case ["groups", source]:
                with _opened(source) as file:
                    problem, grouping = parse_groups(file)
                answer = groups_text(solve_groups(problem, grouping))
            case ["why", source, mentee, mentor]:
                with _opened(source) as file:
                    problem = parse(file)
                answer = why_text(why(problem, mentee, mentor))
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


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
        return
    try:
        with open(source, "rb") as file:
            yield file
    except OSError as error:
        raise BadProblem(f"The file {source} cannot be read: {error.strerror}.") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
