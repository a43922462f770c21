"""A document read in pieces is the document read at once: the same values, the same sentences, but not the memory."""

import json
import tracemalloc
from io import BytesIO
from random import Random

import pytest

from matching.engine import BadProblem, solve, streaming
from matching.engine.document import parse
from matching.engine.streaming import read_object

ODD = {
    "naïve £ 😀": [1, -2.5, 1e-7, 10**20, True, None, 'say "no"\\', [[], {}, [{"a": [0.5]}]]],
    "pairs": [["ç", "Ø", 0.1], ["e\nf", "", -3], [], "x", 12.75, 7],
    "last": -0.25,
}


def at_once(text: bytes):
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return f"The problem is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."


def in_pieces(text: bytes):
    taken = []
    try:
        found = read_object(BytesIO(text), json.JSONDecoder(), {"pairs": taken.append}, lambda name: None)
    except BadProblem as problem:
        return str(problem)
    return found | ({"pairs": taken} if isinstance(found.get("pairs"), list) else {})


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 2**16])
@pytest.mark.parametrize("layout", [{}, {"indent": 1}, {"separators": (",", ":")}, {"ensure_ascii": False}])
def test_pieces_of_any_size_read_the_same(monkeypatch, piece, layout):
    monkeypatch.setattr(streaming, "PIECE", piece)
    text = json.dumps(ODD, **layout).encode()
    assert in_pieces(text) == ODD
    assert in_pieces(b"\xef\xbb\xbf \n" + text + b"\n ") == ODD  # as spreadsheets write it


@pytest.mark.parametrize("piece", [1, 5, 2**16])
def test_faults_are_named_where_they_stand(monkeypatch, piece):
    monkeypatch.setattr(streaming, "PIECE", piece)
    text = json.dumps(ODD, indent=1)
    dice = Random(piece)
    faults = 0
    for _ in range(300):
        at = dice.randrange(len(text))
        broken = dice.choice([text[:at], text[:at] + dice.choice('x,]}:"') + text[at:], text[:at] + text[at + 1 :]])
        expected = at_once(broken.encode())
        if isinstance(expected, str) or not isinstance(expected, dict):
            assert in_pieces(broken.encode()) == expected, broken
            faults += 1
    assert faults > 150


def test_a_pipe_that_gives_a_byte_at_a_time_is_read_to_its_end():
    class Slow(BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 1))

    text = json.dumps(ODD, ensure_ascii=False).encode()
    assert read_object(Slow(text), json.JSONDecoder(), {}, lambda name: None) == ODD


def test_a_text_that_breaks_off_within_a_letter_is_not_text():
    assert in_pieces('{"naïve": "£'.encode()[:-1]) == "The problem is not UTF-8 text."


def test_pairs_before_people_and_a_field_of_another_kind():
    people = '"mentees": [{"id": "a"}], "mentors": [{"id": "X"}]'
    assert solve(parse(BytesIO(b'{"pairs": [["a", "X", 0.5]], %s}' % people.encode()))).filled == 1
    with pytest.raises(BadProblem, match="The pairs must be a list"):
        parse(BytesIO(b'{"pairs": {}, %s}' % people.encode()))
    with pytest.raises(BadProblem, match="not in the list of mentees"):
        solve(parse(BytesIO(b'{"pairs": [[["a"], "X", 0.5]], %s}' % people.encode())))


def test_memory_does_not_grow_with_the_text():
    """Half a million pairs must fit in 400 MB, so a pair may cost little more than its three numbers."""
    pairs = 40_000
    document = {
        "mentees": [{"id": f"mentee{i:06}"} for i in range(400)],
        "mentors": [{"id": f"mentor{j:06}"} for j in range(200)],
        "pairs": [[f"mentee{at // 100:06}", f"mentor{at % 200:06}", at % 997 / 100] for at in range(pairs)],
    }
    text = json.dumps(document).encode()
    source = BytesIO(text)
    tracemalloc.start()
    assignment = parse(source)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * pairs + 600_000 < len(text)
    assert held < peak
    assert sum(1 for _ in assignment.pairs) == pairs
