"""One-time links: a token opens one thing, once, for its purpose and in its time."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import links
from people.models import OneTimeLink, Person
from people.one_time_links import MOST_TRIES, code_of, find, open_for, read, token
from tests.builders import people as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(now):
    return Person.objects.create(email="amara@example.org", given_name="Amara", family_name="Quill", created_at=now)


@pytest.fixture
def link(person, now):
    return links.issue(purpose="invitation", person=person, by=None, now=now, expires_at=now + timedelta(days=1))


def test_one_time_links_open_for_their_purpose(link, now):
    assert find(token(link), purpose="invitation", now=now) == link
    assert token(link) == token(OneTimeLink.objects.get()), "A mail sent again carries the same link."


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "", lambda t: "x.y"])
def test_one_time_links_forged_open_nothing(link, now, change):
    assert find(change(token(link)), purpose="invitation", now=now) is None
    assert read(change(token(link)), purpose="invitation") is None


def test_one_time_links_open_nothing_of_another_purpose(link, now):
    assert find(token(link), purpose="first-lead", now=now) is None
    assert read(token(link), purpose="first-lead") is None


def test_one_time_links_end_when_used(link, person, now):
    links.use(link=link, by=person, now=now)
    assert find(token(link), purpose="invitation", now=now) is None
    assert read(token(link), purpose="invitation") == link
    with pytest.raises(Refused, match="used already"):
        links.use(link=link, by=person, now=now)


def test_one_time_links_end_with_their_time(link, person, now):
    end = now + timedelta(days=1)
    assert find(token(link), purpose="invitation", now=end - timedelta(seconds=1)) == link
    assert find(token(link), purpose="invitation", now=end) is None
    with pytest.raises(Refused):
        links.use(link=link, by=person, now=end)


def test_one_time_links_end_when_their_person_leaves(link, person, now):
    person.is_active = False
    person.save()
    assert find(token(link), purpose="invitation", now=now) is None
    with pytest.raises(Refused):
        links.use(link=link, by=person, now=now)


def test_one_time_links_are_revoked_by_purpose_or_all(link, person, now):
    other = links.issue(purpose="other", person=person, by=None, now=now, expires_at=now + timedelta(days=1))
    assert links.revoke_all(person=person, by=None, now=now, purpose="invitation") == 1
    assert find(token(link), purpose="invitation", now=now) is None
    assert find(token(other), purpose="other", now=now) == other
    assert links.revoke_all(person=person, by=None, now=now) == 1
    with pytest.raises(Refused):
        links.use(link=other, by=person, now=now)


def test_one_time_links_are_audited_without_the_token(link, person, now):
    links.use(link=link, by=person, now=now)
    events = AuditEvent.objects.filter(object_kind="people.onetimelink").order_by("pk")
    assert [(event.verb, event.actor_id, event.about_person_id) for event in events] == [
        (Verb.LINK_ISSUED, None, person.pk),
        (Verb.LINK_USED, person.pk, person.pk),
    ]
    secret = token(link)
    assert all(secret not in str(value) for event in events for value in vars(event).values())


def test_only_a_link_that_still_opens_is_handed_out_again(link, person, now):
    assert list(open_for(person, purpose="invitation", now=now)) == [link]
    assert not open_for(build.person(now=now), purpose="invitation", now=now).exists(), "It is another's."
    row = OneTimeLink.objects.filter(pk=link.pk)
    for closed in ({"used_at": now}, {"revoked_at": now}, {"expires_at": now}, {"tries": MOST_TRIES}):
        kept = row.values(*closed).get()
        row.update(**closed)
        assert not open_for(person, purpose="invitation", now=now).exists(), closed
        row.update(**kept)
    assert not open_for(person, purpose="first-lead", now=now).exists()


def test_one_time_links_are_spent_one_by_one(link, person, now):
    other = links.issue(purpose="invitation", person=person, by=None, now=now, expires_at=now + timedelta(days=1))
    links.use(link=link, by=person, now=now)
    assert find(token(other), purpose="invitation", now=now) == other
    assert find(token(link), purpose="invitation", now=now) is None


def made(person, now, purpose="invitation", **more):
    details = {"by": None, "now": now, "expires_at": now + timedelta(days=1)} | more
    return links.issue(purpose=purpose, person=person, **details)


def opens(link, now):
    return find(token(link), purpose=link.purpose, now=now) == link


def test_one_time_links_of_nobody_open_and_are_spent_too(now):
    link = made(None, now, purpose="first-lead")
    assert opens(link, now)
    links.use(link=link, by=None, now=now)
    assert not opens(link, now)


def test_one_time_links_revoked_are_those_still_open_and_one_s_own(link, person, now):
    others = made(build.person(now=now), now)
    used, revoked = made(person, now), made(person, now)
    links.use(link=used, by=person, now=now)
    OneTimeLink.objects.filter(pk=revoked.pk).update(revoked_at=now - timedelta(hours=1))
    assert links.revoke_all(person=person, by=None, now=now) == 1
    assert opens(others, now)
    revoked.refresh_from_db()
    used.refresh_from_db()
    assert (revoked.revoked_at, used.revoked_at) == (now - timedelta(hours=1), None)


def test_one_time_links_about_a_thing_are_closed_when_it_is_done(person, now):
    about = {"about_id": 7, "purpose": "session-form"}
    first, second, used = (made(person, now, **about) for _ in range(3))
    links.use(link=used, by=person, now=now)
    OneTimeLink.objects.filter(pk=second.pk).update(revoked_at=now)
    others = made(person, now, **about | {"about_id": 8}), made(person, now, **about | {"purpose": "did-you-meet"})
    assert links.revoke_about(purpose="session-form", about_id=7, by=None, now=now) == 1
    assert [opens(one, now) for one in (first, *others)] == [False, True, True]


def test_one_time_links_of_many_things_stand_for_at_least_half_their_time(person, now):
    other = build.person(now=now)

    def issue(now, about):
        end = now + timedelta(days=2)
        found = links.issue_many(purpose="session-form", about=about, by=None, now=now, expires_at=end)
        assert {thing: link.person_id for thing, link in found.items()} == about
        return found

    about = {7: person.pk, 8: other.pk}
    first = issue(now, about)
    assert all(opens(link, now) for link in first.values())
    events = AuditEvent.objects.filter(verb=Verb.LINK_ISSUED).values_list("object_id", "about_person_id")
    assert set(events) == {(str(link.pk), link.person_id) for link in first.values()}
    assert issue(now + timedelta(days=1, seconds=-1), {7: person.pk}) == {7: first[7]}
    assert issue(now + timedelta(days=1), {7: person.pk})[7] != first[7]
    assert issue(now, {8: person.pk})[8] != first[8], "What it is about is another's now."


@pytest.mark.parametrize(
    "change", [{"used_at": 0}, {"revoked_at": 0}, {"tries": 1}, {"purpose": "did-you-meet"}, {"about_id": 9}]
)
def test_one_time_links_that_somebody_tried_or_closed_are_not_handed_out_again(person, now, change):
    many = {"purpose": "session-form", "by": None, "now": now, "expires_at": now + timedelta(days=2)}
    first = links.issue_many(about={7: person.pk}, **many)[7]
    assert links.issue_many(about={7: person.pk}, **many)[7] == first
    OneTimeLink.objects.update(**{name: value or now for name, value in change.items()})
    assert links.issue_many(about={7: person.pk}, **many)[7] != first


def test_one_time_links_count_wrong_codes_each_its_own_and_open_nothing_after_ten(person, now):
    link, other = made(person, now), made(person, now)
    spaced = " ".join(code_of(link))

    def tries(code):
        return links.try_code(link=link, code=code, by=None, now=now)

    assert tries(spaced)
    wrong = f"{(int(code_of(link)) + 1) % 10**6:06}"
    assert [tries(wrong) for _ in range(MOST_TRIES - 1)] == [False] * (MOST_TRIES - 1)
    assert tries(code_of(link))
    assert not tries(wrong)
    assert not tries(code_of(link))
    assert not opens(link, now)
    other.refresh_from_db()
    assert other.tries == 0
    assert opens(other, now)
