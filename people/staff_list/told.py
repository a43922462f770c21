"""What is to be said of single rows, for the page that says it: one mistake in a thousand rows is said once."""

from collections import defaultdict
from dataclasses import dataclass

ROWS_NAMED = 6  # in "Rows 2, 3, 4 and 17 more"


@dataclass(frozen=True)
class Told:
    """Rows of which the same is to be said: ``said`` holds (column, sentence), once for all of them."""

    rows: list[int]
    said: list[tuple[str, str]]
    is_footer: bool = False

    @property
    def where(self) -> str:
        rows = f"Rows {numbered(self.rows)}" if len(self.rows) > 1 else f"Row {self.rows[0]}"
        return f"{rows}, {self.said[0][0]}" if len(self.said) == 1 and self.said[0][0] else rows

    @property
    def sentences(self) -> list[str]:
        if len(self.said) == 1:
            return [self.said[0][1]]
        return [f"{column}: {sentence}" if column else sentence for column, sentence in self.said]

    @property
    def is_named_row_by_row(self) -> bool:
        return len(self.rows) <= ROWS_NAMED


def together(said: list[dict]) -> list[Told]:
    """What is said of rows, each row in one place: one mistake in a thousand rows is said once."""
    of_row: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
    for one in sorted(said, key=lambda one: one["row"]):
        of_row[one["row"]][one["column"], one["message"]] = one.get("is_footer", False)
    rows: dict[tuple, list[int]] = defaultdict(list)
    for row, sentences in of_row.items():
        rows[tuple(sentences.items())].append(row)
    return [
        Told(numbers, [one for one, _ in sentences], any(is_footer for _, is_footer in sentences))
        for sentences, numbers in rows.items()
    ]


def numbered(rows: list[int]) -> str:
    """Numbers of several rows in words: 2, 3 and 4; of many the first few, and how many more."""
    if len(rows) > ROWS_NAMED:
        return f"{', '.join(map(str, rows[: ROWS_NAMED - 2]))} and {len(rows) - ROWS_NAMED + 2:,} more"
    return f"{', '.join(map(str, rows[:-1]))} and {rows[-1]}"
