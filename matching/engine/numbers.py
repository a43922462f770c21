"""Scores as whole ten-thousandths: read as decimals, never as binary fractions, and written back the same way."""

from decimal import Decimal, InvalidOperation

from .assignment import Score
from .errors import BadProblem

UNIT = 10_000
LARGEST = 10**12
"""No score, wait, capacity or number of slots may be larger: beyond it a typing mistake is likelier than a wish."""


def ten_thousandths(score: Score, where: str) -> int:
    """The score in ten-thousandths; `where` names the pair in the sentence of a refusal."""
    if isinstance(score, bool) or not isinstance(score, (int, float, Decimal, str)):
        raise BadProblem(f"The score of {where} is not a number.")
    if isinstance(score, int):
        if abs(score) > LARGEST:
            raise BadProblem(f"The score of {where} is too large: at most 1,000,000,000,000 either way.")
        return score * UNIT
    try:
        number = Decimal(str(score))
    except InvalidOperation:
        raise BadProblem(f"The score of {where} is not a number.") from None
    if not number.is_finite():
        raise BadProblem(f"The score of {where} is not a finite number.")
    if not -LARGEST <= number <= LARGEST:
        raise BadProblem(f"The score of {where} is too large: at most 1,000,000,000,000 either way.")
    rounded = number.quantize(Decimal("0.0001"))
    if rounded != number:
        raise BadProblem(f"The score of {where} has more than four decimals.")
    return int(rounded.scaleb(4))


def decimal(units: int, places: int = 4) -> Decimal:
    """Ten-thousandths (or whatever so many `places` make them) as a decimal without trailing zeros: 850000 is 85, 3000
    is 0.3."""
    while places and units % 10 == 0:
        units //= 10
        places -= 1
    return Decimal(units).scaleb(-places)


def written(number: Decimal) -> str:
    """The decimal as JSON writes a number, with every digit."""
    return format(number, "f")
