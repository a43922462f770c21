from datetime import date, timedelta

import pytest

from audit.refusal import Refused
from people import leaver_steps
from people.access import Access, Role, ScopeKind
from people.actions import employments, grants, people
from people.models import Grant, LineManagement, Person, Tie
from tests.builders import people as make
from tests.people import audited

pytestmark = pytest.mark.django_db


def test_add_keeps_names_tidy_and_addresses_lower_case(now):
    person = people.add(given_name="  Asha ", family_name="de  Souza", email=" Asha@Example.ORG ", by=None, now=now)
    assert (person.name, person.email) == ("Asha de Souza", "asha@example.org")
    assert not person.has_usable_password()
    assert audited.events() == [("person-added", None, "people.person", person.pk, None)]


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"given_name": " "}, "Give a name."),
        ({"given_name": "Asha", "email": "taken@example.org"}, "Somebody already has this e-mail address."),
        ({"given_name": "Asha", "email": "no address"}, "Enter a valid email address."),
    ],
)
def test_add_refuses(now, details, sentence):
    make.person(now=now, email="taken@example.org")
    with pytest.raises(Refused, match=sentence):
        people.add(**details, by=None, now=now)


def test_many_people_may_have_no_address(now):
    assert make.person(now=now, email=None).email is make.person(now=now, email=None).email is None


def test_change_records_once_and_only_a_difference(now):
    person = make.person("Asha Khan", now=now)
    since = audited.last()
    people.change(person=person, family_name="Khan-Reid", by=None, now=now)
    people.change(person=person, family_name="Khan-Reid", by=None, now=now)
    assert Person.objects.get().name == "Asha Khan-Reid"
    assert audited.events(since=since) == [("person-changed", None, "people.person", person.pk, None)]


def test_change_of_address_is_refused_to_others_once_the_account_is_in_use(now):
    person, lead = make.person("Asha Khan", now=now), make.person(now=now)
    people.change(person=person, email="asha2@example.org", by=lead, now=now)
    Person.objects.filter(pk=person.pk).update(last_login=now)
    person.refresh_from_db()
    with pytest.raises(Refused, match="Only they can change it"):
        people.change(person=person, email="mine-now@example.org", by=lead, now=now)
    person.refresh_from_db()
    assert person.email == "asha2@example.org"
    people.change(person=person, email="asha3@example.org", by=person, now=now)


def test_leave_ends_everything_of_the_person_and_of_nobody_else(now, monkeypatch):
    steps = []
    monkeypatch.setitem(leaver_steps._STEPS, "test", lambda **told: steps.append(told))
    trust = make.organisation(now=now)
    boss = make.person("Bea Boss", now=now, organisation=trust)
    leaver = make.person("Lee Leaver", now=now, organisation=trust, managers=[boss])
    report = make.person("Rae Report", now=now, organisation=trust, managers=[leaver, boss])
    make.grant(leaver, Role.PROGRAMME_LEAD, trust, now=now)
    make.grant(boss, Role.PROGRAMME_LEAD, trust, now=now)
    make.tie(Tie.Kind.DS, report, leaver, now=now)
    make.tie(Tie.Kind.DS, report, boss, now=now)
    since, later = audited.last(), now + timedelta(days=40)

    people.leave(person=leaver, by=boss, now=later)

    day = later.date()
    assert steps == [{"person": leaver, "by": boss, "now": later}]
    assert not Person.objects.get(pk=leaver.pk).is_active
    assert [job.end_date for job in leaver.employments.all()] == [day]
    assert [job.end_date for job in boss.employments.all()] == [None]
    assert Access(leaver, now=later).grants == frozenset()
    assert Grant.objects.live(on=day).get().person == boss
    assert set(LineManagement.objects.live(on=day).values_list("report", "manager")) == {(report.pk, boss.pk)}
    assert Tie.objects.live(on=day).get().other == boss
    scope = ("organisation", trust.pk)
    assert audited.events(since=since) == [
        ("employment-ended", boss.pk, "people.employment", leaver.pk, scope),
        ("grant-ended", boss.pk, "people.grant", leaver.pk, scope),
        ("tie-ended", boss.pk, "people.tie", report.pk, None),
        ("person-left", boss.pk, "people.person", leaver.pk, None),
    ]


def test_leave_of_somebody_who_has_not_begun_leaves_no_day_of_work(now):
    trust = make.organisation(now=now)
    person = make.person(now=now, organisation=trust, start_date=date(2027, 7, 26))
    people.leave(person=person, by=None, now=now)
    assert not person.employments.not_over(on=now.date()).exists()
    assert not person.employments.live(on=date(2027, 7, 26)).exists()


def test_leave_refuses_oneself_and_twice(now):
    person = make.person("Asha Khan", now=now)
    with pytest.raises(Refused, match="You cannot mark yourself"):
        people.leave(person=person, by=person, now=now)
    people.leave(person=person, by=None, now=now)
    with pytest.raises(Refused, match="Asha Khan has already left"):
        people.leave(person=person, by=None, now=now)


def test_come_back_opens_the_account_but_not_with_the_old_password(now):
    person = make.person(now=now)
    person.set_password("old password")
    person.save()
    people.leave(person=person, by=None, now=now)
    people.come_back(person=person, by=None, now=now)
    person = Person.objects.get()
    assert person.is_active
    assert not person.has_usable_password()


def test_start_refuses_a_second_job_and_a_taken_staff_number(now):
    trust, other = make.organisation(now=now, name="Northbank"), make.organisation(now=now)
    person = make.person("Asha Khan", now=now, organisation=trust, staff_number="7")
    with pytest.raises(Refused, match="Asha Khan already works for Northbank"):
        make.job(person, trust, now=now)
    with pytest.raises(Refused, match="already has the staff number 7"):
        make.person(now=now, organisation=trust, staff_number="7")
    with pytest.raises(Refused, match="does not belong to Northbank"):
        make.person(now=now, organisation=trust, site=make.site(other, now=now))
    make.job(person, other, now=now, staff_number="7")


def test_start_works_out_the_level_where_it_can(now):
    trust = make.organisation(now=now)
    for title, band, level in [
        ("Trainee Pharmacist", "5", "foundation"),
        ("Pharmacist", "6", "early"),
        ("Consultant Pharmacist", "8c", "consultant"),
        ("Technician", "5", ""),
    ]:
        person = make.person(now=now, organisation=trust, job_title=title, band=band)
        assert person.employments.get().level == level


def test_set_managers_keeps_who_stays_and_ends_who_goes(now):
    one, two, three = (make.person(now=now) for _ in range(3))
    person = make.person(now=now, managers=[one, two])
    since, later = audited.last(), now + timedelta(days=1)
    employments.set_managers(person=person, managers=[two, three], by=None, now=later)
    employments.set_managers(person=person, managers=[three, two], by=None, now=later)
    lines = {line.manager: (line.start_date, line.end_date) for line in LineManagement.objects.all()}
    day, next_day = now.date(), later.date()
    assert lines == {one: (day, next_day), two: (day, None), three: (next_day, None)}
    assert audited.events(since=since) == [("managers-changed", None, "people.person", person.pk, None)]
    with pytest.raises(Refused, match="own manager"):
        employments.set_managers(person=person, managers=[person], by=None, now=later)


def test_give_is_in_nobodys_own_hands(now):
    trust = make.organisation(now=now)
    lead, admin = make.lead(trust, now=now), make.administrator(now=now)
    for by in (lead, admin):
        with pytest.raises(Refused, match="your own roles"):
            grants.give(
                person=by, role=Role.HOST_OFFICER, scope_kind=ScopeKind.ORGANISATION, scope_id=trust.pk, by=by, now=now
            )
    with pytest.raises(Refused, match="your own roles"):
        grants.end(grant=lead.grants.get(), by=lead, now=now)


def test_give_reaches_as_far_as_the_giver_does(now):
    trust, other = make.organisation(now=now), make.organisation(now=now)
    here, there = make.site(trust, now=now), make.site(other, now=now)
    giver = {
        "lead": make.lead(trust, now=now),
        "site": make.site_lead(here, now=now),
        "officer": make.host_officer(trust, now=now),
        "admin": make.administrator(now=now),
        "nobody": make.person(now=now, organisation=trust),
    }
    wanted = {
        "lead here": (Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, trust.pk),
        "lead there": (Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION, other.pk),
        "site here": (Role.SITE_LEAD, ScopeKind.SITE, here.pk),
        "site there": (Role.SITE_LEAD, ScopeKind.SITE, there.pk),
        "officer here": (Role.HOST_OFFICER, ScopeKind.ORGANISATION, trust.pk),
        "commissioner here": (Role.COMMISSIONER, ScopeKind.ORGANISATION, trust.pk),
        "admin": (Role.ADMINISTRATOR, ScopeKind.PORTAL, 0),
    }
    given = {}
    for who, by in giver.items():
        given[who] = set()
        for what, (role, kind, id) in wanted.items():
            try:
                grants.give(person=make.person(now=now), role=role, scope_kind=kind, scope_id=id, by=by, now=now)
                given[who].add(what)
            except Refused:
                pass
    assert given == {
        "lead": {"lead here", "site here", "officer here"},
        "site": {"site here"},
        "officer": {"officer here"},
        "admin": set(wanted),
        "nobody": set(),
    }


def test_give_and_end_are_recorded_and_dated(now):
    trust = make.organisation(now=now)
    admin, person = make.administrator(now=now), make.person(now=now)
    since, later = audited.last(), now + timedelta(days=10)
    grant = grants.give(
        person=person, role=Role.PROGRAMME_LEAD, scope_kind="organisation", scope_id=trust.pk, by=admin, now=now
    )
    assert Access(person, now=now).organisations_led == {trust.pk}
    assert Access(person, now=now - timedelta(days=1)).organisations_led == set()
    with pytest.raises(Refused, match="already holds this role"):
        make.grant(person, Role.PROGRAMME_LEAD, trust, now=now)
    grants.end(grant=grant, by=admin, now=later)
    assert not Access(person, now=later).is_lead
    with pytest.raises(Refused, match="already ended"):
        grants.end(grant=grant, by=admin, now=later)
    scope = ("organisation", trust.pk)
    assert audited.events(since=since) == [
        ("grant-given", admin.pk, "people.grant", person.pk, scope),
        ("grant-ended", admin.pk, "people.grant", person.pk, scope),
    ]


@pytest.mark.parametrize(
    ("role", "kind", "id", "sentence"),
    [
        (Role.ADMINISTRATOR, ScopeKind.ORGANISATION, 1, "never one over an organisation"),
        (Role.SITE_LEAD, ScopeKind.PORTAL, 0, "never one over the whole portal"),
        (Role.SITE_LEAD, ScopeKind.SITE, 999, "Choose what the role is over"),
    ],
)
def test_give_refuses_a_scope_that_does_not_fit(now, role, kind, id, sentence):
    with pytest.raises(Refused, match=sentence):
        grants.give(person=make.person(now=now), role=role, scope_kind=kind, scope_id=id, by=None, now=now)


def test_end_refuses_the_last_administrator(now):
    first = make.administrator("Ada Min", now=now)
    with pytest.raises(Refused, match="Ada Min is the only administrator"):
        grants.end(grant=first.grants.get(), by=None, now=now)
    make.administrator(now=now)
    grants.end(grant=first.grants.get(), by=None, now=now)


def test_access_of_somebody_who_left_or_is_not_signed_in_is_empty(now):
    admin = make.administrator(now=now)
    assert Access(admin, now=now).is_administrator
    admin.is_active = False
    assert not Access(admin, now=now).is_administrator
    assert not Access(None, now=now).is_lead
