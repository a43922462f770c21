"""Two records of one person made one: nothing lost, nobody's account handed over."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from audit.refusal import Refused
from notices.models import Notice
from people import merge_steps
from people.access import Role
from people.actions import facts, guests, invitations, merges, people, staff_imports
from people.models import Fact, Person, Tie
from programmes.actions import joining
from programmes.models import Enrolment, Hope, Member, Relationship
from sessions_log.models import Note
from tests.architecture.test_registries import keys_to_people
from tests.builders import matching, programmes, sessions_log
from tests.builders import people as make
from tests.builders.staff_lists import staff_list
from tests.people import audited

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust(now):
    return make.organisation(now=now, name="Northbank")


@pytest.fixture
def lead(trust, now):
    return make.lead(trust, "Lena Lead", now=now)


@pytest.fixture
def old(trust, now):
    """Asha as she was before: left once, with a past."""
    return make.person("Asha Khan", now=now, email="asha@old.example.org", organisation=trust, job_title="Pharmacist")


@pytest.fixture
def new(now):
    return make.person("Asha Khan", now=now, email="asha@new.example.org")


def merge(kept, gone, by, now, email=None):
    return merges.merge(kept=kept, gone=gone, email=email or kept.email, by=by, now=now)


def test_merge_leaves_no_row_that_names_the_old_record(old, new, trust, lead, now):
    """Data in every table that could be left behind; then no key but the signpost's own names it."""
    cohort = programmes.cohort(organisation=trust, now=now)
    mentee = programmes.mentee(cohort, old, now=now)
    pair = programmes.pair(cohort, mentee, now=now)
    note = sessions_log.note(pair, old, now=now, text="We talked about ward rounds.")
    boss, report = make.person(now=now), make.person(now=now)
    make.employments.set_managers(person=old, managers=[boss], by=None, now=now)
    make.employments.set_managers(person=report, managers=[old], by=None, now=now)
    make.tie(Tie.Kind.DS, old, boss, now=now)
    make.tie(Tie.Kind.DS, report, old, now=now)
    make.grant(old, Role.PROGRAMME_LEAD, trust, now=now)
    make.facts.record(person=old, kind="registered_on", value=date(2023, 8, 1), by=None, now=now)
    guests.add(person=old, organisation=make.organisation(now=now), by=None, now=now)
    make.grant(report, Role.HOST_OFFICER, trust, now=now).__class__.objects.filter(person=report).update(given_by=old)
    programmes.mentee(cohort, now=now)
    programmes.mentor(cohort, now=now)
    matching.finished(cohort, old, now=now)
    make.staff_import(trust, old, now=now)
    invitations.invite(person=old, by=lead, now=now)

    kept = merge(new, old, lead, now)

    left = {}
    for field in keys_to_people():
        label, _, name = field.rpartition(".")
        rows = merge_steps.apps.get_model(label)._base_manager.filter(**{name: old})
        if rows.exists():
            left[field] = rows.count()
    assert left.keys() <= {"account.EmailAddress.user", "notices.Notice.recipient"}  # its address, and the letter there
    assert kept.memberships.get().relationship == pair
    assert Note.objects.get(pk=note.pk).text == "We talked about ward rounds."
    assert Note.objects.visible_to(kept, now=now).get() == note
    assert kept.employments.get().job_title == "Pharmacist"
    assert kept.managed_by.get().manager == boss
    assert kept.manages.get().report == report
    signpost = Person.objects.get(pk=old.pk)
    assert (signpost.is_active, signpost.merged_into, signpost.email) == (False, kept, "asha@old.example.org")


def test_merge_is_recorded_and_both_addresses_are_told(old, new, lead, now):
    since = audited.last()
    merge(new, old, lead, now)
    events = [event for event in audited.events(since=since) if event[0] == "records-merged"]
    assert events == [
        ("records-merged", lead.pk, "people.person", new.pk, None),
        ("records-merged", lead.pk, "people.person", old.pk, None),
    ]
    told = Notice.objects.filter(kind="records-merged").values_list("recipient__email", flat=True)
    assert set(told) == {"asha@old.example.org", "asha@new.example.org"}


def test_merge_passes_the_chosen_address_over_and_the_other_stays_with_the_signpost(old, new, lead, now):
    kept = merge(old, new, lead, now, email="asha@new.example.org")
    assert kept.email == "asha@new.example.org"
    assert Person.objects.get(pk=new.pk).email == "asha@old.example.org"
    assert EmailAddress.objects.get(user=kept).email == "asha@new.example.org"
    with pytest.raises(Refused, match="Choose one of the e-mail addresses"):
        merge(lead, make.person(now=now), None, now, email="mine@example.org")


def test_merge_keeps_the_account_that_is_in_use(old, new, lead, now):
    old.set_password("a password of hers")
    old.last_login = now
    old.save()
    kept = merge(new, old, lead, now, email="asha@old.example.org")
    kept.refresh_from_db()
    assert kept.check_password("a password of hers")
    assert kept.last_login == now
    assert not Person.objects.get(pk=old.pk).has_usable_password()


def test_merge_never_hands_an_account_over_on_a_leads_word(old, new, lead, now):
    """A lead could else merge a made-up record into somebody's and read their notes under the made-up address."""
    Person.objects.filter(pk=old.pk).update(last_login=now)
    old.refresh_from_db()
    with pytest.raises(Refused, match="Only an administrator can let another address take its place"):
        merge(old, new, lead, now, email="asha@new.example.org")
    Person.objects.filter(pk=new.pk).update(last_login=now)
    with pytest.raises(Refused, match="Both have signed in"):
        merge(old, new, lead, now)
    assert Person.objects.filter(merged_into=None).count() == 3
    merge(old, new, make.administrator(now=now), now, email="asha@new.example.org")


def test_merge_refuses_ones_own_record_and_a_second_time(old, new, lead, now):
    with pytest.raises(Refused, match="You cannot merge your own record"):
        merge(lead, new, lead, now)
    with pytest.raises(Refused, match="two different records"):
        merge(old, old, lead, now)
    merge(old, new, lead, now)
    with pytest.raises(Refused, match="has been merged already"):
        merge(old, new, lead, now)
    with pytest.raises(Refused, match="was merged into that of Asha Khan"):
        people.come_back(person=Person.objects.get(pk=new.pk), by=lead, now=now)


def test_merge_refuses_two_people(old, new, trust, lead, now):
    make.employments.set_managers(person=old, managers=[new], by=None, now=now)
    with pytest.raises(Refused, match="One of the two manages the other"):
        merge(old, new, lead, now)
    make.employments.set_managers(person=old, managers=[], by=None, now=now)
    tie = make.tie(Tie.Kind.DECLARED, old, new, now=now)
    with pytest.raises(Refused, match="two people"):
        merge(old, new, lead, now)
    make.ties.end(tie=tie, by=None, now=now)
    merge(old, new, lead, now)  # a past tie between the two stays with the signpost
    assert Tie.objects.get().other == new


def test_merge_refuses_the_two_of_one_relationship_also_a_past_one(trust, lead, now):
    cohort = programmes.cohort(organisation=trust, now=now)
    pair = programmes.pair(cohort, now=now)
    mentee, mentor = (member.person for member in pair.members.order_by("role"))
    with pytest.raises(Refused, match="two people"):
        merge(mentee, mentor, lead, now)
    programmes.relationships.end(relationship=pair, by=None, now=now)
    with pytest.raises(Refused, match="two people"):
        merge(mentee, mentor, lead, now)


def test_merge_of_two_jobs_with_one_employer_keeps_one_and_fills_it_in(old, trust, lead, now):
    site = make.site(trust, now=now)
    other = make.person(now=now, organisation=trust, site=site, band="7", staff_number="4711")
    kept = merge(old, other, lead, now)
    current = kept.employments.not_over(on=now.date()).get()
    assert (current.job_title, current.site, current.band, current.staff_number) == ("Pharmacist", site, "7", "4711")
    assert kept.employments.count() == 2


def test_merge_lets_the_later_fact_stand_and_ends_what_would_stand_twice(old, new, trust, lead, now):
    later, boss = now + timedelta(days=1), make.person(now=now)
    facts.record(person=old, kind="registered_on", value=date(2023, 8, 1), by=None, now=now)
    facts.record(person=new, kind="registered_on", value=date(2023, 8, 2), by=None, now=later)
    facts.record(person=old, kind="diploma_on", value=date(2025, 8, 1), by=None, now=now)
    for one in (old, new):
        make.tie(Tie.Kind.DS, one, boss, now=now)
        make.grant(one, Role.HOST_OFFICER, trust, now=now)
        make.employments.set_managers(person=one, managers=[boss], by=None, now=now)
    kept = merge(old, new, lead, later)
    assert {fact.kind: fact.day for fact in Fact.objects.filter(person=kept)} == {
        "registered_on": date(2023, 8, 2),
        "diploma_on": date(2025, 8, 1),
    }
    on = later.date()
    assert kept.ties.not_over(on=on).get().other == boss
    assert kept.grants.not_over(on=on).get().role == "host-officer"
    assert kept.managed_by.not_over(on=on).get().manager == boss
    assert (kept.ties.count(), kept.grants.count(), kept.managed_by.count()) == (2, 2, 2)


def test_merge_of_two_places_in_one_cohort_makes_one_with_both_relationships(old, new, trust, lead, now):
    make.job(new, trust, now=now, job_title="Trainee pharmacist", band="5")
    old.employments.update(job_title="Trainee pharmacist", band="5", level="foundation")
    cohort = programmes.cohort(organisation=trust, now=now)
    for one in (old, new):
        programmes.pair(cohort, programmes.mentee(cohort, one, now=now), now=now)
    kept = merge(old, new, lead, now)
    mine = Enrolment.objects.get(person=kept)
    assert (mine.state, mine.places_taken, mine.capacity, mine.waiting_since) == ("enrolled", 2, 2, None)
    assert Member.objects.current().filter(person=kept, enrolment=mine).count() == 2
    left = Enrolment.objects.get(person=new)
    assert (left.state, left.places_taken) == ("withdrawn", 0)
    for relationship in list(Relationship.objects.live()):  # the places come free again, both
        programmes.relationships.end(relationship=relationship, by=None, now=now)
    mine.refresh_from_db()
    assert mine.places_taken == 0


@pytest.mark.parametrize("who", ["old", "new", "both", "the same"])
def test_merge_of_two_places_keeps_what_was_hoped_for_under_either_name(old, new, trust, lead, now, who):
    make.job(new, trust, now=now, job_title="Trainee pharmacist", band="5")
    cohort = programmes.cohort(organisation=trust, now=now)
    enrolled = {one: programmes.mentee(cohort, person, now=now) for one, person in (("old", old), ("new", new))}
    for one, enrolment in enrolled.items():
        if who in (one, "both", "the same"):
            text = "To sit the exam calmly" if who == "the same" else f"What {one} hoped"
            joining.write_hope(enrolment=enrolment, text=text, by=enrolment.person, now=now)
    kept = merge(old, new, lead, now)
    hoped = {
        "old": "What old hoped",
        "new": "What new hoped",
        "both": "What old hoped\n\nWhat new hoped",
        "the same": "To sit the exam calmly",
    }
    assert Hope.objects.get().enrolment.person == kept
    assert Hope.objects.get().text == hoped[who]


def test_person_merge_shows_both_and_makes_them_one(client, old, trust, lead, now, time_machine):
    time_machine.move_to(now, tick=False)
    make.person("Asha Khan", now=now, email="asha2@example.org", organisation=trust)
    twin = Person.objects.get(email="asha2@example.org")
    client.force_login(lead)
    card = client.get(reverse("people:person-detail", args=[old.pk])).content.decode()
    assert "Is it the same person?" in card
    address = reverse("people:person-merge", args=[old.pk])
    assert "asha2@example.org" in client.get(address).content.decode()
    shown = client.get(address, {"with": "asha2@example.org"}).content.decode()
    for words in ("asha@old.example.org", "asha2@example.org", "Both work at Northbank", "This cannot be undone"):
        assert words in shown
    answer = client.post(address, {"other": twin.pk, "keep": old.pk, "email": "asha2@example.org"})
    assert answer.url == reverse("people:person-detail", args=[old.pk])
    old.refresh_from_db()
    assert old.email == "asha2@example.org"
    followed = client.get(reverse("people:person-detail", args=[twin.pk]))
    assert followed.url == reverse("people:person-detail", args=[old.pk])
    assert client.get(reverse("people:person-list"), {"q": "Asha"}).context["page"].paginator.count == 1


def test_person_merge_tells_nothing_of_records_that_the_viewer_does_not_keep(
    client, old, trust, lead, now, time_machine
):
    time_machine.move_to(now, tick=False)
    make.person("Asha Khan", now=now, email="asha@elsewhere.example.org", organisation=make.organisation(now=now))
    stranger = Person.objects.get(email="asha@elsewhere.example.org")
    client.force_login(lead)
    address = reverse("people:person-merge", args=[old.pk])
    for asked in (stranger.pk, "asha@elsewhere.example.org"):
        shown = client.get(address, {"with": asked}).content.decode()
        assert "goes on" not in shown
    client.post(address, {"other": stranger.pk, "keep": old.pk, "email": old.email})
    assert Person.objects.filter(merged_into=None, folded_name="asha khan").count() == 2


def test_merge_moves_row_by_row_where_the_database_refuses_a_double(old, new, now):
    """What a room's own unique constraint holds twice stays with the signpost, and the rest passes."""
    boss = make.person(now=now)
    for one in (old, new):
        make.tie(Tie.Kind.DS, one, boss, now=now)
    make.tie(Tie.Kind.ASSESSOR, old, boss, now=now)
    merge_steps.move("people.Tie.person", kept=new, gone=old)
    assert sorted(new.ties.values_list("kind", flat=True)) == ["assessor", "ds"]
    assert list(old.ties.values_list("kind", flat=True)) == ["ds"]


def test_merge_leads_a_later_staff_list_with_the_old_address_to_the_one_record(old, new, trust, lead, now):
    kept = merge(old, new, lead, now, email="asha@new.example.org")
    row = {"Employee Number": "4711", "First Name": "Asha", "Last Name": "Khan", "E-mail": "asha@old.example.org"}
    staff_import = staff_imports.upload(
        organisation=trust, file_name="list.csv", data=staff_list(row), is_complete=False, by=lead, now=now
    )
    assert (staff_import.adds, staff_import.changes, staff_import.problems) == (0, 1, [])
    staff_imports.save(staff_import=staff_import, by=lead, now=now)
    kept.refresh_from_db()
    assert kept.email == "asha@new.example.org"
    assert kept.employments.get().staff_number == "4711"
