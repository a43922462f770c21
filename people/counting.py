"""Several counts in one question, for pages that only say how many there are of what."""

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, F, QuerySet


@dataclass(frozen=True)
class Each:
    """Rows to be counted for each value of ``by``, which is a number, such as ``F("cohort")``."""

    rows: QuerySet
    by: Expression | F


def counted_together(**rows: QuerySet | Each) -> dict[str, int | dict[int, int]]:
    """How many rows each of these querysets has, of none that is sliced; of ``Each`` by value, those that there are.
    One query, or none where all are known to be empty."""
    counts, values = [], []
    for number, some in enumerate(rows.values()):
        # Put together here, and the queries beneath querysets: Django's own union, and a copy for each step, take
        # longer to build than the database takes to count.
        is_each = isinstance(some, Each)
        query = (some.rows if is_each else some).all().query
        query.clear_ordering(force=True)
        if is_each:
            query.add_annotation(some.by, "counted_by")
        query.set_values(["counted_by" if is_each else "pk"])
        try:
            sql, params = query.sql_with_params()
        except EmptyResultSet:
            continue
        value, grouped = ("counted_by", " GROUP BY counted_by") if is_each else ("0", "")
        counts.append(f"SELECT {number}, {value}, COUNT(*) FROM ({sql}) AS counted_{number}{grouped}")
        values += params
    counted = {name: {} if isinstance(some, Each) else 0 for name, some in rows.items()}
    if counts:
        names = list(rows)
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(counts), values)
            for number, value, count in cursor.fetchall():
                if isinstance(rows[names[number]], Each):
                    counted[names[number]][value] = count
                else:
                    counted[names[number]] = count
    return counted


# From this number on a count of people is told to whoever must not recognise anybody (R5). A programme may ask for more
# (its setting ``few``), and none for less.
FEW, MOST_FEW = 5, 20


def unless_few(count: int, few: int = FEW) -> str:
    """A count of people for a reader outside the programme: none, "fewer than 5", or the number."""
    if not count:
        return "none"
    return f"{count:,}" if count >= few else f"fewer than {few}"
