"""A lead allows one pair against a rule of strength should: with a reason, told to the other leads, never a must."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.actions import delivery
from notices.models import Notice
from notices.post import Post
from people.models import Tie
from programmes.actions import overrides, relationships
from programmes.models import RuleOverride
from programmes.overrides import overridden
from tests.builders import people, programmes


@pytest.fixture
def cohort(db, now):
    return programmes.cohort(now=now, name="Trainee mentoring")


@pytest.fixture
def lead(cohort, now):
    return people.lead(cohort.programme.organisation, "Lena Marsh", now=now)


@pytest.fixture
def managed(cohort, now):
    """Asha, and Ben who manages her: enrolled, against the rule on line management."""
    ben = programmes.mentor(cohort, "Ben Okoro", now=now)
    return programmes.mentee(cohort, "Asha Rao", now=now, managers=[ben.person]), ben


def grant(pair, lead, now, **details):
    details = {"rules": ["line-management"], "reason": "They chose each other."} | details
    return overrides.grant(mentee=pair[0], mentor=pair[1], by=lead, now=now, **details)


def start(pair, now):
    return relationships.start(cohort=pair[0].cohort, mentee=pair[0], mentor=pair[1], by=None, now=now)


def test_override_opens_the_pair_and_nobody_else(cohort, managed, lead, now):
    with pytest.raises(Refused, match="manage"):
        start(managed, now)
    grant(managed, lead, now)

    assert start(managed, now).state == "live"
    cara = programmes.mentee(cohort, "Cara Lund", now=now, managers=[managed[1].person])
    with pytest.raises(Refused, match="manage"):
        start((cara, managed[1]), now)


def test_override_keeps_the_sentence_the_reason_and_an_event(managed, lead, now):
    [made] = grant(managed, lead, now, reason="  They chose\n each other. ")

    assert made.reason == "They chose each other."
    assert "Ben" in made.sentence
    event = AuditEvent.objects.get(verb="rule-overridden")
    assert (event.actor_id, event.about_person_id, event.object_id) == (
        lead.pk,
        managed[0].person_id,
        str(made.pk),
    )


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_override_needs_a_reason_that_can_be_kept(managed, lead, now, reason):
    with pytest.raises(Refused, match=r"reason|Say why"):
        grant(managed, lead, now, reason=reason)
    assert not RuleOverride.objects.exists()


def test_override_of_a_must_is_refused_with_its_sentence(cohort, lead, now):
    pair = programmes.mentee(cohort, "Asha Rao", now=now), programmes.mentor(cohort, "Ben Okoro", now=now)
    people.tie(Tie.Kind.DS, pair[0].person, pair[1].person, now=now)

    with pytest.raises(Refused, match=r"designated supervisor.*must be kept"):
        grant(pair, lead, now, rules=["supervisor"])


def test_override_of_what_does_not_stand_or_stands_aside_already_is_refused(cohort, managed, lead, now):
    with pytest.raises(Refused, match="nothing to allow"):
        grant(managed, lead, now, rules=["trainee"])
    grant(managed, lead, now)
    with pytest.raises(Refused, match="allowed already"):
        grant(managed, lead, now)


def test_override_is_for_leads_of_the_programme(managed, now):
    stranger = people.lead(people.organisation(now=now), now=now)

    with pytest.raises(Refused, match="Only a lead"):
        grant(managed, stranger, now)


def test_override_does_not_outlive_the_day_when_its_rule_becomes_a_must(managed, lead, now, monkeypatch):
    from programmes import mentoring_models

    grant(managed, lead, now)
    model = mentoring_models.of(managed[0].cohort.programme)
    rule = next(one for one in model.rules if one.name == "line-management")
    monkeypatch.setitem(rule.__dict__, "strength", "must")

    with pytest.raises(Refused, match="manage"):
        start(managed, now)


def test_override_taken_back_lets_the_rule_stand_again(managed, lead, now):
    [made] = grant(managed, lead, now)
    later = now + timedelta(hours=1)

    overrides.withdraw(override=made, by=lead, now=later)

    with pytest.raises(Refused, match="manage"):
        start(managed, later)
    with pytest.raises(Refused, match="withdrawn already"):
        overrides.withdraw(override=made, by=lead, now=later)
    assert overridden(made.cohort, at=now)  # as it stood
    assert not overridden(made.cohort, at=later)
    assert AuditEvent.objects.filter(verb="rule-override-withdrawn").count() == 1
    assert grant(managed, lead, later)  # and may be allowed anew


def test_override_is_told_to_every_other_lead_without_a_name_in_the_mail(cohort, managed, lead, now):
    second = people.lead(cohort.programme.organisation, "Mo Field", now=now)
    people.lead(people.organisation(now=now), now=now)
    grant(managed, lead, now)

    notice = Notice.objects.get(kind="rule-overridden")
    assert notice.recipient == second
    with Post() as post:
        delivery.deliver(notice_id=notice.pk, post=post, by=None, now=now)
    [letter] = mail.outbox
    assert letter.to == [second.email]
    assert "Lena Marsh has allowed a match on Trainee mentoring" in letter.body
    assert reverse("programmes:override-list", args=[cohort.pk]) in letter.body
    assert not any(name in letter.body for name in ("Asha", "Ben", "chose each other"))


def test_override_taken_back_is_not_told_any_more(cohort, managed, lead, now):
    people.lead(cohort.programme.organisation, now=now)
    [made] = grant(managed, lead, now)
    overrides.withdraw(override=made, by=lead, now=now)

    with Post() as post:
        delivery.deliver(notice_id=Notice.objects.get(kind="rule-overridden").pk, post=post, by=None, now=now)

    assert not mail.outbox


# --- pages ---------------------------------------------------------------------------


def test_override_list_says_what_was_allowed_and_why(client, cohort, managed, lead, now, time_machine):
    time_machine.move_to(now, tick=False)
    grant(managed, lead, now)
    client.force_login(lead)

    page = client.get(reverse("programmes:override-list", args=[cohort.pk])).content.decode()

    assert "Asha Rao with Ben Okoro" in page
    assert "They chose each other." in page
    assert "Lena Marsh, 14 April 2027" in page


def test_override_list_of_none_says_how_one_comes_about(client, cohort, lead, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(lead)

    assert "Nothing was allowed against a rule" in (
        client.get(reverse("programmes:override-list", args=[cohort.pk])).content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_override_list_asks_a_fixed_number_of_questions(
    client, cohort, lead, now, time_machine, django_assert_num_queries, count
):
    time_machine.move_to(now, tick=False)
    for _ in range(count):
        programmes.override(cohort, lead, now=now)
    client.force_login(lead)
    client.get(reverse("programmes:override-list", args=[cohort.pk]))
    with django_assert_num_queries(6):
        client.get(reverse("programmes:override-list", args=[cohort.pk]))


def test_override_withdraw_takes_it_back_once(client, cohort, managed, lead, now, time_machine):
    time_machine.move_to(now, tick=False)
    [made] = grant(managed, lead, now)
    client.force_login(lead)
    address = reverse("programmes:override-withdraw", args=[made.pk])

    assert "The rule stands again for Asha Rao with Ben Okoro" in client.post(address, follow=True).content.decode()
    again = client.post(address, follow=True).content.decode()
    assert "withdrawn already" in again
    assert "Taken back" in again
