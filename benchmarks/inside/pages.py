"""The measuring half of benchmarks/pages.py."""

import gc
import io
import json
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from time import process_time

from benchmarks.scratch import BASE_DIR, set_up

set_up()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment  # noqa: E402
from django.urls import clear_url_caches, include, path, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.inside.bare_pages import TABLES, WHOLE, BarePage  # noqa: E402
from benchmarks.inside.pages_world import world  # noqa: E402

ROUNDS, SECONDS = 11, 4  # requests of a page and of its bare pages, in turns; no more than three once it takes so long
MATRIX = BASE_DIR / "tests" / "architecture" / "access_matrix.toml"
ASKERS = ("lead", "administrator", "site-lead", "mentee", "mentor", "bystander")  # the first who is let in asks

# What is no page, and what is no list, person or board: allauth's own, and downloads.
LEFT_OUT = {
    *("healthz", "people:import-template"),
    *("programmes:model-export", "matching:run-export", "reports:return-export"),
}
OF_ALLAUTH = ("account_", "mfa_")

NARROWED = {
    "people:person-list": ("q=family12", "band=6&side=mentor&sort=band"),
    "programmes:cohort-detail": ("side=mentor&q=family12",),
    "programmes:enrolment-add": ("q=", "q=family12"),
    "matching:run-detail": ("q=family12&sort=close",),
}

# The table of which a page shows rows, by what stands in its address. Of programmes, models, imports and roles there
# are never fifty: those pages are held against the people, or the enrolments, that stand under them.
ABOUT = {
    "people": "person job tie leaver grant staff_import saved_import kept_form person_kind",
    "proposals": "run decision",
    "relationships": "relationship triad offered to_confirm flag rule_break",
}
TABLE_OF_THING = {thing: table for table, things in ABOUT.items() for thing in things.split()}
TABLE_OF_ROOM = {"people": "people", "home": "people", "reports:audit-list": "events", "reports:notice-list": "notices"}

urlpatterns = [path("", include("mentoring_portal.urls"))]


def pages(things: dict):
    """Name, address with its query, table and who asks, of every page that somebody of the world may open."""
    for name, entry in tomllib.loads(MATRIX.read_text(encoding="utf-8")).items():
        if "get" not in entry or name in LEFT_OUT or name.startswith(OF_ALLAUTH) or "public" in entry:
            continue
        asker = next((role for role in ASKERS if entry["get"] == "everyone" or role in entry["get"]), None)
        if asker is None:
            continue
        words = entry.get("args", {})
        address = reverse(name, kwargs={word: things[thing] for word, thing in words.items()})
        table = next((TABLE_OF_THING[thing] for thing in words.values() if thing in TABLE_OF_THING), None)
        table = table or TABLE_OF_ROOM.get(name) or TABLE_OF_ROOM.get(name.partition(":")[0], "enrolments")
        for query in ("", *NARROWED.get(name, ())):
            yield name, f"{address}?{query}" if query else address, table, asker


def spent() -> float:
    """Seconds of processor time of this process, and of PostgreSQL's that serves its connection (Linux tells it)."""
    taken = process_time()
    if connection.vendor == "postgresql" and connection.connection is not None:
        told = Path(f"/proc/{connection.connection.get_backend_pid()}/schedstat")
        taken += int(told.read_text().split()[0]) / 1e9 if told.exists() else 0
    return taken


class NoPage(RuntimeError):
    """An address that answers this asker with something else than a page."""


class Asker:
    """Somebody signed in, who asks the application itself: no test client and no network between."""

    def __init__(self, person):
        client = Client()
        client.force_login(person)
        client.get(reverse("home"))  # the cookies that every answer leaves
        self.client, self.application = client, WSGIHandler()
        self.cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())

    def get(self, address: str) -> float:
        """Seconds of processor time that the server takes; NoPage where it answers with none."""
        where, _, query = address.partition("?")
        asked = {
            "REQUEST_METHOD": "GET", "PATH_INFO": where, "QUERY_STRING": query, "HTTP_COOKIE": self.cookies,
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
        }  # fmt: skip
        status = []
        started = spent()
        answer = self.application(asked, lambda line, headers: status.append(line))
        b"".join(answer)
        answer.close()
        taken = spent() - started
        if not status[0].startswith("200"):
            raise NoPage(status[0])
        return taken

    def form(self, address: str) -> dict:
        """What the filter form of a page draws; empty where it has none."""
        setup_test_environment()  # answers then carry what their templates were given
        try:
            context = self.client.get(address).context
        finally:
            teardown_test_environment()
        found = {name: context.get(name) for name in ("search", "selects", "more_open")} if context else {}
        return {name: value for name, value in found.items() if value is not None}


def measure_page(asker: Asker, name: str, address: str, table: str, number: int) -> dict:
    """Queries, milliseconds and how many times its bare page; ``laid out``: the same where that has our layout too."""
    form, rows = asker.form(address), WHOLE.get(name, TABLES[table])
    bares = []
    for laid_out in (False, True):
        bare = f"bare/{number}/{'laid-out' if laid_out else 'plain'}/"
        template = rows.template(laid_out=laid_out)
        view = BarePage.as_view(table=rows, template=template, form=form, is_whole=name in WHOLE)
        urlpatterns.insert(0, path(bare, view))
        words = address.partition("?")[2]
        bares.append(f"/{bare}?{words}" if words else f"/{bare}")
    clear_url_caches()
    for each in (address, *bares) * 2:
        asker.get(each)
    rounds = []
    while len(rounds) < 3 or (len(rounds) < ROUNDS and sum(map(sum, rounds)) < SECONDS):
        rounds.append([asker.get(each) for each in (address, *bares)])
    # The least of each: whoever else uses the machine only ever adds, to processor time too.
    own, plain, laid_out = (1000 * min(taken) for taken in zip(*rounds, strict=True))
    with CaptureQueriesContext(connection) as captured:
        asker.get(address)
    del urlpatterns[: len(bares)]
    return {
        "table": "everybody" if name in WHOLE else table,
        "queries": len(captured),
        "ms": round(own, 1),
        "bare ms": round(plain, 1),
        "times": round(own / plain, 2),
        "laid out": round(own / laid_out, 2),
    }


def measure(askers: dict, things: dict, only: str = "") -> list[dict]:
    settings.ROOT_URLCONF = __name__
    settings.SECOND_FACTOR_REQUIRED = False
    if connection.vendor == "postgresql":
        # A worker keeps its connection for a minute, which must not end while two requests are compared. With SQLite
        # it opens its file for each.
        connection.settings_dict["CONN_MAX_AGE"] = None
        connection.close()
    gc.collect()
    gc.freeze()  # the world was made in this process: a worker of the portal does not carry what that left behind
    signed_in = {}
    rows = []
    for number, (name, address, table, role) in enumerate(pages(things)):
        if only not in name:
            continue
        if role not in signed_in:
            signed_in[role] = Asker(askers[role])
        query = address.partition("?")[2]
        try:
            row = measure_page(signed_in[role], name, address, table, number)
        except NoPage as answered:  # it is shown, but has nothing to be measured
            row = {"table": f"answered {answered}"}
        rows.append({"page": f"{name}?{query}" if query else name, "asked by": role, **row})
    return rows


def noon():
    """Noon of yesterday, when the world is made: by night no letter goes out, and some things hang on one."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


if __name__ == "__main__":
    made = world(*((1_000, 300) if sys.argv[1] == "quick" else (10_000, 3_000)), now=noon())
    print(json.dumps({"rows": measure(*made)}))
