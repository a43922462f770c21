"""Whatever is uploaded is a staff list, perhaps with problems, or is refused in words: never a fault."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from people.models import Organisation
from people.staff_list.columns import FIELDS
from people.staff_list.parse import parse
from people.staff_list.read import Unreadable

TRUST = Organisation(pk=1, code="northbank", name="Northbank Hospitals")
HEADINGS = sorted({heading for field in FIELDS.values() for heading in field.headings})
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["31/02/2027", "8a", "#N/A", "n/a", "a@example.org", "yes", "1E+9", "0000-00-00", "=1+1", '"', ";"]
    ),
)


def outcome(data: bytes):
    """What parsing gives, proven to be plain data; None where it is refused in words."""
    try:
        found = parse(data, organisation=TRUST)
    except Unreadable:
        return None
    json.dumps([found.rows, [problem.as_dict() for problem in found.problems], found.columns.unused])
    assert all(row["given_name"] for row in found.rows)
    assert len(found.rows) <= found.count
    return found


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    outcome(data)


@given(
    st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=8, unique=True),
    st.lists(st.lists(CELLS, max_size=9), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=250, deadline=None)
def test_any_cells_are_understood_or_a_problem_of_their_row(headings, rows, delimiter, codec):
    lines = [headings, *rows]
    text = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    found = outcome(text.encode(codec, errors="replace"))
    if found is not None:
        for problem in found.problems:
            assert 2 <= problem.row <= len(lines)
            assert problem.message
            assert problem.column or problem.is_footer  # a footer is the whole row
