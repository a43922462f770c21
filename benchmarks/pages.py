"""Every list, person and board page with 10,000 people and 3,000 proposals, against bare pages of the same rows.

A bare page lists 50 rows of the same table with the same filter form, behind the
same middleware, in the same process: what Django itself costs. Queries are
counted on a request of their own.
"""

from benchmarks.scratch import in_child

NAME = "pages"
MOST_QUERIES, MOST_TIMES = 15, 4.0


def run(quick: bool) -> dict:
    rows = in_child("benchmarks.inside.pages", "quick" if quick else "full")["rows"]
    checks = []
    for row in rows:
        checks.append({"name": f"{row['page']}: queries", "value": row["queries"], "limit": MOST_QUERIES})
        checks.append({"name": f"{row['page']}: times a bare page", "value": row["times"], "limit": MOST_TIMES})
    return {"rows": rows, "checks": [check | {"ok": check["value"] <= check["limit"]} for check in checks]}
