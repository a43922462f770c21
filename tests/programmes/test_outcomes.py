"""Reaching the aim of a programme, and referring somebody who might; groups beside pairs take nobody's places."""

import pytest
from django.urls import reverse

from audit.refusal import Refused
from notices.models import Notice
from programmes.actions import enrolments, groups, introductions, joining, outcomes, referrals
from programmes.models import Enrolment, Introduction, Member, Relationship
from tests.builders import people, programmes

LOOSE = {name: {"strength": "prefer"} for name in ("band", "consultant", "asked")}


@pytest.fixture
def cohort(now):
    return programmes.cohort(now=now, model_key="consultant-credentialing", rule=LOOSE)


@pytest.mark.django_db
def test_outcome_record_closes_what_is_theirs_and_asks_once(cohort, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    ola, ada, pat = (
        programmes.mentee(cohort, now=now),
        programmes.mentee(cohort, now=now),
        programmes.mentor(cohort, now=now),
    )
    programmes.pair(cohort, ola, pat, now=now)
    group = groups.form(
        cohort=cohort, mentors=[programmes.mentor(cohort, now=now)], mentees=[ola, ada], by=None, now=now
    )
    with pytest.raises(Refused):
        outcomes.reach(enrolment=ola, by=ada.person, now=now)
    client.force_login(ola.person)
    address = reverse("programmes:outcome-record", args=[ola.pk])
    assert "you leave your group here" in client.get(address).content.decode()
    client.post(address)
    ola.refresh_from_db()
    assert (ola.outcome_on, ola.state) == (now.date(), Enrolment.State.WITHDRAWN)
    assert list(
        Member.objects.current().filter(relationship=group, role="mentee").values_list("person", flat=True)
    ) == [ada.person_id]
    assert cohort.enrolments.get(person=ola.person, side="mentor").state == Enrolment.State.OFFERED
    with pytest.raises(Refused, match=r"^This is recorded already.$"):
        outcomes.reach(enrolment=ola, by=ola.person, now=now)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_groups_beside_pairs_take_nobodys_places(cohort, now):
    ola, ada = programmes.mentee(cohort, now=now), programmes.mentee(cohort, now=now)
    kay = programmes.mentor(cohort, now=now, capacity=1)
    programmes.pair(cohort, ola, kay, now=now)
    group = groups.form(cohort=cohort, mentors=[kay], mentees=[ola, ada], by=None, now=now)
    for one in (ola, ada, kay):
        one.refresh_from_db()
    assert [one.places_taken for one in (ola, ada, kay)] == [1, 0, 1]
    groups.leave(member=group.members.get(person=ola.person), by=ola.person, now=now)
    ola.refresh_from_db()
    assert (ola.places_taken, ola.waiting_since) == (1, None)
    enrolments.withdraw(enrolment=Enrolment.objects.get(pk=ada.pk), by=None, now=now)
    with pytest.raises(Refused, match="is not taking part any more"):  # as a page loaded before would ask
        groups.join(relationship=group, mentee=ada, by=None, now=now)


@pytest.mark.django_db
def test_referral_make_asks_whom_one_manages_and_says_no_more(cohort, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    trust = cohort.programme.organisation
    manager = people.person(now=now)
    managed = people.person("Ola Bright", organisation=trust, managers=[manager], now=now)
    stranger = people.person(organisation=trust, now=now)
    client.force_login(manager)
    address = reverse("programmes:referral-make", args=[cohort.pk])
    before = client.get(address).content
    assert "Thank you" in client.post(address, {"person": managed.pk}, follow=True).content.decode()
    assert Notice.objects.filter(recipient=managed).count() == 1
    for state in ("enrolled", "declined", "withdrawn"):
        Enrolment.objects.filter(person=managed).update(state=state)
        mask = before.split(b"csrfmiddlewaretoken")[0]
        assert client.get(address).content.split(b"csrfmiddlewaretoken")[0] == mask
        client.post(address, {"person": managed.pk})
    assert Notice.objects.filter(recipient=managed).count() == 1  # one mail a day at most, and none after a no
    with pytest.raises(Refused, match=r"^You can refer people whom you manage or supervise.$"):
        referrals.refer(cohort=cohort, person=stranger, by=manager, now=now)
    with pytest.raises(Refused, match=r"^This programme takes no referrals.$"):
        referrals.refer(cohort=programmes.cohort(now=now), person=managed, by=manager, now=now)
    client.force_login(stranger)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_credentialed_closes_every_domain_and_what_still_waits(now):
    """Model 4: one domain meets, one is being met, one waits for the lead. With the credential all are over."""
    cohort = programmes.asking_cohort(now=now)
    pia = programmes.asker(cohort, slots=["research", "education", "clinical"], now=now)
    mentors = {slot: programmes.listed(cohort, slots=[slot], now=now) for slot in ("research", "education", "clinical")}
    live = programmes.introduction(cohort, one=pia, other=mentors["research"], slot="research", now=now)
    for who in (pia, mentors["research"]):
        introductions.accept(relationship=live.relationship, by=who.person, now=now)
    programmes.introduction(cohort, one=pia, other=mentors["education"], slot="education", now=now)
    programmes.introduction(cohort, one=pia, other=mentors["clinical"], slot="clinical", by_lead=True, now=now)
    outcomes.reach(enrolment=pia, by=pia.person, now=now)
    assert not Relationship.objects.live().filter(cohort=cohort).exists()
    assert not Introduction.objects.open().filter(cohort=cohort).exists()
    assert set(Enrolment.objects.filter(pk__in=[one.pk for one in mentors.values()]).values_list("places_taken")) == {
        (0,)
    }
    asked = Enrolment.objects.get(person=pia.person, side="mentor")
    assert asked.state == Enrolment.State.OFFERED


@pytest.mark.django_db
def test_a_manager_refers_to_a_peer_group_the_person_decides_and_the_manager_learns_no_more(now, client, time_machine):
    """Model 9, R15."""
    time_machine.move_to(now, tick=False)
    cohort = programmes.cohort(now=now, model_key="advanced-peer-group")
    trust = cohort.programme.organisation
    manager = people.person("Max Dorn", organisation=trust, now=now)
    lou = people.person("Lou Hart", organisation=trust, band="7", managers=[manager], now=now)
    client.force_login(manager)
    address = reverse("programmes:referral-make", args=[cohort.pk])
    before = client.get(address).content.decode()
    assert "Lou Hart" in before
    assert "Thank you" in client.post(address, {"person": lou.pk}, follow=True).content.decode()
    own = Enrolment.objects.get(person=lou)
    assert own.state == Enrolment.State.OFFERED
    joining.answer(enrolment=own, yes=False, by=lou, now=now)
    assert "Lou Hart" in client.get(address).content.decode()  # as before: it does not tell
    assert client.get(reverse("programmes:enrolment-detail", args=[own.pk])).status_code == 404
    referrals.refer(cohort=cohort, person=lou, by=manager, now=now)  # whoever said no is left in peace
    assert Notice.objects.filter(recipient=lou, kind="asked-to-take-part").count() == 1


@pytest.mark.django_db
def test_referral_stands_on_the_home_page_of_whoever_may_refer(cohort, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    trust = cohort.programme.organisation
    programmes.cohort(organisation=trust, now=now)  # takes none
    programmes.cohort(now=now, model_key="consultant-credentialing", rule=LOOSE)  # of another organisation
    manager = people.person(organisation=trust, now=now)
    managed = people.person("Ola Bright", organisation=trust, managers=[manager], now=now)
    address = reverse("programmes:referral-make", args=[cohort.pk])
    client.force_login(manager)
    page = client.get(reverse("home")).content.decode()
    assert page.count("/refer/") == 1
    assert f'href="{address}"' in page
    for nobody in (managed, people.person(organisation=trust, now=now)):
        client.force_login(nobody)
        assert "/refer/" not in client.get(reverse("home")).content.decode()
