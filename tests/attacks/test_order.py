"""No page leaves it to the database in which order things stand: the database finds rows in whichever order is easiest
that day, and a list that changes between two looks is one that nobody trusts."""

from contextlib import contextmanager

from django.db import connection

from tests.posting import Senders
from tests.scenarios import world
from tests.seen import every_page

# Each makes the database find the rows of a query in another order; what is sorted stays as it is.
OTHERWISE = {
    "sqlite": [("PRAGMA reverse_unordered_selects =", "on", "off")],
    "postgresql": [("SET enable_nestloop =", "off", "on"), ("SET enable_seqscan =", "off", "on")],
}


@contextmanager
def found_otherwise(switch, other, usual):
    with connection.cursor() as cursor:
        cursor.execute(f"{switch} {other}")
        yield
        cursor.execute(f"{switch} {usual}")


def test_no_page_depends_on_the_order_in_which_rows_are_found(db, now, time_machine):
    time_machine.move_to(now, tick=False)
    senders = Senders(world(now=now))
    every_page(senders)  # what is shown once was shown
    usual = every_page(senders)
    for how in OTHERWISE[connection.vendor]:
        with found_otherwise(*how):
            otherwise = every_page(senders)
        assert sorted(page for page in usual if usual[page] != otherwise[page]) == [], how
