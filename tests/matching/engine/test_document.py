"""The command line keeps its contract: answers, exit codes, and one clear sentence for every bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from matching.engine.__main__ import main

GOOD = {
    "mentees": [{"id": "a"}, {"id": "b", "slots": 2, "waited": 3}, {"id": "ç"}],
    "mentors": [{"id": "X"}, {"id": "Y", "capacity": 2, "minimum": 1}],
    "pairs": [["a", "X", 85], ["a", "Y", 0.1], ["b", "X", 90.5], ["b", "Y", 0.2]],
}


def run(capsysbinary, tmp_path, document, *command):
    path = tmp_path / "problem.json"
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    code = main([command[0] if command else "solve", str(path), *command[1:]])
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


def test_solve_prints_one_object(capsysbinary, tmp_path):
    code, out, err = run(capsysbinary, tmp_path, GOOD)
    answer = json.loads(out)
    seconds = answer.pop("seconds")
    assert (code, err) == (0, "")
    assert seconds >= 0
    assert answer == {
        "pairs": [["a", "Y", 0.1], ["b", "X", 90.5], ["b", "Y", 0.2]],
        "matched": 2,
        "filled": 3,
        "total": 90.8,
        "bound": 90.8,
        "optimal": True,
        "unmatched": [
            {"mentee": "ç", "reason": "No mentor is allowed for this mentee.", "competitors": [], "mentors": []}
        ],
    }


def test_why_prints_one_object(capsysbinary, tmp_path):
    code, out, _ = run(capsysbinary, tmp_path, GOOD, "why", "a", "X")
    assert code == 0
    assert json.loads(out) == {
        "allowed": True,
        "rule": None,
        "loss": 5.6,
        "loses_a_place": True,
        "then": [["a", "X"]],
    }


def test_standard_input_and_a_mended_locale():
    result = subprocess.run(
        [sys.executable, "-m", "matching.engine", "solve", "-"],
        input=json.dumps(GOOD, ensure_ascii=False).encode(),
        capture_output=True,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "ç" in result.stdout.decode()


def test_minimums_that_cannot_be_met_exit_3(capsysbinary, tmp_path):
    problem = {
        "mentees": [{"id": "a"}],
        "mentors": [{"id": "X", "minimum": 1}, {"id": "Y", "minimum": 1}],
        "pairs": [["a", "X", 1], ["a", "Y", 2]],
    }
    code, out, err = run(capsysbinary, tmp_path, problem)
    assert (code, out) == (3, "")
    assert err == (
        "The minimums cannot be met: mentors X and Y must have 2 mentees in all, "
        "but only 1 of the places can be filled by the 1 mentee they may have.\n"
    )


@pytest.mark.parametrize(
    ("mentees", "mentors"),
    [([], []), (["a", "b"], []), ([], ["X"]), (["a", "b"], [{"id": "X", "capacity": 0}])],
)
def test_an_empty_side_or_nobody_with_a_place_is_solved(capsysbinary, tmp_path, mentees, mentors):
    people = [{"id": one} for one in mentees]
    hosts = [one if isinstance(one, dict) else {"id": one} for one in mentors]
    pairs = [[one, host["id"], 5] for one in mentees for host in hosts]
    code, out, err = run(capsysbinary, tmp_path, {"mentees": people, "mentors": hosts, "pairs": pairs})
    answer = json.loads(out)
    assert (code, err, answer["pairs"], answer["filled"], answer["optimal"]) == (0, "", [], 0, True)
    assert [one["mentee"] for one in answer["unmatched"]] == mentees
    assert all(one["reason"] for one in answer["unmatched"])


def test_the_order_of_the_lists_changes_nothing_but_the_seconds(capsysbinary, tmp_path):
    answers = []
    for turned in (GOOD, {name: value[::-1] for name, value in reversed(GOOD.items())}):
        code, out, _ = run(capsysbinary, tmp_path, turned)
        answers.append((code, json.loads(out) | {"seconds": 0}))
    assert answers[0] == answers[1]


def changed(**fields):
    return {**GOOD, **fields}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (b"{", "The problem is not JSON: Expecting property name enclosed in double quotes at line 1, column 2."),
        (b"\xff", "The problem is not UTF-8 text."),
        (b"[" * 100_000, "The problem is nested too deeply."),
        (b"[]", "The problem must be a JSON object."),
        (b'{"pairs": [], "pairs": []}', "A field is given twice in one object."),
        ({"mentees": [], "mentors": []}, "The problem has no pairs."),
        (changed(extra=1), "The problem has a field that is not known: extra."),
        (changed(pinned={}), "The pinned must be a list."),
        (changed(mentees=[{}]), "A mentee has no id."),
        (changed(mentees=["a"]), "Each mentee must be an object with an id."),
        (changed(mentees=[{"id": "a", "slot": 1}]), "A mentee has a field that is not known: slot."),
        (changed(mentees=[{"id": 7}]), "The id of a mentee must be a text that is not empty, not 7."),
        (changed(mentees=[{"id": "\ud800"}]), "The id \\ud800 of a mentee is not valid Unicode."),
        (changed(mentees=[{"id": "a"}] * 2), "Two mentees have the id a."),
        (changed(mentors=[{"id": "X"}] * 2), "Two mentors have the id X."),
        (
            changed(mentors=[{"id": "X", "capacity": -1}, {"id": "Y"}]),
            "The capacity of mentor X is negative: -1.",
        ),
        (
            changed(mentors=[{"id": "X", "capacity": 1.0}, {"id": "Y"}]),
            "The capacity of mentor X must be a whole number, not Decimal('1.0').",
        ),
        (
            changed(mentors=[{"id": "X", "capacity": True}, {"id": "Y"}]),
            "The capacity of mentor X must be a whole number, not True.",
        ),
        (
            changed(mentors=[{"id": "X", "capacity": 10**30}, {"id": "Y"}]),
            "The capacity of mentor X is too large: at most 1,000,000,000,000.",
        ),
        (
            changed(mentors=[{"id": "X", "minimum": 2}, {"id": "Y"}]),
            "Mentor X has a minimum of 2 but a capacity of 1.",
        ),
        (changed(pairs=[["a", "Z", 1]]), "A pair names the mentor Z, who is not in the list of mentors."),
        (changed(pairs=[["z", "X", 1]]), "A pair names the mentee z, who is not in the list of mentees."),
        (changed(pairs=[["a", "X", 1], ["a", "X", 2]]), "The pair a, X is given twice."),
        (changed(pairs=[["a", "X"]]), "Each pair must be a list of a mentee, a mentor and a score."),
        (changed(pairs=[["a", "X", "1"]]), "The score of a, X is not a number."),
        (changed(pairs=[["a", "X", None]]), "The score of a, X is not a number."),
        (changed(pairs=[["a", "X", True]]), "The score of a, X is not a number."),
        (changed(pairs=[["a", "X", float("nan")]]), "NaN is not a finite number."),
        (changed(pairs=[["a", "X", float("inf")]]), "Infinity is not a finite number."),
        (changed(mentees=[{"id": "a", "waited": float("nan")}]), "NaN is not a finite number."),
        (
            changed(mentees=[{"id": "a", "slots": 10**30}, *GOOD["mentees"][1:]]),
            "The slots of mentee a is too large: at most 1,000,000,000,000.",
        ),
        (changed(pairs=[["a", "X", float("-inf")]]), "-Infinity is not a finite number."),
        (changed(pairs=[["a", "X", 0.1 + 0.2]]), "The score of a, X has more than four decimals."),
        (changed(pairs=[["a", "X", 1e-300]]), "The score of a, X has more than four decimals."),
        (
            changed(pairs=[["a", "X", 1e300]]),
            "The score of a, X is too large: at most 1,000,000,000,000 either way.",
        ),
        (
            changed(pairs=[["a", "X", 10**60]]),
            "A number is too large: at most 1,000,000,000,000 either way.",
        ),
        (
            changed(pairs=[["a", "X", 10**12], ["b", "Y", 0.0001], ["a", "Y", 3]]),
            "The scores are too large for so many people: their sums could not be held exactly.",
        ),
        (changed(pinned=[["a"]]), "Each pinned pair must be a list of a mentee and a mentor."),
        (changed(pinned=[["ç", "X"]]), "The pinned pair ç, X is not an allowed pair."),
        (changed(pinned=[["a", "X"]] * 2), "The pair a, X is pinned twice."),
        (changed(pinned=[["a", "X"], ["b", "X"]]), "The mentor X has 2 pinned pairs, above the capacity of 1."),
        (changed(pinned=[["a", "X"], ["a", "Y"]]), "The mentee a has 2 pinned pairs, above the slots of 1."),
        (
            changed(objective="best"),
            "The objective must be one of most_matched_then_total or total, not best.",
        ),
        (
            changed(policy=[]),
            "The policy must be one of best_overall, raise_floor, even or weakest, not [].",
        ),
        (
            changed(policy="even", objective="total"),
            "The policy even needs the objective most_matched_then_total.",
        ),
    ],
)
def test_bad_input_exits_2_with_one_sentence(capsysbinary, tmp_path, document, sentence):
    code, out, err = run(capsysbinary, tmp_path, document)
    assert (code, out) == (2, "")
    assert err == sentence + "\n"


def test_questions_that_cannot_be_asked(capsysbinary, tmp_path):
    assert run(capsysbinary, tmp_path, GOOD, "why", "a", "Z")[::2] == (2, "There is no mentor with the id Z.\n")
    assert run(capsysbinary, tmp_path, GOOD, "guess")[0] == 2
    assert main(["solve", str(tmp_path / "absent.json")]) == 2
    assert b"cannot be read: No such file or directory" in capsysbinary.readouterr().err


def test_the_worked_example_of_the_manual(capsysbinary, tmp_path):
    manual = (Path(__file__).parents[3] / "docs" / "ENGINE.md").read_text()
    example = manual[manual.index('    {"mentees"') : manual.index("`-` reads standard input")].encode()
    code, out, _ = run(capsysbinary, tmp_path, example)
    answer = json.loads(out)
    assert (code, answer["total"]) == (0, 170)
    assert answer["pairs"] == [["Ama", "Yan", 80], ["Ben", "Xia", 90]]
    assert answer["unmatched"][0]["reason"].lower() in " ".join(manual.split()).lower()
    assert json.loads(run(capsysbinary, tmp_path, example, "why", "Ama", "Xia")[1])["loss"] == 25
