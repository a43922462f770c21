"""Programmes, the people in them and their relationships for tests, made by calling actions.

``mentee`` and ``mentor`` make somebody who fits the model ``trainee-band6``
unless a test says otherwise or hands in a person of its own.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count

from people.models import Organisation, Person
from programmes import mentoring_models
from programmes.actions import (
    commissioning,
    enrolments,
    introductions,
    joining,
    nominations,
    overrides,
    own_models,
    programmes,
    relationships,
    requests,
    reviews,
)
from programmes.actions.telling import Telling
from programmes.confidential import LEADS_NEEDED
from programmes.models import (
    Cohort,
    Enrolment,
    Introduction,
    JoiningLink,
    Member,
    Nomination,
    OwnModelVersion,
    Programme,
    Relationship,
    Review,
    RuleOverride,
)
from programmes.queries import leads_of
from tests.builders import people as people_builders

_number = count(1)


def cohort(
    *,
    now: datetime,
    organisation: Organisation | None = None,
    model_key: str = "trainee-band6",
    name: str = "",
    cohort_name: str = "2027 intake",
    start_date: date = date(2027, 7, 26),
    by: Person | None = None,
    **settings,
) -> Cohort:
    """The first cohort of a new programme, which it brings with it as ``cohort.programme``.

    ``settings`` are laid over the model: ``matching={"site_sign_off": True}``.
    """
    cohort = programmes.start(
        organisation=organisation or people_builders.organisation(now=now),
        model_key=model_key,
        name=name or f"Trainee mentoring {next(_number)}",
        cohort_name=cohort_name,
        start_date=start_date,
        by=by,
        now=now,
    )
    if settings:
        cohort.programme.settings = settings
        cohort.programme.is_confidential = mentoring_models.of(cohort.programme).confidential_membership
        cohort.programme.save(update_fields=["settings", "is_confidential"])
    while cohort.programme.is_confidential and leads_of(cohort.programme, now=now).count() < LEADS_NEEDED:
        people_builders.grant(
            people_builders.person(now=now), "programme-lead", ("programme", cohort.programme_id), now=now
        )
    return cohort


def programme(**details) -> Programme:
    """As ``cohort``, for a test that wants the programme."""
    return cohort(**details).programme


def mentee(
    cohort: Cohort,
    who: Person | str = "",
    *,
    now: datetime,
    capacity: int | None = None,
    volunteered: bool = False,
    **details,
) -> Enrolment:
    """A trainee pharmacist of the cohort's organisation, enrolled; ``details`` as for a person."""
    details = {"organisation": cohort.programme.organisation, "job_title": "Trainee pharmacist", "band": "5"} | details
    person = who if isinstance(who, Person) else people_builders.person(who, now=now, **details)
    return enrolments.enrol(
        cohort=cohort, person=person, side="mentee", capacity=capacity, volunteered=volunteered, by=None, now=now
    )


def mentor(
    cohort: Cohort,
    who: Person | str = "",
    *,
    now: datetime,
    capacity: int | None = None,
    volunteered: bool = True,
    **details,
) -> Enrolment:
    """A band 6 pharmacist of the cohort's organisation who volunteered, enrolled; ``details`` as for a person."""
    details = {"organisation": cohort.programme.organisation, "job_title": "Pharmacist", "band": "6"} | details
    person = who if isinstance(who, Person) else people_builders.person(who, now=now, **details)
    return enrolments.enrol(
        cohort=cohort, person=person, side="mentor", capacity=capacity, volunteered=volunteered, by=None, now=now
    )


def pair(
    cohort: Cohort,
    one: Enrolment | None = None,
    other: Enrolment | None = None,
    *,
    now: datetime,
    telling: Telling | None = None,
    by: Person | None = None,
) -> Relationship:
    """A pair of a mentee and a mentor, both invented where not given; live and known, unless ``telling`` says else."""
    return relationships.start(
        cohort=cohort,
        mentee=one or mentee(cohort, now=now),
        mentor=other or mentor(cohort, now=now),
        telling=telling,
        by=by,
        now=now,
    )


def bringing_cohort(organisation: Organisation | None = None, *, now: datetime, **settings) -> Cohort:
    """A cohort in which pairs bring themselves, whatever their qualification."""
    rule = {name: {"strength": "prefer"} for name in ("prescriber", "asked")}
    return cohort(organisation=organisation, model_key="ip-past-dpp", now=now, rule=rule, **settings)


def nomination(own: Enrolment, other: Person, *, now: datetime, **more) -> Nomination:
    """``own``'s person has named ``other``, who has not answered."""
    return nominations.name(
        own=own,
        given_name=other.given_name,
        family_name=other.family_name,
        email=other.email,
        by=own.person,
        now=now,
        **more,
    )


def review(member: Member, *, now: datetime) -> Review:
    """The question whether they still need to meet, asked of ``member``, whose pair is made a year old for it."""
    Relationship.objects.filter(pk=member.relationship_id).update(started_at=now - timedelta(days=400))
    reviews.ask_due(cohort=member.relationship.cohort, by=None, now=now)
    return member.reviews.get()


def peers_cohort(*, now: datetime, start_date: date = date(2027, 9, 6), **settings) -> Cohort:
    """A cohort of ``peer-to-group``, whose people are peers and meet in groups as well; they have the time for it."""
    made = cohort(model_key="peer-to-group", start_date=start_date, now=now, **settings)
    who = people_builders.commissioner(made.programme.organisation, now=now)
    return commissioning.confirm_time(cohort=made, by=who, now=now)


def peer(cohort: Cohort, name: str = "", *, now: datetime, capacity: int | None = None, **details) -> Enrolment:
    """Somebody early in their career in general practice who asked to take part; ``details`` as for a person."""
    details = {"job_title": "Pharmacist", "band": "", "level": "early", "practice_area": "general-practice"} | details
    return mentee(cohort, name, capacity=capacity, volunteered=True, now=now, **details)


def override(cohort: Cohort, by: Person, *, now: datetime) -> RuleOverride:
    """A mentor manages a mentee, both enrolled for it, and ``by`` allows the two all the same."""
    manager = mentor(cohort, now=now)
    managed = mentee(cohort, now=now, managers=[manager.person])
    [granted] = overrides.grant(
        mentee=managed, mentor=manager, rules=["line-management"], reason="They chose each other.", by=by, now=now
    )
    return granted


def supervisors(
    organisation: Organisation | None = None, *, now: datetime, **details
) -> tuple[Cohort, Enrolment, Enrolment]:
    """A cohort of ``ds-experienced-ds`` with a prospective and an experienced supervisor who may be paired."""
    cohort_ = cohort(organisation=organisation, model_key="ds-experienced-ds", now=now, **details)
    organisation = cohort_.programme.organisation
    haematology, critical_care = (people_builders.team(organisation, now=now) for _ in range(2))
    jo = mentee(
        cohort_,
        "Jo",
        now=now,
        band="7",
        job_title="Senior pharmacist",
        team=haematology,
        would_like_mentor="yes",
        registered_on=date(2023, 8, 1),
        band7_on=date(2025, 2, 1),
        diploma_on=date(2026, 9, 30),
    )
    nia = mentor(cohort_, "Nia", now=now, band="8a", team=critical_care, first_ds_on=date(2020, 8, 1))
    return cohort_, jo, nia


def triad(organisation: Organisation | None = None, *, now: datetime) -> Relationship:
    """A live pair of supervisors whose trainee is yet to be named."""
    cohort_, jo, nia = supervisors(organisation, now=now)
    return pair(cohort_, jo, nia, now=now)


def asked(cohort: Cohort, person: Person, *, now: datetime, side: str = "mentor") -> Enrolment:
    """Somebody asked to take part who has not answered."""
    return joining.ask(cohort=cohort, person=person, side=side, by=None, now=now)


def joining_link(cohort: Cohort, *, now: datetime, side: str = "mentor") -> JoiningLink:
    """An address by which staff join ``side`` for four weeks."""
    return joining.open_link(cohort=cohort, side=side, last_day=now.date() + timedelta(weeks=4), by=None, now=now)


def own_model(
    organisation: Organisation, *, now: datetime, of: str = "trainee-band6", title: str = ""
) -> OwnModelVersion:
    """The first version of the organisation's own copy of a model."""
    return own_models.copy(
        organisation=organisation, of=of, title=title or f"Our own way {next(_number)}", by=None, now=now
    )


def behind_its_model(version: OwnModelVersion, *, now: datetime) -> Programme:
    """A programme that runs ``version`` while its model has a newer one."""
    own = version.own_model
    started = programme(organisation=own.organisation, model_key=own.key, now=now)
    text = version.text.replace(
        "mentor = {default = 1, least = 1, most = 3}", "mentor = {default = 1, least = 1, most = 4}"
    )
    own_models.save(own_model=own, text=text, by=None, now=now)
    return started


def asking_cohort(organisation: Organisation | None = None, *, now: datetime, **settings) -> Cohort:
    """A cohort of ``consultant-domains``, in which people find each other by asking."""
    return cohort(organisation=organisation, model_key="consultant-domains", now=now, **settings)


def asker(
    cohort: Cohort,
    who: Person | str = "Pia",
    *,
    now: datetime,
    slots: Iterable[str] = ("research", "education"),
    confirmed: bool = True,
    **details,
) -> Enrolment:
    """Somebody who looks for a mentor in ``slots``, with a request that a lead has confirmed."""
    details = {"organisation": cohort.programme.organisation, "level": "advanced"} | details
    person = who if isinstance(who, Person) else people_builders.person(who, now=now, **details)
    enrolment = enrolments.enrol(
        cohort=cohort, person=person, side="mentee", capacity=None, volunteered=True, by=None, now=now
    )
    wish = requests.state(enrolment=enrolment, slots=slots, declares=True, by=person, now=now)
    if confirmed:
        lead = people_builders.lead(cohort.programme.organisation, now=now)
        requests.confirm(request=wish, by=lead, now=now)
    enrolment.refresh_from_db()
    return enrolment


def listed(
    cohort: Cohort,
    who: Person | str = "Rae",
    *,
    now: datetime,
    slots: Iterable[str] = ("research", "education"),
    strengths: dict[str, int] | None = None,
    capacity: int | None = None,
    **details,
) -> Enrolment:
    """A mentor who agreed to be asked for ``slots``, and is so strong in them."""
    details = {"organisation": cohort.programme.organisation, "level": "consultant"} | details
    enrolment = mentor(cohort, who, now=now, capacity=capacity, **details)
    requests.enter(
        enrolment=enrolment, slots=slots, strengths=strengths, about="Glad to help.", by=enrolment.person, now=now
    )
    return enrolment


def introduction(
    cohort: Cohort | None = None,
    *,
    now: datetime,
    one: Enrolment | None = None,
    other: Enrolment | None = None,
    slot: str = "research",
    by_lead: bool = False,
) -> Introduction:
    """Somebody has asked for a mentor; ``by_lead``, asked the lead to introduce them."""
    cohort = cohort or asking_cohort(now=now)
    one = one or asker(cohort, now=now)
    other = other or listed(cohort, now=now)
    return introductions.ask(one=one, other=other, slot=slot, by_lead=by_lead, by=one.person, now=now)
