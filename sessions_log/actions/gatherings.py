"""A programme's own calendar: adding to it, signing up, saying who came; and laying the supervision that a model asks
for."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from audit.record import record, record_many
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people.models import Person
from programmes import mentoring_models
from programmes.actions.training import record_training
from programmes.models import Cohort, Enrolment, Side
from sessions_log.cadence import supervision_days
from sessions_log.models import Gathering, GatheringPlace
from sessions_log.queries.gatherings import expected_at, meant_for

TOLD = "gathering"  # the kind of notice that tells of it
IN_CALENDARS = ("title", "day", "starts_at", "minutes", "where")
Kind, State = Gathering.Kind, GatheringPlace.State


@transaction.atomic
def add(
    *,
    cohort: Cohort,
    kind: str,
    title: str,
    day: date,
    starts_at: time | None = None,
    minutes: int = 60,
    where: str = "",
    for_mentees: bool = True,
    for_mentors: bool = True,
    places: int | None = None,
    by: Person,
    now: datetime,
) -> Gathering:
    """Put a gathering on the cohort's calendar; whoever it is for sees it at once. Refused where it is for nobody."""
    if not (for_mentees or for_mentors):
        raise Refused("Say for whom it is.")
    gathering = Gathering.objects.create(
        cohort=cohort,
        kind=Kind(kind),
        title=title,
        day=day,
        starts_at=starts_at,
        minutes=minutes,
        where=where,
        for_mentees=for_mentees,
        for_mentors=for_mentors,
        places=places,
    )
    record(Verb.GATHERING_ADDED, by=by, now=now, on=gathering, scope=("cohort", cohort.pk))
    return gathering


@transaction.atomic
def change(*, gathering: Gathering, by: Person, now: datetime, **changed) -> Gathering:
    """Change title, day, hour, length, place or number of places. Refused below the places that are taken.

    Nobody is mailed by it: whoever had been told is told again where a lead says so.
    """
    if any(getattr(gathering, name) != changed.get(name, getattr(gathering, name)) for name in IN_CALENDARS):
        changed["sequence"] = F("sequence") + 1
    places = changed.get("places", gathering.places)
    rows = Gathering.objects.standing().filter(pk=gathering.pk)
    if places is not None:
        rows = rows.filter(taken__lte=places)
    if not rows.update(**changed):
        gathering.refresh_from_db()
        if gathering.cancelled_at:
            raise Refused("This has been cancelled.")
        raise Refused(f"{gathering.taken} have signed up, so there cannot be fewer places.")
    record(Verb.GATHERING_CHANGED, by=by, now=now, on=gathering, scope=("cohort", gathering.cohort_id))
    gathering.refresh_from_db()
    return gathering


@transaction.atomic
def cancel(*, gathering: Gathering, by: Person, now: datetime) -> None:
    """Take a gathering off the calendar; whoever had been mailed about it hears so. Twice changes nothing."""
    if Gathering.objects.standing().filter(pk=gathering.pk).update(cancelled_at=now, sequence=F("sequence") + 1):
        gathering.refresh_from_db()
        if gathering.told_sequence is not None and gathering.day >= timezone.localdate(now):
            _mail(gathering, by=by, now=now)
        record(Verb.GATHERING_CANCELLED, by=by, now=now, on=gathering, scope=("cohort", gathering.cohort_id))


@transaction.atomic
def tell(*, gathering: Gathering, by: Person | None, now: datetime) -> int:
    """Mail everybody whom it is for, with an entry for their calendar; return how many.

    Refused once it is past or cancelled, and where they have been told as it stands.
    """
    if gathering.day < timezone.localdate(now):
        raise Refused("That day has passed.")
    untold = Gathering.objects.standing().filter(pk=gathering.pk)
    untold = untold.filter(Q(told_sequence=None) | ~Q(told_sequence=F("sequence")))
    if not untold.update(told_sequence=F("sequence")):
        gathering.refresh_from_db()
        raise Refused("This has been cancelled." if gathering.cancelled_at else "They have been told already.")
    gathering.refresh_from_db()
    record(Verb.GATHERING_TOLD, by=by, now=now, on=gathering, scope=("cohort", gathering.cohort_id))
    return _mail(gathering, by=by, now=now)


def _mail(gathering: Gathering, *, by: Person | None, now: datetime) -> int:
    people = sorted(set(meant_for(gathering).values_list("person", flat=True)))
    about = {"gathering": gathering.pk, "sequence": gathering.sequence}
    outbox.owe_many(
        kind=TOLD,
        owed=[(f"{TOLD}:{gathering.pk}:{gathering.sequence}:{person}", person, about) for person in people],
        due_at=now,
        by=by,
        now=now,
    )
    return len(people)


@transaction.atomic
def sign_up(*, gathering: Gathering, by: Person, now: datetime) -> GatheringPlace:
    """Take a place for oneself. Of two who reach for the last one, the database lets one have it. Twice counts once."""
    if not Gathering.objects.standing().for_person(by).filter(pk=gathering.pk).exists():
        raise Refused("This is not open to you any more.")
    if gathering.day < timezone.localdate(now):
        raise Refused("That day has passed.")
    enrolment = _own_enrolment(gathering, by)
    there = GatheringPlace.objects.filter(gathering=gathering, enrolment=enrolment).first()
    if there is not None:
        return there
    free = Gathering.objects.filter(Q(places=None) | Q(taken__lt=F("places")), pk=gathering.pk)
    if not free.update(taken=F("taken") + 1):
        raise Refused(f"All {gathering.places} places are taken.")
    place = GatheringPlace.objects.create(gathering=gathering, enrolment=enrolment, since=now)
    record(Verb.GATHERING_JOINED, by=by, now=now, on=gathering, scope=("cohort", gathering.cohort_id))
    return place


@transaction.atomic
def give_up(*, gathering: Gathering, by: Person, now: datetime) -> None:
    """Give one's place back, so that somebody else can have it. Twice changes nothing."""
    gone, _ = GatheringPlace.objects.filter(gathering=gathering, enrolment__person=by, state=State.COMING).delete()
    if gone:
        Gathering.objects.filter(pk=gathering.pk).update(taken=F("taken") - 1)
        record(Verb.GATHERING_LEFT, by=by, now=now, on=gathering, scope=("cohort", gathering.cohort_id))


@transaction.atomic
def tick(*, gathering: Gathering, attended: Iterable[int], by: Person, now: datetime) -> None:
    """Say who of those it was for came, by their enrolments' ids; the others were not there. May be done again.

    At a training, whoever came is recorded as trained. Refused before its day.
    """
    if gathering.day > timezone.localdate(now):
        raise Refused("This is still to come.")
    attended = set(attended)
    expected = list(expected_at(gathering).select_related("person", "cohort__programme"))
    came = [one for one in expected if one.pk in attended]
    for state, some in ((State.ATTENDED, came), (State.ABSENT, [one for one in expected if one not in came])):
        GatheringPlace.objects.bulk_create(
            [GatheringPlace(gathering=gathering, enrolment=one, state=state, since=now) for one in some],
            update_conflicts=True,
            unique_fields=["gathering", "enrolment"],
            update_fields=["state", "since"],
        )
    record(Verb.GATHERING_TICKED, by=by, now=now, on=gathering, scope=("cohort", gathering.cohort_id))
    if gathering.kind == Kind.TRAINING and came:
        record_training(enrolments=came, day=gathering.day, by=by, now=now)


@transaction.atomic
def lay_due(*, by: Person | None, now: datetime) -> int:
    """Lay the supervision of every open cohort whose model asks for it and that has none; return how many cohorts.

    The dates of a cohort are laid once: what a lead moves or cancels stays so.
    """
    laid = Gathering.objects.filter(kind=Kind.SUPERVISION, is_laid=True).order_by().values("cohort")
    found = 0
    for cohort in Cohort.objects.open().exclude(pk__in=laid).select_related("programme"):
        model = mentoring_models.of(cohort.programme)
        if model.supervision is None:
            continue
        end = cohort.end_date or cohort.start_date + timedelta(weeks=model.duration.weeks or 52)
        new = Gathering.objects.bulk_create(
            [
                Gathering(
                    cohort=cohort,
                    kind=Kind.SUPERVISION,
                    title="Peer supervision",
                    day=day,
                    minutes=model.supervision.minutes,
                    for_mentees=model.supervision.mixed,
                    is_laid=True,
                )
                for day in supervision_days(model.supervision, start=cohort.start_date, end=end)
            ],
            ignore_conflicts=True,
        )
        record_many(Verb.GATHERING_ADDED, by=by, now=now, on=[x for x in new if x.pk], scope=("cohort", cohort.pk))
        found += bool(new)
    return found


def _own_enrolment(gathering: Gathering, person: Person) -> Enrolment:
    mine = gathering.cohort.enrolments.live().filter(person=person)
    if not gathering.for_mentors:
        mine = mine.exclude(side=Side.MENTOR)
    if not gathering.for_mentees:
        mine = mine.filter(side=Side.MENTOR)
    return mine.order_by("pk").first()
