"""Asking for a partner: the list, introductions by oneself or by the lead, and their end without blame."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from people.models import Tie
from programmes.actions import introductions, relationships, requests
from programmes.introductions import gap_map, lines_of, listed, open_slots
from programmes.models import Enrolment, Introduction, MentorRequest, Relationship
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.programmes.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(now):
    return builders.asking_cohort(now=now)


@pytest.fixture
def lead(cohort, now):
    return people_builders.lead(cohort.programme.organisation, "Dora Lead", now=now)


def owed(kind, recipient):
    return Notice.objects.filter(kind=kind, recipient=recipient).count()


def read(client, name, *args, **query):
    answer = client.get(reverse(f"programmes:{name}", args=args), query)
    return answer.status_code, answer.content.decode()


# --- Asking -----------------------------------------------------------------------------------


def test_whoever_asks_holds_a_place_and_the_other_is_told(cohort, now):
    asked = builders.introduction(cohort, now=now)
    pair = asked.relationship
    assert (asked.state, pair.state) == (Introduction.State.CHEMISTRY, Relationship.State.INTRODUCTION)
    assert asked.holds_until == now.date() + timedelta(days=14)
    assert not asked.by_lead
    assert list(
        Enrolment.objects.filter(pk__in=[asked.one_id, asked.other_id]).values_list("places_taken", flat=True)
    ) == [1, 1]
    assert {one.slot for one in pair.members.all()} == {"research"}
    assert owed("introduction-opened", asked.other.person) == 1
    assert owed("introduction-opened", asked.one.person) == 0
    assert open_slots(asked.one) == ["education"]


def test_asking_by_the_lead_tells_nobody_and_holds_nothing(cohort, lead, now):
    asked = builders.introduction(cohort, by_lead=True, now=now)
    assert (asked.state, asked.relationship) == (Introduction.State.ASKED, None)
    assert not Relationship.objects.exists()
    assert owed("introductions-waiting", lead) == 1
    assert not owed("introduction-opened", asked.other.person)
    pair = introductions.introduce(introduction=asked, by=lead, now=now)
    asked.refresh_from_db()
    assert (asked.relationship, asked.state) == (pair, Introduction.State.CHEMISTRY)
    assert owed("introduction-opened", asked.other.person) == owed("introduction-opened", asked.one.person) == 1
    with pytest.raises(Refused, match=r"^This has been decided already\.$"):
        introductions.introduce(introduction=asked, by=lead, now=now)


def test_what_stands_in_the_way_of_asking(cohort, lead, now):
    pia, rae = builders.asker(cohort, now=now), builders.listed(cohort, now=now, slots=["education"], capacity=1)
    stranger = builders.asker(cohort, "Nia", confirmed=False, now=now)

    def refusal(one, other, by=None, **more):
        with pytest.raises(Refused) as caught:
            introductions.ask(one=one, other=other, by=by or one.person, now=now, **more)
        return str(caught.value)

    assert refusal(stranger, rae, slot="education") == introductions.LIST_IS_CLOSED
    assert refusal(pia, rae, slot="education", by=lead) == "You can ask only for yourself."
    assert refusal(pia, rae, slot="research") == "Rae offers nothing that Pia still looks for."
    assert refusal(pia, stranger) == "These two cannot be introduced on this programme."
    people_builders.tie(Tie.Kind.ASSESSOR, pia.person, rae.person, now=now)
    assert refusal(pia, rae, slot="education") == "Rae is assessing Pia's portfolio, so cannot be Pia's mentor."
    other = builders.asker(cohort, "Kit", now=now)
    builders.introduction(cohort, one=other, other=rae, slot="education", now=now)
    late = builders.asker(cohort, "Lou", now=now)
    assert refusal(late, rae, slot="education") == f"Rae {introductions.TAKEN}"  # and not how many have whom
    assert Introduction.objects.count() == 1


def test_one_person_may_hold_two_slots_but_none_twice(cohort, now):
    pia, rae = builders.asker(cohort, now=now), builders.listed(cohort, now=now)
    quinn = builders.listed(cohort, "Quinn", now=now)
    for slot in ("research", "education"):
        builders.introduction(cohort, one=pia, other=rae, slot=slot, now=now)
    with pytest.raises(Refused, match=r"^Pia has somebody for research already\.$"):
        builders.introduction(cohort, one=pia, other=quinn, slot="research", now=now)
    assert open_slots(pia) == []


def test_further_up_in_ones_own_line_needs_ones_own_consent(cohort, lead, now):
    trust = cohort.programme.organisation
    liv = people_builders.person("Liv", now=now, organisation=trust, level="consultant")
    sol = people_builders.person("Sol", now=now, organisation=trust, managers=[liv])
    pia = builders.asker(cohort, now=now, managers=[sol])
    above = builders.listed(cohort, liv, now=now)
    [entry] = listed(pia, now=now)
    assert entry.consent == "Liv is further up in Pia's line management."
    with pytest.raises(
        Refused, match=r"^Liv is further up in Pia's line management\. Say that you want it all the same"
    ):
        introductions.ask(one=pia, other=above, slot="research", by=pia.person, now=now)
    asked = introductions.ask(one=pia, other=above, slot="research", consents=True, by=pia.person, now=now)
    assert asked.consent == entry.consent  # on record
    # Introduced by a lead, the mentee consents with their yes.
    kit = builders.asker(cohort, "Kit", now=now, managers=[sol])
    pair = relationships.start(
        cohort=cohort, mentee=kit, mentor=above, slot="education", telling=relationships.Telling(), by=lead, now=now
    )
    with pytest.raises(Refused, match="Say that you want it all the same"):
        introductions.accept(relationship=pair, by=kit.person, now=now)
    introductions.accept(relationship=pair, consents=True, by=kit.person, now=now)
    pair.introduction.refresh_from_db()
    assert pair.introduction.consent == "Liv is further up in Kit's line management."


def test_introduction_decide_says_once_what_was_consented_to(cohort, lead, signed_in, now):
    trust = cohort.programme.organisation
    liv = people_builders.person("Liv", now=now, organisation=trust, level="consultant")
    sol = people_builders.person("Sol", now=now, organisation=trust, managers=[liv])
    pia, above = builders.asker(cohort, now=now, managers=[sol]), builders.listed(cohort, liv, now=now)
    asked = introductions.ask(
        one=pia, other=above, slot="research", by_lead=True, consents=True, by=pia.person, now=now
    )
    shown = read(signed_in(lead), "introduction-decide", asked.pk)[1]
    assert shown.count("Liv is further up in Pia") == 1
    assert "Wants it all the same" in shown
    without = builders.introduction(cohort, by_lead=True, now=now)
    assert "Wants it all the same" not in read(signed_in(lead), "introduction-decide", without.pk)[1]


# --- The answers ------------------------------------------------------------------------------


def test_with_both_yeses_it_is_live(cohort, now):
    asked = builders.introduction(cohort, now=now)
    pair = asked.relationship
    assert introductions.accept(relationship=pair, by=asked.other.person, now=now).state == "introduction"
    introductions.accept(relationship=pair, by=asked.other.person, now=now)  # twice changes nothing
    assert introductions.accept(relationship=pair, by=asked.one.person, now=now).state == "live"
    asked.refresh_from_db()
    assert asked.state == Introduction.State.AGREED
    assert owed("match-published", asked.one.person) == owed("match-published", asked.other.person) == 1
    with pytest.raises(Refused, match=r"^This introduction has ended\.$"):
        introductions.decline(relationship=pair, by=asked.one.person, now=now)


def test_a_no_frees_the_place_and_says_nothing_but_that_it_has_ended(cohort, now):
    asked = builders.introduction(cohort, now=now)
    other = asked.other.person
    introductions.decline(relationship=asked.relationship, reason="I know their manager.", by=other, now=now)
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (Introduction.State.ENDED, "I know their manager.")
    assert set(Enrolment.objects.values_list("places_taken", flat=True)) == {0}
    assert owed("introduction-ended", asked.one.person) == 1
    assert owed("introduction-ended", other) == 0
    assert [one.person for one in listed(asked.one, slot="research", now=now)] == []  # nobody is asked twice
    assert [one.slots for one in listed(asked.one, now=now)] == [["education"]]
    assert AuditEvent.objects.filter(verb="relationship-declined").count() == 1


@pytest.mark.parametrize("by_lead", [False, True])
def test_an_introduction_expires_and_a_leads_own_returns_to_the_lead(cohort, lead, by_lead, now):
    asked = builders.introduction(cohort, by_lead=by_lead, now=now)
    if by_lead:
        introductions.introduce(introduction=asked, by=lead, now=now)
    Notice.objects.all().delete()
    last = now + timedelta(days=14)
    assert introductions.expire_due(by=None, now=last) == 0  # the last day is held too
    after = last + timedelta(days=1)
    pair = Relationship.objects.get()
    with pytest.raises(Refused, match=r"^This introduction has ended\.$"):  # also where no sweep has come by yet
        introductions.accept(relationship=pair, by=asked.other.person, now=after)
    assert introductions.expire_due(by=None, now=after) == 1
    assert introductions.expire_due(by=None, now=after) == 0
    asked.refresh_from_db()
    assert asked.state == (Introduction.State.RETURNED if by_lead else Introduction.State.ENDED)
    assert set(Enrolment.objects.values_list("places_taken", flat=True)) == {0}
    assert owed("introduction-ended", asked.one.person) == owed("introduction-ended", asked.other.person) == 1
    assert owed("introductions-waiting", lead) == int(by_lead)
    if by_lead:
        introductions.introduce(introduction=asked, by=lead, now=after)
        asked.refresh_from_db()
        assert asked.holds_until == after.date() + timedelta(days=14)


def test_unanswered_goes_back_to_the_lead_before_its_days_are_over(now):
    cohort = builders.asking_cohort(now=now, matching={"chemistry_days": 30})
    lead = people_builders.lead(cohort.programme.organisation, now=now)
    pairs = []
    for name in ("Pia", "Kit"):
        asked = builders.introduction(cohort, one=builders.asker(cohort, name, now=now), by_lead=True, now=now)
        pairs.append(introductions.introduce(introduction=asked, by=lead, now=now))
    answered = pairs[0].introduction
    introductions.accept(relationship=pairs[0], by=answered.other.person, now=now)
    assert introductions.expire_due(by=None, now=now + timedelta(days=15)) == 1
    assert [one.state for one in Introduction.objects.order_by("one")] == ["chemistry", "returned"]


def test_whoever_leaves_ends_their_introduction(cohort, now):
    asked = builders.introduction(cohort, now=now)
    people_builders.people_actions.leave(person=asked.other.person, by=None, now=now)
    asked.refresh_from_db()
    assert asked.state == Introduction.State.ENDED


def test_what_is_new_in_a_request_is_confirmed_anew(cohort, lead, now):
    pia = builders.asker(cohort, now=now, slots=["research"])
    wish = requests.state(enrolment=pia, slots=["research"], declares=True, by=pia.person, now=now)
    assert wish.confirmed_at
    wish = requests.state(enrolment=pia, slots=["research", "education"], declares=True, by=pia.person, now=now)
    assert wish.confirmed_at is None
    pia.refresh_from_db()
    assert pia.capacity == 2
    requests.confirm(request=wish, by=lead, now=now)
    builders.introduction(cohort, one=pia, now=now)
    with pytest.raises(Refused, match=r"^You have somebody for research\. End that first"):
        requests.state(enrolment=pia, slots=["education"], declares=True, by=pia.person, now=now)


def test_where_no_lead_confirms_a_request_the_list_is_open_at_once(now):
    cohort = builders.asking_cohort(now=now, matching={"confirms_requests": False})
    pia = builders.asker(cohort, confirmed=False, now=now)
    builders.listed(cohort, now=now)
    assert listed(pia, now=now)
    assert MentorRequest.objects.get().confirmed_at == now


def test_the_gap_map_counts_confirmed_requests_alone(cohort, now):
    builders.asker(cohort, "Nia", confirmed=False, slots=["clinical"], now=now)
    asked = builders.introduction(cohort, now=now)
    found = {gap.slot: gap for gap in gap_map(cohort)}
    assert (found["research"].wanted, found["research"].chemistry, found["research"].open) == (1, 1, 0)
    assert (found["education"].open, found["clinical"].wanted) == (1, 0)
    assert [line.state for line in lines_of(asked.one)] == ["chemistry until 28 April", "nobody yet"]


# --- Races ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_ask_for_one_place_and_one_has_it(now):
    cohort = builders.asking_cohort(now=now)
    rae = builders.listed(cohort, now=now, capacity=1)
    askers = [builders.asker(cohort, name, now=now) for name in ("Pia", "Kit")]
    refusals = at_once(*[_asking(one.pk, rae.pk, now) for one in askers])
    assert refusals == [f"Rae {introductions.TAKEN}"]
    assert Relationship.objects.live().count() == 1
    rae.refresh_from_db()
    assert rae.places_taken == 1


@pytest.mark.django_db(transaction=True)
def test_one_slot_asked_of_two_at_one_moment_goes_to_one(now):
    cohort = builders.asking_cohort(now=now)
    pia = builders.asker(cohort, now=now)
    mentors = [builders.listed(cohort, name, now=now) for name in ("Rae", "Quinn")]
    refusals = at_once(*[_asking(pia.pk, one.pk, now) for one in mentors])
    assert len(refusals) == 1
    assert Relationship.objects.live().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_last_yes_and_the_end_of_the_days_at_one_moment_leave_one_of_the_two(now):
    asked = builders.introduction(now=now)
    introductions.accept(relationship=asked.relationship, by=asked.one.person, now=now)
    last = now + timedelta(days=14)

    def saying_yes():
        pair = Relationship.objects.get()
        return lambda: introductions.accept(relationship=pair, by=asked.other.person, now=last)

    at_once(saying_yes, lambda: lambda: introductions.expire_due(by=None, now=last + timedelta(days=1)))
    pair = Relationship.objects.get()
    asked.refresh_from_db()
    assert (pair.state, asked.state) in {("live", "agreed"), ("ended", "ended")}
    taken = set(Enrolment.objects.values_list("places_taken", flat=True))
    assert taken == ({1} if pair.state == "live" else {0})


def _asking(one, other, now):
    def ready():
        rows = Enrolment.objects.select_related("person", "cohort__programme__organisation")
        mine, theirs = rows.get(pk=one), rows.get(pk=other)
        return lambda: introductions.ask(one=mine, other=theirs, slot="research", by=mine.person, now=now)

    return ready


# --- Pages ------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(client, now):
    with time_machine.travel(now, tick=False):

        def sign_in(person):
            client.force_login(person)
            return client

        yield sign_in


def test_request_edit_wants_the_declaration_and_keeps_what_was_typed(cohort, signed_in, now):
    pia = builders.asker(cohort, confirmed=False, slots=["research"], now=now)
    client = signed_in(pia.person)
    answer = client.post(reverse("programmes:request-edit", args=[pia.pk]), {"slots": "clinical", "text": "Warm."})
    shown = answer.content.decode()
    assert "Please confirm: I practise at consultant level without the credential." in shown
    assert "Warm.</textarea>" in shown
    assert MentorRequest.objects.get().slots == ["research"]


def test_request_detail_and_its_form_are_ones_own(cohort, lead, signed_in, now):
    pia, rae = builders.asker(cohort, now=now), builders.listed(cohort, now=now)
    client = signed_in(pia.person)
    assert "Look for somebody" in read(client, "request-detail", pia.pk)[1]
    assert read(client, "request-edit", pia.pk)[0] == 200
    signed_in(lead)
    assert read(client, "request-detail", pia.pk)[0] == read(client, "request-edit", pia.pk)[0] == 404
    signed_in(rae.person)  # who is asked, and asks nobody
    assert read(client, "request-detail", rae.pk)[0] == 404


def test_request_confirm_is_the_leads(cohort, lead, signed_in, now):
    pia = builders.asker(cohort, confirmed=False, now=now)
    client = signed_in(lead)
    assert "research, education" in read(client, "request-confirm", pia.pk)[1]
    client.post(reverse("programmes:request-confirm", args=[pia.pk]))
    assert owed("request-confirmed", pia.person) == 1
    signed_in(pia.person)
    assert read(client, "request-confirm", pia.pk)[0] == 404


def test_listing_edit_leaves_the_persons_words_to_them(cohort, lead, signed_in, now):
    rae = builders.listed(cohort, now=now)
    client = signed_in(lead)
    address = reverse("programmes:listing-edit", args=[rae.pk])
    assert "A few words" not in client.get(address).content.decode()
    client.post(address, {"slots": ["education"], "text": "Theirs no more.", "briefed": "on"})
    rae.listing.refresh_from_db()
    assert (rae.listing.slots, rae.listing.about) == (["education"], "Glad to help.")
    assert rae.listing.briefed_on == now.date()


def test_listing_edit_keeps_how_strong_somebody_is_as_they_or_a_lead_say(cohort, lead, signed_in, now):
    rae = builders.listed(cohort, now=now)
    address = reverse("programmes:listing-edit", args=[rae.pk])
    client = signed_in(rae.person)
    assert "If research: how strong are you in it?" in client.get(address).content.decode()
    sent = {"slots": ["research", "education"], "strength-1": "3", "strength-2": "2", "strength-0": "1"}
    assert client.post(address, sent).status_code == 302
    rae.listing.refresh_from_db()
    assert rae.listing.strengths == {"research": 3}  # not of leadership, which is not offered
    assert client.post(address, sent | {"strength-1": "4"}).status_code == 200
    client = signed_in(lead)
    form = client.get(address).context["form"]
    assert (form["strength-1"].value(), form["strength-2"].value()) == (3, 2)
    client.post(address, {"slots": ["education"], "strength-2": "1"})
    rae.listing.refresh_from_db()
    assert rae.listing.strengths == {"education": 1}


def test_directory_list_names_a_strength_and_puts_it_first_in_its_domain(cohort, signed_in, now):
    pia = builders.asker(cohort, now=now)
    builders.listed(cohort, "Rae Holt", strengths={"research": 3, "education": 1}, now=now)
    builders.listed(cohort, "Una Vale", strengths={"education": 3}, now=now)
    assert [one.person.given_name for one in listed(pia, slot="research", now=now)] == ["Rae", "Una"]
    assert [one.person.given_name for one in listed(pia, slot="education", now=now)] == ["Una", "Rae"]
    status, shown = read(signed_in(pia.person), "directory-list", cohort.pk)
    assert status == 200
    assert "Offers: research (a strength), education" in shown
    assert "begin" not in shown  # what somebody is not strong in is not said


@pytest.mark.parametrize("rows", [1, 3])
def test_directory_list_costs_the_same_queries_for_three_as_for_one(
    cohort, signed_in, rows, now, django_assert_num_queries
):
    pia = builders.asker(cohort, now=now)
    for number in range(rows):
        builders.listed(cohort, f"Rae{number} Holt", now=now)
    client = signed_in(pia.person)
    client.get(reverse("home"))
    with django_assert_num_queries(15):
        status, shown = read(client, "directory-list", cohort.pk)
    assert status == 200
    assert shown.count("Holt</h2>") == rows


def test_directory_list_leaves_out_who_rests_who_is_full_and_who_is_barred(cohort, signed_in, now):
    pia = builders.asker(cohort, now=now)
    resting, full, barred = (builders.listed(cohort, name, capacity=1, now=now) for name in ("Rita", "Fred", "Bart"))
    Enrolment.objects.filter(pk=resting.pk).update(rests_until=now.date())
    builders.introduction(cohort, one=builders.asker(cohort, "Kit", now=now), other=full, now=now)
    people_builders.tie(Tie.Kind.ASSESSOR, pia.person, barred.person, now=now)
    assert listed(pia, now=now) == []
    assert [one.person for one in listed(pia, now=now + timedelta(days=1))] == [resting.person]
    shown = read(signed_in(pia.person), "directory-list", cohort.pk)[1]
    assert "Nobody is on the list just now" in shown


def test_introduction_ask_says_what_is_missing_and_keeps_what_was_chosen(cohort, signed_in, now):
    pia, rae = builders.asker(cohort, now=now), builders.listed(cohort, now=now)
    client = signed_in(pia.person)
    address = reverse("programmes:introduction-ask", args=[cohort.pk, rae.pk])
    answer = client.post(address, {"how": "lead"}).content.decode()
    assert "Choose a domain" in answer
    assert "checked" in answer
    assert not Introduction.objects.exists()
    assert client.post(address, {"how": "lead", "slot": "research"}).status_code == 302
    assert Introduction.objects.get().state == Introduction.State.ASKED


def test_introduction_take_back_is_for_whoever_asked_while_nobody_knows(cohort, lead, signed_in, now):
    asked = builders.introduction(cohort, by_lead=True, now=now)
    address = reverse("programmes:introduction-take-back", args=[asked.pk])
    client = signed_in(asked.other.person)
    assert client.post(address).status_code == 404
    signed_in(asked.one.person)
    assert client.post(address).status_code == 302
    asked.refresh_from_db()
    assert asked.state == Introduction.State.ENDED
    assert client.post(address).status_code == 404
    assert "this introduction has ended" in read(client, "request-detail", asked.one_id)[1]
    assert not owed("introduction-ended", asked.other.person)


def test_introduction_decide_introduces_or_lets_it_rest(cohort, lead, signed_in, now):
    asked = builders.introduction(cohort, by_lead=True, now=now)
    address = reverse("programmes:introduction-decide", args=[asked.pk])
    client = signed_in(asked.one.person)
    assert client.get(address).status_code == 404
    signed_in(lead)
    page = client.get(address).content.decode()
    one, other = asked.one.person.given_name, asked.other.person.given_name
    assert f"We do not know who manages {one}, so we could not check whether {other} does." in page
    client.post(address, {"answer": "rest"})
    asked.refresh_from_db()
    assert asked.state == Introduction.State.ENDED
    assert client.get(address).status_code == 404


def test_introduction_answer_is_the_twos_alone(cohort, lead, signed_in, now):
    asked = builders.introduction(cohort, now=now)
    client = signed_in(lead)
    assert read(client, "introduction-answer", asked.relationship_id)[0] == 404
    for who in (asked.one.person, asked.other.person):
        signed_in(who)
        assert "28 April" in read(client, "introduction-answer", asked.relationship_id)[1]
    client.post(reverse("programmes:introduction-answer", args=[asked.relationship_id]), {"answer": "yes"})
    assert "You said yes" in read(client, "introduction-answer", asked.relationship_id)[1]


def test_introduction_list_keeps_a_reason_from_the_one_it_is_about(cohort, lead, signed_in, now):
    pia = builders.asker(cohort, lead, now=now)  # a lead who looks for a mentor too
    asked = builders.introduction(cohort, one=pia, now=now)
    introductions.decline(relationship=asked.relationship, reason="They lead it.", by=asked.other.person, now=now)
    client = signed_in(lead)
    assert "They lead it." not in read(client, "introduction-list", cohort.pk)[1]
    signed_in(people_builders.lead(cohort.programme.organisation, "Another Lead", now=now))
    assert "They lead it." in read(client, "introduction-list", cohort.pk)[1]
    assert AuditEvent.objects.filter(verb="reason-read").count() == 1


def test_introduction_list_says_what_could_not_be_checked_in_as_many_queries_for_three(
    cohort, lead, signed_in, now, django_assert_num_queries
):
    counts = []
    for number in (1, 3):
        for _ in range(number - Introduction.objects.count()):
            builders.introduction(cohort, now=now)
        client = signed_in(lead)
        with CaptureQueriesContext(connection) as asked:
            page = read(client, "introduction-list", cohort.pk)[1]
        counts.append(len(asked))
        assert page.count("We do not know who manages") == number
    assert counts[0] == counts[1]


def test_gap_map_is_for_leads_and_without_small_numbers_for_a_commissioner(cohort, lead, signed_in, now):
    builders.introduction(cohort, now=now)
    client = signed_in(lead)
    assert "fewer than 5" not in read(client, "gap-map", cohort.pk)[1]
    signed_in(people_builders.commissioner(cohort.programme.organisation, now=now))
    shown = read(client, "gap-map", cohort.pk)[1]
    assert "fewer than 5" in shown
    assert "not shown" in shown  # the total, from which it could be had by taking away
    signed_in(people_builders.person(now=now, organisation=cohort.programme.organisation))
    assert read(client, "gap-map", cohort.pk)[0] == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_introduction_ask_costs_the_same_queries_for_three_as_for_one(
    cohort, signed_in, rows, now, django_assert_num_queries
):
    pia = builders.asker(cohort, now=now)
    others = [builders.listed(cohort, f"Rae{number} Holt", now=now) for number in range(rows)]
    client = signed_in(pia.person)
    client.get(reverse("home"))
    with django_assert_num_queries(15):
        status, _ = read(client, "introduction-ask", cohort.pk, others[0].pk)
    assert status == 200


def test_introduction_answer_asks_few_queries(cohort, signed_in, now, django_assert_num_queries):
    asked = builders.introduction(cohort, now=now)
    client = signed_in(asked.relationship.members.get(role="mentee").person)
    client.get(reverse("home"))
    with django_assert_num_queries(15):
        status, _ = read(client, "introduction-answer", asked.relationship_id)
    assert status == 200
