"""A right that has ended is used all the same: same session, next request (TRUST, T18 and F20).

Each person of the matrix signs in and is let in once; then their role ends, what they take part in, or their account,
and every address that let them in is asked again with the same cookies.
"""

import re
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from people.actions import grants, ties
from people.actions import people as people_actions
from people.models import Tie
from programmes.actions import enrolments, relationships
from programmes.models import Introduction, Relationship
from tests.architecture.access_page import enough, walked
from tests.architecture.test_access_matrix import LET_IN, NOT_THERE, SIGN_IN, outcome, roles_of
from tests.posting import Senders
from tests.scenarios import ROLES, world

MEMBERS = ("mentee", "mentor")


@pytest.fixture
def senders(db, now, time_machine):
    """The world, with everybody signed in."""
    time_machine.move_to(now, tick=False)
    senders = Senders(world(now=now))
    for role in ROLES:
        assert senders.of(role).get(reverse("home")).status_code == 200
    return senders


@contextmanager
def afterwards(act):
    """What is so once ``act`` was done, and no more afterwards."""
    with transaction.atomic():
        act()
        yield
        transaction.set_rollback(True)


def let_in(role):
    """(name, entry, method) of each line of the matrix by which ``role`` gets in."""
    for name, entry in walked():
        if not (entry.get("demo") or entry.get("off")):
            yield from ((name, entry, method) for method in ("get", "post") if role in roles_of(entry, method))


def address_of(senders, name, entry) -> str:
    return reverse(name, kwargs={word: senders.things[thing] for word, thing in entry.get("args", {}).items()})


def end_role(person, now) -> None:
    """Every role of theirs, whom they supervise, and everything that they take part in; their account stays."""
    for grant in person.grants.all():
        grants.end_for_leaver(grant=grant, by=None, now=now)
    for tie in Tie.objects.live(on=timezone.localdate(now)).filter(other=person):
        ties.end(tie=tie, by=None, now=now)
    enrolments.leave(person=person, by=None, now=now)


def leave(person, now) -> None:
    people_actions.leave(person=person, by=None, now=now)


def of_the_match(senders):
    """(role, method, name, entry) of each line for the two of the match of the world."""
    for role in MEMBERS:
        for name, entry, method in let_in(role):
            if "relationship" in entry.get("args", {}).values():
                yield role, method, name, entry


def put(relationship, now, **fields) -> None:
    Relationship.objects.filter(pk=relationship.pk).update(**fields)


def end(relationship, now) -> None:
    relationships.end(relationship=relationship, by=None, now=now)


def pause(relationship, now) -> None:
    relationships.pause(relationship=relationship, by=None, now=now)


def nowhere(role, method, name, entry) -> str:
    return NOT_THERE


def everywhere_but_to_pause_it(role, method, name, entry) -> str:
    return NOT_THERE if name == "programmes:relationship-pause" else LET_IN


def wrong_among(senders, lines, right) -> list[str]:
    """A sentence for each (role, method, name, entry) that does not answer as ``right`` says of it; of what somebody
    still has, also each text on it that is another's."""
    wrong = []
    for role, method, name, entry in lines:
        answer = senders.ask(role, method, address_of(senders, name, entry))
        found, wanted = outcome(answer), right(role, method, name, entry)
        if "still" in entry and right is own_alone:
            shown = answer.content.decode(errors="replace")
            others = [one.kind for one in senders.things["canaries"] if role not in one.keepers and one.word in shown]
            wrong += [f"{method} {name} as {role} shows what is another's: {kind}" for kind in others]
        if found != wanted:
            wrong.append(f"{method} {name} as {role}: {found}, not {wanted}")
    return wrong


def own_alone(role, method, name, entry) -> str:
    return LET_IN if {role, f"{method} {role}"} & set(entry.get("still", ())) else NOT_THERE


def introduce(relationship, now) -> None:
    """A first meeting, in which both see whether it suits."""
    mentee, mentor = (relationship.members.get(role=role).enrolment for role in MEMBERS)
    held = {"asked_at": now, "opened_at": now, "holds_until": now.date()}
    Introduction.objects.create(
        cohort=relationship.cohort, one=mentee, other=mentor, state="chemistry", relationship=relationship, **held
    )
    put(relationship, now, state="introduction")


# What two who have yet to say yes cannot do: meet, plan to, or write what is for that. Read and write they can.
NOT_YET = re.compile(
    r"programmes:relationship-pause|sessions_log:(offer-.*|plan-.*|series-.*|session-(?!list).*|target-.*|word-.*"
    r"|prep-sheet-edit|goal-edit)"
)


def nothing_to_meet_for(role, method, name, entry) -> str:
    closed = NOT_YET.fullmatch(name) or (method, name) == ("post", "sessions_log:record-list")
    return NOT_THERE if closed else LET_IN


# What becomes of the match, and where it is there for its two from then on.
STATES = {
    "proposed": (partial(put, state="proposed", told_at=None), nowhere),
    "arranged": (partial(put, state="arranged", told_at=None), nowhere),
    "ended": (end, own_alone),
    "paused": (pause, everywhere_but_to_pause_it),
    "introduction": (introduce, everywhere_but_to_pause_it),
    "to accept": (partial(put, state="proposed"), nothing_to_meet_for),
}


@pytest.mark.django_db
def test_access_matrix_closes_with_the_right_in_the_same_session(senders, now, subtests):
    """All in one world, as making it takes longer than asking.

    A role that ends, or all that somebody takes part in: nothing is there any more of what it opened; ``still`` names
    what stays a member's own. An account that ends: whatever it asks for, it is sent to sign in.
    """
    asked = 0
    for role in ROLES:
        lines = [(role, method, name, entry) for name, entry, method in let_in(role)]
        named = [one for one in lines if one[3][one[1]] != "everyone"]
        private = [one for one in lines if not one[3].get("public")]
        asked += len(named) + len(private)
        with subtests.test("role", role=role), afterwards(partial(end_role, senders.things[role], now)):
            wrong = wrong_among(senders, named, own_alone)
            assert senders.of(role).get(reverse("home")).status_code == 200  # they are still signed in
            assert not wrong, "\n".join(wrong)
        with subtests.test("account", role=role), afterwards(partial(leave, senders.things[role], now)):
            wrong = wrong_among(senders, private, lambda role, method, name, entry: SIGN_IN)
            assert not wrong, "\n".join(wrong)
    assert asked > enough(1_000)
    relationship = Relationship.objects.get(pk=senders.things["relationship"])
    lines = list(of_the_match(senders))
    assert len(lines) > enough(40)
    for state, (act, right) in STATES.items():
        with subtests.test("match", state=state), afterwards(partial(act, relationship, now)):
            wrong = wrong_among(senders, lines, right)
            assert not wrong, "\n".join(wrong)
