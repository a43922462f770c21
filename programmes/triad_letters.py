"""The letters that go out when the third of a triad is named, written from the facts of the moment."""

from datetime import datetime

from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.actions import invitations
from programmes import mentoring_models
from programmes.models import Member


def triad_trainee(notice: Notice, now: datetime) -> Letter | Skip:
    """To the third of a triad: who the two are, and which of them is still learning to supervise."""
    found = _triad(notice)
    if isinstance(found, Skip):
        return found
    trainee, mentee, mentor, model = found
    page = reverse("programmes:relationship-detail", args=[trainee.relationship_id])
    context = {
        "given_name": trainee.person.given_name,
        "programme": trainee.relationship.cohort.programme.name,
        "supervisors": [mentee.person.name, mentor.person.name],
        "who_is_who": who_is_who(model, mentee=mentee.person, mentor=mentor.person, trainee=trainee.person),
        "what_to_expect": model.texts.what_to_expect.trainee.strip(),
        "worries": model.texts.worries.strip(),
        "is_new": not trainee.person.has_signed_in,
        "link": invitations.welcome_address(person=trainee.person, by=None, now=now, page=page),
    }
    return letter("programmes/mail/triad-trainee", subject="Your two supervisors", context=context)


def triad_supervisor(notice: Notice, now: datetime) -> Letter | Skip:
    """To each of the two: whom they supervise together."""
    found = _triad(notice)
    if isinstance(found, Skip):
        return found
    trainee, mentee, mentor, model = found
    pair = {mentee.person_id: mentor.person, mentor.person_id: mentee.person}
    if notice.recipient_id not in pair:
        return Skip("The person does not supervise in this triad any more.")
    page = reverse("programmes:relationship-detail", args=[trainee.relationship_id])
    context = {
        "given_name": notice.recipient.given_name,
        "trainee": trainee.person.name,
        "noun": model.words.of(Member.Role.TRAINEE).one,
        "other": pair[notice.recipient_id].name,
        "programme": trainee.relationship.cohort.programme.name,
        "is_new": not notice.recipient.has_signed_in,
        "link": invitations.welcome_address(person=notice.recipient, by=None, now=now, page=page),
    }
    return letter("programmes/mail/triad-supervisor", subject=f"{trainee.person.name} will join you", context=context)


def who_is_who(model: mentoring_models.MentoringModel, **people) -> str:
    """The model's sentence on who of a triad is what, by their given names."""
    return model.triad.who_is_who.format(**{role: person.given_name for role, person in people.items()})


def _triad(notice: Notice) -> tuple | Skip:
    """The trainee, mentee and mentor of a triad that is still as it was named, with its model; or why not."""
    if not notice.recipient.is_active:
        return Skip("The person has left.")
    trainee = (
        Member.objects.current()
        .filter(pk=notice.about["member"])
        .select_related("person", "relationship__cohort__programme")
        .first()
    )
    if trainee is None:
        return Skip("The trainee is not in this triad any more.")
    by_role = {member.role: member for member in trainee.relationship.members.current().select_related("person")}
    model = mentoring_models.of(trainee.relationship.cohort.programme)
    mentee, mentor = by_role.get(Member.Role.MENTEE), by_role.get(Member.Role.MENTOR)
    if not (model.triad and mentee and mentor):
        return Skip("The triad is not complete any more.")
    return trainee, mentee, mentor, model
