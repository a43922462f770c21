"""When the time of a match is over: it stands on the leads' list, ends with thanks, or goes on."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from programmes import lasting, mentoring_models
from programmes.actions import endings
from programmes.models import Enrolment, Relationship
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
LIST_QUERIES = 7


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


def day_of(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


@pytest.fixture
def year(now):
    """A cohort of two weeks that began today, with two pairs, one of them waiting for another mentor as well."""
    trust = people_builders.organisation(now=now, name="Northbank Hospitals")
    cohort = builders.cohort(now=now, organisation=trust, start_date=now.date(), duration={"weeks": 2})
    builders.pair(
        cohort, builders.mentee(cohort, "Asha Patel", now=now), builders.mentor(cohort, "Ben Carter", now=now), now=now
    )
    builders.pair(cohort, now=now)
    return cohort


def end(relationship):
    return lasting.end_of(relationship, mentoring_models.of(relationship.cohort.programme))


def test_end_of_is_what_was_agreed_then_the_cohorts_then_the_models(now):
    pair = builders.pair(builders.cohort(now=now), now=now)  # starts on 26 July 2027, matched before
    assert end(pair) == date(2028, 7, 24)
    pair.cohort.end_date = date(2028, 6, 30)
    assert end(pair) == date(2028, 6, 30)
    pair.ends_on = date(2028, 9, 1)
    assert end(pair) == date(2028, 9, 1)
    rolling = builders.pair(builders.cohort(now=now, start_date=now.date() - timedelta(weeks=60)), now=now)
    assert end(rolling) == now.date() + timedelta(weeks=52)
    open_ended = builders.cohort(now=now, duration={"end": "open", "weeks": None})
    assert end(builders.pair(open_ended, now=now)) is None


@pytest.mark.parametrize("how", ["rolling", "dated"])
def test_what_is_over_is_what_end_of_says_day_by_day(year, now, how):
    if how == "dated":
        type(year).objects.filter(pk=year.pk).update(end_date=now.date() + timedelta(days=14))
        year.refresh_from_db()
    for days in (0, 12, 13, 14, 15):
        moment = now + timedelta(days=days)
        found = set(lasting.over_in(year, now=moment))
        assert found == {one for one in year.relationships.all() if end(one) <= moment.date()}
    assert len(found) == 2


def test_thank_ends_them_thanks_both_and_lets_nobody_wait(year, now):
    over = now + timedelta(days=14)
    assert endings.thank(ending=list(lasting.over_in(year, now=over)), by=None, now=over) == 2
    assert set(year.relationships.values_list("state", flat=True)) == {Relationship.State.ENDED}
    assert Notice.objects.filter(kind=endings.THANKED).count() == 4
    assert not Notice.objects.filter(kind="relationship-ended").exists()
    assert not year.enrolments.live().on_side("mentee").exists()
    assert year.enrolments.live().on_side("mentor").count() == 2
    assert not year.enrolments.exclude(waiting_since=None).exists()
    assert endings.thank(ending=list(year.relationships.all()), by=None, now=over) == 0


def test_thank_leaves_who_has_another_match_in_the_cohort(now):
    cohort = builders.cohort(now=now, start_date=now.date(), capacity={"mentee": {"default": 2, "most": 2}})
    asha = builders.mentee(cohort, now=now)
    one, _ = (builders.pair(cohort, asha, now=now) for _ in range(2))
    endings.thank(ending=[one], by=None, now=now)
    asha.refresh_from_db()
    assert (asha.state, asha.places_taken) == (Enrolment.State.ENROLLED, 1)


def test_renew_sets_the_day_and_is_refused_for_one_that_has_passed(year, now):
    pair = year.relationships.first()
    endings.renew(relationship=pair, until=now.date() + timedelta(days=30), by=None, now=now)
    assert pair not in lasting.over_in(year, now=now + timedelta(days=20))
    assert pair in lasting.over_in(year, now=now + timedelta(days=30))
    with pytest.raises(Refused, match="still to come"):
        endings.renew(relationship=pair, until=now.date(), by=None, now=now)
    assert AuditEvent.objects.filter(verb="relationship-renewed").count() == 1


def test_go_on_needs_everybodys_yes_and_a_model_that_can_be_renewed(year, now):
    pair = year.relationships.first()
    asha, ben = (pair.members.get(role=role).person for role in ("mentee", "mentor"))
    with pytest.raises(Refused, match="nothing to renew"):
        endings.go_on(relationship=pair, by=asha, now=now)
    programme = year.programme
    programme.settings = {"duration": {"weeks": 20, "renewable": True}}
    programme.save()
    with pytest.raises(Refused, match="nothing to renew"):  # 20 weeks to go: too early to say
        endings.go_on(relationship=pair, by=asha, now=now)
    later = now + timedelta(weeks=15)
    assert endings.go_on(relationship=pair, by=asha, now=later) is False
    assert endings.go_on(relationship=pair, by=asha, now=later) is False
    assert endings.go_on(relationship=pair, by=ben, now=later) is True
    pair.refresh_from_db()
    assert pair.ends_on == now.date() + timedelta(weeks=40)
    assert not pair.members.exclude(goes_on_at=None).exists()


def test_ending_list_ends_the_ticked_and_lets_others_go_on(year, now, client, time_machine):
    lead = people_builders.lead(year.programme.organisation, now=now)
    address = url("ending-list", year.pk)
    time_machine.move_to(now + timedelta(days=14), tick=False)
    client.force_login(lead)
    assert "The time of 2 matches is over" in text(client.get(reverse("home")))
    assert address in text(client.get(url("task-list")))
    page = text(client.get(address))
    assert "Asha Patel with Ben Carter" in page
    one, other = year.relationships.order_by("pk")
    assert "Tick at least one" in text(client.post(address, {"what": "thank"}))
    assert "Say until when" in text(client.post(address, {"what": "later", "which": [one.pk]}))
    until = now.date() + timedelta(days=60)
    assert client.post(address, {"what": "later", "which": [one.pk]} | day_of("until", until)).status_code == 302
    assert client.post(address, {"what": "thank", "which": [other.pk]}).url == url("cohort-detail", year.pk)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, one.ends_on, other.state) == ("live", until, "ended")
    assert "Nothing to decide" in text(client.get(address))


def test_ending_list_takes_as_many_queries_for_many(year, now, client, time_machine, django_assert_num_queries):
    lead = people_builders.lead(year.programme.organisation, now=now)
    builders.pair(year, now=now)
    time_machine.move_to(now + timedelta(days=15), tick=False)
    client.force_login(lead)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(url("ending-list", year.pk))


def test_relationship_renew_is_offered_near_the_end_and_goes_on_with_both(now, signed_in):
    soon = {"start_date": now.date(), "duration": {"weeks": 2, "renewable": True}}
    pair = builders.pair(builders.cohort(now=now, **soon), now=now)
    asha, ben = (pair.members.get(role=role).person for role in ("mentee", "mentor"))
    address = url("relationship-renew", pair.pk)
    client = signed_in(asha)
    assert address in text(client.get(url("relationship-detail", pair.pk)))
    assert client.post(address).status_code == 302
    assert "You said that you would go on" in text(client.get(url("relationship-detail", pair.pk)))
    client = signed_in(ben)
    assert "It goes on until" in text(client.post(address, follow=True))
    assert client.get(address).status_code == 200  # its new end is as near: two weeks
