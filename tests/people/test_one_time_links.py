"""One-time links: a token opens one thing, once, for its purpose and in its time."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import links
from people.models import OneTimeLink, Person
from people.one_time_links import MOST_TRIES, find, open_for, read, token

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
