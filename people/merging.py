"""Two records that may be of one person: how alike they are, what would pass over, what stands in the way.

Reads only; making them one is people/actions/merges.py. What rooms above know is
asked through people/merge_steps.py.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from people import merge_steps, scopes
from people.access import Access
from people.days import in_words
from people.fact_kinds import FACT_KINDS
from people.models import Employment, Fact, Grant, LineManagement, Person, Tie
from people.roles import ROLE_BEYOND, reaching_further

TWO_PEOPLE = "What is on record shows that these are two people, so they cannot be made one."
OWN = "You cannot merge your own record. Ask another lead or an administrator."
BOTH_SIGNED_IN = (
    "Both have signed in, so an administrator has to merge them, once they have made sure that both are one person."
)
ADDRESS_IN_USE = (
    "{name} signs in with {email}. Only an administrator can let another address take its place, once they have made "
    "sure who is asking."
)


def usual_order(one: Person, other: Person) -> tuple[Person, Person]:
    """The two as (kept, gone): who has signed in goes on, else who is active, else the older record."""
    first, second = sorted(
        (one, other), key=lambda person: (not person.has_signed_in, not person.is_active, person.created_at, person.pk)
    )
    return first, second


def bound(kept: Person, gone: Person, access: Access) -> list[Person]:
    """Whose address has to stay: whoever signs in with it, and who holds a role that the viewer could not give."""
    further = reaching_further([kept.pk, gone.pk], access)
    return [person for person in (kept, gone) if person.has_signed_in or person.pk in further]


def needs_administrator(kept: Person, gone: Person, email: str | None, access: Access) -> str:
    """Why a lead alone may not do this: an account, or a role, would change hands. Empty where they may."""
    if kept.has_signed_in and gone.has_signed_in:
        return BOTH_SIGNED_IN
    for person in bound(kept, gone, access):
        if email != person.email:
            said = ADDRESS_IN_USE if person.has_signed_in else ROLE_BEYOND
            return said.format(name=person.name, email=person.email)
    return ""


def obstacles(kept: Person, gone: Person, access: Access) -> list[str]:
    """Everything that forbids making the two one, in sentences; empty where nothing does."""
    viewer, now = access.person, access.now
    if viewer is not None and viewer.pk in (kept.pk, gone.pk):
        return [OWN]
    today = timezone.localdate(now)
    both = Q(person=kept, other=gone) | Q(person=gone, other=kept)
    lines = Q(report=kept, manager=gone) | Q(report=gone, manager=kept)
    found = []
    if Tie.objects.not_over(on=today).filter(both).exists():
        found.append(TWO_PEOPLE)
    if LineManagement.objects.not_over(on=today).filter(lines).exists():
        found.append(f"One of the two manages the other. {TWO_PEOPLE}")
    return found + merge_steps.obstacles(kept, gone, viewer, now=now)


@dataclass(frozen=True)
class FactChoice:
    """One kind of fact, as each record has it; ``stands`` is what the one record will say."""

    label: str
    kept: str
    gone: str
    stands: str


def fact_choices(kept: Person, gone: Person) -> list[FactChoice]:
    """Every fact that either has. Where both have one, the one recorded later stands."""
    known: dict[str, dict[int, Fact]] = {}
    for fact in Fact.objects.filter(person__in=[kept, gone]):
        known.setdefault(fact.kind, {})[fact.person_id] = fact
    found = []
    for kind in FACT_KINDS.values():
        some = known.get(kind.key)
        if some:
            words = {pk: fact_words(fact) for pk, fact in some.items()}
            stands = words[latest(some.values(), kept).person_id]
            found.append(FactChoice(kind.label, words.get(kept.pk, ""), words.get(gone.pk, ""), stands))
    return found


def latest(rows, kept: Person):
    """Of one or two rows, the one recorded later; of two at the same moment, that of ``kept``."""
    return max(rows, key=lambda row: (row.recorded_at, row.person_id == kept.pk))


def fact_words(fact: Fact) -> str:
    """A fact's value in words: "1 August 2023", "Does not apply"."""
    if not fact.applies:
        return "Does not apply"
    return (
        in_words(fact.day)
        if fact.day
        else FACT_KINDS[fact.kind].shown(fact.text)
        if fact.kind in FACT_KINDS
        else fact.text
    )


def own_preview(kept, gone, viewer, *, now: datetime) -> list[str]:
    """What of this room passes over, for those who keep both records."""
    today = timezone.localdate(now)
    found = []
    if viewer is None or Person.objects.kept_by(viewer, now=now).filter(pk__in=[kept.pk, gone.pk]).count() == 2:
        found += _jobs(kept, gone, today)
        found += _lines(gone, today)
        ties = Tie.objects.not_over(on=today).filter(Q(person=gone) | Q(other=gone)).count()
        if ties:
            found.append(f"{ties} {'tie' if ties == 1 else 'ties'} to other people.")
    grants = list(Grant.objects.not_over(on=today).filter(person=gone))
    named = scopes.named((grant.scope_kind, grant.scope_id) for grant in grants)
    for grant in grants:
        scope = named.get((grant.scope_kind, grant.scope_id))
        found.append(f"The role {grant.get_role_display().lower()}{f' over {scope.name}' if scope else ''}.")
    return found


def _jobs(kept: Person, gone: Person, today: date) -> list[str]:
    current = {
        job.organisation_id: job
        for job in Employment.objects.not_over(on=today).filter(person=kept).select_related("organisation")
    }
    found = []
    for job in Employment.objects.filter(person=gone).select_related("organisation"):
        title = job.job_title or "a job"
        if job.is_over(today):
            found.append(f"The past job {title} at {job.organisation}.")
        elif job.organisation_id in current:
            found.append(
                f"Both work at {job.organisation}. The job of the record that goes on stays, with what it lacks filled "
                f"in from the other; the other job ends today."
            )
        else:
            found.append(f"The job {title} at {job.organisation}.")
    return found


def _lines(gone: Person, today: date) -> list[str]:
    lines = LineManagement.objects.not_over(on=today)
    managers, reports = lines.filter(report=gone).count(), lines.filter(manager=gone).count()
    found = []
    if managers:
        found.append(f"{managers} line {'manager' if managers == 1 else 'managers'}.")
    if reports:
        found.append(f"{reports} {'person' if reports == 1 else 'people'} whom they manage.")
    return found


def alike(person: Person, people) -> list[Person]:
    """Of the queryset ``people``, those who may be ``person`` under another record: the same name, in any order."""
    words = person.folded_name.split()
    if not words:
        return []
    turned = {" ".join(words), " ".join([*words[1:], words[0]]), " ".join([words[-1], *words[:-1]])}
    return list(people.filter(folded_name__in=turned).exclude(pk=person.pk)[:5])
