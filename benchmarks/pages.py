"""Every page that somebody may open, with 10,000 people and 3,000 proposals, against bare pages of the same rows.

The pages are those of the access matrix, each asked for by whoever has most to see: a new address is measured without
being named here. A bare page is Django's own ListView of 50 rows of the same table with its count and its pages,
behind the same middleware, for the same person, with the very filter form that the page draws and a search that works.
It is a plain table without the portal's layout: the layout is ours, so its cost is ours. How many times a bare page
*within* the layout a page takes stands in the last column, and has no limit.

Three pages are about everybody at once, and nothing of them can be said before everybody was read: a staff list is
compared with all who are on it, and the best mentor for one mentee is found among all. Their bare page reads the same
rows, sorts them and draws fifty (``WHOLE`` in inside/bare_pages.py); ADR 32 says more.

Page and bare page are asked in turns, in one process, and the least processor time of each is compared: seconds would
belong to whoever else is using the machine, and so does part of what is above the least. With SQLite all the work of an
answer is in that process; with PostgreSQL that of the process which serves the connection is added. Queries are counted
on a request of their own.
"""

from contextlib import ExitStack

from benchmarks.scratch import in_child
from tests import services

NAME = "pages"
MOST_QUERIES, MOST_TIMES = 15, 4.0


def run(quick: bool) -> dict:
    rows, checks = [], []
    with ExitStack() as stack:
        databases = {"SQLite": {}}
        if services.find_postgres():
            databases["PostgreSQL"] = {"DATABASE_URL": stack.enter_context(services.postgres())}
        for name, variables in databases.items():
            found = in_child("benchmarks.inside.pages", "quick" if quick else "full", **variables)["rows"]
            rows += [{"database": name, **row} for row in found]
    for row in (one for one in rows if "queries" in one):
        name = f"{row['database']}, {row['page']}"
        checks.append({"name": f"{name}: queries", "value": row["queries"], "limit": MOST_QUERIES})
        checks.append({"name": f"{name}: times a bare page", "value": row["times"], "limit": MOST_TIMES})
    return {"rows": rows, "checks": [check | {"ok": check["value"] <= check["limit"]} for check in checks]}
