"""The trust command is honest: evidence that is missing, failed or ran nowhere never counts as shown."""

import ast
from pathlib import Path

import pytest

from benchmarks import run as bench
from tests import mutation
from tests.architecture.access_page import MATRIX, walked
from tests.architecture.source import ROOT
from tests.outcomes import few_of
from tests.run import Tier
from tests.trust import NOT_TRIED, NOT_YET, SHORT, SHOWN, Promise, page, promises, report, row, verdict

EVIDENCE = ("tests/a.py", "tests/b.py::test_one")
RAN = {"tests/a.py::test_x", "tests/a.py::test_y[1]", "tests/b.py::test_one[sqlite]", "tests/b.py::test_one_more"}


@pytest.mark.parametrize(
    ("evidence", "ran", "failed", "expected"),
    [
        (EVIDENCE, RAN, set(), (SHOWN, 3)),
        (EVIDENCE, RAN, {"tests/a.py::test_y[1]"}, (SHORT, 3)),
        (EVIDENCE, RAN, {"tests/b.py::test_one_more"}, (SHOWN, 3)),
        (EVIDENCE, {"tests/a.py::test_x"}, set(), (SHORT, 1)),
        ((), RAN, set(), (NOT_YET, 0)),
    ],
)
def test_verdict(evidence, ran, failed, expected):
    assert verdict(Promise("F1", "It holds", evidence), ran=ran, failed=failed) == expected


GOOD, BAD = {"name": "killed, SQLite: lost", "ok": True}, {"name": "killed, Redis: lost", "ok": False}


@pytest.mark.parametrize(
    ("evidence", "checks", "quick", "expected"),
    [
        ((), {"faults": [GOOD, GOOD]}, False, (SHOWN, 2)),
        ((), {"faults": [GOOD, BAD]}, False, (SHORT, 2)),
        ((), {"faults": [GOOD, BAD]}, True, (SHORT, 2)),
        ((), {}, False, (SHORT, 0)),  # it broke off
        ((), {}, True, (SHORT, 0)),
        ((), {"faults": [{"name": "flushed: lost", "ok": True}]}, False, (SHORT, 0)),
        (("tests/slow.py",), {"faults": [GOOD]}, False, (SHORT, 1)),
        (("tests/slow.py",), {"faults": [GOOD]}, True, (SHOWN, 1)),
    ],
)
def test_verdict_of_checks(evidence, checks, quick, expected):
    promise = Promise("F9", "It holds", evidence, ("faults: killed",))
    assert verdict(promise, ran=RAN, failed=set(), checks=checks, quick=quick) == expected


def test_verdict_of_tests_that_were_left_out_to_be_quick_is_that_they_were_not_tried():
    promise = Promise("F9", "It holds", ("tests/slow.py",))
    assert verdict(promise, ran=RAN, failed=set(), quick=True) == (NOT_TRIED, 0)


def test_few_of_each_that_was_asked_for_are_those_evenly_apart():
    tests = [*(f"tests/a.py::test_{n}" for n in range(10)), "tests/b.py::test_x[1]", "tests/b.py::test_x[2]"]
    assert few_of(["tests/a.py", "tests/b.py::test_x", "tests/c.py"], tests, 2) == {
        *("tests/a.py::test_0", "tests/a.py::test_5", "tests/b.py::test_x[1]", "tests/b.py::test_x[2]")
    }
    assert few_of(["tests/a.py::test_3"], tests, 2) == {"tests/a.py::test_3"}


def test_a_quick_walk_is_of_every_eighth_address_and_any_other_of_all(monkeypatch):
    monkeypatch.delenv("PORTAL_TEST_FEW", raising=False)
    assert dict(walked()) == MATRIX
    monkeypatch.setenv("PORTAL_TEST_FEW", "2")
    assert [name for name, _ in walked()] == sorted(MATRIX)[::8]


def test_row_names_the_command_that_shows_it():
    printed = row(Promise("F9", "It holds", ("tests/a.py::test_x", "tests/a.py"), ("faults: killed",)), SHOWN, 3)
    assert "3 checks  It holds" in printed
    assert "> ./portal bench faults; ./portal test tests/a.py" in printed


@pytest.mark.parametrize(("failed", "code"), [(set(), 0), ({"tests/a.py::test_x"}, 1)])
def test_the_last_line_counts_and_the_exit_code_tells(failed, code, capsys):
    found = [Promise("F1", "It holds", ("tests/a.py",)), Promise("F2", "It will hold", ())]
    assert report(found, [Tier("SQLite", "", ran=RAN, failed=failed)]) == code
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert last == f"2 promises: {1 - code} shown, {code} fall short, 1 not yet shown"


def test_every_piece_of_evidence_exists():
    """A test that was renamed must not quietly cease to be evidence."""
    for promise in promises():
        for evidence in promise.evidence:
            path, _, name = evidence.partition("::")
            tree = ast.parse(Path(path).read_text(encoding="utf-8"))
            names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert (name in names) if name else names, evidence


def test_every_benchmark_that_is_evidence_exists():
    known = bench.found()
    for promise in promises():
        for named in promise.bench:
            assert named.partition(": ")[0] in known, named
            assert ": " in named, named


def test_every_broken_check_that_is_accepted_can_still_be_made():
    """After a change of the code: name it anew in tests/mutation.py, or test what can be noticed now."""
    modules = {name.partition(":")[0] for name in mutation.ACCEPTED}
    known = {mutant.name for module in modules for mutant in mutation.mutants_of(module)}
    assert set(mutation.ACCEPTED) - known == set()


def test_the_page_of_the_docs_has_every_promise():
    """After a change of promises.toml: ./portal trust --page, between the two marks of docs/TRUST.md."""
    text = (ROOT / "docs" / "TRUST.md").read_text(encoding="utf-8")
    assert text.partition("<!-- promises -->\n")[2].partition("<!-- end -->")[0] == page(promises())


def test_every_figure_and_every_abuse_case_has_a_row():
    known = {one.figure for one in promises()}
    assert {f"F{number}" for number in range(1, 23)} <= known
    assert {f"T{number}" for number in range(1, 29)} <= known
    assert all(one.commands or one.why for one in promises()), "shown by something, or a reason why not"
