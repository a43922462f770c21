"""Whoever keeps a staff list, against accounts that reach further than theirs, and people who are others' by now.

An account that nobody has opened yet has the address that a staff list gives it: whoever writes another there is
mailed the invitation. That must open no role that they could not give themselves.
"""

from datetime import timedelta

import pytest

from audit.refusal import Refused
from people.access import Access, Role
from people.actions import merges, staff_import_undo, staff_imports
from people.actions import people as people_actions
from people.models import Employment, Grant, Person
from people.roles import reaching_further
from people.staff_list.diff import compare_import
from tests.builders import people as make
from tests.builders.staff_lists import row, staff_list

pytestmark = pytest.mark.django_db
MINE = "mine@example.org"


@pytest.fixture
def trust(now):
    return make.organisation(now=now, name="Northbank", code="northbank")


@pytest.fixture
def chain(now):
    return make.organisation(now=now, name="Chain", code="chain")


@pytest.fixture
def lead(trust, now):
    return make.lead(trust, "Lena Lead", now=now)


@pytest.fixture(params=["administrator", "commissioner here", "lead elsewhere"])
def holder(request, trust, chain, now):
    """Of the lead's own staff, invited a moment ago, with a role that the lead could not give."""
    asha = make.person("Asha Khan", now=now, organisation=trust, email="asha@example.org", staff_number="2")
    role, scope = {
        "administrator": (Role.ADMINISTRATOR, None),
        "commissioner here": (Role.COMMISSIONER, trust),
        "lead elsewhere": (Role.PROGRAMME_LEAD, chain),
    }[request.param]
    make.grant(asha, role, scope, now=now)
    return asha


def upload(organisation, lead, now, *rows):
    return staff_imports.upload(
        organisation=organisation,
        file_name="list.csv",
        data=staff_list(*rows),
        is_complete=False,
        by=lead,
        now=now,
    )


def test_nobody_writes_their_address_into_an_account_that_reaches_further(holder, lead, now):
    with pytest.raises(Refused, match="a role that you cannot give"):
        people_actions.change(person=holder, email=MINE, by=lead, now=now)
    holder.refresh_from_db()
    assert holder.email == "asha@example.org"
    people_actions.change(person=holder, family_name="Khan-Reid", by=lead, now=now)
    people_actions.change(person=holder, email=MINE, by=make.administrator(now=now), now=now)


def test_the_page_of_a_name_offers_no_other_address_there(holder, lead, client, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(lead)
    page = f"/people/{holder.pk}/edit/"
    assert "a role that you cannot give" in client.get(page).content.decode()
    client.post(page, {"given_name": "Asha", "family_name": "Khan", "email": MINE})
    assert Person.objects.get(pk=holder.pk).email == "asha@example.org"


def test_a_staff_list_leaves_that_address_as_it_is(holder, lead, trust, now):
    listed = upload(trust, lead, now, row(2, "Asha Khan", **{"E-mail": MINE, "Grade": "9"}))
    (warning,) = compare_import(listed, by=lead, now=now).warnings
    assert "a role that you cannot give" in warning.message
    staff_imports.save(staff_import=listed, by=lead, now=now)
    holder.refresh_from_db()
    assert (holder.email, holder.employments.get().band) == ("asha@example.org", "9")


@pytest.mark.parametrize("keeps_holder", [True, False])
def test_nobody_merges_such_an_account_into_one_of_their_own(holder, keeps_holder, trust, lead, now):
    mine = make.person("Ash Khan", now=now, organisation=trust, email=MINE)
    Person.objects.filter(pk=mine.pk).update(last_login=now)
    kept, gone = (holder, mine) if keeps_holder else (mine, holder)
    for email in (MINE, "asha@example.org"):
        with pytest.raises(Refused):
            merges.merge(kept=kept, gone=gone, email=email, by=lead, now=now)
    assert Grant.objects.get(person=holder)


def test_a_second_record_of_whoever_holds_such_a_role_can_still_be_merged_away(holder, trust, lead, now):
    double = make.person("Asha Khan", now=now, organisation=trust, email="asha.khan@example.org")
    merges.merge(kept=holder, gone=double, email="asha@example.org", by=lead, now=now)
    assert Person.objects.get(pk=double.pk).merged_into == holder


def test_roles_that_a_lead_can_give_change_nothing(lead, trust, now):
    asha = make.person("Asha Khan", now=now, organisation=trust, email="asha@example.org")
    make.grant(asha, Role.HOST_OFFICER, trust, now=now)
    assert people_actions.change(person=asha, email="asha2@example.org", by=lead, now=now).email == "asha2@example.org"


@pytest.mark.parametrize("named_by", ["e-mail", "number"])
def test_a_staff_list_takes_nobody_on_who_has_moved_on_to_another_organisation(trust, chain, lead, named_by, now):
    asha = make.person("Asha Khan", now=now, organisation=trust, email="asha@example.org", staff_number="2", band="6")
    make.job(asha, chain, now=now, band="8a")
    later = now + timedelta(days=30)
    people_actions.leave_organisation(person=asha, organisation=trust, by=lead, now=later)
    assert not Person.objects.visible_to(lead, now=later).filter(pk=asha.pk).exists()
    cells = {"E-mail": "asha@example.org"} if named_by == "e-mail" else {"E-mail": MINE}
    number = 2 if named_by == "number" else 77
    listed = upload(trust, lead, later, row(number, "Asha Khan", **cells))
    diff = compare_import(listed, by=lead, now=later)
    assert not any(line.person for line in [*diff.adds, *diff.changes])
    assert [one for one in diff.questions if one.candidates] == []
    if named_by == "e-mail":
        assert "Somebody outside your staff" in diff.problems[0].message
    else:
        staff_imports.save(staff_import=listed, by=lead, now=later)
    asha.refresh_from_db()
    assert asha.email == "asha@example.org"
    assert Employment.objects.not_over(on=later.date()).get(person=asha).organisation == chain
    assert not Person.objects.visible_to(lead, now=later).filter(pk=asha.pk).exists()


@pytest.mark.parametrize("has_opened", [True, False])
def test_a_list_that_gave_an_address_is_not_taken_back_once_it_is_not_theirs(has_opened, trust, lead, now):
    """First one's own address, then by a list the right one; taken back later, mail would come to one's own again."""
    asha = make.person("Asha Khan", now=now, organisation=trust, email=MINE, staff_number="2")
    saved = staff_imports.save(
        staff_import=upload(trust, lead, now, row(2, "Asha Khan", **{"E-mail": "asha@example.org"})), by=lead, now=now
    )
    if has_opened:
        Person.objects.filter(pk=asha.pk).update(last_login=now)
    else:
        make.grant(asha, Role.ADMINISTRATOR, now=now)
    with pytest.raises(Refused, match="not yours to take back any more: Asha Khan"):
        staff_import_undo.undo(staff_import=saved, by=lead, now=now)
    asha.refresh_from_db()
    assert asha.email == "asha@example.org"


def test_whoever_holds_a_role_that_the_viewer_could_not_give_is_named_and_nobody_else(now):
    here, elsewhere = make.organisation(now=now), make.organisation(now=now)
    lead, colleague, stranger = (make.lead(one, now=now) for one in (here, here, elsewhere))
    admin, nobody, unasked = make.administrator(now=now), make.person(now=now), make.administrator(now=now)
    asked = [one.pk for one in (colleague, stranger, admin, nobody)]
    assert reaching_further(asked, Access(lead, now=now)) == {stranger.pk, admin.pk}
    assert reaching_further([nobody.pk], Access(lead, now=now)) == set()
    assert reaching_further([*asked, unasked.pk], Access(admin, now=now)) == set()
