from datetime import date, timedelta

import pytest
from django.urls import reverse

from people.access import Access, Role
from people.models import Grant
from tests.builders import people as make
from tests.people.test_person_pages import text

pytestmark = pytest.mark.django_db

LIST_QUERIES = 8


@pytest.fixture
def trust(now):
    return make.organisation(now=now, name="Northbank")


@pytest.fixture
def lead(trust, now):
    return make.lead(trust, "Lena Lead", now=now)


@pytest.fixture
def asha(trust, now):
    return make.person("Asha Khan", now=now, organisation=trust, email="asha@example.org")


def give(client, **fields):
    return client.post(reverse("people:grant-give"), fields)


def test_grant_list_shows_what_is_in_reach(signed_in, trust, lead, now):
    other = make.organisation(now=now, name="Elsewhere")
    make.site_lead(make.site(trust, now=now, name="North site"), "Sid Site", now=now)
    make.lead(other, "Olga Other", now=now)
    make.administrator("Ada Min", now=now)
    gone = make.host_officer(trust, "Gil Gone", now=now)
    gone.grants.get().end_on(now.date())
    page = signed_in(lead).get(reverse("people:grant-list"))
    assert [(role.grant.person.name, role.over, role.may_end) for role in page.context["roles"]] == [
        ("Lena Lead", "Northbank", False),
        ("Sid Site", "North site, Northbank", True),
    ]
    page = signed_in(make.administrator("Bo Min", now=now)).get(reverse("people:grant-list"))
    names = [role.grant.person.name for role in page.context["roles"]]
    assert names == ["Lena Lead", "Ada Min", "Bo Min", "Olga Other", "Sid Site"]


def test_grant_list_is_for_those_who_keep_people(signed_in, asha):
    assert signed_in(asha).get(reverse("people:grant-list")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_grant_list_costs_the_same_for_one_row_and_for_three(
    signed_in, trust, lead, now, rows, django_assert_num_queries
):
    for _ in range(rows):
        make.host_officer(trust, now=now)
        make.site_lead(make.site(trust, now=now), now=now)
    client = signed_in(lead)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("people:grant-list"))


def test_grant_give_offers_what_the_viewer_may_give(signed_in, trust, lead, now):
    site = make.site(trust, now=now, name="North site")
    make.site(make.organisation(now=now), now=now)
    form = signed_in(lead).get(reverse("people:grant-give")).context["form"]
    assert [role for role, _ in form.fields["role"].choices] == ["programme-lead", "site-lead", "host-officer"]
    over = [value for value, _ in form.fields["over"].choices]
    assert over == ["", f"organisation:{trust.pk}", f"site:{site.pk}"]
    form = signed_in(make.site_lead(site, now=now)).get(reverse("people:grant-give")).context["form"]
    assert [role for role, _ in form.fields["role"].choices] == ["site-lead"]
    assert [value for value, _ in form.fields["over"].choices] == ["", f"site:{site.pk}"]


def test_grant_give_gives_until_its_last_day(signed_in, trust, lead, asha, now):
    client = signed_in(lead)
    page = client.get(reverse("people:grant-give"), {"person": asha.pk})
    assert "asha@example.org" in text(page)
    last = {"last_day-day": "31", "last_day-month": "5", "last_day-year": "2027"}
    response = give(client, email="Asha@example.org", role="host-officer", over=f"organisation:{trust.pk}", **last)
    assert response.url == reverse("people:grant-list")
    grant = Grant.objects.get(person=asha)
    assert (grant.role, grant.scope_id, grant.last_day, grant.given_by) == (
        "host-officer",
        trust.pk,
        date(2027, 5, 31),
        lead,
    )
    assert Access(asha, now=now + timedelta(days=47)).has_role(Role.HOST_OFFICER)  # 31 May
    assert not Access(asha, now=now + timedelta(days=48)).has_role(Role.HOST_OFFICER)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "sue@example.org"}, "Nobody under People has this e-mail address."),
        ({"email": "nobody@example.org"}, "Nobody under People has this e-mail address."),
        ({"email": "lead@example.org"}, "You cannot change your own roles."),
        ({"role": "administrator"}, "Select a valid choice."),
        ({"over": "portal:0"}, "Select a valid choice."),
        ({"role": "site-lead"}, "A site lead is never one over an organisation."),
        ({"role": ""}, "Choose a role"),
    ],
)
def test_grant_give_refuses(signed_in, trust, lead, asha, now, fields, sentence):
    make.person("Sue Stranger", now=now, email="sue@example.org")
    make.people_actions.change(person=lead, email="lead@example.org", by=None, now=now)
    fields = {"email": asha.email, "role": "host-officer", "over": f"organisation:{trust.pk}", **fields}
    page = give(signed_in(lead), **fields)
    assert page.status_code == 200
    assert sentence in text(page)
    assert list(Grant.objects.values_list("person", flat=True)) == [lead.pk]


@pytest.mark.parametrize("asked", ["x", "", "9" * 30, "0"])
def test_grant_give_begins_with_nobody_where_nobody_is_meant(signed_in, lead, asked):
    assert signed_in(lead).get(reverse("people:grant-give"), {"person": asked}).status_code == 200


def test_grant_end_asks_and_then_ends(signed_in, trust, lead, asha, now):
    grant = make.grant(asha, Role.SITE_LEAD, make.site(trust, now=now), now=now)
    client = signed_in(lead)
    here = reverse("people:grant-end", args=[grant.pk])
    assert "Asha Khan is site lead over" in text(client.get(here))
    assert Access(asha, now=now).is_site_lead
    assert client.post(here).url == reverse("people:grant-list")
    assert not Access(asha, now=now).is_site_lead
    assert client.post(here).status_code == 404


def test_grant_end_is_not_there_for_ones_own_role_or_one_out_of_reach(signed_in, trust, lead, asha, now):
    beyond = make.lead(make.organisation(now=now), now=now).grants.get()
    commissioner = make.commissioner(trust, now=now).grants.get()  # for administrators to give and end
    for grant in (lead.grants.get(), beyond, commissioner):
        for method in ("get", "post"):
            response = getattr(signed_in(lead), method)(reverse("people:grant-end", args=[grant.pk]))
            assert response.status_code == 404
    assert Grant.objects.not_over(on=now.date()).count() == 3


def test_grant_end_of_the_last_administrator_is_refused_in_words(signed_in, now):
    only = make.administrator("Ada Min", now=now)
    second = make.administrator(now=now, email="bo@example.org")
    make.grants.end(grant=only.grants.get(), by=None, now=now)
    make.grant(only, Role.ADMINISTRATOR, now=now)
    client = signed_in(second)
    client.post(reverse("people:grant-end", args=[only.grants.latest("pk").pk]))
    assert "Ada Min is no longer system administrator." in text(client.get(reverse("people:grant-list")))
