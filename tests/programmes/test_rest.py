"""A mentor takes nobody new for a while: not by a run, not by hand, not by being asked."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.refusal import Refused
from matching.gather import gather
from programmes.actions import enrolments, group_requests, groups, relationships
from programmes.models import Relationship
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.builders import sessions_log

pytestmark = pytest.mark.django_db


def test_who_rests_takes_nobody_new_up_to_the_day_and_keeps_whom_they_have(now):
    cohort = builders.cohort(now=now)
    ben = builders.mentor(cohort, "Ben", capacity=2, now=now)
    has = builders.pair(cohort, None, ben, now=now)
    asha = builders.mentee(cohort, "Asha", now=now)
    until = now.date() + timedelta(days=19)  # 3 May 2027
    ben = enrolments.rest(enrolment=ben, until=until, by=ben.person, now=now)
    assert not gather(cohort, now=now).mentors
    with pytest.raises(Refused, match=r"^Ben rests, and takes nobody new until 3 May 2027 has passed\.$"):
        relationships.start(cohort=cohort, mentee=asha, mentor=ben, by=None, now=now)
    has.refresh_from_db()
    assert has.state == Relationship.State.LIVE
    after = now + timedelta(days=20)
    assert gather(cohort, now=after).mentors
    relationships.start(cohort=cohort, mentee=asha, mentor=ben, by=None, now=after)


def test_who_may_not_say_so_and_what_day_may_not_be(now):
    cohort = builders.cohort(now=now)
    ben, asha = builders.mentor(cohort, "Ben", now=now), builders.mentee(cohort, "Asha", now=now)
    with pytest.raises(Refused, match="Only the person themselves or a lead"):
        enrolments.rest(enrolment=ben, until=None, by=asha.person, now=now)
    with pytest.raises(Refused, match="That day has passed"):
        enrolments.rest(enrolment=ben, until=date(2027, 4, 13), by=ben.person, now=now)
    with pytest.raises(Refused, match="Only somebody who takes others on"):
        enrolments.rest(enrolment=asha, until=None, by=asha.person, now=now)


def test_enrolment_rest_is_the_persons_own_and_the_leads(now, client):
    cohort = builders.cohort(now=now)
    ben = builders.mentor(cohort, "Ben", now=now)
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    address = reverse("programmes:enrolment-rest", args=[ben.pk])
    day = {"until-day": "3", "until-month": "5", "until-year": "2027"}
    with time_machine.travel(now, tick=False):
        for who in (ben.person, lead):
            client.force_login(who)
            shown = client.post(address, day, follow=True).content.decode()
            assert "Nobody new until 3 May 2027 has passed." in shown
            assert "3 May 2027" in client.get(reverse("programmes:enrolment-detail", args=[ben.pk])).content.decode()
        client.post(address, {})
        ben.refresh_from_db()
        assert ben.rests_until is None
        assert "That day has passed" in client.post(address, day | {"until-year": "2026"}).content.decode()
        client.force_login(builders.mentee(cohort, now=now).person)
        assert client.get(address).status_code == 404


RESTS = r"^Kay rests, and takes nobody new until 3 May 2027 has passed\.$"


def test_a_group_whose_mentor_rests_takes_nobody_new_and_keeps_whom_it_has(now, client):
    cohort = sessions_log.group_cohort(now=now)
    kay = builders.mentor(cohort, "Kay Moss", capacity=8, now=now)
    builders.mentor(cohort, "Una Vale", capacity=8, now=now)
    ann, bob = (builders.mentee(cohort, name, now=now) for name in ("Ann Lee", "Bob Oak"))
    group = groups.form(cohort=cohort, mentors=[kay], mentees=[ann, bob], by=None, now=now)
    kay = enrolments.rest(enrolment=kay, until=date(2027, 5, 3), by=kay.person, now=now)
    eve, how = builders.mentee(cohort, "Eve Dunn", now=now), {"by": None, "now": now}
    with pytest.raises(Refused, match=RESTS):
        group_requests.ask(relationship=group, mentee=eve, by=eve.person, now=now)
    with pytest.raises(Refused, match=RESTS):
        groups.join(relationship=group, mentee=eve, **how)
    with pytest.raises(Refused, match=RESTS):
        groups.form(cohort=cohort, mentors=[kay], mentees=[eve], **how)
    assert group.members.current().count() == 3
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(eve.person)
        shown = client.get(reverse("programmes:group-join", args=[group.pk])).content.decode()
        assert ("Kay rests" in shown, "Ask to join" in shown) == (True, False)
        client.force_login(lead)
        shown = client.get(reverse("programmes:group-members", args=[group.pk])).content.decode()
        assert ("Kay rests" in shown, "Take them in" in shown) == (True, False)
        shown = client.get(reverse("programmes:group-form", args=[cohort.pk])).content.decode()
        assert ("Una Vale" in shown, "Kay Moss" in shown) == (True, False)
    after = now + timedelta(days=20)
    groups.join(relationship=group, mentee=eve, by=None, now=after)
    assert group.members.current().count() == 4


def test_a_resting_mentor_is_given_no_group_that_lacks_one(now):
    cohort = sessions_log.group_cohort(now=now)
    group = sessions_log.group(cohort, mentees=2, now=now)
    groups.go(member=group.members.get(role="mentor"), by=None, now=now)
    kay = builders.mentor(cohort, "Kay Moss", capacity=8, now=now)
    kay = enrolments.rest(enrolment=kay, until=date(2027, 5, 3), by=kay.person, now=now)
    with pytest.raises(Refused, match=RESTS):
        groups.appoint(relationship=group, mentor=kay, by=None, now=now)
    groups.appoint(relationship=group, mentor=kay, by=None, now=now + timedelta(days=20))
