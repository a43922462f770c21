"""Each mentoring model walked through as each of its people, by what stands on their screens and nothing else.

The demo's world has every model at some moment of its life. Who its people are is read from it: everyone who takes
part, by side and by what became of them, who supervises or manages them, and who holds a role over the programme.
With PORTAL_PICTURES=folder each page of a programme is drawn as each of them sees it, on a desk and on a phone.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from matching.models import MatchRun
from mentoring_portal import demo
from people.models import Employment, Grant, LineManagement, Person, Tie
from programmes import mentoring_models
from programmes.models import Cohort, Enrolment, Member, Programme, Relationship
from tests.browser.conftest import DESKTOP, PHONE, check_page
from tests.journeys.walking import letters
from tests.posting import Senders
from tests.ways import NOWHERE, Page, Walker, faults, name_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MODELS = [model.key for model in mentoring_models.every()]
LINK = re.compile(r"https?://[^/\s]+(/\S+)")
CODE = re.compile(r"Your code: (\d+)")
WITHOUT_ACCOUNT = ("people:welcome", "sessions_log:form-answer")
THING = re.compile(r"/(relationships|cohorts|enrolments|runs|returns|programmes|board)/(\d+)/")

# What somebody reads and leaves by the way they came; what is empty says why.
TO_READ = {
    "people:own-record",
    "programmes:gap-map",
    "programmes:group-list",
    "programmes:introduction-list",
    "programmes:mail-preview",
    "programmes:override-list",
    "programmes:partner-list",
    "programmes:setting-history",
    "programmes:supervised-list",
    "matching:decision-list",
    "reports:board-detail",  # counts: nothing stands behind them that their reader may open
    "sessions_log:agenda-detail",
    "sessions_log:attendance-by-team",
    "sessions_log:attendance-list",
    "sessions_log:form-detail",
    "sessions_log:form-of-relationship",
    "sessions_log:outline-detail",
    "sessions_log:prep-sheet-list",
    "sessions_log:record-list",
}
# On these the models differ most; test_every_page.py looks at one of every kind.
OF_THE_MODEL = {
    "programmes:cohort-detail",
    "programmes:programme-detail",
    "programmes:programme-guide",
    "programmes:relationship-detail",
    "sessions_log:session-list",
}


def test_everybody_of_every_model_finds_a_way_on_from_every_page(live_server, page, sign_in, subtests, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    demo.load(now=timezone.now())
    people, checked = everybody(), set()
    walker = Walker(Senders(people), part_of=ModelOf())
    for who, person in people.items():
        with subtests.test(who):
            pages = list(walker.walk(who))
            wrong = [
                f"{one.address}, from {one.came_from}: {fault}"
                for one in pages
                for fault in faults(one, to_read=TO_READ)
            ]
            assert not wrong, "\n".join(wrong)
            page.context.clear_cookies()
            sign_in(person)
            page.set_viewport_size(PHONE)
            for one in pages:
                if one.name in OF_THE_MODEL and (one.part, one.name) not in checked:
                    checked.add((one.part, one.name))
                    page.goto(live_server.url + one.address)
                    check_page(page)
            draw(page, live_server.url, person, pages)
    assert {part for part, _ in checked} == set(MODELS)
    with subtests.test("by mail, without an account"):
        found = mailed()
        assert {name_of(link) for link, _ in found} == set(WITHOUT_ACCOUNT)
        wrong = [f"{link}: {fault}" for link, text in found for fault in faults_of_link(link, text)]
        assert not wrong, "\n".join(wrong)


def mailed() -> list[tuple[str, str]]:
    """(link, text of its mail) of what the demo sends to people without an account: mentors and candidates who are
    asked into a match, trainees, whoever returns a form. One of each subject."""
    found = {}
    for one in letters():
        for link in LINK.findall(one.body):
            if name_of(link) in WITHOUT_ACCOUNT:
                found[one.subject] = link, one.body
    return list(found.values())


def faults_of_link(link: str, text: str):
    """What is wrong with where it leads a stranger, who sends what the mail and they themselves know until nothing more
    is asked. All of it is taken back."""
    client, address = Client(), link
    known = {"code": CODE.findall(text)[:1], "password": ["three random words"]}
    with transaction.atomic():
        answer = client.get(link)
        for _ in range(5):
            page = Page(address, name_of(address), "a mail", answer.status_code, answer.content.decode())
            form = next((one for one in page.forms if urlsplit(one.action).path == urlsplit(link).path), None)
            for fault in faults(page, to_read=TO_READ):
                if form or page.name not in WITHOUT_ACCOUNT or fault != NOWHERE:  # "Thank you" is where it ends
                    yield fault
            if form is None:
                break
            typed = {name: value for name, value in known.items() if name in form.fields}
            answer = client.post(link, form.filled(form.buttons and form.buttons[0]) | typed, follow=True)
            address = answer.redirect_chain[-1][0] if answer.redirect_chain else link
        else:
            yield "it asks again and again"
        transaction.set_rollback(True)


def draw(page, url: str, person: Person, pages: list[Page]) -> None:
    """For somebody to look at: each page of a programme, and home, where PORTAL_PICTURES names a folder."""
    folder = os.environ.get("PORTAL_PICTURES")
    for number, one in enumerate(pages if folder else ()):
        if one.name != "home" and not (one.part and one.content and one.is_whole):
            continue
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            page.goto(url + one.address)
            name = f"{person.name} {number:03} {one.name.partition(':')[2] or one.name} {size['width']}.png"
            page.screenshot(path=Path(folder, one.part, name), full_page=True)


class ModelOf:
    """Of a path to which mentoring model it belongs; "" where it is of no programme."""

    def __init__(self):
        def keys(rows, path):
            return dict(rows.values_list("pk", path))

        programmes = keys(Programme.objects, "model_key")
        cohorts = keys(Cohort.objects, "programme__model_key")
        self.keys = {"programmes": programmes, "board": programmes, "cohorts": cohorts, "returns": cohorts}
        for word, rows in (("relationships", Relationship), ("enrolments", Enrolment), ("runs", MatchRun)):
            self.keys[word] = keys(rows.objects, "cohort__programme__model_key")

    def __call__(self, path: str) -> str:
        found = THING.search(path)
        return self.keys[found[1]].get(int(found[2]), "") if found else ""


def everybody() -> dict[str, Person]:
    """Somebody of each kind in each model, called by their name and what they are; whoever is several things once."""
    found: dict[Person, list[str]] = {}
    for model in MODELS:
        of_it: dict[str, Person] = {}
        for what, person in people_of(model):
            if of_it.setdefault(what, person) == person and f"{model} {what}" not in found.setdefault(person, []):
                found[person].append(f"{model} {what}")
    return {f"{person.name}: {'; '.join(what)}": person for person, what in found.items()}


def people_of(model: str):
    """(what they are to it, person) of everybody in programmes of ``model``."""
    cohorts = Cohort.objects.filter(programme__model_key=model)
    enrolled = Enrolment.objects.filter(cohort__in=cohorts).select_related("person", "cohort__programme")
    for one in enrolled:
        yield _part(one), one.person
    for member in Member.objects.knowing().filter(relationship__cohort__in=cohorts, enrolment=None):
        yield member.role, member.person
    persons = [one.person_id for one in enrolled]
    for tie in Tie.objects.filter(person__in=persons):
        yield f"{tie.kind} of somebody", tie.other
    for line in LineManagement.objects.filter(report__in=persons):
        yield "manager of somebody", line.manager
    for programme in Programme.objects.filter(model_key=model):
        over = Q(scope_kind="programme", scope_id=programme.pk)
        over |= Q(scope_kind="organisation", scope_id=programme.organisation_id)
        over |= Q(scope_kind="site", scope_id__in=programme.organisation.sites.values("pk"))
        for grant in Grant.objects.filter(over):
            yield grant.role, grant.person


def _part(one: Enrolment) -> str:
    own = Relationship.objects.of(one.person).filter(cohort=one.cohort).values_list("shape", "state")
    outside = not Employment.objects.filter(person=one.person, organisation=one.cohort.programme.organisation).exists()
    words = ["outside" * outside, one.side, one.state * (one.state != Enrolment.State.ENROLLED)]
    return " ".join(filter(None, [*words, *sorted({f"{shape}-{state}" for shape, state in own})]))
