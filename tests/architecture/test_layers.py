"""Rooms import downward only, at the top of the file, and the engine stands alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import LEVELS, ROOT, imported, modules, syntax


def offences(path, tree):
    """Sentences for each import in ``tree`` that runs up or sideways from ``path``."""
    room = path.parts[0]
    in_engine = path.parts[:2] == ("matching", "engine")
    for node in ast.walk(tree):
        for name in imported(node):
            other = name.split(".")[0]
            if in_engine and (
                other in ("django", "celery") or (other in LEVELS and not name.startswith("matching.engine"))
            ):
                yield f"{path}:{node.lineno} imports {name}: the engine stands alone"
            elif other in LEVELS and other != room and LEVELS[other] >= LEVELS[room]:
                yield f"{path}:{node.lineno} imports {name}: rooms import downward only"


def test_rooms_import_downward_only():
    found = [sentence for path in modules() for sentence in offences(path, syntax(path))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("people/actions/x.py", "from programmes.models import Cohort"),
        ("matching/x.py", "import sessions_log.models"),
        ("audit/x.py", "from people.models import Person"),
        ("matching/engine/x.py", "from django.db import models"),
        ("matching/engine/x.py", "import programmes.rules"),
    ],
)
def test_an_import_upward_or_sideways_is_found(path, line):
    assert list(offences(Path(path), ast.parse(line)))


def test_no_import_inside_a_function():
    """A late import hides a dependency from the reader and from the test above."""
    found = [
        f"{path}:{inner.lineno}"
        for path in modules()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if any(name.split(".")[0] in LEVELS for name in imported(inner))
        # AppConfig.ready runs once the registries exist; Django itself asks for imports there.
        and not (path.name == "apps.py" and node.name == "ready")
    ]
    assert not found, "\n".join(found)


def test_the_engine_loads_neither_django_nor_another_room():
    """Asked of a fresh interpreter, because here everything is loaded already."""
    script = (
        "import sys, matching.engine; "
        f"rooms = {sorted(LEVELS)!r}; "
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'celery') "
        "or (m.split('.')[0] in rooms and m != 'matching' and not m.startswith('matching.engine'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
