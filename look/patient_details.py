"""Finding what may be a patient's NHS number in a text, so that the writer can be asked about it.

Asked, never refused: one ten-digit number in eleven passes the check by chance.
"""

import re

# Ten digits, written together or in threes with spaces, dots or hyphens, not part of a longer number.
_CANDIDATE = re.compile(r"(?<!\d)(\d{3})([ .\-]?)(\d{3})\2(\d{4})(?!\d)")


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits pass the NHS number's check: weights 10 to 2, remainder of 11."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return check != 10 and check % 11 == int(digits[9])


def nhs_numbers(text: str) -> list[str]:
    """The numbers in ``text``, as written there, that could be somebody's NHS number."""
    return [
        found.group(0)
        for found in _CANDIDATE.finditer(text)
        if is_nhs_number(found.group(1) + found.group(3) + found.group(4))
    ]
