"""From a file, or a pasted piece of a spreadsheet, to rows of words by column."""

from dataclasses import dataclass

from people.staff_list import read as reader
from people.staff_list.columns import plain
from people.staff_list.unreadable import Unreadable
from programmes.mentoring_models.taking_part import Words

MOST_ROWS = 2_000
MENTEE, MENTOR, STARTED, ENDED, COHORT = "mentee", "mentor", "started", "ended", "cohort"
LABELS = {MENTEE: "Mentee", MENTOR: "Mentor", STARTED: "Started", ENDED: "Ended", COHORT: "Cohort"}
HEADINGS = {
    MENTEE: ("mentee", "mentee name", "mentee email", "mentee e mail", "mentee staff number", "trainee", "nqp"),
    MENTOR: ("mentor", "mentor name", "mentor email", "mentor e mail", "mentor staff number"),
    STARTED: ("started", "start", "start date", "from", "since", "paired on", "matched on"),
    ENDED: ("ended", "end", "end date", "until", "to", "finished"),
    COHORT: ("cohort", "intake", "year"),
}
NO_COLUMNS = (
    "The first row needs headings, at least “Mentee” and “Mentor”. Add them above the first pair, with a column each."
)


@dataclass(frozen=True)
class Row:
    """One pair as it is written. ``number`` is what a spreadsheet shows."""

    number: int
    words: dict[str, str]  # by column; what is empty is absent


@dataclass(frozen=True)
class PairsList:
    rows: list[Row]
    unused: list[str]  # headings that mean nothing here
    text: str  # the list once more, with every row where it stood: to be sent back with the answer


def read(data: bytes, words: Words) -> PairsList:
    """Read a list of pairs; the model's own ``words`` for the two count as headings too. Raises Unreadable."""
    names = _names(words)
    table = reader.read(data, score=lambda cells: sum(plain(cell) in names for cell in cells))
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(f"The list has more than {MOST_ROWS:,} rows. Send it in parts.")
    at: dict[str, int] = {}
    for position, heading in enumerate(table.headings):
        if column := names.get(plain(heading)):
            at.setdefault(column, position)
    if not {MENTEE, MENTOR} <= at.keys():
        raise Unreadable(NO_COLUMNS)
    rows = []
    for number, cells in table.rows:
        said = {column: cells[place] for column, place in at.items() if place < len(cells) and cells[place]}
        rows.append(Row(number, said))
    unused = [heading for place, heading in enumerate(table.headings) if heading and place not in at.values()]
    return PairsList(rows, unused, _as_text(rows, list(at)))


def _names(words: Words) -> dict[str, str]:
    names = {heading: column for column, headings in HEADINGS.items() for heading in headings}
    for column, noun in ((MENTEE, words.mentee), (MENTOR, words.mentor)):
        names.setdefault(plain(noun.one), column)
    return names


def _as_text(rows: list[Row], columns: list[str]) -> str:
    """Tabs between the cells, each row on its own line number, so that problems and answers name the same rows."""
    lines = ["\t".join(LABELS[column] for column in columns)]
    for row in rows:
        lines += [""] * (row.number - 1 - len(lines))
        lines.append("\t".join(_cell(row.words.get(column, "")) for column in columns))
    return "\n".join(lines)


def _cell(text: str) -> str:
    text = " ".join(text.split())  # neither tabs nor ends of lines within a cell
    return '"{}"'.format(text.replace('"', '""')) if '"' in text else text
