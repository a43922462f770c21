"""Undoing a saved list: all of it goes back, or none of it and the reason is said."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from audit.refusal import Refused
from people.access import Access
from people.actions import employments, invitations, staff_import_undo, staff_imports
from people.models import Employment, Fact, Grant, LineManagement, Person, Site, StaffImport, Team, Tie
from people.staff_list import undoing
from tests.builders import people as make
from tests.builders import programmes
from tests.builders.staff_lists import row
from tests.people import audited
from tests.people.test_person_pages import text
from tests.people.test_staff_imports import ASHA, BOSS

pytestmark = pytest.mark.django_db

TABLES = (Person, Employment, LineManagement, Fact, Site, Team, Grant, Tie, EmailAddress)
RICH = {"Mentor volunteer": "yes", "Registration date": "1/8/2023", "Team": "Dispensary"}
HEADINGS = list(dict.fromkeys([*BOSS, *ASHA, *RICH]))


def everything():
    """Every row of every table that an import writes, the moment of the last sign-in aside."""
    return {model: list(model.objects.order_by("pk").values()) for model in TABLES}


def undo(staff_import, by, now):
    return staff_import_undo.undo(staff_import=staff_import, by=by, now=now)


def test_undo_of_a_first_list_leaves_nothing_of_it(save, lead, trust, now):
    before = everything()
    saved = save(BOSS, {**ASHA, **RICH}, headings=HEADINGS)
    since = audited.last()
    assert [person.name for person in undoing.outlook(saved, Access(None, now=now)).removed] == [
        "Bea Boss",
        "Asha Khan",
    ]
    undo(saved, lead, now + timedelta(hours=1))
    assert everything() == before
    assert (saved.state, saved.undone_by, saved.journal) == ("undone", lead, None)
    assert [event[0] for event in audited.events(since=since)] == [
        "person-removed",
        "person-removed",
        "staff-list-undone",
    ]


def test_undo_puts_back_what_was_changed_who_left_and_who_came_back(save, lead, trust, now):
    save(BOSS, {**ASHA, **RICH}, row(3, "Cy Fox", Supervisor="Asha Khan"), row(4, "Di Ash"), headings=HEADINGS)
    save(BOSS, {**ASHA, **RICH}, row(3, "Cy Fox", Supervisor="Asha Khan"), headings=HEADINGS, is_complete=True)
    cy = Person.objects.get(given_name="Cy")
    make.grant(cy, "host-officer", trust, now=now)
    make.tie("supervisor", cy, Person.objects.get(given_name="Bea"), now=now)
    before = everything()
    later = now + timedelta(days=40)
    changed = {**ASHA, **RICH, "Grade": "7", "Last Name": "Khan-Reid", "E-mail": "akr@example.org", "Location": "South"}
    changed |= {"Mentor volunteer": "no", "Supervisor": "Di Ash"}
    saved = save(BOSS, changed, row(4, "Di Ash"), row(5, "Ed New"), headings=HEADINGS, is_complete=True, now=later)
    cy.refresh_from_db()
    assert (cy.is_active, saved.adds, saved.changes, saved.leavers) == (False, 2, 1, 1)
    found = undoing.outlook(saved, Access(None, now=now))
    assert [person.name for person in found.returned] == ["Cy Fox"]
    assert [person.name for person in found.removed] == ["Ed New"]
    undo(saved, lead, later)
    after = everything()
    for model in TABLES:
        if model is EmailAddress:  # rows may be new, what they say may not
            continue
        rows = [{key: value for key, value in row.items() if key != "password"} for row in after[model]]
        assert rows == [{key: value for key, value in row.items() if key != "password"} for row in before[model]]
    assert sorted(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == sorted(
        (one["user_id"], one["email"], one["verified"], one["primary"]) for one in before[EmailAddress]
    )


def test_undo_is_refused_where_somebody_was_changed_by_hand(save, lead, now):
    saved = save(BOSS, ASHA)
    asha = Person.objects.get(given_name="Asha")
    make.people_actions.change(person=asha, family_name="Khan-Reid", by=lead, now=now)
    before = everything()
    with pytest.raises(Refused, match="Changed since the list was saved: Asha Khan-Reid"):
        undo(saved, lead, now)
    assert everything() == before
    saved.refresh_from_db()
    assert saved.state == StaffImport.State.SAVED


def test_undo_is_refused_where_somebody_was_enrolled_or_invited(save, lead, trust, now):
    saved = save(BOSS, ASHA)
    cohort = programmes.cohort(organisation=trust, now=now)
    programmes.mentee(cohort, Person.objects.get(given_name="Asha"), now=now)
    invitations.invite(person=Person.objects.get(given_name="Bea"), by=lead, now=now)
    with pytest.raises(Refused) as refused:
        undo(saved, lead, now)
    assert "(enrolment, notice, one time link): Bea Boss, Asha Khan." in str(refused.value)


def test_undo_is_refused_where_somebody_who_came_back_was_used_since(save, lead, now):
    save(BOSS, ASHA)
    save(BOSS, is_complete=True)
    back = save(BOSS, ASHA, now=now + timedelta(days=9))
    asha = Person.objects.get(given_name="Asha")
    later = now + timedelta(days=10)
    employments.start(person=asha, organisation=make.organisation(now=now), by=None, now=later)
    with pytest.raises(Refused, match=r"has something since then \(gave a person a job\): Asha Khan"):
        undo(back, lead, later)


def test_undo_is_of_the_last_list_alone_and_once(save, lead, now):
    first, second = save(BOSS), save(BOSS, ASHA, now=now + timedelta(hours=1))
    with pytest.raises(Refused, match="Only the last saved list of Northbank can be undone"):
        undo(first, lead, now)
    undo(second, lead, now)
    with pytest.raises(Refused, match="Only a saved list can be undone"):
        undo(second, lead, now)
    undo(first, lead, now)  # now it is the last
    assert list(Person.objects.all()) == [lead]


def test_undo_is_forgotten_after_thirty_days(save, lead, now):
    saved = save(BOSS)
    assert staff_imports.drop_old(by=None, now=now + timedelta(days=30)) == 0
    saved.refresh_from_db()
    with pytest.raises(Refused, match="more than thirty days ago"):
        undo(saved, lead, now)


def test_undo_is_for_leads_of_the_organisation(save, lead, now):
    saved = save(BOSS)
    with pytest.raises(Refused, match="Only a programme lead of Northbank"):
        undo(saved, make.lead(make.organisation(now=now), now=now), now)


def test_undo_keeps_a_site_that_somebody_uses_by_now(save, lead, trust, now):
    saved = save(BOSS)
    site = Site.objects.get()
    make.grant(make.person(now=now), "site-lead", site, now=now)
    undo(saved, lead, now)
    assert list(Site.objects.all()) == [site]


def test_undo_says_what_mentoring_stays_ended(save, lead, trust, now):
    save(BOSS, ASHA)
    cohort = programmes.cohort(organisation=trust, now=now)
    programmes.mentee(cohort, Person.objects.get(given_name="Asha"), now=now)
    saved = save(BOSS, is_complete=True, now=now + timedelta(days=1))
    assert undoing.outlook(saved, Access(None, now=now)).stays_ended == 1
    undo(saved, lead, now + timedelta(days=1))
    assert Person.objects.get(given_name="Asha").is_active


def test_import_undo_shows_what_goes_back_and_does_it(signed_in, save, lead, now):
    saved = save(BOSS, ASHA)
    client = signed_in(lead)
    url = reverse("people:import-undo", args=[saved.pk])
    assert url in text(client.get(reverse("people:import-preview", args=[saved.pk])))
    page = text(client.get(url))
    assert "Will be removed (2)" in page
    assert "Asha Khan" in page
    client.post(url)
    assert "Import undone" in text(client.get(reverse("people:import-preview", args=[saved.pk])))
    assert client.get(url).status_code == 404
    assert list(Person.objects.all()) == [lead]


def test_import_undo_that_cannot_be_says_why_and_has_no_button(signed_in, save, lead, now):
    saved = save(BOSS, ASHA)
    make.people_actions.change(person=Person.objects.get(given_name="Asha"), family_name="X", by=lead, now=now)
    page = text(signed_in(lead).get(reverse("people:import-undo", args=[saved.pk])))
    assert "Changed since the list was saved: Asha X." in page
    assert "nhsuk-button--warning" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_import_list_is_the_history_and_costs_the_same_for_one_and_three(
    signed_in,
    save,
    upload,
    lead,
    now,
    count,
    django_assert_num_queries,
):
    for number in range(count):
        save(row(number + 1, f"Nora N{number}"), now=now + timedelta(minutes=number))
    client = signed_in(lead)
    with django_assert_num_queries(6):
        page = client.get(reverse("people:import-list"))
    assert text(page).count("list.csv</a>") == count
    assert text(page).count("Undo<span") == 1


def test_import_list_is_empty_at_first(signed_in, lead):
    assert "No list yet" in text(signed_in(lead).get(reverse("people:import-list")))
