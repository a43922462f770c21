"""The measuring half of benchmarks/pages.py."""

import json
import sys
from statistics import median
from time import perf_counter

from benchmarks.scratch import set_up

set_up()

from django.conf import settings  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import include, path, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.inside.world import cohort, department  # noqa: E402
from matching.actions import runs  # noqa: E402
from matching.models import MatchRun, Proposal  # noqa: E402
from people.models import Person, Site  # noqa: E402
from programmes import mentoring_models  # noqa: E402
from programmes.facts import facts_for  # noqa: E402
from programmes.models import Enrolment  # noqa: E402
from programmes.rules import score  # noqa: E402

TIMES = 15  # requests a page, the median of which counts
ROWS = 50

BARE = engines["django"].from_string("""<!doctype html><title>Bare</title>
{% include "components/filter_bar.html" %}
<table>{% for one in page %}<tr>{% for cell in one %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>
{{ page.number }} of {{ page.paginator.num_pages }}""")

TABLES = {
    "people": (Person.objects.all(), ("pk", "given_name", "family_name", "email")),
    "enrolments": (Enrolment.objects.all(), ("pk", "person__given_name", "person__family_name", "side", "state")),
    "proposals": (
        Proposal.objects.all(),
        ("pk", "mentee__person__family_name", "mentor__person__family_name", "score"),
    ),
}


def bare(request, table):
    """Fifty rows of one table with the filter form, and nothing else."""
    rows, columns = TABLES[table]
    sites = [("", "Any site"), *Site.objects.values_list("pk", "name")]
    page = Paginator(rows.values_list(*columns), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "search": {"name": "q", "label": "Name", "value": ""},
        "selects": [{"name": "site", "label": "Site", "value": "", "options": sites}],
    }
    return HttpResponse(BARE.render(context, request))


urlpatterns = [path("bare/<slug:table>/", bare, name="bare"), path("", include("mentoring_portal.urls"))]


def finished_run(opened, lead, now) -> MatchRun:
    """A finished run with one proposal a mentee, written straight into the table: finding it is another benchmark's."""
    run = runs.request(cohort=opened, by=lead, now=now, hand_over=False)
    mentees = list(opened.enrolments.filter(side="mentee").select_related("person").order_by("pk"))
    mentors = list(opened.enrolments.filter(side="mentor").select_related("person").order_by("pk"))
    facts = facts_for(opened, [*mentees, *mentors], now=now)
    preferences = mentoring_models.of(opened.programme).preferences
    rows = []
    for number, mentee in enumerate(mentees):
        mentor, second = mentors[number % len(mentors)], mentors[(number + 1) % len(mentors)]
        parts = score(preferences, facts[mentee.person_id], facts[mentor.person_id])
        points = sum(part.points for part in parts)
        rows.append(
            Proposal(
                run=run,
                mentee=mentee,
                mentor=mentor,
                score=points,
                components=[vars(part) for part in parts],
                runner_up=second,
                runner_up_score=max(points - 100, 0),
                site=facts[mentee.person_id].site,
                band=facts[mentee.person_id].band,
            )
        )
    Proposal.objects.bulk_create(rows, batch_size=500)
    count, total = len(rows), sum(row.score for row in rows)
    found = {"mentees": count, "mentors": len(mentors), "places": count, "matched": count, "found": count}
    proof = {"total": total, "bound": total, "optimal": True}
    MatchRun.objects.filter(pk=run.pk).update(state="finished", finished_at=now, **found, **proof)
    return run


def seconds(client: Client, address: str) -> float:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    taken = []
    for _ in range(TIMES):
        started = perf_counter()
        client.get(address)
        taken.append(perf_counter() - started)
    return median(taken)


def measure(people: int, pairs: int) -> dict:
    settings.ROOT_URLCONF = "__main__"
    settings.SECOND_FACTOR_REQUIRED = False
    now = timezone.now()
    organisation, lead = department(pairs, pairs, people - 2 * pairs, now=now)
    opened = cohort(organisation, lead, pairs, pairs, now=now)
    run = finished_run(opened, lead, now)
    someone = opened.enrolments.filter(side="mentee").first()
    client = Client()
    client.force_login(lead)
    pages = [
        ("people:person-list", [], "people"),
        ("people:person-list", [], "people", "?q=family12"),
        ("people:person-detail", [someone.person_id], "people"),
        ("people:grant-list", [], "people"),
        ("programmes:programme-list", [], "enrolments"),
        ("programmes:cohort-detail", [opened.pk], "enrolments"),
        ("programmes:enrolment-add", [opened.pk, "mentor"], "enrolments", "?q="),
        ("programmes:enrolment-detail", [someone.pk], "enrolments"),
        ("programmes:joining-list", [opened.pk], "enrolments"),
        ("matching:run-detail", [run.pk], "proposals"),
        ("home", [], "people"),
    ]
    rows = []
    for name, arguments, table, *query in pages:
        address = reverse(name, args=arguments) + "".join(query)
        bare_seconds = seconds(client, reverse("bare", args=[table]))
        own = seconds(client, address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        rows.append(
            {
                "page": name + "".join(query),
                "queries": len(captured),
                "ms": round(1000 * own, 1),
                "bare ms": round(1000 * bare_seconds, 1),
                "times": round(own / bare_seconds, 2),
            }
        )
    return {"rows": rows}


print(json.dumps(measure(*((1_000, 300) if sys.argv[1] == "quick" else (10_000, 3_000)))))
