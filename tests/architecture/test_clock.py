"""Time is an argument: only the edge of the portal reads the clock."""

import ast

import pytest

from tests.architecture.source import modules, syntax

READS = {("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"), ("datetime", "now")}
READS |= {("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
NEEDS_NO_ARGUMENT = {"localdate", "localtime"}  # harmless where a moment is handed in


def at_the_edge(path) -> bool:
    """Views, tasks, commands, middleware and the top room may read the clock."""
    return (
        path.parts[0] == "mentoring_portal"
        or "web" in path.parts
        or "commands" in path.parts
        or path.name in ("tasks.py", "middleware.py", "signals.py")
    )


def clock_reads(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if (name, node.func.attr) in READS and not (node.func.attr in NEEDS_NO_ARGUMENT and node.args):
                yield node.lineno


def test_only_the_edge_reads_the_clock():
    found = [f"{path}:{line}" for path in modules() if not at_the_edge(path) for line in clock_reads(syntax(path))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "is_read"),
    [
        ("timezone.now()", True),
        ("django.utils.timezone.localdate()", True),
        ("datetime.datetime.now(UTC)", True),
        ("date.today()", True),
        ("timezone.localdate(now)", False),
        ("datetime.combine(day, noon)", False),
    ],
)
def test_a_read_of_the_clock_is_found(line, is_read):
    assert bool(list(clock_reads(ast.parse(line)))) is is_read
