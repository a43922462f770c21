"""A file as a staff list of one organisation: read, columns found, rows checked."""

from dataclasses import dataclass

from people.models import Organisation
from people.staff_list import columns, read
from people.staff_list.check import Problem, check


@dataclass(frozen=True)
class StaffList:
    """What a file says, before it is held against what the portal knows."""

    encoding: str
    delimiter: str
    columns: columns.Columns
    rows: list[dict]  # as check.py makes them
    problems: list[Problem]
    count: int  # rows in the file, with and without problems


def parse(data: bytes, *, organisation: Organisation, told: dict[str, str] | None = None) -> StaffList:
    """Parse the bytes of a file; ``told`` maps fields to headings. Raises read.Unreadable."""
    table = read.read(data, score=columns.understood)
    found = columns.find(table.headings, told)
    rows, problems = check(table, found, organisation)
    return StaffList(table.encoding, table.delimiter, found, rows, problems, len(table.rows))
