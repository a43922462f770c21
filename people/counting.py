"""Several counts in one question, for pages that only say how many there are of what."""

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections


def counted_together(**rows) -> dict[str, int]:
    """How many rows each of these querysets has, of none that is sliced; one query, or none where all are known to be
    empty."""
    counts, values = [], []
    for number, some in enumerate(rows.values()):
        # Put together here: Django's own union takes longer to build than the database takes to count.
        try:
            sql, params = some.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        counts.append(f"SELECT {number}, COUNT(*) FROM ({sql}) AS counted_{number}")
        values += params
    counted = {}
    if counts:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(counts), values)
            counted = dict(cursor.fetchall())
    return {name: counted.get(number, 0) for number, name in enumerate(rows)}


FEW = 5  # from this number on a count of people is told to whoever must not recognise anybody (R5)


def unless_few(count: int) -> str:
    """A count of people for a reader outside the programme: none, "fewer than 5", or the number."""
    if not count:
        return "none"
    return str(count) if count >= FEW else f"fewer than {FEW}"
