"""``manage.py propose_matches COHORT --by EMAIL [--json]``: what the board's "Find matches" does, for scripts."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.refusal import Refused
from look.numbers import whole
from matching.actions import runs
from matching.management.who import lead
from matching.models import MatchRun
from matching.queries import points, summary
from matching.work import work
from programmes.models import Cohort


class Command(BaseCommand):
    help = "Find matches for a cohort and print them. Nobody is told; publish_matches does that."

    def add_arguments(self, parser):
        parser.add_argument("cohort", metavar="COHORT", help="number of the cohort, or its name where that is unique")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="the programme lead who asks")
        parser.add_argument(
            "--json", dest="as_json", action="store_true", help="print one JSON object; scores in hundredths of a point"
        )

    def handle(self, *, cohort, by, as_json, **options):
        now = timezone.now()
        person = lead(by)
        try:
            run = runs.request(cohort=_cohort(cohort, person, now), by=person, now=now, hand_over=False)
        except Refused as refusal:
            raise CommandError(str(refusal))
        work(run_id=run.pk, clock=timezone.now)
        run.refresh_from_db()
        if run.state != MatchRun.State.FINISHED:
            raise CommandError(run.fault or f"The run is “{run.get_state_display().lower()}”.")
        self.stdout.write(_as_json(run) if as_json else _as_text(run))


def _cohort(named: str, person, now) -> Cohort:
    """The cohort among those that the person leads: others are not named, so that nothing is learnt of them."""
    cohorts = Cohort.objects.led_by(person, now=now)
    number = whole(named)
    cohorts = cohorts.filter(name__iexact=named) if number is None else cohorts.filter(pk=number)
    match list(cohorts[:2]):
        case [cohort]:
            return cohort
        case []:
            raise CommandError(f"{person.email} leads no cohort {named}.")
        case _:
            raise CommandError(f"{person.email} leads several cohorts called {named}: give the number.")


def _proposals(run: MatchRun):
    return run.proposals.select_related("mentee__person", "mentor__person").order_by(
        "mentee__person__family_name", "mentee__person__given_name", "pk"
    )


def _address(enrolment) -> str:
    return enrolment.person.email or enrolment.person.name


def _as_json(run: MatchRun) -> str:
    return json.dumps(
        {
            "run": run.pk,
            "pairs": [
                {
                    "mentee": _address(one.mentee),
                    "mentor": _address(one.mentor),
                    "score": one.score,
                    "components": one.components,
                    "reasons": [part["reason"] for part in one.components],
                    "cautions": one.cautions,
                }
                for one in _proposals(run)
            ],
            "left_out": [
                {"mentee": _address(one.mentee), "reasons": one.reasons}
                for one in run.left_out.select_related("mentee__person")
            ],
            "matched": run.matched,
            "total": run.total,
            "bound": run.bound,
            "optimal": run.optimal,
        },
        ensure_ascii=False,
        indent=2,
    )


def _as_text(run: MatchRun) -> str:
    lines = [f"Run {run.pk}: {summary(run)}"]
    lines += [
        f"  {one.mentee.person.name} with {one.mentor.person.name}, {points(one.score)} points"
        for one in _proposals(run)
    ]
    for one in run.left_out.select_related("mentee__person"):
        lines.append(f"  {one.mentee.person.name} without a mentor: {' '.join(one.reasons)}")
    return "\n".join(lines)
