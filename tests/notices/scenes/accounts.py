"""Accounts."""

from people.actions import invitations, merges
from tests.builders import people
from tests.notices.scenes.base import NOW, Scene, scene


@scene("invitation")
def _():
    one = people.person(now=NOW)
    link = invitations.invite(person=one, by=None, now=NOW)
    taken = {"done": lambda: invitations.accept(link=link, password="three quiet words", by=one, now=NOW)}
    return Scene(causes=taken)


@scene("records-merged")
def _():
    kept, gone = (people.person("Asha Khan", now=NOW) for _ in range(2))
    merges.merge(kept=kept, gone=gone, email=kept.email, by=None, now=NOW)
    return Scene()
