"""The letters of a match: that there is one, or may be, that it pauses, and what its leads and matchmakers are told.

Each is written from the facts of the moment, and skipped where it is not true any more.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.actions import invitations
from people.models import Person
from programmes import mentoring_models
from programmes.facts import Facts, facts_alone, job_line
from programmes.interim import interim_contact
from programmes.matchmakers import confirmations_for
from programmes.models import Cohort, Flag, Member, Relationship


def match_off(notice: Notice, now: datetime) -> Letter | Skip:
    """A proposed match will not go ahead: neither why nor by whom."""
    relationship = (
        Relationship.objects.told()
        .filter(pk=notice.about["relationship"], state=Relationship.State.ENDED)
        .select_related("cohort__programme")
        .first()
    )
    if relationship is None or not notice.recipient.is_active:
        return Skip("The match goes ahead, or the person has left.")
    members = list(relationship.members.select_related("person"))
    own = next((member for member in members if member.person_id == notice.recipient_id), None)
    if own is None:
        return Skip("The person was not a member.")
    model = mentoring_models.of(relationship.cohort.programme)
    context = {
        "given_name": notice.recipient.given_name,
        "others": " and ".join(member.person.name for member in members if member != own),
        "programme": relationship.cohort.programme.name,
        "interim_contact": interim_contact(model) if own.role == Member.Role.MENTEE else "",
        "home": settings.PORTAL_ADDRESS + reverse("home"),
    }
    return letter("programmes/mail/match-off", subject="A proposed match will not go ahead", context=context)


def match_published(notice: Notice, now: datetime) -> Letter | Skip:
    """Who the other is, what to expect, and the way in; skipped where the match has ended meanwhile."""
    return _about_match(notice, now, [*Relationship.UNDER_WAY])


def match_offered(notice: Notice, now: datetime) -> Letter | Skip:
    """Who is proposed to them, and that both are asked; skipped once they have answered."""
    return _about_match(notice, now, [Relationship.State.PROPOSED])


def _about_match(notice: Notice, now: datetime, states) -> Letter | Skip:
    relationship = (
        Relationship.objects.told()
        .filter(pk=notice.about["relationship"], state__in=states)
        .select_related("cohort__programme__organisation")
        .first()
    )
    if relationship is None:
        return Skip("The match has ended.")
    members = list(relationship.members.current().select_related("person"))
    own = next((member for member in members if member.person_id == notice.recipient_id), None)
    if own is None or not notice.recipient.is_active:
        return Skip("The person is no longer a member of this match.")
    asks = relationship.state == Relationship.State.PROPOSED
    if asks and own.accepted_at:
        return Skip("The person has accepted.")
    page = reverse("programmes:relationship-detail", args=[relationship.pk])
    return match_letter(
        relationship.cohort,
        own.role,
        notice.recipient,
        [(member.person, member.role) for member in members if member.person_id != notice.recipient_id],
        # For somebody who has never signed in, their welcome, which leads there afterwards.
        link=invitations.welcome_address(person=notice.recipient, by=None, now=now, page=page),
        now=now,
        asks=asks,
    )


def letter_facts(cohort: Cohort, people: Iterable[Person], *, now: datetime) -> dict[int, Facts]:
    """What the letters of ``cohort`` tell of ``people``, by person id."""
    return facts_alone(people, on=cohort.facts_day(now), organisation=cohort.programme.organisation_id)


def match_letter(
    cohort: Cohort,
    role: str,
    to: Person,
    others: list[tuple[Person, str]],
    *,
    link: str,
    now: datetime,
    asks=None,
    facts: dict[int, Facts] | None = None,
) -> Letter:
    """The letter that tells ``to``, in ``role``, of their match with ``others`` (people and roles).

    ``asks``: it proposes the match and asks for a yes; by default where the programme asks both. ``facts``: those of
    ``others`` where they are known, for whoever writes several letters.
    """
    model = mentoring_models.of(cohort.programme)
    asks = model.matching.live == "both-accept" if asks is None else asks
    facts = letter_facts(cohort, [person for person, _ in others], now=now) if facts is None else facts
    return letter(
        "programmes/mail/match-offered" if asks else "programmes/mail/match-published",
        subject=f"{'A match is proposed to you' if asks else 'You have been matched'}: {cohort.programme.name}",
        context={
            "given_name": to.given_name,
            "programme": cohort.programme.name,
            "organisation": cohort.programme.organisation.name,
            "others": [
                {
                    "name": person.name,
                    "noun": model.words.of(other_role).one,
                    "beside": role == other_role,  # in a group: another one like them
                    "job": job_line(facts.get(person.pk)),
                }
                for person, other_role in others
            ],
            "what_to_expect": model.texts.what_to_expect.of(role).strip(),
            "worries": model.texts.worries.strip(),
            "is_new": not to.has_signed_in,
            "link": link,
        },
    )


def relationship_paused(notice: Notice, now: datetime) -> Letter | Skip:
    """Told that it is paused and that nothing is needed: neither why nor by whom."""
    return _about_pause(notice, Relationship.State.PAUSED, "paused")


def relationship_resumed(notice: Notice, now: datetime) -> Letter | Skip:
    """Told that it goes on."""
    return _about_pause(notice, Relationship.State.LIVE, "going on again")


def _about_pause(notice: Notice, state: str, word: str) -> Letter | Skip:
    relationship = (
        Relationship.objects.filter(pk=notice.about["relationship"], state=state)
        .of(notice.recipient)
        .select_related("cohort__programme")
        .first()
    )
    if relationship is None or not notice.recipient.is_active:
        return Skip(f"It is not {word} any more.")
    others = relationship.members.current().exclude(person=notice.recipient).select_related("person")
    context = {
        "given_name": notice.recipient.given_name,
        "others": " and ".join(member.person.name for member in others),
        "programme": relationship.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:relationship-detail", args=[relationship.pk]),
    }
    return letter(f"programmes/mail/{notice.kind}", subject=f"Your mentoring is {word}", context=context)


def pairs_to_confirm(notice: Notice, now: datetime) -> Letter | Skip:
    """To a matchmaker of a site: pairs wait. Who is in them stands on the page alone."""
    if not notice.recipient.is_active:
        return Skip("The person has left.")
    waiting = confirmations_for(notice.recipient, now=now).filter(cohort=notice.about["cohort"]).count()
    if not waiting:
        return Skip("Nothing waits for this person any more.")
    programme = Cohort.objects.select_related("programme").get(pk=notice.about["cohort"]).programme
    context = {
        "given_name": notice.recipient.given_name,
        "pairs": "1 proposed pair" if waiting == 1 else f"{waiting} proposed pairs",
        "one": waiting == 1,
        "programme": programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("home"),
    }
    subject = f"{context['pairs'].capitalize()} for you to confirm"
    return letter("programmes/mail/pairs-to-confirm", subject=subject, context=context)


def flag_raised(notice: Notice, now: datetime) -> Letter | Skip:
    """To a lead: somebody has told them something privately. Neither who nor what stands in a mail."""
    flag = Flag.objects.open().read_by(notice.recipient, now=now).filter(pk=notice.about["flag"]).first()
    if flag is None or not notice.recipient.is_active:
        return Skip("It has been dealt with, or the person no longer leads this programme.")
    context = {
        "given_name": notice.recipient.given_name,
        "programme": flag.relationship.cohort.programme.name,
        "link": settings.PORTAL_ADDRESS + reverse("programmes:flag-detail", args=[flag.pk]),
    }
    return letter("programmes/mail/flag-raised", subject="Somebody asks for your help with a match", context=context)
