"""Coming into a programme and finding a partner."""

from programmes.actions import (
    asking,
    enrolments,
    introductions,
    joining,
    nominations,
)
from tests.builders import people, programmes
from tests.notices.scenes.base import NOW, Scene, lead_of, scene


@scene("asked-to-take-part")
def _():
    cohort = programmes.cohort(now=NOW)
    one = people.person(organisation=cohort.programme.organisation, band="6", now=NOW)
    asked = programmes.asked(cohort, one, now=NOW)
    return Scene(cohort, causes={"done": lambda: joining.answer(enrolment=asked, yes=False, by=one, now=NOW)})


@scene("facts-wanted")
def _():
    cohort = programmes.cohort(model_key="nqp-senior", now=NOW)
    hospital = cohort.programme.organisation
    mentee = programmes.mentee(cohort, band="6", would_like_mentor="yes", organisation=hospital, now=NOW)
    asking.ask_for_facts(cohort=cohort, side="mentee", by=None, now=NOW)
    return Scene(cohort, causes={"withdrawn": lambda: enrolments.withdraw(enrolment=mentee, by=None, now=NOW)})


@scene("introduction-opened")
def _():
    asked = programmes.introduction(now=NOW)
    answer = {"relationship": asked.relationship, "now": NOW}
    return Scene(
        asked.one.cohort,
        causes={
            "answered": lambda: introductions.accept(by=asked.other.person, **answer),
            "ended by the other": lambda: introductions.decline(by=asked.one.person, **answer),
        },
    )


@scene("introduction-ended")
def _():
    asked = programmes.introduction(now=NOW)
    introductions.decline(relationship=asked.relationship, by=asked.other.person, now=NOW)
    return Scene(asked.one.cohort)


@scene("introductions-waiting")
def _():
    cohort = programmes.asking_cohort(now=NOW)
    lead = lead_of(cohort)
    asked = programmes.introduction(cohort, by_lead=True, now=NOW)
    return Scene(
        cohort,
        causes={
            "introduced": lambda: introductions.introduce(introduction=asked, by=lead, now=NOW),
            "let rest": lambda: introductions.let_rest(introduction=asked, by=lead, now=NOW),
        },
    )


@scene("request-confirmed")
def _():
    cohort = programmes.asking_cohort(now=NOW)
    asker = programmes.asker(cohort, now=NOW)
    return Scene(cohort, causes={"withdrawn": lambda: enrolments.withdraw(enrolment=asker, by=None, now=NOW)})


@scene("partner-named")
def _():
    own = programmes.mentee(programmes.bringing_cohort(now=NOW), now=NOW)
    named = programmes.nomination(own, people.person(now=NOW), now=NOW)
    return Scene(
        own.cohort,
        causes={
            "answered": lambda: nominations.accept(nomination=named, by=named.person, now=NOW),
            "taken back": lambda: nominations.take_back(nomination=named, by=own.person, now=NOW),
            "withdrawn": lambda: enrolments.withdraw(enrolment=own, by=None, now=NOW),
        },
    )


@scene("partner-declined")
def _():
    own = programmes.mentee(programmes.bringing_cohort(now=NOW), now=NOW)
    named = programmes.nomination(own, people.person(now=NOW), now=NOW)
    nominations.decline(nomination=named, by=named.person, now=NOW)
    return Scene(own.cohort)
