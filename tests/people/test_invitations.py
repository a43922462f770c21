"""Invitations: the mail, the welcome page, the password, and links that open nothing any more."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from audit.verbs import Verb
from notices.kinds import Letter, Skip, registered
from notices.models import Notice
from people.actions import invitations
from people.actions import people as people_actions
from people.models import OneTimeLink, Person
from people.one_time_links import token
from tests.builders import people as build

pytestmark = pytest.mark.django_db

PASSWORD = "violet-harbour-lantern"


@pytest.fixture(autouse=True)
def _at(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def organisation(now):
    return build.organisation(name="Northmoor Hospitals", now=now)


@pytest.fixture
def lead(now, organisation):
    return build.lead(organisation, "Eleanor Marsh", now=now)


@pytest.fixture
def person(now, organisation):
    return build.person("Amara Quill", now=now, email="amara@example.org", organisation=organisation)


@pytest.fixture
def link(person, lead, now):
    return invitations.invite(person=person, by=lead, now=now)


def page(link) -> str:
    return reverse("people:welcome", args=[token(link)])


def render(notice, now):
    return registered()["invitation"].render(notice, now)


def test_invitation_is_owed_once(person, lead, link, now):
    assert invitations.invite(person=person, by=lead, now=now + timedelta(minutes=9)) == link
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient, notice.due_at) == ("invitation", person, now)
    assert token(link) not in str(vars(notice)), "The outbox holds ids, not the secret."


def test_invitation_sent_anew_closes_the_older_link(person, lead, link, now):
    newer = invitations.invite(person=person, by=lead, now=now + timedelta(minutes=11))
    assert newer != link
    assert Client().get(page(link)).status_code == 410
    assert Client().get(page(newer)).status_code == 200
    assert isinstance(render(Notice.objects.get(about__link=str(link.pk)), now + timedelta(minutes=11)), Skip)


def test_invitation_letter_carries_the_link_and_who_invites(person, link, now, settings):
    settings.PORTAL_ADDRESS = "https://mentoring.example.org"
    letter = render(Notice.objects.get(), now)
    assert isinstance(letter, Letter)
    assert f"https://mentoring.example.org{page(link)}" in letter.text
    assert f'href="https://mentoring.example.org{page(link)}"' in letter.html
    assert "Eleanor Marsh has invited you to the Mentoring portal of Northmoor Hospitals." in letter.text
    assert render(Notice.objects.get(), now) == letter, "Sent again, it is the same."


def test_invitation_is_refused_where_it_would_help_nobody(person, lead, now):
    nameless = build.person("Ben Okoro", now=now, email=None)
    with pytest.raises(Refused, match="no e-mail address"):
        invitations.invite(person=nameless, by=lead, now=now)
    people_actions.leave(person=person, by=lead, now=now)
    with pytest.raises(Refused, match="has left"):
        invitations.invite(person=person, by=lead, now=now)
    assert not Notice.objects.exists()


def test_invitation_dies_with_a_mistyped_address(person, lead, link, now):
    people_actions.change(person=person, email="right@example.org", by=lead, now=now)
    assert Client().get(page(link)).status_code == 410, "Whoever reads the wrong mailbox gets nothing."


def test_welcome_says_who_invites_to_what_and_does_nothing(client, person, link):
    for _ in range(2):  # a mail scanner, then the person
        answer = client.get(page(link))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Eleanor Marsh has invited you to the Mentoring portal of Northmoor Hospitals" in " ".join(text.split())
    assert "amara@example.org" in text
    link.refresh_from_db()
    assert link.used_at is None
    assert "_auth_user_id" not in client.session


def test_welcome_keeps_its_address_to_itself(client, link):
    for address in (page(link), reverse("people:welcome", args=["made.up"])):
        answer = client.get(address)
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer.headers["Cache-Control"]


def test_welcome_sets_the_password_and_signs_in(client, person, lead, link):
    answer = client.post(page(link), {"password": PASSWORD})
    assert answer.url == reverse("home")
    assert client.get("/").context["user"] == person
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert list(
        AuditEvent.objects.filter(about_person_id=person.pk, actor_id=person.pk).values_list("verb", flat=True)
    ) == [Verb.LINK_USED, Verb.PASSWORD_SET, Verb.SIGNED_IN]
    again = Client().post(page(link), {"password": "somebody-else-entirely"})
    assert again.status_code == 410
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_welcome_refuses_a_weak_password_beside_its_field(client, link):
    answer = client.post(page(link), {"password": "password"})
    assert answer.status_code == 200
    assert "at least 12 characters" in answer.context["form"].errors["password"][0]
    link.refresh_from_db()
    assert link.used_at is None


def test_welcome_signs_out_whoever_sat_there_before(client, lead, person, link):
    client.force_login(lead)
    client.post(page(link), {"password": PASSWORD})
    assert client.get("/").context["user"] == person
    assert AuditEvent.objects.filter(verb=Verb.SIGNED_OUT, actor_id=lead.pk).exists()


def test_welcome_leads_on_to_the_page_of_the_mail(client, person, now):
    address = invitations.welcome_address(person=person, by=None, now=now, page="/programmes/relationships/7/")
    path = address.removeprefix("http://127.0.0.1:8000")
    assert client.post(path, {"password": PASSWORD}).url == "/programmes/relationships/7/"


def test_welcome_leads_nowhere_else(client, link):
    assert client.post(f"{page(link)}?next=https://evil.example.com/", {"password": PASSWORD}).url == reverse("home")


def test_welcome_address_is_the_plain_page_for_whoever_signs_in_already(client, person, link, now):
    assert invitations.welcome_address(person=person, by=None, now=now).endswith(page(link))
    client.post(page(link), {"password": PASSWORD})
    person.refresh_from_db()
    address = invitations.welcome_address(person=person, by=None, now=now, page="/people/")
    assert address == "http://127.0.0.1:8000/people/"


def test_welcome_address_of_a_mail_tried_again_is_the_same(person, now):
    first = invitations.welcome_address(person=person, by=None, now=now)
    assert invitations.welcome_address(person=person, by=None, now=now + timedelta(days=1)) == first
    assert invitations.welcome_address(person=person, by=None, now=now + timedelta(days=8)) != first


def test_welcome_spent_offers_a_new_one(client, person, link, now, time_machine):
    time_machine.move_to(now + timedelta(days=14))
    assert "Send me a new invitation" in client.get(page(link)).content.decode()
    assert client.post(page(link), {"again": "yes"}).status_code == 200
    newer = OneTimeLink.objects.get(revoked_at=None, used_at=None, expires_at__gt=now + timedelta(days=14))
    assert Notice.objects.filter(key=f"invitation:{newer.pk}", recipient=person).exists()
    client.post(page(link), {"again": "yes"})
    assert Notice.objects.count() == 2, "A second press within ten minutes sends no second mail."


def masked(answer):
    return answer.status_code, re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())


def test_welcome_spent_tells_a_stranger_nothing(person, link, now):
    used = page(link)
    Client().post(used, {"password": PASSWORD})
    made_up = reverse("people:welcome", args=[f"{'0' * 32}.{'A' * 43}"])
    for data in (None, {"password": PASSWORD}, {"again": "yes"}):
        answers = [
            masked(Client().get(address) if data is None else Client().post(address, data))
            for address in (used, made_up)
        ]
        assert answers[0] == answers[1]
    assert Notice.objects.count() == 1, "Somebody with a password is not invited again."


def test_welcome_token_is_masked_in_logs(link, caplog):
    client = Client(enforce_csrf_checks=True)
    client.post(page(link), {"password": PASSWORD})
    client.get(reverse("people:welcome", args=["made.up"]))
    client.get(page(link) + "more/")
    assert caplog.records
    assert token(link) not in "".join(record.getMessage() for record in caplog.records)
    assert "/welcome/…/" in caplog.text


def test_invitation_ten_thousand_cost_a_query_each_batch(now, django_assert_max_num_queries):
    made = Person.objects.bulk_create(
        Person(given_name=f"P{n}", email=f"p{n}@example.org", created_at=now) for n in range(1200)
    )
    with django_assert_max_num_queries(30):
        invitations.ensure_addresses(people=made, by=None, now=now)


def test_person_invite_by_whoever_keeps_the_record(client, person, lead, organisation, now, time_machine):
    client.force_login(lead)
    page = reverse("people:person-detail", args=[person.pk])
    assert "Invite to sign in" in client.get(page).content.decode()
    answer = client.post(reverse("people:person-invite", args=[person.pk]), follow=True)
    text = answer.content.decode()
    assert "An invitation is on its way to amara@example.org." in text
    assert "Invited on 14 April 2027" in text
    assert Notice.objects.get().owed_by == lead
    time_machine.move_to(now + timedelta(minutes=11))
    client.post(reverse("people:person-invite", args=[person.pk]))
    assert Notice.objects.count() == 2


def test_a_link_beside_another_mail_tells_whoever_keeps_the_record_nothing(client, person, lead, now, time_machine):
    client.force_login(lead)
    page = reverse("people:person-detail", args=[person.pk])
    before = client.get(page).content.decode()
    invitations.welcome_address(person=person, by=None, now=now)
    assert "Not invited yet" in before
    assert "Not invited yet" in client.get(page).content.decode()
    client.post(reverse("people:person-invite", args=[person.pk]))  # the same link serves, and now somebody invited
    assert "Invited on 14 April 2027" in client.get(page).content.decode()
    time_machine.move_to(now + timedelta(days=1))
    client.force_login(lead)
    invitations.invite(person=person, by=None, now=now + timedelta(days=1))  # they asked for a new one themselves
    assert "Invited on 15 April 2027" in client.get(page).content.decode()


def test_person_invite_of_somebody_with_a_password_is_refused_in_words(client, person, lead, link):
    client.post(page(link), {"password": PASSWORD})
    client.force_login(lead)
    detail = client.get(reverse("people:person-detail", args=[person.pk])).content.decode()
    assert "Has an account" in detail
    assert "Send a new invitation" not in detail
    answer = client.post(reverse("people:person-invite", args=[person.pk]), follow=True)
    person.is_active = False
    person.save()
    detail = client.get(reverse("people:person-detail", args=[person.pk])).content.decode()
    assert "Has an account" not in detail
    assert "Has ended" in detail
    assert "Amara Quill can sign in already." in answer.content.decode()


def test_person_invite_is_not_for_strangers_nor_oneself(client, person, lead, now):
    elsewhere = build.lead(build.organisation(now=now), now=now)
    for viewer, whom in ((elsewhere, person), (person, lead), (lead, lead)):
        client.force_login(viewer)
        assert client.post(reverse("people:person-invite", args=[whom.pk])).status_code == 404
    assert not Notice.objects.exists()
