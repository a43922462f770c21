"""Named moments of a programme's life, for tests that need a whole world."""

from datetime import datetime

from notices.models import Notice
from people.actions import invitations
from people.models import KeptForm
from people.one_time_links import token
from programmes.models import Enrolment
from tests.builders import matching, people, programmes, sessions_log

ROLES = ["mentee", "mentor", "lead", "site-lead", "host-officer", "commissioner", "administrator", "bystander"]


def world(*, now: datetime) -> dict:
    """One organisation with somebody in every role and one of every thing, and its twin beside it.

    People by role (``ROLES``), things by word ("cohort", "relationship"), the
    twin's things as "other_cohort". Values of things are what stands in an address.
    """
    ours = _organisation(now=now)
    theirs = _organisation(now=now)
    anything = {
        "nonsense": "nonsense",
        "letter": "letter.eml",
        "model": "trainee-band6",
        "side": "mentor",
        "person_kind": "staff",
        "fact": "registered_on",
        "line": "capacity.mentor",
    }
    for role in ROLES:
        ours[role].set_password("a password of theirs")
        ours[role].save(update_fields=["password"])
    return anything | ours | {f"other_{word}": thing for word, thing in theirs.items() if word not in ROLES}


def _organisation(*, now: datetime) -> dict:
    organisation = people.organisation(now=now)
    site = people.site(organisation, now=now)
    cohort = programmes.cohort(organisation=organisation, now=now)
    mentee = programmes.mentee(cohort, site=site, now=now)
    mentor = programmes.mentor(cohort, site=site, now=now)
    relationship = programmes.pair(cohort, mentee, mentor, now=now)
    waiting = programmes.mentee(cohort, site=site, now=now)
    programmes.mentor(cohort, site=site, now=now)
    employed = {"organisation": organisation, "site": site, "now": now}
    administrator = people.administrator(**employed)
    leaver = people.person(**employed)
    people.people_actions.leave(person=leaver, by=None, now=now)
    bystander = people.person(**employed)
    kept = KeptForm.objects.create(person=bystander, path="/", body="given_name=Ada", kept_at=now)
    invitation = invitations.invite(person=bystander, by=administrator, now=now)
    lead = people.lead(organisation, now=now, site=site)
    officer = people.host_officer(organisation, now=now)
    own = programmes.own_model(organisation, now=now)
    return {
        "mentee": mentee.person,
        "mentor": mentor.person,
        "lead": lead,
        "site-lead": people.site_lead(site, now=now),
        "host-officer": officer,
        "commissioner": people.commissioner(organisation, now=now),
        "administrator": administrator,
        "bystander": bystander,
        "person": mentee.person.pk,
        "job": mentee.person.employments.get().pk,
        "tie": people.tie("ds", mentee.person, bystander, now=now).pk,
        "leaver": leaver.pk,
        "grant": officer.grants.get().pk,
        "staff_import": people.staff_import(organisation, lead, now=now).pk,
        "saved_import": people.saved_import(organisation, lead, now=now).pk,
        "template": "staff-list-template.csv",
        "programme": cohort.programme.pk,
        "cohort": cohort.pk,
        "own_model": own.own_model.key,
        "own_programme": programmes.behind_its_model(own, now=now).pk,
        "enrolment": _free(waiting).pk,
        "own_enrolment": mentee.pk,
        "mentor_enrolment": mentor.pk,
        "asked": programmes.asked(cohort, bystander, now=now).pk,
        "joining_link": programmes.joining_link(cohort, now=now).pk,
        "relationship": relationship.pk,
        "triad": programmes.triad(organisation, now=now).pk,
        "note": sessions_log.note(relationship, mentee.person, now=now).pk,
        "override": programmes.override(cohort, lead, now=now).pk,
        "notice": Notice.objects.get(recipient=bystander, kind="invitation").pk,
        "run": matching.finished(cohort, lead, now=now).pk,
        "decision": matching.kept_apart(waiting, lead, now=now).pk,
        "kept_form": kept.pk,
        "invitation": token(invitation),
    }


def _free(enrolment: Enrolment) -> Enrolment:
    """An enrolment that may still be withdrawn, because no relationship hangs on it."""
    assert enrolment.places_taken == 0
    return enrolment
