"""Whether a draft still answers the question that was asked: what has changed in its cohort since it was asked for.

That a match cannot be any more is actions/drafts.py's to say; here it is that another run would find others.
"""

from dataclasses import dataclass

from django.db.models import Max, Q, Subquery
from django.db.models.functions import Coalesce

from audit.models import AuditEvent
from audit.verbs import Verb
from matching.models import MatchRun
from programmes.actions.standings import OF_A_PROGRAMME, OF_EVERYONE, OF_PEOPLE
from programmes.models import Enrolment

PLACES = (Verb.CAPACITY_CHANGED, Verb.RESTED, Verb.RELATIONSHIP_ENDED)
TAKING_PART = (Verb.ENROLLED, Verb.ENROLMENT_WITHDRAWN)
FIRST = (Verb.PUT_FIRST, Verb.PUT_FIRST_LIFTED)
KNOWN = (
    *(verb for verb in OF_PEOPLE if verb not in TAKING_PART),
    *OF_EVERYONE,
    *(Verb.STYLE_RECORDED, Verb.STYLE_FORGOTTEN, Verb.TIE_RECORDED, Verb.TIE_ENDED, Verb.MANAGERS_CHANGED),
)
SAID = {  # in the order in which they are said
    PLACES: "Places have changed since this run.",
    TAKING_PART: "Somebody has joined or withdrawn since this run.",
    FIRST: "Who comes first on the waiting list has changed since this run.",
    KNOWN: "What is known of people has changed since this run.",
    OF_A_PROGRAMME: "The programme’s settings have changed since this run.",
}


@dataclass(frozen=True)
class Outdated:
    """What has changed, in sentences; empty where nothing has. ``widened``: the people whose places were changed."""

    sentences: tuple[str, ...] = ()
    widened: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.sentences)


def outdated(run: MatchRun) -> Outdated:
    """What has changed since the run was asked for. One query; none for a run that is no draft any more."""
    if run.state != MatchRun.State.FINISHED:
        return Outdated()
    cohort, programme = run.cohort_id, run.cohort.programme
    since = AuditEvent.objects.filter(at__gte=run.requested_at, outcome=AuditEvent.Outcome.DONE).order_by()
    asked = since.filter(verb=Verb.MATCH_RUN_REQUESTED, object_id=str(run.pk)).values("verb")
    people = Enrolment.objects.live().filter(cohort=cohort).order_by().values("person")
    ours = (
        Q(verb__in=[*PLACES, *TAKING_PART, *FIRST], scope_kind="cohort", scope_id=cohort)
        | Q(verb__in=KNOWN, about_person_id__in=people)
        | Q(verb__in=OF_A_PROGRAMME, scope_kind="programme", scope_id=programme.pk)
        | Q(verb__in=OF_EVERYONE, scope_kind="organisation", scope_id=programme.organisation_id)
    )
    later = since.filter(ours, pk__gt=Coalesce(Subquery(asked.annotate(last=Max("pk")).values("last")), 0))
    found = set(later.values_list("verb", "about_person_id").distinct())
    verbs = {verb for verb, _ in found}
    return Outdated(
        tuple(sentence for kinds, sentence in SAID.items() if not verbs.isdisjoint(kinds)),
        frozenset(person for verb, person in found if verb == Verb.CAPACITY_CHANGED),
    )
