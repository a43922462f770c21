"""Homework, which the mentor sets, and the mentee's actions, which the board reads where both agree."""

from datetime import date, datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Person
from programmes import mentoring_models
from programmes.models import Member, Relationship
from sessions_log.models import AgreedAction, Homework

Role = Member.Role


@transaction.atomic
def set_homework(
    *, relationship: Relationship, kind: str, text: str, due_on: date | None = None, by: Person, now: datetime
) -> Homework:
    """Set what to read or do. Refused from anybody but the mentor."""
    _must_be_mentor(relationship, by)
    homework = Homework(
        relationship=relationship, kind=Homework.Kind(kind), text=text, set_by=by, set_at=now, due_on=due_on
    )
    homework.save(force_insert=True)
    record(Verb.HOMEWORK_SET, by=by, now=now, on=homework, scope=_scope(relationship))
    return homework


@transaction.atomic
def take_back(*, homework: Homework, by: Person, now: datetime) -> None:
    """Take back what was set. Refused from anybody but the mentor; twice changes nothing."""
    _must_be_mentor(homework.relationship, by)
    pk = homework.pk
    if Homework.objects.filter(pk=pk).delete()[0]:
        record(Verb.HOMEWORK_CHANGED, by=by, now=now, on=homework, scope=_scope(homework.relationship))


@transaction.atomic
def mark_homework(*, homework: Homework, done: bool, by: Person, now: datetime) -> None:
    """The mentee says that it is done, or that it is not after all."""
    if _role_in(homework.relationship, by) == Role.MENTOR:
        raise Refused("Whoever it was set for says when it is done.")
    Homework.objects.filter(pk=homework.pk).update(done_at=now if done else None)
    record(Verb.HOMEWORK_CHANGED, by=by, now=now, on=homework, scope=_scope(homework.relationship))


@transaction.atomic
def write_action(*, relationship: Relationship, text: str, by: Person, now: datetime) -> AgreedAction:
    """Write down what one means to do. Refused from the mentor: the list is the mentee's."""
    if _role_in(relationship, by) == Role.MENTOR:
        word = mentoring_models.of(relationship.cohort.programme).words.mentee.one
        raise Refused(f"The {word} keeps the list of actions.")
    action = AgreedAction(relationship=relationship, text=text, written_by=by, written_at=now)
    action.save(force_insert=True)
    record(Verb.ACTION_WRITTEN, by=by, now=now, on=action, scope=_scope(relationship))
    return action


@transaction.atomic
def remove_action(*, action: AgreedAction, by: Person, now: datetime) -> None:
    """Take an action back, from the board as well. Refused from the mentor; twice changes nothing."""
    if _role_in(action.relationship, by) == Role.MENTOR:
        raise Refused("Whoever wrote it down can take it back.")
    if AgreedAction.objects.filter(pk=action.pk).delete()[0]:
        record(Verb.ACTION_CHANGED, by=by, now=now, on=action, scope=_scope(action.relationship))


@transaction.atomic
def mark_action(*, action: AgreedAction, done: bool, by: Person, now: datetime) -> None:
    """The mentee says that it is done, or not after all."""
    if _role_in(action.relationship, by) == Role.MENTOR:
        raise Refused("Whoever wrote it down says when it is done.")
    AgreedAction.objects.filter(pk=action.pk).update(done_at=now if done else None)
    record(Verb.ACTION_CHANGED, by=by, now=now, on=action, scope=_scope(action.relationship))


@transaction.atomic
def agree(*, action: AgreedAction, yes: bool, by: Person, now: datetime) -> AgreedAction:
    """Say that the board may read this action, or take that word back: then it does not read it any more."""
    role = _role_in(action.relationship, by)
    name = "mentor_agreed_at" if role == Role.MENTOR else "mentee_agreed_at"
    if AgreedAction.objects.filter(pk=action.pk, **{f"{name}__isnull": yes}).update(**{name: now if yes else None}):
        verb = Verb.ACTION_AGREED if yes else Verb.ACTION_WITHHELD
        record(verb, by=by, now=now, on=action, scope=_scope(action.relationship))
    action.refresh_from_db()
    return action


def _must_be_mentor(relationship: Relationship, by: Person) -> None:
    if _role_in(relationship, by) != Role.MENTOR:
        raise Refused("In this programme the mentor sets the homework.")


def _scope(relationship: Relationship) -> tuple[str, int]:
    return ("cohort", relationship.cohort_id)


def _role_in(relationship: Relationship, person: Person) -> str:
    """The part of ``person`` in it now. Refused for somebody who has none, and where it is not under way."""
    if relationship.state not in (Relationship.State.LIVE, Relationship.State.PAUSED):
        raise Refused("This mentoring has ended, so nothing can be changed in it.")
    own = relationship.members.current().filter(person=person).first()
    if own is None:
        raise Refused("Only the two can write here.")
    return own.role
