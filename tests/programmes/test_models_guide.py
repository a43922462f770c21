"""docs/MODELS.md tells a lead of every model: what it fits, from which case study, how it is set up."""

import re
from pathlib import Path

import pytest

from programmes import mentoring_models

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "MODELS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_model_is_in_the_table_and_has_a_section(model):
    table, sections = TEXT.split("## The fourteen")
    assert f"| `{model.key}` |" in table
    section = re.search(rf"### `{model.key}`: .*?(?=\n##)", sections, re.DOTALL)[0]
    for part in ("**From:**", "**Fits**", "**Set up:**", "**Then:**"):
        assert part in section
    assert model.source.removesuffix(", in the mentoring case studies") in section


def test_no_model_is_named_that_there_is_not():
    known = {model.key for model in mentoring_models.every()}
    assert set(re.findall(r"### `([\w-]+)`", TEXT)) == known
    assert set(re.findall(r"\| `([\w-]+)` \|", TEXT)) == known
