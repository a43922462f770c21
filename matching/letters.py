"""The letter that tells two people of their match, from the facts of the moment. The board previews the same letter."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from matching.models import MatchRun
from matching.queries import card_line
from notices.kinds import Letter, Skip
from notices.letters import letter
from notices.models import Notice
from people.actions import invitations
from people.models import Person
from programmes import mentoring_models
from programmes.facts import facts_of
from programmes.models import Cohort, Member, Relationship

OWN_LINK = "(a link of their own)"


def match_published(notice: Notice, now: datetime) -> Letter | Skip:
    """Who the other is, what to expect, and the way in; skipped where the match has ended meanwhile."""
    relationship = (
        Relationship.objects.live()
        .filter(pk=notice.about["relationship"])
        .select_related("cohort__programme__organisation")
        .first()
    )
    if relationship is None:
        return Skip("The match has ended.")
    members = list(relationship.members.current().select_related("person"))
    own = next((member for member in members if member.person_id == notice.recipient_id), None)
    if own is None or not notice.recipient.is_active:
        return Skip("The person is no longer a member of this match.")
    others = [member for member in members if member.person_id != notice.recipient_id]
    return _letter(
        relationship.cohort,
        own.role,
        notice.recipient,
        [(member.person, member.role) for member in others],
        link=_way_in(notice.recipient, relationship, now),
        now=now,
    )


@dataclass(frozen=True)
class Preview:
    """One letter as it will be, for the lead to read before publishing."""

    heading: str
    letter: Letter


def preview(run: MatchRun, *, now: datetime) -> list[Preview]:
    """The two letters of the run's first pair: to the mentee, and to the mentor."""
    proposal = run.proposals.select_related("mentee__person", "mentor__person").first()
    if proposal is None:
        return []
    words = mentoring_models.of(run.cohort.programme).words
    mentee, mentor = (proposal.mentee.person, Member.Role.MENTEE), (proposal.mentor.person, Member.Role.MENTOR)
    return [
        Preview(
            heading=f"To {own[0].name}; every other {words.of(own[1]).one} gets the like",
            letter=_letter(run.cohort, own[1], own[0], [other], link=OWN_LINK, now=now),
        )
        for own, other in ((mentee, mentor), (mentor, mentee))
    ]


def _way_in(person: Person, relationship: Relationship, now: datetime) -> str:
    """The match's page; for somebody who has never signed in, their welcome, which leads there afterwards."""
    page = reverse("programmes:relationship-detail", args=[relationship.pk])
    return invitations.welcome_address(person=person, by=None, now=now, page=page)


def _letter(cohort: Cohort, role: str, to: Person, others, *, link: str, now: datetime) -> Letter:
    model = mentoring_models.of(cohort.programme)
    facts = facts_of(
        [person.pk for person, _ in others],
        on=cohort.facts_day(now),
        organisation=cohort.programme.organisation_id,
        chains=False,
    )
    return letter(
        "matching/mail/match-published",
        subject=f"You have been matched: {cohort.programme.name}",
        context={
            "given_name": to.given_name,
            "programme": cohort.programme.name,
            "organisation": cohort.programme.organisation.name,
            "others": [
                {
                    "name": person.name,
                    "noun": model.words.of(other_role).one,
                    "job": card_line(facts.get(person.pk)),
                }
                for person, other_role in others
            ],
            "what_to_expect": model.texts.what_to_expect.of(role).strip(),
            "worries": model.texts.worries.strip(),
            "is_new": not to.has_signed_in,
            "link": link,
        },
    )
