"""A model that can be started has a story, and a journey follows every line of it."""

import ast
from pathlib import Path

import pytest

from programmes import mentoring_models
from tests.story_table import LINES, table

JOURNEYS = Path(__file__).resolve().parent.parent / "journeys"


def followed() -> set[tuple[str, int]]:
    """Every ``story("model", line, …)`` that stands in a journey."""
    found = set()
    for path in JOURNEYS.glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "story":
                model, *lines = (ast.literal_eval(argument) for argument in node.args)
                found |= {(model, line) for line in lines}
    return found


def test_every_model_has_a_story():
    assert set(LINES) == {model.key for model in mentoring_models.every()}


@pytest.mark.parametrize("model", [model.key for model in mentoring_models.every() if model.is_ready])
def test_every_line_of_a_model_that_can_be_started_is_followed_by_a_journey(model):
    missing = {line for line in range(1, LINES[model] + 1) if (model, line) not in followed()}
    assert not missing, f"No journey says story({model!r}, …) for {sorted(missing)}."


def test_the_table_has_a_row_for_each_model_and_a_word_for_each_line():
    told = {(model, line): True for model, many in LINES.items() for line in range(1, many + 1)}
    rows = table(told)
    assert [row.split()[1] for row in rows[1:]] == list(LINES)
    assert [row.split().count("yes") for row in rows[1:]] == list(LINES.values())
    [_, row] = table({("trainee-band6", 1): True, ("trainee-band6", 2): False})
    assert row.split() == ["1", "trainee-band6", "yes", "NO", *["–"] * 5, "1", "of", "7"]
