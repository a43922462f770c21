"""Several counts in one question, for pages that only say how many there are of what."""

from django.db.models import BigIntegerField, F, Func, Subquery
from django.db.models.functions import Coalesce

from people.models import Person


def counted_together(**rows) -> dict[str, int]:
    """How many rows each of these querysets has, none of them distinct or sliced; one query."""
    counts = {
        # Not Count: an aggregate would group its subquery, which then has a row for each group, and none for none.
        name: Coalesce(
            Subquery(some.order_by().values(counted=Func(F("pk"), function="COUNT", output_field=BigIntegerField()))), 0
        )
        for name, some in rows.items()
    }
    return Person.objects.order_by().values(**counts)[:1].get()  # beside any row: a question is asked of something
