"""Pages by which those who keep a record change it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from people import leaver_steps
from people.access import Role
from people.models import Employment, Person, Tie
from tests.builders import people as make
from tests.people import audited

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust(now):
    return make.organisation(now=now, name="Northbank")


@pytest.fixture
def north(trust, now):
    return make.site(trust, now=now, name="North site")


@pytest.fixture
def lead(trust, now):
    return make.lead(trust, "Lena Lead", now=now)


@pytest.fixture
def asha(trust, north, now):
    return make.person(
        "Asha Khan",
        now=now,
        email="asha@example.org",
        organisation=trust,
        site=north,
        job_title="Pharmacist",
        band="6",
        staff_number="4711",
        start_date=date(2026, 9, 1),
    )


def words(response):
    return " ".join(response.content.decode().split())


def page(client, name, *args, **options):
    return client.get(reverse(f"people:{name}", args=args), **options)


def send(client, name, *args, data, **options):
    return client.post(reverse(f"people:{name}", args=args), data, **options)


def verbs(since):
    return [event[0] for event in audited.events(since=since) if event[0] not in ("record-opened", "signed-in")]


def test_person_add_takes_on_staff_with_a_job_and_a_manager(signed_in, lead, asha, trust, north):
    client, since = signed_in(lead), audited.last()
    data = {
        "given_name": "Nora",
        "family_name": "Nwosu",
        "email": "nora@example.org",
        "job_title": "Trainee pharmacist",
        "site": north.pk,
        "band": "5",
        "managers": "4711",
    }
    answer = send(client, "person-add", "staff", data=data)
    nora = Person.objects.get(email="nora@example.org")
    assert answer.url == reverse("people:person-detail", args=[nora.pk])
    job = nora.employments.get()
    assert (job.organisation, job.site, job.band, job.level) == (trust, north, "5", "foundation")
    assert nora.managed_by.get().manager == asha
    assert verbs(since) == ["person-added", "employment-started", "managers-changed"]


def test_person_add_takes_somebody_from_outside_whom_only_this_lead_sees(signed_in, lead, trust, now):
    data = {"given_name": "Gus", "family_name": "Okoro", "email": "gus@example.org", "works_at": "Rosebank Pharmacy"}
    assert send(signed_in(lead), "person-add", "outside", data=data).status_code == 302
    gus = Person.objects.get(email="gus@example.org")
    assert not gus.employments.exists()
    assert "From outside: Rosebank Pharmacy" in words(page(signed_in(lead), "person-detail", gus.pk))
    stranger = make.lead(make.organisation(now=now), now=now)
    assert page(signed_in(stranger), "person-detail", gus.pk).status_code == 404


def test_person_add_asks_whether_it_is_somebody_known_and_loses_nothing_typed(signed_in, lead, asha):
    client = signed_in(lead)
    data = {"given_name": "Ásha", "family_name": "KHAN", "email": "other@example.org", "job_title": "Locum"}
    asked = words(send(client, "person-add", "staff", data=data))
    assert "Is it one of these?" in asked
    assert reverse("people:person-detail", args=[asha.pk]) in asked
    assert 'value="Locum"' in asked
    assert Person.objects.filter(email="other@example.org").count() == 0
    send(client, "person-add", "staff", data=data | {"somebody_else": "yes"})
    assert Person.objects.filter(email="other@example.org").count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"given_name": ""}, "Enter first name"),
        ({"given_name": "Nora", "email": "asha@example.org"}, "Somebody already has this e-mail address."),
        ({"given_name": "Nora", "staff_number": "4711"}, "already has the staff number 4711"),
        ({"given_name": "Nora", "managers": "nobody@example.org"}, "Nobody on your lists has the e-mail address"),
    ],
)
def test_person_add_says_what_to_mend_and_saves_nothing(signed_in, lead, asha, data, sentence):
    before = Person.objects.count()
    answer = words(send(signed_in(lead), "person-add", "staff", data=data))
    assert sentence.lower() in answer.lower()
    assert Person.objects.count() == before


def test_person_edit_changes_name_and_address_and_the_name_is_found(signed_in, lead, asha):
    client = signed_in(lead)
    data = {"given_name": "Zoë", "family_name": "O’Brien-Łuc", "email": "zoe@example.org"}
    assert send(client, "person-edit", asha.pk, data=data).status_code == 302
    for search in ("zoe", "obrien", "o'brien", "LUC", "brien-luc", "4711", "zoe@ex"):
        assert "Zoë" in words(client.get(reverse("people:person-list"), {"q": search})), search


def test_person_edit_leaves_the_address_of_an_account_in_use_to_its_owner_or_an_administrator(
    signed_in, lead, asha, now
):
    Person.objects.filter(pk=asha.pk).update(last_login=now)
    data = {"given_name": "Asha", "family_name": "Khan", "email": "mine-now@example.org"}
    assert "only Asha can change it" in words(page(signed_in(lead), "person-edit", asha.pk))
    send(signed_in(lead), "person-edit", asha.pk, data=data)
    assert Person.objects.get(pk=asha.pk).email == "asha@example.org"
    administrator = signed_in(make.administrator(now=now))
    assert "Tick this to change the address" in words(send(administrator, "person-edit", asha.pk, data=data))
    send(administrator, "person-edit", asha.pk, data=data | {"sure": "on"})
    assert Person.objects.get(pk=asha.pk).email == "mine-now@example.org"


def test_job_start_gives_an_administrator_the_way_to_a_second_employer(signed_in, asha, now):
    other = make.organisation(now=now, name="Rosebank Pharmacy")
    administrator = signed_in(make.administrator(now=now))
    data = {"organisation": other.pk, "job_title": "Locum pharmacist"}
    assert send(administrator, "job-start", asha.pk, data=data).status_code == 302
    assert {job.organisation.name for job in asha.employments.all()} == {"Northbank", "Rosebank Pharmacy"}


DETAILS = {"job_title": "Pharmacist", "band": "7", "level": "", "staff_number": "4711"}


def day(name, value):
    return {f"{name}-day": value.day, f"{name}-month": value.month, f"{name}-year": value.year}


def test_job_edit_puts_right_what_was_wrong(signed_in, lead, asha, north):
    job, since = asha.employments.get(), audited.last()
    data = DETAILS | {"site": north.pk, "how": "wrong"} | day("start_date", date(2026, 8, 1))
    assert send(signed_in(lead), "job-edit", job.pk, data=data).status_code == 302
    job = asha.employments.get()
    assert (job.band, job.start_date, job.level) == ("7", date(2026, 8, 1), "early")
    assert verbs(since) == ["employment-changed"]


def test_job_edit_begins_a_new_period_where_it_has_changed(signed_in, lead, asha, north):
    job = asha.employments.get()
    data = DETAILS | {"site": north.pk, "how": "changed"} | day("start_date", job.start_date)
    refused = words(send(signed_in(lead), "job-edit", job.pk, data=data))
    assert "Give the day from which it has changed" in refused
    send(signed_in(lead), "job-edit", job.pk, data=data | day("since", date(2027, 4, 1)))
    periods = [(one.band, one.start_date, one.end_date) for one in asha.employments.all()]
    assert periods == [("7", date(2027, 4, 1), None), ("6", date(2026, 9, 1), date(2027, 4, 1))]
    assert "Past jobs" in words(page(signed_in(lead), "person-detail", asha.pk))


def test_job_edit_is_for_leads_of_that_employer(signed_in, lead, asha, now):
    elsewhere = make.organisation(now=now)
    second = make.job(asha, elsewhere, now=now, job_title="Locum")
    assert page(signed_in(lead), "job-edit", second.pk).status_code == 404


def test_managers_edit_names_people_in_words_and_leaves_those_elsewhere(signed_in, lead, asha, trust, now):
    bea = make.person("Bea Boss", now=now, organisation=trust)
    outside = make.person("Una Unseen", now=now, organisation=make.organisation(now=now))
    make.employments.set_managers(person=asha, managers=[outside], by=None, now=now)
    client = signed_in(lead)
    assert "Una Unseen" not in words(page(client, "managers-edit", asha.pk))
    assert "is nobody on your lists" in words(send(client, "managers-edit", asha.pk, data={"managers": "Una Unseen"}))
    send(client, "managers-edit", asha.pk, data={"managers": "boss, bea"})
    lines = asha.managed_by.not_over(on=now.date())
    assert {line.manager for line in lines} == {bea, outside}


def test_tie_record_is_neutral_and_hidden_from_the_two(signed_in, lead, asha, trust, now):
    bea = make.person("Bea Boss", now=now, organisation=trust)
    client = signed_in(lead)
    answer = send(client, "tie-record", asha.pk, data={"kind": "declared", "other": "Bea Boss"}, follow=True)
    assert "a conflict between them is on record" in words(answer)
    assert "declared" not in words(answer).lower()
    for one in (asha, bea):
        own = words(page(signed_in(one), "person-detail", one.pk))
        assert "conflict" not in own


def test_tie_record_shows_supervision_to_those_it_is_about(signed_in, lead, asha, trust, now):
    bea = make.person("Bea Boss", now=now, organisation=trust)
    send(signed_in(lead), "tie-record", asha.pk, data={"kind": "ds", "other": bea.email})
    assert "Your designated supervisor" in words(page(signed_in(asha), "person-detail", asha.pk))
    assert "You are their designated supervisor" in words(page(signed_in(bea), "person-detail", bea.pk))
    again = words(send(signed_in(lead), "tie-record", asha.pk, data={"kind": "ds", "other": bea.email}))
    assert "This is already recorded" in again


def test_tie_end_ends_it_today(signed_in, lead, asha, trust, now):
    tie = make.tie(Tie.Kind.DS, asha, make.person(now=now, organisation=trust), now=now)
    assert "End this tie?" in words(page(signed_in(lead), "tie-end", tie.pk))
    send(signed_in(lead), "tie-end", tie.pk, data={})
    assert not Tie.objects.not_over(on=now.date()).exists()


def test_fact_edit_records_and_forgets(signed_in, lead, asha):
    client = signed_in(lead)
    send(client, "fact-edit", asha.pk, "registered_on", data=day("value", date(2023, 8, 1)))
    assert "1 August 2023" in words(page(client, "person-detail", asha.pk))
    send(client, "fact-edit", asha.pk, "diploma_on", data={"not_applicable": "on"})
    assert asha.facts.get(kind="diploma_on").applies is False
    send(client, "fact-edit", asha.pk, "registered_on", data={})
    assert not asha.facts.filter(kind="registered_on").exists()


def test_fact_edit_in_place_gives_the_row_alone(signed_in, lead, asha):
    client, live = signed_in(lead), {"headers": {"HX-Request": "true"}}
    row = words(page(client, "fact-edit", asha.pk, "foundation_sector", **live))
    assert 'id="fact-foundation_sector"' in row
    assert "<html" not in row
    row = words(send(client, "fact-edit", asha.pk, "foundation_sector", data={"value": "community"}, **live))
    assert "Community pharmacy" in row
    assert "<form" not in row
    wrong = words(send(client, "fact-edit", asha.pk, "registered_on", data={"value-day": "31"}, **live))
    assert "must include a month and a year" in wrong


def test_fact_edit_of_nothing_known_is_not_there(signed_in, lead, asha):
    for kind in ("shoe-size", "style"):
        assert page(signed_in(lead), "fact-edit", asha.pk, kind).status_code == 404


def test_person_leave_says_what_ends_and_ends_it(signed_in, lead, asha, trust, now, monkeypatch):
    told = {"sentence": "The mentoring with Ben Carter in Trainee mentoring."}
    monkeypatch.setitem(leaver_steps._PREVIEWS, "test", lambda person, viewer, *, now: [told["sentence"]])
    rae = make.person("Rae Report", now=now, organisation=trust, managers=[asha])
    make.person("Roy Report", now=now, organisation=trust, managers=[asha, rae])
    make.grant(asha, Role.HOST_OFFICER, trust, now=now)
    shown = words(page(signed_in(lead), "person-leave", asha.pk))
    assert told["sentence"] in shown
    assert "The role host officer: Northbank" in shown
    assert "Who is left without a manager" in shown
    assert "Rae Report" in shown
    assert "Roy Report" not in shown
    answer = send(signed_in(lead), "person-leave", asha.pk, data={}, follow=True)
    assert "Asha Khan has left." in words(answer)
    assert not Person.objects.get(pk=asha.pk).is_active


def test_person_leave_ends_here_only_what_is_here(signed_in, lead, asha, now):
    elsewhere = make.organisation(now=now, name="Rosebank Pharmacy")
    make.job(asha, elsewhere, now=now)
    assert "also works elsewhere" in words(page(signed_in(lead), "person-leave", asha.pk))
    send(signed_in(lead), "person-leave", asha.pk, data={})
    asha.refresh_from_db()
    assert asha.is_active
    assert [job.organisation for job in Employment.objects.not_over(on=now.date()).filter(person=asha)] == [elsewhere]


def test_person_return_lets_somebody_come_back(signed_in, lead, asha, now):
    make.people_actions.leave(person=asha, by=lead, now=now)
    client = signed_in(lead)
    assert "Asha Khan" in words(client.get(reverse("people:person-list"), {"state": "left"}))
    assert "Asha Khan" not in words(client.get(reverse("people:person-list")))
    assert 'value="Pharmacist"' in words(page(client, "person-return", asha.pk))
    answer = send(client, "person-return", asha.pk, data={"job_title": "Senior pharmacist"}, follow=True)
    assert "Asha Khan is back" in words(answer)
    assert Person.objects.get(pk=asha.pk).is_active
    assert asha.employments.first().job_title == "Senior pharmacist"


def test_person_return_lets_somebody_from_outside_back_without_a_job(signed_in, lead, trust, now):
    gus = make.people_actions.take_on(
        organisation=trust, given_name="Gus", works_at="Rosebank Pharmacy", by=lead, now=now
    )
    make.people_actions.leave(person=gus, by=lead, now=now)
    client = signed_in(lead)
    send(client, "person-return", gus.pk, data={"works_at": "Rosebank Pharmacy"})
    assert "From outside: Rosebank Pharmacy" in words(page(client, "person-detail", gus.pk))


def test_person_return_is_not_for_another_organisation(signed_in, asha, now):
    make.people_actions.leave(person=asha, by=None, now=now)
    stranger = make.lead(make.organisation(now=now), now=now)
    assert page(signed_in(stranger), "person-return", asha.pk).status_code == 404


def test_you_leads_to_everything_of_ones_own(signed_in, asha):
    shown = words(page(signed_in(asha), "you"))
    for link in ("account_change_password", "account_email", "mfa_index", "people:style-answer"):
        assert f'href="{reverse(link)}"' in shown
    assert reverse("people:person-detail", args=[asha.pk]) in shown
    home = words(signed_in(asha).get("/"))
    assert f'href="{reverse("people:you")}"' in home


@pytest.mark.parametrize("kind", ["site_lead", "person"])
def test_nobody_else_changes_a_record(signed_in, asha, trust, north, now, kind):
    """A site lead sees the record of the site's people, and may not change it; a colleague sees nothing."""
    viewer = make.site_lead(north, now=now) if kind == "site_lead" else make.person(now=now, organisation=trust)
    client = signed_in(viewer)
    assert page(client, "person-detail", asha.pk).status_code == (200 if kind == "site_lead" else 404)
    for name, args in (
        ("person-edit", [asha.pk]),
        ("job-start", [asha.pk]),
        ("job-edit", [asha.employments.get().pk]),
        ("managers-edit", [asha.pk]),
        ("tie-record", [asha.pk]),
        ("fact-edit", [asha.pk, "registered_on"]),
        ("person-leave", [asha.pk]),
        ("person-merge", [asha.pk]),
    ):
        assert page(client, name, *args).status_code == 404, name
        assert send(client, name, *args, data={}).status_code == 404, name
    assert "Change" not in words(page(client, "person-detail", asha.pk))


def test_person_list_narrows_and_sorts_only_by_what_the_viewer_may_see(signed_in, lead, asha, trust, now):
    officer = make.host_officer(trust, "Oz Officer", now=now)
    make.job(officer, make.organisation(now=now), now=now, band="9", start_date=(now + timedelta(days=9)).date())
    make.person("Sam Senior", now=now, organisation=trust, band="8a", start_date=date(2020, 1, 1))
    client = signed_in(lead)

    def found(**asked):
        return [person.name for person in client.get(reverse("people:person-list"), asked).context["page"]]

    assert found(band="9") == []
    assert found(band="8a") == ["Sam Senior"]
    assert found(sort="band") == ["Sam Senior", "Asha Khan", "Lena Lead", "Oz Officer"]
    assert found(sort="newest") == ["Asha Khan", "Sam Senior", "Lena Lead", "Oz Officer"]
    assert found(sort="nonsense", band="nonsense", state="nonsense", team="7") == found()


def test_person_list_asked_by_htmx_is_the_table_alone(signed_in, lead, asha):
    live = words(signed_in(lead).get(reverse("people:person-list"), {"q": "asha"}, headers={"HX-Request": "true"}))
    assert "Asha Khan" in live
    assert "<html" not in live
