"""What each page shows, to whom, and what its buttons do."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from people.models import Employment, StaffImport
from programmes.actions import relationships
from programmes.models import Cohort, Enrolment, Programme
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.programmes.test_settings import change

pytestmark = pytest.mark.django_db
LIST_QUERIES, ENROL_QUERIES = 7, 13


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(response):
    """The page as words: tags and runs of space taken out."""
    return " ".join(response.content.decode().split())


# --- Programmes -----------------------------------------------------------------------------


def test_programme_list_leads_on_where_there_is_nothing(now, signed_in):
    lead = people_builders.lead(people_builders.organisation(now=now), now=now)
    page = signed_in(lead).get(url("programme-list"))
    assert "You have no programmes yet" in text(page)
    assert url("model-list") in text(page)


def test_programme_list_shows_what_the_viewer_leads_and_no_more(world, signed_in):
    page = text(signed_in(world.lead).get(url("programme-list")))
    assert "Trainee mentoring" in page
    assert "1 trainee pharmacist, 1 mentor, 1 place" in page
    assert "Trainee mentoring" not in text(signed_in(world.elsewhere).get(url("programme-list")))


def test_programme_list_is_not_there_for_others(world, signed_in):
    assert signed_in(world.asha.person).get(url("programme-list")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_programme_list_asks_as_many_queries_for_three_as_for_one(rows, now, signed_in, django_assert_num_queries):
    trust = people_builders.organisation(now=now)
    lead = people_builders.lead(trust, now=now)
    for _ in range(rows):
        cohort = builders.cohort(now=now, organisation=trust)
        builders.pair(cohort, now=now)
    client = signed_in(lead)
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get(url("programme-list")).status_code == 200


def test_model_list_offers_each_model_that_can_be_started(world, signed_in):
    page = text(signed_in(world.lead).get(url("model-list")))
    assert "informal band 6 mentor" in page
    assert url("programme-start", "trainee-band6") in page


def test_model_list_is_not_there_for_members(world, signed_in):
    assert signed_in(world.ben.person).get(url("model-list")).status_code == 404


def test_programme_start_suggests_the_next_intake(world, signed_in):
    form = signed_in(world.lead).get(url("programme-start", "trainee-band6")).context["form"]
    assert form["start_date"].initial == date(2027, 7, 26)
    assert form["cohort_name"].initial == "2027 intake"


def test_programme_start_starts_and_leads_on_to_enrolling(world, signed_in):
    client = signed_in(world.lead)
    data = {"organisation": world.trust.pk, "name": "New", "cohort_name": "2027 intake", "start_date": "2027-07-26"}
    response = client.post(url("programme-start", "trainee-band6"), data)
    cohort = Cohort.objects.get(programme__name="New")
    assert response.url == url("enrolment-add", cohort.pk, "mentee")
    again = client.post(url("programme-start", "trainee-band6"), data)
    assert "already has a programme called New" in text(again)
    assert Programme.objects.filter(name="New").count() == 1


def trainees(world, count, start, *, now):
    for _ in range(count):
        person = people_builders.person(now=now)
        job = {"level": Employment.Level.FOUNDATION, "band": "", "start_date": start}
        people_builders.job(person, world.trust, now=now, **job)


def test_programme_start_suggests_the_day_on_which_those_on_the_list_start(world, now, signed_in):
    trainees(world, 1, date(2027, 9, 6), now=now)
    trainees(world, 3, date(2027, 8, 2), now=now)
    trainees(world, 4, now.date(), now=now)  # as a list without start dates has them
    page = signed_in(world.lead).get(url("programme-start", "trainee-band6"))
    form = page.context["form"]
    assert form["start_date"].initial == date(2027, 8, 2)
    assert form["end_date"].initial == date(2028, 7, 31)
    assert "The day on which 3 trainee pharmacists on your staff list start." in text(page)


def test_programme_start_suggests_the_day_on_which_those_in_post_started(world, now, signed_in):
    saved = now - timedelta(days=3)
    people_builders.saved_import(world.trust, world.lead, now=now)
    StaffImport.objects.update(uploaded_at=saved, saved_at=saved)
    trainees(world, 4, saved.date(), now=now)  # a list without start dates that was saved three days ago
    trainees(world, 3, date(2027, 2, 1), now=now)
    trainees(world, 5, date(2026, 8, 3), now=now)  # too long ago to be meant
    page = signed_in(world.lead).get(url("programme-start", "trainee-band6"))
    assert page.context["form"]["start_date"].initial == date(2027, 2, 1)
    assert "The day on which 3 trainee pharmacists on your staff list started." in text(page)


@pytest.mark.parametrize(
    ("start", "end", "rolling", "kept"),
    [
        ("2027-09-06", "2028-07-24", "", date(2028, 9, 4)),  # as it was suggested with another start
        ("2027-09-06", "", "", date(2028, 9, 4)),
        ("2027-09-06", "2028-08-31", "", date(2028, 8, 31)),  # chosen
        ("2027-09-06", "2028-07-24", "on", None),
    ],
)
def test_programme_start_lets_the_end_follow_the_start(world, signed_in, start, end, rolling, kept):
    data = {"organisation": world.trust.pk, "name": "New", "cohort_name": "Autumn", "start_date": start}
    signed_in(world.lead).post(url("programme-start", "trainee-band6"), data | {"end_date": end, "rolling": rolling})
    assert Cohort.objects.get(programme__name="New").end_date == kept


def test_programme_start_refuses_an_organisation_of_somebody_else(world, signed_in):
    other = world.elsewhere.grants.get().scope_id
    data = {"organisation": other, "name": "New", "cohort_name": "2027 intake", "start_date": "2027-07-26"}
    response = signed_in(world.lead).post(url("programme-start", "trainee-band6"), data)
    assert response.status_code == 200
    assert not Programme.objects.filter(name="New").exists()


def test_programme_start_knows_only_models_that_exist(world, signed_in):
    assert signed_in(world.lead).get(url("programme-start", "no-such-model")).status_code == 404


def test_programme_detail_shows_a_lead_the_rules_and_a_member_what_to_expect(world, signed_in):
    address = url("programme-detail", world.cohort.programme_id)
    lead = text(signed_in(world.lead).get(address))
    assert "Mentors are band 6 on the start date" in lead
    member = text(signed_in(world.asha.person).get(address, follow=True))
    assert "What to expect as a trainee pharmacist" in member
    assert "Mentors are band 6 on the start date" not in member
    assert "2027 intake" not in member
    assert signed_in(world.elsewhere).get(address).status_code == 404


# --- Cohort and enrolling -------------------------------------------------------------------


def test_cohort_detail_shows_who_is_enrolled_and_who_cannot_be_matched(world, now, signed_in):
    builders.mentor(world.cohort, "Dev Khan", now=now, band="7")
    client = signed_in(world.lead)
    assert "Asha Patel" in text(client.get(url("cohort-detail", world.cohort.pk)))
    page = text(client.get(url("cohort-detail", world.cohort.pk), {"side": "mentor"}))
    assert "Mentors on this programme are band 6. Dev is band 7." in page
    assert "1 cannot be matched yet" in page


def test_cohort_detail_offers_the_next_step(now, signed_in):
    trust = people_builders.organisation(now=now)
    cohort = builders.cohort(now=now, organisation=trust)
    client = signed_in(people_builders.lead(trust, now=now))
    assert client.get(url("cohort-detail", cohort.pk)).context["step"].text == "Enrol trainee pharmacists"
    builders.mentee(cohort, now=now)
    assert client.get(url("cohort-detail", cohort.pk)).context["step"].text == "Enrol mentors"


def test_cohort_detail_is_for_leads_of_the_programme_alone(world, signed_in):
    for person in (world.asha.person, world.ben.person, world.elsewhere):
        assert signed_in(person).get(url("cohort-detail", world.cohort.pk)).status_code == 404


@pytest.fixture
def staff(world, now):
    """Two pharmacists of band 6, of whom one is on record as willing, one of band 7, one whose band is unknown."""
    job = {"now": now, "organisation": world.trust, "job_title": "Pharmacist"}
    return {
        "fay": people_builders.person("Fay Green", band="6", volunteers_to_mentor="yes", **job),
        "gil": people_builders.person("Gil Brown", band="6", **job),
        "hal": people_builders.person("Hal Jones", band="7", **job),
        "noor": people_builders.person("Noor Ahmed", **job),
    }


def test_enrolment_add_shows_first_whom_the_model_means(world, staff, signed_in):
    address = url("enrolment-add", world.cohort.pk, "mentor")
    names = [line["person"].name for line in signed_in(world.lead).get(address).context["shown"]]
    assert names == ["Gil Brown", "Fay Green"]


def test_enrolment_add_leaves_who_has_a_mentor_elsewhere_to_the_lead(world, now, signed_in):
    other = builders.cohort(now=now, organisation=world.trust, cohort_name="2026 intake", start_date=date(2026, 7, 27))
    paired = builders.pair(other, builders.mentee(other, "Ivy Stone", now=now), now=now)
    fresh = people_builders.person(
        "Jay Frost", now=now, organisation=world.trust, job_title="Trainee pharmacist", band="5"
    )
    address, everyone = url("enrolment-add", world.cohort.pk, "mentee"), {"q": "", "show": "all"}
    page = signed_in(world.lead).post(address, everyone)
    ticked = {line["person"].name for line in page.context["shown"] if line["ticked"]}
    assert fresh.name in ticked
    assert "Ivy Stone" not in ticked
    assert f"Has a mentor in {other.programme.name}, 2026 intake" in text(page)
    relationships.end(relationship=paired, by=None, now=now)
    page = signed_in(world.lead).post(address, everyone)
    assert "Ivy Stone" in {line["person"].name for line in page.context["shown"] if line["ticked"]}


def test_enrolment_add_says_who_mentors_already_and_ticks_them_all_the_same(world, now, signed_in):
    other = builders.cohort(now=now, organisation=world.trust, cohort_name="2026 intake", start_date=date(2026, 7, 27))
    builders.pair(other, None, builders.mentor(other, "Ivy Stone", now=now), now=now)
    page = signed_in(world.lead).post(url("enrolment-add", world.cohort.pk, "mentor"), {"q": "", "show": "all"})
    assert "Ivy Stone" in {line["person"].name for line in page.context["shown"] if line["ticked"]}
    assert f"Yes, and already mentors in {other.programme.name}, 2026 intake" in text(page)


def test_enrolment_add_says_why_somebody_cannot_take_part(world, staff, signed_in):
    page = signed_in(world.lead).get(url("enrolment-add", world.cohort.pk, "mentor") + "?q=")
    assert "Mentors on this programme are band 6. Hal is band 7." in text(page)
    assert "Whom a rule only advises against you may tick too" in text(page)
    assert "Noor&#x27;s band is not yet known. Until it is, there can be no match." in text(page)
    able = {line["person"].given_name for line in page.context["shown"] if line["able"]}
    assert {"Fay", "Gil", "Noor", "Hal"} <= able


def test_enrolment_add_takes_whom_a_rule_advises_against_where_the_lead_says_so(world, staff, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    hal = {"people": [staff["hal"].pk], "capacity": "1", "volunteered": "on"}
    page = text(client.post(address, hal))
    assert "There is a problem" in page
    assert "Mentors on this programme are band 6. Hal is band 7." in page
    assert not world.cohort.enrolments.filter(person=staff["hal"]).exists()
    assert client.post(address, hal | {"against": "on"}).status_code == 302
    assert world.cohort.enrolments.live().filter(person=staff["hal"]).exists()


def test_enrolment_add_never_takes_whom_a_rule_that_must_be_kept_bars(world, staff, signed_in, now):
    change(world.cohort.programme, "rule.mentor-band", now=now, by=world.lead, reason="Agreed.", strength="must")
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    page = client.get(f"{address}?q=")
    assert f'for="person-{staff["hal"].pk}"' not in text(page)
    page = client.post(address, {"people": [staff["hal"].pk], "capacity": "1", "volunteered": "on", "against": "on"})
    assert "Mentors on this programme are band 6. Hal is band 7." in text(page)


def test_enrolment_add_finds_by_name_job_and_band(world, staff, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    found = lambda query: {line["person"].given_name for line in client.get(address + query).context["shown"]}  # noqa: E731
    assert found("?q=green+pharm") == {"Fay"}
    assert found("?q=&band=7") == {"Hal"}
    assert found("?q=nobody+at+all") == set()


def test_enrolment_add_ticks_all_or_the_willing_without_script(world, staff, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    ticked = lambda how: {  # noqa: E731
        line["person"].given_name
        for line in client.post(address, {"q": "", "show": how}).context["shown"]
        if line["ticked"]
    }
    assert ticked("yes") == {"Fay"}
    assert ticked("all") >= {"Fay", "Gil", "Noor"}
    assert "Hal" not in ticked("all")


def test_enrolment_add_keeps_ticks_and_choices_while_the_list_is_narrowed(world, staff, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    chosen = {"people": [staff["fay"].pk, staff["gil"].pk], "capacity": 2, "volunteered": "on"}
    page = client.post(address, chosen | {"q": "green", "show": "these"})
    assert [line["person"].given_name for line in page.context["shown"]] == ["Fay"]
    assert "Also ticked, but not shown here: Gil Brown." in text(page)
    assert page.context["form"]["capacity"].value() == "2"
    assert "Everyone I enrol has said they would like to be a mentor" in text(page)
    assert f'<input type="hidden" name="people" value="{staff["gil"].pk}">' in page.content.decode()
    assert world.cohort.enrolments.filter(side="mentor").count() == 1
    none = client.post(address, chosen | {"q": "green", "show": "none"})
    assert "Also ticked" not in text(none)


def test_enrolment_add_ticks_those_on_other_pages_too(world, now, signed_in, monkeypatch):
    monkeypatch.setattr("programmes.web.enrolments.PER_PAGE", 2)
    for number in range(5):
        people_builders.person(f"Ida Number{number}", organisation=world.trust, band="6", now=now)
    page = signed_in(world.lead).post(url("enrolment-add", world.cohort.pk, "mentor"), {"q": "Ida", "show": "all"})
    assert len(page.context["ticked"]) == 5
    assert len(page.context["shown"]) == 2
    assert page.content.decode().count('type="hidden" name="people"') == 3
    assert "Tick everyone who can take part" in text(page)


def test_enrolment_add_carries_no_tick_of_somebody_whom_the_lead_may_not_see(world, now, signed_in):
    stranger = people_builders.person("Una Known", organisation=people_builders.organisation(now=now), now=now)
    page = signed_in(world.lead).post(
        url("enrolment-add", world.cohort.pk, "mentor"), {"people": [stranger.pk], "q": "", "show": "these"}
    )
    assert "Una" not in text(page)


def test_enrolment_add_ticks_those_who_said_yes_to_begin_with(world, staff, now, signed_in):
    fresh = builders.cohort(now=now, organisation=world.trust)
    page = signed_in(world.lead).get(url("enrolment-add", fresh.pk, "mentor"))
    assert {line["person"].given_name for line in page.context["shown"] if line["ticked"]} == {"Fay"}
    assert "The one person who said yes is ticked to begin with." in text(page)
    later = signed_in(world.lead).get(url("enrolment-add", world.cohort.pk, "mentor"))
    assert not any(line["ticked"] for line in later.context["shown"])


def test_enrolment_add_asks_those_ticked_by_e_mail(world, staff, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    assert "Whoever you enrol takes part from now on, and no mail goes out." in text(client.get(address))
    answer = client.post(address, {"people": [staff["fay"].pk, staff["gil"].pk], "capacity": 1, "ask": "yes"})
    assert answer.url == url("joining-list", world.cohort.pk)
    assert Enrolment.objects.filter(cohort=world.cohort, state="offered").count() == 2
    assert "Tick at least one person." in text(client.post(address, {"capacity": 1, "ask": "yes"}))


def test_enrolment_add_asks_for_the_yes_of_those_of_whom_none_is_on_record(world, staff, signed_in):
    client, address = signed_in(world.lead), url("enrolment-add", world.cohort.pk, "mentor")
    ticks = {"people": [staff["fay"].pk, staff["gil"].pk], "capacity": 1}
    assert "Mentors on this programme volunteer. Confirm it for Gil." in text(client.post(address, ticks))
    assert world.cohort.enrolments.filter(side="mentor").count() == 1
    response = client.post(address, ticks | {"volunteered": "on"})
    assert response.url == url("cohort-detail", world.cohort.pk)
    assert world.cohort.enrolments.filter(side="mentor").count() == 3
    assert client.post(address, {"people": [], "capacity": 1}).context["form"].errors["people"] == [
        "Tick at least one person."
    ]


@pytest.mark.parametrize("who", ["barred", "unseen"])
def test_enrolment_add_takes_nobody_whom_it_did_not_offer(who, world, staff, now, signed_in):
    unseen = people_builders.person("Una Unseen", now=now, organisation=people_builders.organisation(now=now), band="6")
    person = staff["hal"] if who == "barred" else unseen
    data = {"people": [person.pk], "capacity": 1, "volunteered": "on"}
    response = signed_in(world.lead).post(url("enrolment-add", world.cohort.pk, "mentor"), data)
    assert response.status_code == 200
    assert "Una" not in text(response)
    assert not Enrolment.objects.filter(person=person).exists()


def test_enrolment_add_leads_on_to_the_side_that_is_empty(now, signed_in):
    trust = people_builders.organisation(now=now)
    cohort = builders.cohort(now=now, organisation=trust)
    tp = people_builders.person("Asha", now=now, organisation=trust, job_title="Trainee pharmacist", band="5")
    client = signed_in(people_builders.lead(trust, now=now))
    response = client.post(url("enrolment-add", cohort.pk, "mentee"), {"people": [tp.pk]})
    assert response.url == url("enrolment-add", cohort.pk, "mentor")


def test_enrolment_add_is_not_there_for_others_or_for_another_side(world, signed_in):
    for person in (world.asha.person, world.elsewhere):
        assert signed_in(person).get(url("enrolment-add", world.cohort.pk, "mentee")).status_code == 404
    assert signed_in(world.lead).get(url("enrolment-add", world.cohort.pk, "observer")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_enrolment_add_asks_as_many_queries_for_three_as_for_one(rows, now, signed_in, django_assert_num_queries):
    trust = people_builders.organisation(now=now)
    lead = people_builders.lead(trust, now=now)
    cohort = builders.cohort(now=now, organisation=trust)
    for _ in range(rows):
        people_builders.person(now=now, organisation=trust, band="6", job_title="Pharmacist")
    client = signed_in(lead)
    with django_assert_num_queries(ENROL_QUERIES):
        assert client.get(url("enrolment-add", cohort.pk, "mentor")).status_code == 200


def test_enrolment_withdraw_names_what_ends_and_does_nothing_when_looked_at(world, signed_in):
    client, address = signed_in(world.lead), url("enrolment-withdraw", world.asha.pk)
    assert "The mentoring with Ben Carter ends today." in text(client.get(address))
    world.asha.refresh_from_db()
    assert world.asha.state == "enrolled"
    assert client.post(address).url == url("cohort-detail", world.cohort.pk)
    world.asha.refresh_from_db()
    assert world.asha.state == "withdrawn"
    assert client.get(address).status_code == 404


def test_enrolment_withdraw_is_for_nobody_else(world, signed_in):
    for person in (world.ben.person, world.elsewhere):
        assert signed_in(person).post(url("enrolment-withdraw", world.asha.pk)).status_code == 404


# --- Relationships --------------------------------------------------------------------------


def test_relationship_detail_shows_members_each_other(world, signed_in):
    address = url("relationship-detail", world.pair.pk)
    page = text(signed_in(world.asha.person).get(address))
    assert "Ben Carter, your mentor" in page
    assert "ben@example.org" in page
    assert "Your mentor is a band 6 pharmacist who was in your place not long ago." in page
    assert "Asha Patel, your trainee pharmacist" in text(signed_in(world.ben.person).get(address))


def test_relationship_detail_leaves_out_what_nobody_knows_of_somebody_from_outside(world, now, signed_in):
    cohort = builders.bringing_cohort(now=now)
    outside = people_builders.person("Will Dunn", email="will@example.org", now=now)
    pair = builders.pair(cohort, other=builders.mentor(cohort, outside, now=now), now=now)
    page = text(signed_in(pair.members.get(role="mentee").person).get(url("relationship-detail", pair.pk)))
    assert "will@example.org" in page
    assert "Not given" not in page
    assert "Job title" not in page


def test_relationship_detail_shows_a_lead_facts_and_says_that_the_rest_is_theirs(world, signed_in):
    page = text(signed_in(world.lead).get(url("relationship-detail", world.pair.pk)))
    assert "Asha Patel and Ben Carter" in page
    assert "14 April 2027" in page
    assert "What they say and write to each other is theirs." in page


def test_relationship_detail_is_absent_for_everyone_else(world, now, signed_in):
    bystander = builders.mentor(world.cohort, "Cy Bystander", now=now).person
    for person in (world.elsewhere, bystander):
        assert signed_in(person).get(url("relationship-detail", world.pair.pk)).status_code == 404


def test_relationship_end_asks_first_and_then_ends(world, signed_in):
    client, address = signed_in(world.ben.person), url("relationship-end", world.pair.pk)
    assert "Asha will be told only that it has ended." in text(client.get(address))
    world.pair.refresh_from_db()
    assert world.pair.state == "live"
    assert client.post(address).url == reverse("home")
    world.pair.refresh_from_db()
    assert world.pair.state == "ended"
    assert client.get(address).status_code == 404
    assert client.get(url("relationship-detail", world.pair.pk)).status_code == 404


def test_relationship_end_by_the_lead_returns_to_the_cohort(world, signed_in):
    client = signed_in(world.lead)
    assert client.post(url("relationship-end", world.pair.pk)).url == url("cohort-detail", world.cohort.pk)
    assert "Ended" in text(client.get(url("relationship-detail", world.pair.pk)))


def test_relationship_end_is_absent_for_everyone_else(world, signed_in):
    assert signed_in(world.elsewhere).post(url("relationship-end", world.pair.pk)).status_code == 404


# --- Home -----------------------------------------------------------------------------------


def test_home_shows_members_each_other_and_the_waiting_whom_to_ask(world, now, signed_in):
    assert "Ben Carter, your mentor" in text(signed_in(world.asha.person).get("/"))
    waiting = builders.mentee(world.cohort, "Wanda", now=now).person
    page = text(signed_in(waiting).get("/"))
    assert "you do not have a mentor yet" in page
    assert "Until then, contact the E&amp;T team." in page
    assert "Ben Carter" not in page


def test_home_shows_leads_the_next_step_of_each_cohort(world, now, signed_in):
    builders.cohort(now=now, organisation=world.trust, name="Another")
    page = text(signed_in(world.lead).get("/"))
    assert "Another, 2027 intake: enrol trainee pharmacists" in page
    assert "1 trainee pharmacist, 1 mentor, 1 place" in page
