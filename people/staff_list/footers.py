"""Rows that stand in a staff list and are nobody: totals, signatures, notes under the table.

They are recognised, never passed over unasked: whoever sends the list leaves them out.
"""

import re

TOTAL = re.compile(
    r"(?:grand |sub[- ]?|overall )?totals?(?: (?:staff|posts?|people|number|headcount|wte|fte|pharmacists|in post).*)?"
    r"(?:\s*[:=]?\s*[\d.,]+(?:\s*(?:wte|fte|staff|people|posts?))?)?\s*:?",
    re.I,
)
NOTE = re.compile(
    r"(?:headcount|head count|sum|average|count|wte|fte|no\.? of (?:staff|people|records|rows))\s*[:=]?\s*[\d.,]*"
    r"|\d+ (?:rows?|records?|staff|people|employees|posts?)(?: (?:in total|listed|selected|found))?\.?"
    r"|(?:prepared|produced|compiled|completed|checked|printed|generated|exported|updated|authorised|approved|signed)"
    r"[\s:].*"
    r"|(?:prepared|produced|compiled|signed|authorised|approved) (?:by|on|off):?"
    r"|(?:signature|source|notes?|nb|n\.b\.|key|date|print date|run date|report|as at|disclaimer)\s*:.*"
    r"|(?:run|correct|accurate|data|report(?:ed)?) (?:as (?:at|of)|on|at)\b.*"
    r"|end of (?:report|list|file|data|sheet).*|page \d+(?: of \d+)?|\*+.*|[-_=]{3,}|©.*"
    r"|(?:official[- :]*sensitive|confidential|strictly confidential|private and confidential).*",
    re.I,
)
FIGURE = re.compile(r"[£%(]?-?\d[\d,]*(?:\.\d+)?[%)]?")
WORDY = 6  # words in a lone cell from which it is a sentence: names have fewer


def is_footer(cells: list[str], at: dict[str, int]) -> bool:
    """Whether a row of ``cells`` is plainly no person. ``at`` is where each field stands.

    A row with an e-mail address is somebody, and so is a name with a staff number beside it, unless
    it says "Total" where one of the two should stand.
    """
    said = [cell for cell in cells if cell]
    if not said or any("@" in cell and " " not in cell for cell in said):
        return False

    def there(*keys: str) -> list[str]:
        return [cells[at[key]] for key in keys if key in at and at[key] < len(cells) and cells[at[key]]]

    names, numbers = there("given_name", "family_name", "full_name"), there("staff_number")
    if any(TOTAL.fullmatch(cell) for cell in ([*names, *numbers] if names else said[:1])):
        return True
    if names and any(not NOTE.fullmatch(number) for number in numbers):
        return False
    if NOTE.fullmatch(said[0]) or (not numbers and all(FIGURE.fullmatch(cell) for cell in said)):
        return True
    return len(said) == 1 and len(said[0].split()) >= WORDY
