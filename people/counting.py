"""Several counts in one question, for pages that only say how many there are of what."""

from django.db.models import BigIntegerField, F, Func, IntegerField, Value


def counted_together(**rows) -> dict[str, int]:
    """How many rows each of these querysets has, none of them distinct or sliced; one query."""
    # Beside each other, not inside one another: Django works every subquery over again for what it stands in.
    counts = [
        # Not Count: an aggregate would group by the number, and what has no rows would have none here either.
        some.order_by().values_list(
            Value(number, IntegerField()), Func(F("pk"), function="COUNT", output_field=BigIntegerField())
        )
        for number, some in enumerate(rows.values())
    ]
    counted = dict(counts[0].union(*counts[1:], all=True))
    return {name: counted.get(number, 0) for number, name in enumerate(rows)}


FEW = 5  # from this number on a count of people is told to whoever must not recognise anybody (R5)


def unless_few(count: int) -> str:
    """A count of people for a reader outside the programme: none, "fewer than 5", or the number."""
    if not count:
        return "none"
    return str(count) if count >= FEW else f"fewer than {FEW}"
