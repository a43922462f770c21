"""The benchmark command: a table, a file with its checks, and an exit code that tells only of breakage."""

import json
from types import SimpleNamespace

import pytest

from benchmarks import run as bench


@pytest.fixture
def benchmarks(monkeypatch, tmp_path):
    def works(quick):
        rows = [{"size": 1000, "peer": "ours", "ms": 1.23456}, {"size": 10, "peer": "another", "ms": None}]
        return {"rows": rows, "checks": [{"name": "fast", "value": 2.0, "limit": 1.0, "ok": False}]}

    def breaks(quick):
        raise ValueError("no room")

    found = {name: SimpleNamespace(NAME=name, run=run) for name, run in (("works", works), ("breaks", breaks))}
    monkeypatch.setattr(bench, "found", lambda: found)
    monkeypatch.setattr(bench, "OUTPUT", tmp_path)
    return tmp_path


def test_a_figure_beyond_its_limit_is_written_down_and_no_failure(benchmarks, capsys):
    assert bench.main(["works", "--quick"]) == 0
    written = json.loads((benchmarks / "works.json").read_text())
    assert written["checks"] == [{"name": "fast", "value": 2.0, "limit": 1.0, "ok": False}]
    assert written["quick"] is True
    lines = capsys.readouterr().out.splitlines()
    assert " size  peer        ms" in lines
    assert "1,000  ours     1.235" in lines


def test_a_benchmark_that_breaks_off_is_told_and_the_others_still_run(benchmarks, capsys):
    assert bench.main([]) == 1
    assert (benchmarks / "works.json").exists()
    assert "Broke off: breaks" in capsys.readouterr().err


def test_an_unknown_name_is_refused(benchmarks, capsys):
    with pytest.raises(SystemExit):
        bench.main(["nothing"])
    assert "there is no benchmark nothing" in capsys.readouterr().err


def test_every_module_of_the_folder_is_a_benchmark_or_says_so():
    for name, module in bench.found().items():
        assert name == module.NAME
        assert callable(module.run)
