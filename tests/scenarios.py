"""Named moments of a programme's life, for tests that need a whole world."""

from datetime import datetime, timedelta

from notices.actions import outbox
from notices.models import Notice
from people.actions import invitations
from people.models import KeptForm
from people.one_time_links import token
from programmes.actions import flags, groups, rechecks
from programmes.actions.telling import Telling
from programmes.models import Enrolment
from sessions_log.actions import board_reports, frames, gatherings, plans, rounds
from tests.builders import matching, people, programmes, session_forms, sessions_log
from tests.canaries import plant

REPORT = {"to": "the board", "every_months": 6}
ROLES = ["mentee", "mentor", "lead", "site-lead", "host-officer", "commissioner", "administrator", "bystander"]


# What a model may have and the smallest one lacks, so that every page of a match has something to show.
GENEROUS = {"cadence": {"kind": "monthly"}, "note_readers": ["own", "pair"], "record_of_aims": True}


def world(*, now: datetime) -> dict:
    """One organisation with somebody in every role and one of every thing, and its twin beside it.

    People by role (``ROLES``), things by word ("cohort", "relationship"), the
    twin's things as "other_cohort". Values of things are what stands in an address.
    """
    ours = _organisation(now=now)
    theirs = _organisation(now=now)
    canaries = plant(ours, now=now), plant(theirs, now=now)
    anything = {
        "nonsense": "nonsense",
        "absent": 999_999_999,
        "letter": "letter.eml",
        "model": "trainee-band6",
        "side": "mentor",
        "mail_kind": "relationship-ended",
        "person_kind": "staff",
        "fact": "registered_on",
        "line": "capacity.mentor",
    }
    for role in ROLES:
        ours[role].set_password("a password of theirs")
        ours[role].save(update_fields=["password"])
    anything |= {"canaries": canaries[0], "other_canaries": canaries[1]}
    return anything | ours | {f"other_{word}": thing for word, thing in theirs.items() if word not in ROLES}


def _organisation(*, now: datetime) -> dict:
    organisation = people.organisation(now=now)
    site = people.site(organisation, now=now)
    cohort = programmes.cohort(organisation=organisation, now=now, **GENEROUS)
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
    meeting = sessions_log.everything(relationship, mentee.person, mentor.person, now=now)
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
        "dated_cohort": programmes.cohort(organisation=organisation, model_key="trainee-alumni", now=now).pk,
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
        "goal": sessions_log.goal(relationship, mentee.person, now=now).pk,
        "prep_sheet": sessions_log.prep_sheet(relationship, mentee.person, now=now).pk,
        "session": meeting.session.pk,
        "feed": meeting.feed,
        "held_session": meeting.held.pk,
        "target": meeting.target.pk,
        "offer": meeting.offer.pk,
        "word": meeting.word.pk,
        "exception": meeting.exception.pk,
        "member": relationship.members.get(role="mentor").pk,
        "override": programmes.override(cohort, lead, now=now).pk,
        "notice": Notice.objects.get(recipient=bystander, kind="invitation").pk,
        "run": matching.finished(cohort, lead, now=now).pk,
        "decision": matching.kept_apart(waiting, lead, now=now).pk,
        "number": 0,
        "renewing": _renewing(organisation, mentee.person, mentor.person, now=now),
        **_reverse(organisation, mentee.person, mentor.person, now=now),
        **_following(organisation, site, mentee.person, mentor.person, relationship, now=now),
        **_groups(organisation, mentee.person, mentor.person, now=now),
        **peers(organisation, mentee.person, mentor.person, lead, now=now),
        **_asking(organisation, mentee.person, mentor.person, now=now),
        **_brought(organisation, mentee.person, mentor.person, now=now),
        **_forms(organisation, mentee.person, mentor.person, relationship, lead, now=now),
        "kept_form": kept.pk,
        "invitation": token(invitation),
        "unreached": _unreached(relationship, mentor.person, now=now),
    }


def _reverse(organisation, mentee, mentor, *, now: datetime) -> dict:
    """A pair in which the mentor leads, with homework and an action; a mentor who has yet to choose; dates to come.

    It is not confidential here: ``lead`` leads it, and what that hides has tests of its own.
    """
    cohort = programmes.cohort(
        organisation=organisation,
        model_key="reverse",
        now=now,
        confidential_membership=False,
        agreement={"gate": "none"},
        rule={"senior": {"strength": "prefer"}, "junior": {"strength": "prefer"}},
    )
    offers = programmes.mentee(cohort, mentee, now=now, volunteered=True)
    chooses = programmes.mentor(cohort, mentor, now=now)
    leader = programmes.mentee(cohort, now=now, band="9", volunteered=True)
    pair = programmes.pair(cohort, offers, programmes.mentor(cohort, now=now), now=now)
    ours = pair.members.get(role="mentor").person
    day = now.date() + timedelta(days=30)
    gathering = {"cohort": cohort, "kind": "training", "title": "Preparation", "places": 9, "by": None, "now": now}
    return {
        "chooser": chooses.pk,
        "choice": leader.pk,
        "reverse_cohort": cohort.pk,
        "reverse_programme": cohort.programme_id,
        "reverse_pair": pair.pk,
        "reverse_enrolment": offers.pk,
        "gathering": gatherings.add(day=day, **gathering).pk,
        "evidence_pair": _evidence(organisation, mentee, mentor, now=now),
        "homework": frames.set_homework(relationship=pair, kind="homework", text="Read", by=ours, now=now).pk,
        "action": frames.write_action(relationship=pair, text="Listen", by=mentee, now=now).pk,
    }


def _evidence(organisation, mentee, mentor, *, now: datetime) -> int:
    """A pair that plans evidence domain by domain."""
    loose = {name: {"strength": "prefer"} for name in ("band", "consultant", "asked")}
    cohort = programmes.cohort(organisation=organisation, model_key="consultant-credentialing", now=now, rule=loose)
    one, other = programmes.mentee(cohort, mentee, now=now), programmes.mentor(cohort, mentor, now=now)
    return programmes.pair(cohort, one, other, now=now).pk


def _renewing(organisation, mentee, mentor, *, now: datetime) -> int:
    """A pair whose time is nearly over and which may go on."""
    soon = {"start_date": now.date(), "duration": {"weeks": 2, "renewable": True}}
    cohort = programmes.cohort(organisation=organisation, now=now, **soon)
    both = programmes.mentee(cohort, mentee, now=now), programmes.mentor(cohort, mentor, now=now)
    return programmes.pair(cohort, *both, now=now).pk


def _following(organisation, site, mentee, mentor, relationship, *, now: datetime) -> dict:
    """What comes after matching, one of each: a match to answer, one to confirm, one in question, a private flag."""
    offered = programmes.cohort(organisation=organisation, now=now, matching={"live": "both-accept"})
    both = [programmes.mentee(offered, mentee, now=now), programmes.mentor(offered, mentor, now=now)]
    signed = programmes.cohort(organisation=organisation, now=now, matching={"site_sign_off": True})
    to_confirm = [programmes.mentee(signed, now=now, site=site), programmes.mentor(signed, now=now, site=site)]
    broken = programmes.pair(signed, now=now)
    one, other = (member.person for member in broken.members.order_by("pk"))
    people.tie("ds", one, other, now=now)
    rechecks.check(cohort=signed, by=None, now=now)
    return {
        "offered": programmes.pair(offered, *both, telling=Telling(), now=now).pk,
        "to_confirm": programmes.pair(signed, *to_confirm, telling=Telling(), now=now).pk,
        "rule_break": broken.rule_breaks.get().pk,
        "flag": flags.raise_flag(relationship=relationship, by=mentee, now=now).pk,
    }


def _groups(organisation, mentee, mentor, *, now: datetime) -> dict:
    """A group of the mentor's with the mentee in it, and one of somebody else's that the mentee may ask to join."""
    says = {"outline": "topics", "report": REPORT, "note_readers": ["own", "group"]}
    cohort = sessions_log.group_cohort(organisation=organisation, now=now, **says)
    members = [programmes.mentee(cohort, mentee, now=now), programmes.mentee(cohort, now=now)]
    led = groups.form(
        cohort=cohort, mentors=[programmes.mentor(cohort, mentor, now=now)], mentees=members, by=None, now=now
    )
    plans.change(relationship=led, first_on=now.date(), mode="video", by=mentor, now=now)
    board_reports.see_to_due(by=None, now=now)
    others = sessions_log.group_cohort(organisation=organisation, now=now)
    programmes.mentee(others, mentee, now=now)
    return {
        "group_cohort": cohort.pk,
        "group": led.pk,
        "report": led.board_reports.get().pk,
        "group_to_join": sessions_log.group(others, mentees=1, now=now).pk,
    }


def peers(organisation, mentee, mentor, lead, *, now: datetime) -> dict:
    """A group with a round that the mentor facilitates; the mentee has brought a situation, and asks for a session."""
    cohort = programmes.peers_cohort(organisation=organisation, now=now)
    members = [programmes.mentee(cohort, mentee, volunteered=True, now=now)]
    members += [programmes.peer(cohort, now=now) for _ in range(3)]
    group = groups.form(
        cohort=cohort, mentors=[programmes.mentor(cohort, mentor, now=now)], mentees=members, by=None, now=now
    )
    sessions_log.all_accept(group, now=now)
    rounds.bring(relationship=group, text="It stayed with me", by=mentee, now=now)
    wanted = board_reports.write(relationship=group, kind="cpd", text="Deprescribing", by=mentee, now=now)
    return {"peers_cohort": cohort.pk, "round_group": group.pk, "wanted": wanted.pk}


def _asking(organisation, mentee, mentor, *, now: datetime) -> dict:
    """A cohort in which people ask for a mentor: one introduction that holds a place, one that waits for the lead."""
    cohort = programmes.asking_cohort(organisation, now=now)
    asker = programmes.asker(cohort, mentee, slots=["research", "education", "clinical"], now=now)
    listed = programmes.listed(cohort, mentor, now=now)
    introduced = programmes.introduction(cohort, one=asker, other=listed, now=now)
    waiting = programmes.introduction(
        cohort, one=asker, other=programmes.listed(cohort, now=now), slot="education", by_lead=True, now=now
    )
    return {
        "asking_cohort": cohort.pk,
        "request": asker.pk,
        "listing": listed.pk,
        "partner": programmes.listed(cohort, slots=["clinical"], now=now).pk,
        "introduced": introduced.relationship_id,
        "introduction": waiting.pk,
    }


def _brought(organisation, mentee, mentor, *, now: datetime) -> dict:
    """A mentee who has named the mentor; and a pair of theirs with hours that are shared, and a question."""
    waits = programmes.bringing_cohort(organisation, now=now)
    own = programmes.mentee(waits, mentee, now=now)
    named = programmes.nomination(own, mentor, now=now)
    cohort = programmes.bringing_cohort(organisation, now=now)
    both = [programmes.mentee(cohort, mentee, now=now), programmes.mentor(cohort, mentor, now=now)]
    pair = programmes.pair(cohort, *both, now=now)
    member = pair.members.get(role="mentee")
    counts = programmes.cohort(organisation=organisation, hours="per-member", now=now)
    return {
        "bringing": own.pk,
        "nomination": named.pk,
        "weekly_pair": pair.pk,
        "hours_share": sessions_log.hours_share(member, now=now).pk,
        "review": programmes.review(member, now=now).pk,
        "counting_cohort": counts.pk,
        "team_cohort": programmes.cohort(organisation=organisation, model_key="advanced-peer-group", now=now).pk,
    }


def _forms(organisation, mentee, mentor, relationship, lead, *, now: datetime) -> dict:
    """One form that waits, with its mailed link, and one returned; a match whose mentee may prepare; a register."""
    forms = ["session-return@2", "conversation-guide@1"]
    outline = {"outline": "weeks", "topics": ["1-52: Whatever helps"]}
    cohort = session_forms.cohort(organisation=organisation, forms=forms, now=now, **outline)
    pair = programmes.pair(
        cohort, programmes.mentee(cohort, mentee, now=now), programmes.mentor(cohort, mentor, now=now), now=now
    )
    another = session_forms.cohort(organisation=organisation, forms=forms, now=now, **outline)  # one session a day
    both = [programmes.mentee(another, mentee, now=now), programmes.mentor(another, mentor, now=now)]
    returned = session_forms.returned(programmes.pair(another, *both, now=now), now=now)
    form = session_forms.owed(pair, now=now)
    session_forms.sweep(now=now + timedelta(days=1))  # at night nobody is written to
    noted = session_forms.noted(relationship, lead, now=now)
    return {
        "prepared_relationship": pair.pk,
        "form": form.pk,
        "returned_form": returned.pk,
        "form_link": session_forms.link_of(form)[0],
        "form_spec": session_forms.own_spec(organisation, lead, now=now).name,
        "form_question": "all-well",
        "register": noted.meeting_id,
        "register_exception": noted.pk,
        "guide": "conversation-guide",
        "checkpoint": "ds-checkpoint",
    }


def _unreached(relationship, person, *, now: datetime) -> int:
    """Somebody whose address the mail server refuses."""
    owed = {"kind": "relationship-paused", "key": f"unreached:{person.pk}", "about": {"relationship": relationship.pk}}
    notice = outbox.owe(recipient=person, due_at=now, by=None, now=now, **owed)
    failed = {"state": Notice.State.FAILED, "settled_at": now, "tried_at": now, "trouble": Notice.Trouble.ADDRESS}
    Notice.objects.filter(pk=notice.pk).update(**failed)
    return person.pk


def _free(enrolment: Enrolment) -> Enrolment:
    """An enrolment that may still be withdrawn, because no relationship hangs on it."""
    assert enrolment.places_taken == 0
    return enrolment
