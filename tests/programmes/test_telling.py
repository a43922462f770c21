"""When two people are told of each other: on a day, once the site has confirmed, once both have said yes."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from notices.tasks import deliver_notices
from people.models import Person
from programmes.actions import consents, enrolments, relationships, telling
from programmes.actions.telling import Telling
from programmes.following import wait_of
from programmes.models import Enrolment, Relationship
from tests.builders import people as people_builders
from tests.builders import programmes as builders

State = Relationship.State

pytestmark = pytest.mark.django_db


def told(*kinds) -> list[tuple[str, str]]:
    """Who is owed which of these notices."""
    owed = Notice.objects.filter(kind__in=kinds).order_by("kind", "recipient__given_name")
    return list(owed.values_list("kind", "recipient__given_name"))


def deliver(now):
    with time_machine.travel(now, tick=False):
        deliver_notices(
            notice_ids=list(Notice.objects.filter(state="owed", due_at__lte=now).values_list("pk", flat=True))
        )


@pytest.fixture
def cohort(now):
    return builders.cohort(now=now, name="Trainee mentoring")


@pytest.fixture
def two(cohort, now):
    """Asha and Ben, enrolled two days ago, with a way to sign in."""
    before = now - timedelta(days=2)
    return builders.mentee(cohort, "Asha Rao", now=before), builders.mentor(cohort, "Ben Okoro", now=before)


@pytest.fixture
def thursday(now):
    return now + timedelta(days=8)


# --- on a day ----------------------------------------------------------------------------


def pages_of(client, person, now) -> str:
    """Every page of their own that could betray a match, as one text."""
    with time_machine.travel(now, tick=False):
        client.force_login(person)
        answers = [client.get(reverse("home")), client.get(reverse("people:person-detail", args=[person.pk]))]
        for enrolment in Enrolment.objects.filter(person=person):
            for name in ("enrolment-detail", "enrolment-withdraw"):
                answers.append(client.get(reverse(f"programmes:{name}", args=[enrolment.pk])))
            answers.append(client.get(reverse("programmes:programme-guide", args=[enrolment.cohort.programme_id])))
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(answer.content.decode() for answer in answers)


def bare(html: str) -> str:
    """A page without what differs on every request."""
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line)


def test_telling_a_match_before_its_day_changes_not_one_byte_of_their_pages(client, cohort, two, now, thursday):
    asha, ben = two
    before = {one.person: bare(pages_of(client, one.person, now)) for one in two}
    pair = builders.pair(cohort, asha, ben, telling=Telling(opens_at=thursday), now=now)

    assert pair.state == State.ARRANGED
    for one, other in ((asha, ben), (ben, asha)):
        page = bare(pages_of(client, one.person, now))
        assert other.person.family_name not in page
        assert page == before[one.person]


def test_telling_a_match_before_its_day_opens_no_door(client, cohort, two, now, thursday):
    asha, ben = two
    pair = builders.pair(cohort, asha, ben, telling=Telling(opens_at=thursday), now=now)
    doors = ["relationship-detail", "relationship-end", "relationship-pause", "relationship-answer", "flag-raise"]
    with time_machine.travel(now, tick=False):
        for person in (asha.person, ben.person):
            client.force_login(person)
            for name in doors:
                assert client.get(reverse(f"programmes:{name}", args=[pair.pk])).status_code == 404
            assert client.get(reverse("sessions_log:note-list", args=[pair.pk])).status_code == 404
        client.force_login(asha.person)
        assert client.get(reverse("people:person-detail", args=[ben.person_id])).status_code == 404
    assert not Person.objects.visible_to(asha.person, now=now).filter(pk=ben.person_id).exists()
    assert not Relationship.objects.of(asha.person).exists()
    assert told("match-published") == []


def test_telling_opens_on_the_day_and_not_a_minute_before(client, cohort, two, now, thursday):
    asha, ben = two
    pair = builders.pair(cohort, asha, ben, telling=Telling(opens_at=thursday), now=now)

    assert telling.open_due(by=None, now=thursday - timedelta(minutes=1)) == 0
    assert told("match-published") == []
    assert telling.open_due(by=None, now=thursday) == 1
    assert telling.open_due(by=None, now=thursday) == 0

    pair.refresh_from_db()
    assert (pair.state, pair.told_at, pair.started_at) == (State.LIVE, thursday, thursday)
    assert told("match-published") == [("match-published", "Asha"), ("match-published", "Ben")]
    assert "Ben Okoro" in pages_of(client, asha.person, thursday)
    asha.refresh_from_db()
    assert asha.waiting_since is None
    assert wait_of(pair) == 10
    assert AuditEvent.objects.filter(verb="relationship-opened").count() == 1


def test_telling_by_oneself_sends_no_mail_and_shows_the_match(client, cohort, two, now):
    asha, ben = two
    builders.pair(cohort, asha, ben, telling=Telling(by_mail=False), now=now)
    assert told("match-published") == []
    assert "Ben Okoro" in pages_of(client, asha.person, now)


def test_telling_whoever_leaves_before_the_day_is_never_named_to_the_other(client, cohort, two, now, thursday):
    asha, ben = two
    pair = builders.pair(cohort, asha, ben, telling=Telling(opens_at=thursday), now=now)
    enrolments.withdraw(enrolment=ben, by=None, now=now)

    telling.open_due(by=None, now=thursday)

    pair.refresh_from_db()
    asha.refresh_from_db()
    assert pair.state == State.ENDED
    assert told("match-published", "relationship-ended") == []
    assert "Okoro" not in pages_of(client, asha.person, thursday)
    assert asha.waiting_since == (now - timedelta(days=2)).date()


def test_telling_many_takes_places_all_or_none(cohort, now):
    mentor = builders.mentor(cohort, "Ben Okoro", now=now, capacity=2)
    mentees = [builders.mentee(cohort, now=now) for _ in range(3)]
    with pytest.raises(Refused, match="Ben has room for 2 more, not for 3"):
        relationships.start_many(cohort=cohort, pairs=[(one, mentor) for one in mentees], by=None, now=now)
    assert not Relationship.objects.exists()
    assert set(Enrolment.objects.values_list("places_taken", flat=True)) == {0}

    relationships.start_many(cohort=cohort, pairs=[(one, mentor) for one in mentees[:2]], by=None, now=now)
    mentor.refresh_from_db()
    assert mentor.places_taken == 2


@pytest.mark.parametrize("pairs", [1, 20])
def test_telling_many_asks_as_often_for_one_as_for_twenty(cohort, now, pairs, django_assert_num_queries):
    some = [(builders.mentee(cohort, now=now), builders.mentor(cohort, now=now)) for _ in range(pairs)]
    with django_assert_num_queries(31):
        relationships.start_many(cohort=cohort, pairs=some, telling=Telling(), by=None, now=now)


# --- the site confirms --------------------------------------------------------------------


@pytest.fixture
def signed(now):
    """Fay of the Hampstead site and Gita, proposed on a programme with site sign-off, and matchmakers of two sites."""
    trust = people_builders.organisation(now=now)
    hampstead, barnet = (people_builders.site(trust, now=now, name=name) for name in ("Hampstead", "Barnet"))
    cohort = builders.cohort(now=now, organisation=trust, matching={"site_sign_off": True})
    fay = builders.mentee(cohort, "Fay Moss", now=now, site=hampstead)
    gita = builders.mentor(cohort, "Gita Sen", now=now, site=barnet)
    hal = people_builders.site_lead(hampstead, "Hana Site", now=now)
    other = people_builders.site_lead(barnet, "Bora Site", now=now)
    lead = people_builders.lead(trust, "Lorna Lead", now=now)
    return cohort, fay, gita, hal, other, lead


def test_confirm_waits_for_a_matchmaker_of_the_mentees_site(signed, now):
    cohort, fay, gita, hampstead, barnet, lead = signed
    pair = builders.pair(cohort, fay, gita, telling=Telling(), by=lead, now=now)

    assert (pair.state, pair.told_at) == (State.PROPOSED, None)
    gita.refresh_from_db()
    assert gita.places_taken == 1  # held meanwhile
    assert told("pairs-to-confirm", "match-published") == [("pairs-to-confirm", "Hana")]
    for somebody in (barnet, lead, fay.person):
        with pytest.raises(Refused) as refused:
            consents.confirm(relationship=pair, by=somebody, now=now)
        assert str(refused.value) == "A matchmaker from Fay's site needs to confirm this pair."

    consents.confirm(relationship=pair, by=hampstead, now=now)

    assert (pair.state, pair.told_at, pair.confirmed_by) == (State.LIVE, now, hampstead)
    assert told("match-published") == [("match-published", "Fay"), ("match-published", "Gita")]
    with pytest.raises(Refused, match="decided already"):
        consents.confirm(relationship=pair, by=hampstead, now=now)


def test_confirm_keeps_to_the_day_that_was_set(signed, now, thursday):
    cohort, fay, gita, hampstead, _, lead = signed
    pair = builders.pair(cohort, fay, gita, telling=Telling(opens_at=thursday), by=lead, now=now)
    assert telling.open_due(by=None, now=thursday) == 0  # the day alone does not do
    pair.refresh_from_db()
    assert pair.state == State.PROPOSED
    consents.confirm(relationship=pair, by=hampstead, now=now)
    assert (pair.state, pair.told_at) == (State.ARRANGED, None)
    assert told("match-published") == []


def test_confirm_is_given_by_publishing_where_the_publisher_is_of_the_site(signed, now):
    cohort, fay, gita, hampstead, *_ = signed
    people_builders.grant(hampstead, "programme-lead", cohort.programme.organisation, now=now)
    pair = builders.pair(cohort, fay, gita, telling=Telling(), by=hampstead, now=now)
    assert (pair.state, pair.confirmed_by) == (State.LIVE, hampstead)


def test_not_confirmed_frees_the_places_and_tells_nobody(signed, now):
    cohort, fay, gita, hampstead, _, lead = signed
    pair = builders.pair(cohort, fay, gita, telling=Telling(), by=lead, now=now)
    consents.not_confirm(relationship=pair, by=hampstead, now=now)
    gita.refresh_from_db()
    assert (pair.state, gita.places_taken) == (State.ENDED, 0)
    assert told("match-published", "relationship-ended", "match-off") == []


def test_relationship_confirm_page(client, signed, now):
    cohort, fay, gita, hampstead, barnet, lead = signed
    pair = builders.pair(cohort, fay, gita, telling=Telling(), by=lead, now=now)
    page = reverse("programmes:relationship-confirm", args=[pair.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(barnet)
        assert client.get(page).status_code == 404
        client.force_login(lead)
        shown = client.get(page).content.decode()
        assert "A matchmaker from Fay&#x27;s site needs to confirm this pair." in shown
        assert "Confirm this pair" not in shown
        client.force_login(hampstead)
        assert "1 pair waits for you to confirm" in client.get(reverse("home")).content.decode()
        assert "Confirm this pair" in client.get(page).content.decode()
        assert client.post(page, {"answer": "yes"}).status_code == 302
    pair.refresh_from_db()
    assert pair.state == State.LIVE


# --- both accept --------------------------------------------------------------------------


@pytest.fixture
def offered(now):
    cohort = builders.cohort(now=now, matching={"live": "both-accept"})
    asha, ben = builders.mentee(cohort, "Asha Rao", now=now), builders.mentor(cohort, "Ben Okoro", now=now)
    return builders.pair(cohort, asha, ben, telling=Telling(), now=now), asha, ben


def test_accept_by_both_makes_it_live(offered, now):
    pair, asha, ben = offered
    assert pair.state == State.PROPOSED
    assert told("match-offered") == [("match-offered", "Asha"), ("match-offered", "Ben")]
    consents.accept(relationship=pair, by=asha.person, now=now)
    consents.accept(relationship=pair, by=asha.person, now=now)
    assert pair.state == State.PROPOSED
    consents.accept(relationship=pair, by=ben.person, now=now)
    assert pair.state == State.LIVE
    assert told("match-published") == [("match-published", "Asha"), ("match-published", "Ben")]
    assert AuditEvent.objects.filter(verb="relationship-accepted").count() == 2


def test_decline_tells_the_other_only_that_it_will_not_go_ahead(offered, now):
    pair, asha, ben = offered
    consents.decline(relationship=pair, by=asha.person, now=now)
    assert pair.state == State.ENDED
    assert told("match-off", "relationship-ended", "match-published") == [("match-off", "Ben")]
    deliver(now)
    letter = next(one for one in mail.outbox if "will not go ahead" in one.subject)
    assert letter.to == [ben.person.email]
    assert "declin" not in letter.body.lower()
    with pytest.raises(Refused, match="will not go ahead"):
        consents.accept(relationship=pair, by=ben.person, now=now)


def test_relationship_answer_page(client, offered, now):
    pair, asha, ben = offered
    page = reverse("programmes:relationship-answer", args=[pair.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(asha.person)
        assert "proposed to you" in client.get(reverse("home")).content.decode()
        assert "Yes, I want this match" in client.get(page).content.decode()
        client.post(page, {"answer": "yes"})
        assert "You said yes" in client.get(reverse("programmes:relationship-detail", args=[pair.pk])).content.decode()
        client.force_login(ben.person)
        client.post(page, {"answer": "yes"})
    pair.refresh_from_db()
    assert pair.state == State.LIVE


# --- pausing ------------------------------------------------------------------------------


def test_relationship_pause_and_resume(client, cohort, two, now):
    asha, ben = two
    pair = builders.pair(cohort, asha, ben, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(ben.person)
        assert (
            "only that it is paused"
            in client.get(reverse("programmes:relationship-pause", args=[pair.pk])).content.decode()
        )
        client.post(reverse("programmes:relationship-pause", args=[pair.pk]))
        client.force_login(asha.person)
        shown = client.get(reverse("programmes:relationship-detail", args=[pair.pk])).content.decode()
        assert "Paused. Nothing is needed from you." in shown
        assert "Let it go on" not in shown
        client.post(reverse("programmes:relationship-resume", args=[pair.pk]))
        pair.refresh_from_db()
        assert pair.state == State.PAUSED  # only whoever paused it, or a lead
        client.force_login(ben.person)
        client.post(reverse("programmes:relationship-resume", args=[pair.pk]))
    pair.refresh_from_db()
    assert pair.state == State.LIVE
    assert told("relationship-paused", "relationship-resumed") == [
        ("relationship-paused", "Asha"),
        ("relationship-resumed", "Asha"),
    ]


def test_relationship_resume_is_refused_to_the_other(cohort, two, now):
    asha, ben = two
    pair = relationships.pause(relationship=builders.pair(cohort, asha, ben, now=now), by=ben.person, now=now)
    with pytest.raises(Refused, match="Nothing is needed from you"):
        relationships.resume(relationship=pair, by=asha.person, now=now)


def test_agreement_accept_is_kept_with_its_version(client, cohort, two, now):
    asha, ben = two
    pair = builders.pair(cohort, asha, ben, now=now)
    page = reverse("programmes:relationship-detail", args=[pair.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(asha.person)
        digest = client.get(page).context["digest"]
        client.post(reverse("programmes:agreement-accept", args=[pair.pk]), {"digest": "of other words"})
        assert "I accept the ground rules" in client.get(page).content.decode()
        for _ in range(2):
            client.post(reverse("programmes:agreement-accept", args=[pair.pk]), {"digest": digest})
        assert "You accepted these on 14 April 2027" in client.get(page).content.decode()
        cohort.programme.settings = {"agreement": {"text": "Other words."}}
        cohort.programme.save()
        assert "I accept the ground rules" in client.get(page).content.decode()
    [version] = cohort.programme.agreement_versions.all()
    assert (version.number, version.acceptances.count()) == (1, 1)
    assert AuditEvent.objects.filter(verb="agreement-accepted").count() == 1
