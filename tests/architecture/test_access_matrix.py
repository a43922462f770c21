"""Who gets in where: the file access_matrix.toml, tried line by line.

People of the world (tests/scenarios.py) are of one organisation; each thing has
a twin in another, so that a page that forgets its scope has something to leak.
"""

import uuid
from functools import partial

import pytest
from django.db import transaction
from django.urls import reverse

from tests.architecture.access_page import MATRIX, page, walked
from tests.architecture.source import ROOT
from tests.architecture.urls import addresses
from tests.canaries import heard
from tests.scenarios import ROLES, world

ABSENT = {int: 999_999_999, uuid.UUID: uuid.UUID(int=0), str: "absent"}
LET_IN, SIGN_IN, NOT_THERE, NO_SUCH_METHOD = "let in", "sent to sign in", "404", "405"


def roles_of(entry, method):
    named = entry.get(method)
    return set(ROLES) if named == "everyone" else set(named or ())


def outcome(answer) -> str:
    if answer.status_code == 404:
        return NOT_THERE
    if answer.status_code == 405:
        return NO_SUCH_METHOD
    if answer.status_code == 302 and answer.url.startswith(reverse("account_login")):
        return SIGN_IN
    # 400, 409 and 410 answer somebody who got in: a form with mistakes, a refusal in words, a link that is spent.
    assert answer.status_code in (200, 302, 303, 400, 409, 410), answer.status_code
    assert b'href=""' not in answer.content, "A link leads nowhere."
    return LET_IN


def ask(client, person, method, address, read=lambda content: None) -> str:
    """One request as ``person``, all of whose traces are taken back; ``read`` is given what they were shown."""
    with transaction.atomic():
        if person is not None:
            client.force_login(person)
        answer = getattr(client, method)(address)
        found = outcome(answer)
        read(answer.content)
        client.cookies.clear()
        transaction.set_rollback(True)
    return found


def expected(entry, method, role) -> set[str]:
    if entry.get("demo") or entry.get("off"):  # only in the demo, or where the operator turned it on
        return {NOT_THERE}
    takes = {name for name in ("get", "post") if name in entry}
    if role is None and not entry.get("public"):
        return {SIGN_IN}
    if method not in takes:
        # Whether an address takes a method is no secret, but neither need it be told.
        return {NO_SUCH_METHOD, NOT_THERE}
    if role is None:
        return {LET_IN, SIGN_IN}  # a public page may send on to the sign-in
    if role in roles_of(entry, method):
        return {SIGN_IN} if entry.get("ends_sign_in") and method == "post" else {LET_IN}
    return {NOT_THERE}


def test_access_matrix_lists_every_address():
    known = {address.name for address in addresses()}
    assert known == set(MATRIX), f"not listed {sorted(known - set(MATRIX))}, gone {sorted(set(MATRIX) - known)}"


def test_access_page_of_the_docs_is_the_matrix():
    """After a change: ./portal trust --access > docs/ACCESS.md"""
    assert (ROOT / "docs" / "ACCESS.md").read_text(encoding="utf-8") == page()


@pytest.mark.django_db
def test_access_matrix_holds(client, now, time_machine, subtests):
    """All in one world: making it takes longer than asking an address of everybody.

    Meanwhile nobody reads a word that is another's (TRUST, T1): there is one in each kind of text that members write.
    """
    time_machine.move_to(now, tick=False)
    things = world(now=now)
    people = {None: None} | {role: things[role] for role in ROLES}
    for canary in things["canaries"]:
        for role in canary.readers:
            client.force_login(people[role])
            shown = client.get(canary.page_of(role)).content.decode()
            assert canary.word in shown, f"{role} cannot read their {canary.kind}"
    client.logout()
    for name, entry in walked():
        with subtests.test(name):
            wrong = list(mismatches(client, name, entry, things, people))
            assert not wrong, "\n".join(wrong)


def mismatches(client, name, entry, things, people):
    """A sentence for each role, method and thing for which ``name`` does not answer as its entry says."""

    def closed(method, role):
        return {SIGN_IN} if role is None else {NOT_THERE, NO_SUCH_METHOD}

    def of_another(method, role):
        return expected(entry, method, role) if role in entry.get("beyond", ()) else closed(method, role)

    own = {word: things[thing] for word, thing in entry.get("args", {}).items()}
    tries = [("own", own, partial(expected, entry))]
    if own and not any(entry.get(word) for word in ("public", "demo", "off", "asks_first")):
        tries.append(("absent", {word: ABSENT[type(value)] for word, value in own.items()}, closed))
    if "other" in entry:
        tries.append(("other", {word: things[thing] for word, thing in entry["other"].items()}, of_another))
    for which, arguments, wanted in tries:
        address = reverse(name, kwargs=arguments)
        for role, person in people.items():
            for method in ("get", "post"):
                leaks = []
                read = partial(_listen, things, role, leaks)
                found, right = ask(client, person, method, address, read), wanted(method, role)
                if found not in right:
                    yield f"{method} {which} as {role or 'nobody'}: {found}, not {' or '.join(sorted(right))}"
                if leaks:
                    yield f"{method} {which} as {role or 'nobody'} shows {', '.join(leaks)}, which is not theirs"


def _listen(things, role, leaks, content) -> None:
    """Add to ``leaks`` what ``content`` shows ``role`` of others; nobody of ours reads of the other organisation."""
    leaks += heard(things["canaries"], content, role) + heard(things["other_canaries"], content, None)
