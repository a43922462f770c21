"""A form sent after the sign-in ran out is kept for its author alone and offered again."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.views.generic import TemplateView

from people import kept_forms, tasks
from people.access import Access
from people.actions import kept_forms as actions
from people.actions import people as people_actions
from people.middleware import KeepForm, keep
from people.models import KeptForm
from tests.builders import people as build

pytestmark = pytest.mark.django_db

PASSWORD = "violet-harbour-lantern"
TYPED = {"text": "Two lines\r\nof a <b>note</b> & more", "choice": ["a", "b"], "empty": ""}


@pytest.fixture(autouse=True)
def _at(now, time_machine):
    time_machine.move_to(now, tick=False)


def made(name, email, now):
    person = build.person(name, now=now, email=email)
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def person(now):
    return made("Amara Quill", "amara@example.org", now)


@pytest.fixture
def late(person, now, time_machine):
    """A browser whose person was signed in, and whose sign-in has run out since."""
    client = Client()
    sign_in(client, person)
    client.get("/")
    time_machine.move_to(now + timedelta(minutes=31))
    return client


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def send(client, path="/", data=TYPED, **extra):
    return client.post(path, data, headers={"Referer": "http://testserver/people/?page=2"}, **extra)


def test_who_only_follows_a_link_is_led_back_to_where_it_leads(late):
    answer = late.get(reverse("programmes:task-list"), headers={"Referer": "http://testserver/people/?page=2"})
    assert answer.url == f"/accounts/login/?next={reverse('programmes:task-list')}"


def test_kept_form_is_offered_after_signing_in(late, person):
    answer = send(late)
    assert answer.url == "/accounts/login/?next=/people/%3Fpage%3D2"
    assert "What you typed is kept: sign in, then send it." in late.get(answer.url).content.decode()
    kept = KeptForm.objects.get()
    page = reverse("people:kept-form", args=[kept.pk])
    assert sign_in(late, person).url == page
    text = late.get(page).content.decode()
    assert 'action="/"' in text
    assert "of a &lt;b&gt;note&lt;/b&gt; &amp; more" in text
    assert re.findall(r'name="(choice|empty)" value="([^"]*)"', text) == [
        ("choice", "a"),
        ("choice", "b"),
        ("empty", ""),
    ]


def test_kept_form_holds_exactly_what_was_typed(late):
    send(late)
    kept = KeptForm.objects.get()
    assert kept_forms.fields(kept) == [("text", TYPED["text"]), ("choice", "a"), ("choice", "b"), ("empty", "")]


def test_kept_form_is_unreadable_in_the_database(late):
    send(late)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_keptform")
        assert b"note" not in b"".join(bytes(v) for v in cursor.fetchone() if isinstance(v, bytes | memoryview))


def test_kept_form_sent_again_is_dropped(late, person):
    send(late)
    kept = KeptForm.objects.get()
    sign_in(late, person)
    late.post("/", TYPED | {kept_forms.MARK: "11111111-1111-1111-1111-111111111111"})
    assert KeptForm.objects.exists()
    late.post("/people/elsewhere/", TYPED | {kept_forms.MARK: str(kept.pk)})
    assert KeptForm.objects.exists(), "Only the form itself, sent to its own page, is done with."
    late.post("/", TYPED | {kept_forms.MARK: str(kept.pk)})
    assert not KeptForm.objects.exists()


def test_kept_form_is_discarded_by_its_button(late, person):
    send(late)
    page = reverse("people:kept-form", args=[KeptForm.objects.get().pk])
    sign_in(late, person)
    assert late.post(page).url == reverse("home")
    assert not KeptForm.objects.exists()
    assert late.get(page).status_code == 404


def test_kept_form_is_never_shown_to_anybody_else(late, person, now):
    send(late)
    kept = KeptForm.objects.get()
    other = made("Ben Okoro", "ben@example.org", now)
    assert sign_in(late, other).url == "/"
    page = reverse("people:kept-form", args=[kept.pk])
    assert late.get(page).status_code == 404
    assert late.post(page).status_code == 404
    late.post("/", {kept_forms.MARK: str(kept.pk)})
    assert KeptForm.objects.exists()
    assert kept_forms.home_section(other, Access(other, now=now), now) is None


def test_kept_form_waits_on_the_home_page(late, person, now):
    send(late)
    later = now + timedelta(minutes=40)
    [item] = kept_forms.home_section(person, Access(person, now=later), later).items
    assert item.url == reverse("people:kept-form", args=[KeptForm.objects.get().pk])
    assert "10:31" in item.hint, "Shown in local time."


def test_kept_form_is_kept_only_with_a_csrf_token(late, person):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = late.cookies
    assert send(strict).status_code == 403
    assert not KeptForm.objects.exists(), "A form of another site is not kept."


@pytest.mark.parametrize(
    "data",
    [
        {"text": "x" * (256 * 1024)},
        {"text": "fine", "new_password": "secret"},
        {"file": SimpleUploadedFile("list.csv", b"a,b"), "text": "fine"},
    ],
    ids=["too long", "a password", "a file"],
)
def test_kept_form_holds_no_passwords_no_files_and_nothing_huge(late, data):
    assert send(late, data=data).status_code == 302
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate", "mfa_activate_totp"])
def test_kept_form_leaves_the_sign_in_pages_alone(late, name):
    send(late, reverse(name), {"code": "123456"})
    assert not KeptForm.objects.exists()


def test_kept_form_needs_somebody_who_was_signed_in(client, person, late):
    send(client)
    client.cookies["whose"] = f"{person.pk}:forged"
    send(client)
    assert not KeptForm.objects.exists()


def test_kept_form_is_not_kept_after_signing_out(client, person):
    sign_in(client, person)
    client.get("/")
    client.post(reverse("account_logout"))
    send(client)
    assert not KeptForm.objects.exists()


def test_kept_form_is_not_kept_for_a_leaver(late, person, now):
    people_actions.leave(person=person, by=None, now=now)
    send(late)
    assert not KeptForm.objects.exists()


def test_kept_form_is_gone_after_an_hour(late, person, now, time_machine):
    send(late)
    page = reverse("people:kept-form", args=[KeptForm.objects.get().pk])
    end = now + timedelta(minutes=91)
    tasks.drop_old_kept_forms(now=(end - timedelta(seconds=1)).isoformat())
    assert KeptForm.objects.exists()
    time_machine.move_to(end)
    sign_in(late, person)
    assert late.get(page).status_code == 404, "Also before the sweep has come by."
    tasks.drop_old_kept_forms(now=end.isoformat())
    tasks.drop_old_kept_forms(now=end.isoformat())
    assert not KeptForm.objects.exists()


def test_kept_form_newest_push_out_the_oldest(person, now):
    for minute in range(8):
        at = now + timedelta(minutes=minute)
        actions.keep(person=person, path=f"/{minute}/", body="", by=None, now=at)
    kept = kept_forms.kept_for(person, now=now + timedelta(minutes=8))
    assert [form.path for form in kept] == ["/7/", "/6/", "/5/", "/4/", "/3/"]


def test_kept_form_of_a_live_page_leads_the_whole_page_away(late):
    live = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/"}
    for answer in (late.get("/", headers=live), late.post("/", TYPED, headers=live)):
        assert answer.status_code == 200
        assert answer.content == b""
        assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/people/"
    assert KeptForm.objects.count() == 1


def draft(client, text="half a word"):
    """As a page sends it by itself while somebody types."""
    live = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/"}
    return client.post("/", {"text": text, "draft": "1"}, headers=live)


@pytest.mark.parametrize(
    "order", [(draft, send), (send, draft), (draft, send, draft)], ids=["after", "before", "between"]
)
def test_kept_form_that_was_sent_goes_before_its_draft(late, person, now, time_machine, order):
    for place, step in enumerate(order):
        time_machine.move_to(now + timedelta(minutes=31, seconds=place))
        step(late)
    sent = KeptForm.objects.get(is_draft=False)
    page = reverse("people:kept-form", args=[sent.pk])
    assert sign_in(late, person).url == page
    assert "half a word" not in late.get(page).content.decode()
    late.post("/", TYPED | {kept_forms.MARK: str(sent.pk)})
    assert not KeptForm.objects.exists(), "The draft on the way to it is done with too."


def test_kept_form_discarded_takes_no_draft_of_another_page_or_of_later_along(late, person, now, time_machine):
    send(late)
    actions.keep(
        person=person, path="/people/", body="draft=1", is_draft=True, by=None, now=now + timedelta(minutes=31)
    )
    time_machine.move_to(now + timedelta(minutes=33))
    draft(late, "something else")
    sign_in(late, person)
    late.post(reverse("people:kept-form", args=[KeptForm.objects.get(is_draft=False).pk]))
    assert sorted(KeptForm.objects.values_list("path", flat=True)) == ["/", "/people/"]


def test_kept_form_draft_leads_to_its_page_and_is_no_form_to_send(late, person, now, time_machine):
    answer = draft(late, "half")
    assert "go on where you were" in late.get(answer.headers["HX-Redirect"]).content.decode()
    draft(late, "half a word")
    assert [kept_forms.fields(kept)[0][1] for kept in KeptForm.objects.all()] == ["half a word"], "The last is all."
    assert sign_in(late, person).url == reverse("home")
    [item] = kept_forms.home_section(person, Access(person, now=now), now).items
    assert (item.text, item.url) == ("What you were typing", "/")


def test_kept_form_saved_as_a_draft_by_hand_is_sent_on_purpose(late):
    send(late, data={"text": "half", "draft": "1"})
    assert not KeptForm.objects.get().is_draft


def test_kept_form_drafts_push_out_no_form_that_was_sent(person, now):
    actions.keep(person=person, path="/sent/", body="", by=None, now=now)
    for minute in range(1, 8):
        at = now + timedelta(minutes=minute)
        actions.keep(person=person, path=f"/{minute}/", body="", is_draft=True, by=None, now=at)
    kept = kept_forms.kept_for(person, now=now + timedelta(minutes=8))
    assert [form.path for form in kept] == ["/sent/", "/7/", "/6/", "/5/", "/4/"]


@pytest.mark.parametrize("where", ["https://evil.example.com/", "//evil.example.com", "javascript:alert(1)", ""])
def test_kept_form_leads_back_to_no_other_site(late, where):
    answer = late.post("/", TYPED, headers={"Referer": where})
    assert answer.url == "/accounts/login/?next=/"


@pytest.fixture
def elsewhere(person):
    """A browser in which the person has signed in anew, so that older forms carry an old CSRF token."""
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    client.force_login(person)
    client.get("/")
    return client


def test_kept_form_after_signing_in_anew_in_another_tab(elsewhere):
    answer = elsewhere.post("/", TYPED, headers={"Origin": "http://testserver"})
    assert answer.url == reverse("people:kept-form", args=[KeptForm.objects.get().pk])
    assert elsewhere.get(answer.url).status_code == 200
    live = elsewhere.post("/", TYPED, headers={"Origin": "http://testserver", "HX-Request": "true"})
    assert "/kept-form/" in live.headers["HX-Redirect"]
    typing = {"Origin": "http://testserver", "HX-Request": "true"}
    assert elsewhere.post("/people/", TYPED | {"draft": "1"}, headers=typing).headers["HX-Redirect"] == "/people/"


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", None])
def test_kept_form_of_another_site_is_refused(elsewhere, origin):
    answer = elsewhere.post("/", TYPED, headers={"Origin": origin} if origin else {})
    assert answer.status_code == 403
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(("status", "is_kept"), [(200, False), (302, False), (409, False), (500, True), (503, True)])
def test_kept_form_sent_again_is_dropped_unless_the_portal_failed_on_it(person, now, rf, status, is_kept):
    kept = actions.keep(person=person, path="/", body="", by=None, now=now)
    request = rf.post("/", {kept_forms.MARK: str(kept.pk)})
    request.user, request.now = person, now
    KeepForm(lambda request: HttpResponse(status=status))(request)
    assert KeptForm.objects.exists() is is_kept


def test_kept_form_is_dropped_by_what_is_sent_to_its_own_address(late, person):
    send(late)
    mark = {kept_forms.MARK: str(KeptForm.objects.get().pk)}
    sign_in(late, person)
    late.post("/people/", TYPED | mark)
    assert KeptForm.objects.exists()
    late.post("/", TYPED | {kept_forms.MARK: "another"})
    assert KeptForm.objects.exists()
    late.post("/", TYPED | mark)
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(("more", "is_kept"), [(0, True), (1, False)])
def test_kept_form_may_be_as_long_as_is_said_and_no_longer(person, now, rf, more, is_kept):
    for path, body in (
        ("/", "text=" + "x" * (kept_forms.LONGEST_BODY - len("text=") + more)),
        ("/" + "x" * (KeptForm._meta.get_field("path").max_length - 1 + more), "text=x"),
    ):
        request = rf.post(path, body, content_type="application/x-www-form-urlencoded")
        request.now = now
        assert bool(keep(request, TemplateView.as_view(), person)) is is_kept


def test_kept_form_of_a_request_that_does_not_say_how_long_it_is(person, now, rf):
    request = rf.post("/", {"text": "x"})
    request.now = now
    assert request.POST
    del request.META["CONTENT_LENGTH"]
    assert keep(request, TemplateView.as_view(), person)


def test_kept_form_that_a_live_page_sends_is_no_draft(late):
    late.post("/", TYPED, headers={"HX-Request": "true"})
    assert not KeptForm.objects.get().is_draft


@pytest.mark.parametrize(
    ("headers", "then"),
    [
        ({"Referer": "http://testserver/people/?page=2"}, "/people/%3Fpage%3D2"),
        ({"Referer": "http://testserver/people/"}, "/people/"),
        ({"Referer": "http://testserver/people/", "HX-Current-URL": "http://testserver/list/"}, "/list/"),
        ({}, "/"),
    ],
)
def test_kept_form_leads_back_to_the_page_that_showed_it(late, headers, then):
    assert late.post("/", TYPED, headers=headers).url == f"/accounts/login/?next={then}"


@pytest.mark.parametrize(("is_https", "name"), [(False, "whose"), (True, "__Host-whose")])
def test_kept_form_knows_whose_it_is_by_a_cookie_that_is_set_once(person, now, rf, settings, is_https, name):
    settings.SESSION_COOKIE_SECURE = is_https
    middleware, request = KeepForm(lambda request: HttpResponse()), rf.get("/")
    request.user, request.now = person, now
    cookie = middleware(request).cookies[name]
    assert (cookie["secure"] or False, cookie["httponly"]) == (is_https, True)
    request.COOKIES[name] = cookie.value
    assert not middleware(request).cookies
    request.user = made("Ben Okoro", "ben@example.org", now)
    assert middleware(request).cookies[name].value != cookie.value
