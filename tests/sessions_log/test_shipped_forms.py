"""Every form that comes with the portal, from the moment it opens to whoever reads it: by pages, as in a browser.

Who owes it and who reads it is written down here, not taken from the form's text: a text
that named another reader would turn a line red.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from programmes import mentoring_models
from sessions_log.models import SessionForm
from sessions_log.session_forms import files, read_text
from tests.browsing import form_of
from tests.builders import people, programmes
from tests.builders import session_forms as builder
from tests.builders import sessions_log as session_builder

PREPARATIONS = {"mentee-prep@1", "meeting-plan@1", "prep-sheet@1"}  # never owed: shared by an explicit act


@dataclass(frozen=True)
class Line:
    """Who owes a form (by the names in ``people_around``), after how many days it opens, and who reads what each
    wrote, besides that person."""

    owed_by: set[str]
    read_by: set[str]
    after: timedelta = timedelta()
    opens: str = "calendar"
    says: dict[str, str] = field(default_factory=dict)  # what is chosen where it matters


LINES = {
    "session-return@2": Line({"mentor"}, {"officer", "mentee"}, opens="held"),
    "conversation-guide@1": Line({"mentor"}, set(), opens="begun"),
    "pulse@1": Line({"mentor", "mentee"}, {"lead"}, timedelta(weeks=6), says={"q-all-well": "I would like a word"}),
    "six-monthly-review@1": Line({"mentor", "mentee"}, {"lead"}, timedelta(days=184)),
    "after-review@1": Line({"mentor", "mentee"}, {"lead"}, opens="at a review"),
    "learning-needs@1": Line({"mentee"}, {"mentor"}),
    "mentor-feedback@1": Line({"mentor"}, {"lead"}, timedelta(weeks=53)),
    "end-of-year@1": Line({"mentor", "mentee"}, {"lead"}, timedelta(weeks=53)),
    "ds-checkpoint@1": Line({"supervisor"}, {"lead"}, opens="asked by the lead", says={"q-attends": "Not at present"}),
    "feedback-360@1": Line({"colleague"}, {"mentee"}, opens="asked by the mentee"),
}


@pytest.fixture
def people_around(db, now):
    """A pair with everyone who might look over their shoulders."""

    def make(*forms):
        organisation = people.organisation(name="Southbank Host", now=now)
        cohort = builder.cohort(organisation=organisation, forms=list(forms), start_date=now.date(), by=None, now=now)
        mentee, mentor = programmes.mentee(cohort, "Asha Rao", now=now), programmes.mentor(cohort, "Ben Ode", now=now)
        other = programmes.pair(cohort, now=now)
        supervisor = people.person("Ivo Brandt", organisation=organisation, now=now)
        people.tie("ds", mentee.person, supervisor, now=now)
        return SimpleNamespace(
            pair=programmes.pair(cohort, mentee, mentor, now=now),
            cohort=cohort,
            mentee=mentee.person,
            mentor=mentor.person,
            supervisor=supervisor,
            lead=people.lead(organisation, "Lena Marsh", now=now),
            officer=people.host_officer(organisation, "Otto Vane", now=now),
            site_lead=people.site_lead(people.site(organisation, now=now), now=now),
            commissioner=people.commissioner(organisation, now=now),
            administrator=people.administrator(now=now),
            other_mentee=other.members.get(role="mentee").person,
            other_mentor=other.members.get(role="mentor").person,
            other_lead=people.lead(people.organisation(now=now), now=now),
        )

    return make


WATCHERS = [
    *("mentee", "mentor", "supervisor", "lead", "officer", "site_lead", "commissioner", "administrator"),
    *("other_mentee", "other_mentor", "other_lead"),
]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def open_it(name, line, around, now) -> list[SessionForm]:
    """The form opens as it does in life."""
    key = name.partition("@")[0]
    if line.opens == "held":
        builder.owed(around.pair, now=now)
    elif line.opens == "at a review":
        programme = around.cohort.programme
        programme.settings = programme.settings | {"duration": {"review_months": 12}}
        programme.save()
        for member in around.pair.members.all():
            review = programmes.review(member, now=now)
            answered = signed_in(member.person).post(reverse("programmes:review-answer", args=[review.pk]))
            form = SessionForm.objects.get(relationship=around.pair, owed_by=member.person)
            assert answered.url == reverse("sessions_log:form-fill", args=[form.pk])
    elif line.opens == "begun":
        session_builder.session(around.pair, around.mentee, now=now)
        signed_in(around.mentor).post(reverse("sessions_log:form-begin", args=[around.pair.pk, key]))
    elif line.opens == "asked by the lead":
        signed_in(around.lead).post(reverse("sessions_log:form-ask", args=[around.pair.pk, key]))
    elif line.opens == "asked by the mentee":
        asked = {"name": "Cara Lowe", "email": "cara.lowe@example.org"}
        signed_in(around.mentee).post(reverse("sessions_log:form-ask", args=[around.pair.pk, key]), asked)
    builder.sweep(now=now)
    return list(SessionForm.objects.filter(relationship=around.pair, spec_key=key, opens_at__lte=now))


def fill(client, address, mark, says) -> None:
    """Fill in whatever stands on the page and send it, until nothing more is asked."""
    page = client.get(address)
    for _ in range(4):
        assert page.status_code == 200
        sent = form_of(page.content.decode(), text=mark, says=says)
        page = client.post(address, sent)
        if page.status_code == 302 or "You can close this page." in page.content.decode():
            return
    raise AssertionError("it is never returned")


def test_every_shipped_form_has_its_line():
    assert set(LINES) | PREPARATIONS == set(files.texts())


def test_no_model_asks_by_a_form_and_by_a_question_at_the_same_review():
    for model in mentoring_models.every():
        specs = [read_text(files.texts()[name]) for name in model.forms]
        if model.duration.review_months:
            assert [spec.name for spec in specs if spec.opens.when == "every"] == [], model.key
        else:
            assert [spec.name for spec in specs if spec.opens.when == "review"] == [], model.key


@pytest.mark.parametrize("name", sorted(LINES))
def test_a_shipped_form_opens_for_its_person_and_is_read_by_whom_it_names(name, people_around, now):
    line, spec = LINES[name], read_text(files.texts()[name])
    around = people_around(name)
    builder.sweep(now=now)
    with time_machine.travel(now + line.after, tick=False):
        if line.after:
            assert not SessionForm.objects.filter(spec_key=spec.key, opens_at__lte=now).exists()
        forms = open_it(name, line, around, now + line.after)
        known = {getattr(around, one).pk: one for one in WATCHERS}
        assert {known.get(form.owed_by_id, "colleague") for form in forms} == line.owed_by
        for form in forms:
            writer = known.get(form.owed_by_id, "colleague")
            mark = f"canary {writer} words"
            if spec.is_by_outsider:
                token, code = builder.link_of(form)
                client, address = Client(), reverse("sessions_log:form-answer", args=[token])
                client.post(address, {"code": code})
            else:
                client, address = signed_in(form.owed_by), reverse("sessions_log:form-fill", args=[form.pk])
                for watcher in set(WATCHERS) - {writer}:
                    assert signed_in(getattr(around, watcher)).get(address).status_code == 404
            fill(client, address, mark, line.says)
            form.refresh_from_db()
            assert form.state == "returned"
            texts = [one for one in spec.questions if one.kind in ("text", "long-text")]
            assert form.answers.count() >= len([one for one in texts if not one.show_if])
            may = line.read_by | {writer}
            assert readers(around, form, mark) == may & set(WATCHERS)


def readers(around, form, mark) -> set[str]:
    """Who reads what was written, on the form's own page and on every page that might show it."""
    found = set()
    for watcher in WATCHERS:
        client = signed_in(getattr(around, watcher))
        page = client.get(reverse("sessions_log:form-detail", args=[form.pk]))
        reads = page.status_code == 200 and mark in page.content.decode()
        assert reads or page.status_code == 404, watcher
        if reads:
            found.add(watcher)
        for name, pk in (
            ("home", None),
            ("sessions_log:form-list", None),
            ("programmes:task-list", None),
            ("sessions_log:form-of-relationship", around.pair.pk),
            ("programmes:relationship-detail", around.pair.pk),
            ("sessions_log:note-list", around.pair.pk),
            ("sessions_log:form-of-cohort", around.cohort.pk),
        ):
            other = client.get(reverse(name, args=[pk] if pk else []), {"show": "returned"})
            assert reads or mark not in other.content.decode(), (watcher, name)
    return found


@pytest.mark.parametrize("name", sorted(PREPARATIONS))
def test_a_preparation_is_its_writers_until_they_share_it_and_then_the_mentors_too(name, people_around, now):
    around = people_around(*([name] if name != "prep-sheet@1" else ["pulse@1"]))
    address = reverse("sessions_log:prep-sheet-edit", args=[around.pair.pk])
    listed = reverse("sessions_log:prep-sheet-list", args=[around.pair.pk])
    client, mark = signed_in(around.mentee), "canary mentee words"
    assert read_text(files.texts()[name]).questions[0].label in client.get(address).content.decode()

    def reads() -> set[str]:
        pages = {one: signed_in(getattr(around, one)).get(listed) for one in WATCHERS}
        return {one for one, page in pages.items() if mark in page.content.decode()}

    sent = form_of(client.get(address).content.decode(), text=mark, says={})
    assert client.post(address, sent).status_code == 302
    assert mark in client.get(address).content.decode()
    assert reads() - {"mentee"} == set()
    sent = form_of(client.get(address).content.decode(), text=mark, says={})
    assert client.post(address, sent | {"share": "1"}).status_code == 302
    assert reads() == {"mentee", "mentor"}
    for one in set(WATCHERS) - {"mentee"}:
        assert signed_in(getattr(around, one)).get(address).status_code == 404
