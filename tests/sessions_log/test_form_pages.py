"""Filling in what one owes, and who reads what came back. What could leak is written, and looked for elsewhere."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from audit.refusal import Refused
from people.access import Access
from programmes import mentoring_models
from programmes.actions import relationships
from sessions_log.actions import form_opening, session_forms
from sessions_log.models import Answer, FormDraft, FormSpecVersion, Session, SessionForm
from sessions_log.queries.forms import home_section
from sessions_log.session_forms import fingerprint, kept
from tests.builders import people, programmes
from tests.builders import session_forms as builder

CANARY = "canary-51c0-what-was-discussed"
A_PATIENTS_NUMBER = "943 476 5919"
GOOD = {"q-met": "yes", "q-discussed": CANARY, "q-study-sessions": "none", "q-portfolio": "well on"}
ALL = "met discussed study-sessions portfolio"


@pytest.fixture
def host(db, now):
    """A host that pairs across organisations, Gus with his mentor Hana, and the return that Hana owes."""
    organisation = people.organisation(name="Southbank Host", now=now)
    cohort = builder.cohort(
        organisation=organisation, forms=["session-return@2", "conversation-guide@1", "feedback-360@1"], now=now
    )
    gus, hana = programmes.mentee(cohort, "Gus Adeyemi", now=now), programmes.mentor(cohort, "Hana Lind", now=now)
    pair = programmes.pair(cohort, gus, hana, now=now - timedelta(days=30))
    supervisor = people.person("Ivo Brandt", organisation=organisation, now=now)
    people.tie("ds", gus.person, supervisor, now=now)
    return SimpleNamespace(
        organisation=organisation,
        cohort=cohort,
        pair=pair,
        gus=gus.person,
        hana=hana.person,
        ivo=supervisor,
        lead=people.lead(organisation, "Lena Marsh", now=now),
        officer=people.host_officer(organisation, now=now),
        form=builder.owed(pair, now=now),
    )


def days_ago(number: int):
    return timezone.localdate() - timedelta(days=number)


def fill(form):
    return reverse("sessions_log:form-fill", args=[form.pk])


def detail(form):
    return reverse("sessions_log:form-detail", args=[form.pk])


# --- filling in --------------------------------------------------------------------


def test_form_list_and_home_show_what_one_owes_and_nobody_else_does(client, host, now):
    client.force_login(host.hana)
    for page in (client.get(reverse("home")), client.get(reverse("sessions_log:form-list"))):
        assert "Monthly return: Gus Adeyemi" in page.content.decode()
    for other in (host.gus, host.lead, host.officer, host.ivo):
        assert home_section(other, Access(other, now=now), now) is None


def test_form_list_costs_as_many_queries_for_three_as_for_one(client, host, now, django_assert_num_queries):
    client.force_login(host.hana)
    client.get(reverse("home"))
    builder.returned(host.pair, now=now, day=days_ago(1))
    for days in (2, 6):
        with django_assert_num_queries(12):
            client.get(reverse("sessions_log:form-list"))
        for number in range(2):
            builder.owed(host.pair, now=now, day=days_ago(days + number))
            builder.returned(host.pair, now=now, day=days_ago(days + 2 + number))


def test_form_fill_names_the_reader_above_every_box(client, host):
    client.force_login(host.hana)
    page = client.post(fill(host.form), {"q-met": "yes", "shown": "met"}).content.decode()
    assert page.count("Read by those who follow returns at Southbank Host and Gus") == 1 + page.count("<textarea")
    assert page.count("<textarea") == 3
    assert page.count("Write no patient detail.") == 3


def test_form_fill_asks_first_whether_they_met_then_what_follows_from_it(client, host):
    client.force_login(host.hana)
    first = client.get(fill(host.form)).content.decode()
    assert "Did you meet?" in first
    assert "What did you talk about?" not in first

    second = client.post(fill(host.form), {"q-met": "yes", "shown": "met"}).content.decode()

    assert "3 more questions follow from what you said" in second
    assert "What did you talk about?" in second
    assert "nhsuk-error-summary" not in second  # they were never asked before, so nothing is missing yet
    assert "On which day?" not in second  # the session is on record
    host.form.refresh_from_db()
    assert host.form.state == "open"

    third = client.post(fill(host.form), {"q-met": "yes", "shown": ALL}).content.decode()
    assert "nhsuk-error-summary" in third


def test_form_fill_returns_what_was_asked_and_keeps_nothing_else(client, host, now):
    client.force_login(host.hana)
    sent = GOOD | {"shown": ALL, "q-why-not": "One of us could not"}
    answer = client.post(fill(host.form), sent, follow=True)
    assert "is returned. Thank you." in answer.content.decode()
    host.form.refresh_from_db()
    assert (host.form.state, host.form.returned_at, host.form.next_at) == ("returned", now, None)
    assert set(host.form.answers.values_list("question", flat=True)) == set(ALL.split())
    assert CANARY in host.form.answers.get(question="discussed").value
    event = AuditEvent.objects.get(verb="form-returned")
    assert (event.actor_id, event.object_id) == (host.hana.pk, str(host.form.pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM sessions_log_answer")
        assert not any(CANARY.encode() in bytes(row[0]) for row in cursor.fetchall())


def test_form_fill_is_returned_once_and_says_so(client, host, now):
    session_forms.give_back(form=host.form, values=builder.ANSWERS, by=host.hana, now=now)
    client.force_login(host.hana)
    page = client.post(fill(host.form), GOOD | {"shown": ALL}).content.decode()
    assert "has been returned already" in page
    assert CANARY in page  # what was typed is still there to be copied
    assert not any(CANARY in one.value for one in Answer.objects.all())
    assert client.get(fill(host.form)).url == detail(host.form)


def test_form_fill_asks_about_a_patients_number_and_does_not_refuse(client, host):
    client.force_login(host.hana)
    sent = GOOD | {"q-discussed": f"About {A_PATIENTS_NUMBER}", "shown": ALL}
    page = client.post(fill(host.form), sent).content.decode()
    assert f"Is {A_PATIENTS_NUMBER} a patient’s number? Take it out" in page
    assert client.post(fill(host.form), sent | {"q-not_a_patient": "on"}).status_code == 302


def test_form_fill_keeps_a_draft_that_nobody_else_opens(client, host, now):
    client.force_login(host.hana)
    page = client.post(fill(host.form), GOOD | {"shown": ALL, "draft": "1"}, follow=True).content.decode()
    assert "Your draft is kept" in page
    assert CANARY in client.get(fill(host.form)).content.decode()
    for other in (host.gus, host.lead, host.officer, host.ivo):
        client.force_login(other)
        assert client.get(fill(host.form)).status_code == 404
        assert client.get(detail(host.form)).status_code == 404
    session_forms.give_back(form=host.form, values=builder.ANSWERS, by=host.hana, now=now)
    assert not FormDraft.objects.exists()


def test_form_fill_keeps_a_draft_as_one_types_and_brings_what_follows(client, host):
    client.force_login(host.hana)
    same = client.post(fill(host.form), {"q-met": "", "shown": "met"}, headers={"HX-Request": "true"})
    assert "Draft kept at" in same.content.decode()
    assert 'id="questions"' not in same.content.decode()
    more = client.post(fill(host.form), {"q-met": "yes", "shown": "met"}, headers={"HX-Request": "true"})
    assert 'id="questions" hx-swap-oob="outerMorph"' in more.content.decode()
    assert "What did you talk about?" in more.content.decode()
    assert "checked" in more.content.decode()
    assert host.form.draft.text == "q-met=yes"


def test_form_fill_sent_after_the_sign_in_ran_out_is_kept(client, host):
    client.force_login(host.hana)
    client.get(fill(host.form))
    del client.cookies["sessionid"]
    answer = client.post(fill(host.form), GOOD | {"shown": ALL})
    assert answer.status_code == 302
    assert host.hana.kept_forms.get().path == fill(host.form)


def test_form_fill_typed_after_the_sign_in_ran_out_is_a_draft_and_not_returned(client, host):
    client.force_login(host.hana)
    page = client.get(fill(host.form)).content.decode()
    assert 'hx-vals="{&quot;draft&quot;: &quot;1&quot;}"' in page
    del client.cookies["sessionid"]
    client.post(fill(host.form), GOOD | {"shown": ALL, "draft": "1"}, headers={"HX-Request": "true"})
    assert host.hana.kept_forms.get().is_draft
    client.force_login(host.hana)
    page = client.get(fill(host.form)).content.decode()
    assert GOOD["q-discussed"] in page
    assert not host.hana.kept_forms.exists()
    host.form.refresh_from_db()
    assert host.form.state == SessionForm.State.OPEN


# --- reading -----------------------------------------------------------------------


def test_form_detail_is_read_by_the_host_and_the_one_it_is_about(client, host, now):
    form = session_forms.give_back(
        form=host.form, values=builder.ANSWERS | {"discussed": CANARY}, by=host.hana, now=now
    )
    for reader in (host.hana, host.gus, host.officer):
        client.force_login(reader)
        page = client.get(detail(form)).content.decode()
        for label in ("What did you talk about?", "study sessions", "portfolio"):
            assert label in page
        assert CANARY in page
    for other in (host.lead, host.ivo, people.administrator(organisation=host.organisation, now=now)):
        client.force_login(other)
        assert client.get(detail(form)).status_code == 404
    assert AuditEvent.objects.filter(verb="form-read").count() == 2  # one's own is nobody's business


def test_form_detail_of_another_host_is_not_there(client, host, now):
    form = session_forms.give_back(form=host.form, values=builder.ANSWERS, by=host.hana, now=now)
    client.force_login(people.host_officer(people.organisation(now=now), now=now))
    assert client.get(detail(form)).status_code == 404
    assert client.get(reverse("sessions_log:form-of-cohort", args=[host.cohort.pk])).status_code == 404


MIXED = """
key = "mixed"
version = 1
title = "Mixed"
filled_by = "mentor"
about = "mentee"
opens = {when = "by-hand"}
readers = ["own"]
[[question]]
name = "mine"
kind = "text"
label = "Mine"
[[question]]
name = "ours"
kind = "text"
label = "Ours"
readers = ["pair"]
[[question]]
name = "hosts"
kind = "text"
label = "Host"
readers = ["host"]
[[question]]
name = "leads"
kind = "text"
label = "Lead"
readers = ["lead"]
"""


def test_form_detail_shows_each_reader_their_own_questions(client, host, now):
    FormSpecVersion.objects.create(
        key="mixed",
        version=1,
        title="Mixed",
        text=MIXED,
        fingerprint=fingerprint(MIXED),
        saved_at=now,
        organisation=host.organisation,
    )
    host.cohort.programme.settings["forms"] = ["mixed@1"]
    host.cohort.programme.save()
    host.pair.refresh_from_db()
    spec = builder_spec(host)
    form = form_opening.begin(relationship=host.pair, spec=spec, by=host.hana, now=now)
    session_forms.give_back(
        form=form, values={"mine": "M1", "ours": "O2", "hosts": "H3", "leads": "L4"}, by=host.hana, now=now
    )
    seen = {}
    for who in ("hana", "gus", "officer", "lead", "ivo"):
        client.force_login(getattr(host, who))
        answer = client.get(detail(form))
        page = answer.content.decode()
        seen[who] = {word for word in ("M1", "O2", "H3", "L4") if f"<p>{word}</p>" in page}
    assert seen == {"hana": {"M1", "O2", "H3", "L4"}, "gus": {"O2"}, "officer": {"H3"}, "lead": {"L4"}, "ivo": set()}


def builder_spec(host):
    return kept.of_model(mentoring_models.of(host.cohort.programme))[0]


def test_a_lead_reads_nothing_of_a_match_that_is_their_own(client, host, now):
    """What the other says to the leads about it would not be said."""
    FormSpecVersion.objects.create(
        key="mixed",
        version=1,
        title="Mixed",
        text=MIXED,
        fingerprint=fingerprint(MIXED),
        saved_at=now,
        organisation=host.organisation,
    )
    host.cohort.programme.settings["forms"] = ["mixed@1"]
    host.cohort.programme.save()
    host.pair.refresh_from_db()
    form = form_opening.begin(relationship=host.pair, spec=builder_spec(host), by=host.hana, now=now)
    session_forms.give_back(form=form, values={"leads": "L4"}, by=host.hana, now=now)
    assert Answer.objects.visible_to(host.lead, now=now).count() == 1
    people.grant(host.gus, "programme-lead", host.organisation, now=now)
    assert not Answer.objects.visible_to(host.gus, now=now).exists()


# --- whom it concerns ---------------------------------------------------------------


def test_returning_logs_the_session_so_that_no_second_mail_asks(host, now):
    session_forms.give_back(form=host.form, values=builder.ANSWERS, by=host.hana, now=now)
    assert Session.objects.get().state == "held"
    assert SessionForm.objects.count() == 1  # logging it has opened no other


def test_form_excuse_ends_it_with_a_reason(client, host, now):
    client.force_login(host.officer)
    page = reverse("sessions_log:form-of-cohort", args=[host.cohort.pk])
    assert host.hana.name in client.get(page).content.decode()
    excuse = reverse("sessions_log:form-excuse", args=[host.form.pk])
    assert client.post(excuse, {"text": ""}).status_code == 200
    assert client.post(excuse, {"text": "on leave in March"}).status_code == 302
    host.form.refresh_from_db()
    assert (host.form.state, host.form.excused_for, host.form.excused_by) == (
        "excused",
        "on leave in March",
        host.officer,
    )
    assert "on leave in March" in client.get(f"{page}?show=excused").content.decode()
    with pytest.raises(Refused):
        session_forms.give_back(form=host.form, values=builder.ANSWERS, by=host.hana, now=now)


def test_form_of_cohort_shows_a_lead_who_returned_and_no_answer(client, host, now):
    session_forms.give_back(form=host.form, values=builder.ANSWERS | {"discussed": CANARY}, by=host.hana, now=now)
    client.force_login(host.lead)
    page = client.get(reverse("sessions_log:form-of-cohort", args=[host.cohort.pk]) + "?show=returned")
    assert host.hana.name in page.content.decode()
    assert detail(host.form) not in page.content.decode()
    client.force_login(host.officer)
    page = client.get(reverse("sessions_log:form-of-cohort", args=[host.cohort.pk]) + "?show=returned")
    assert detail(host.form) in page.content.decode()


def test_form_of_cohort_costs_as_many_queries_for_three_as_for_one(client, host, now, django_assert_num_queries):
    client.force_login(host.lead)
    url = reverse("sessions_log:form-of-cohort", args=[host.cohort.pk])
    client.get(url)
    for days in (1, 3):
        with django_assert_num_queries(10):
            client.get(url)
        builder.owed(host.pair, now=now, day=days_ago(days))
        builder.owed(host.pair, now=now, day=days_ago(days + 1))


# --- begun and asked for ---------------------------------------------------------------


def test_form_begin_is_for_whoever_fills_it_in(client, host):
    begin = reverse("sessions_log:form-begin", args=[host.pair.pk, "conversation-guide"])
    client.force_login(host.gus)
    client.post(begin)
    assert not SessionForm.objects.filter(spec_key="conversation-guide").exists()
    client.force_login(host.hana)
    first = client.post(begin).url
    assert client.post(begin).url == first  # begun once, it is the one
    guide = SessionForm.objects.get(spec_key="conversation-guide")
    assert first == fill(guide)
    assert guide.next_at is None  # nobody is ever reminded of it
    client.post(first, {"q-next-step": CANARY, "shown": "wish situation ways next-step"})
    page = client.get(reverse("sessions_log:form-of-relationship", args=[host.pair.pk])).content.decode()
    assert guide.session is None
    assert CANARY in client.get(detail(guide)).content.decode()
    assert reverse("sessions_log:form-detail", args=[guide.pk]) in page
    for other in (host.lead, host.officer, host.ivo, host.gus):
        client.force_login(other)
        assert client.get(detail(guide)).status_code == 404


def test_form_of_relationship_is_its_members_alone(client, host):
    page = reverse("sessions_log:form-of-relationship", args=[host.pair.pk])
    client.force_login(host.hana)
    assert "Begin" in client.get(page).content.decode()
    for other in (host.lead, host.officer, host.ivo):
        client.force_login(other)
        assert client.get(page).status_code == 404


def test_a_match_leads_to_its_forms_only_whom_one_ever_concerns(client, host):
    match = reverse("programmes:relationship-detail", args=[host.pair.pk])
    forms = reverse("sessions_log:form-of-relationship", args=[host.pair.pk])

    def leads_there(person, *names):
        host.cohort.programme.settings = {**host.cohort.programme.settings, "forms": list(names)}
        host.cohort.programme.save(update_fields=["settings"])
        client.force_login(person)
        return forms in client.get(match).content.decode()

    assert leads_there(host.hana, "conversation-guide@1")  # she fills it in
    assert not leads_there(host.gus, "conversation-guide@1")  # and reads it alone
    assert leads_there(host.gus, "feedback-360@1")  # he asks colleagues
    assert not leads_there(host.hana, "feedback-360@1")
    assert leads_there(host.gus, "meeting-plan@1") is False  # a preparation is kept with the sessions
    assert not leads_there(host.gus, "ds-checkpoint@1")  # his supervisor's, for the lead
    assert not leads_there(host.hana)


def test_form_ask_brings_a_colleague_to_one_form_and_only_the_asker_reads_it(client, host, now):
    ask = reverse("sessions_log:form-ask", args=[host.pair.pk, "feedback-360"])
    client.force_login(host.hana)
    assert client.get(ask).status_code == 404  # it is about the mentee
    client.force_login(host.gus)
    assert "They have a mail" in client.get(ask).content.decode()
    assert client.post(ask, {"name": "Rosa Field", "email": "rosa@example.org"}).status_code == 302
    form = SessionForm.objects.get(spec_key="feedback-360")
    assert (form.owed_by.name, form.about, form.asked_by) == ("Rosa Field", host.gus, host.gus)
    again = client.post(ask, {"name": "Rosa Field", "email": "ROSA@example.org"}).content.decode()
    assert "has been asked, and has not answered yet" in again
    session_forms.give_back(form=form, values={"keep": CANARY}, by=form.owed_by, now=now)
    assert CANARY in client.get(detail(form)).content.decode()
    for other in (host.hana, host.lead, host.officer, host.ivo):
        client.force_login(other)
        assert client.get(detail(form)).status_code == 404


def test_form_ask_does_not_tell_whose_address_it_is(client, host, now):
    """Somebody whom the portal knows by another name is named as they were typed, asked once or twice."""
    known = people.person("Ottoline Quarmby", now=now, email="known@example.org")
    ask = reverse("sessions_log:form-ask", args=[host.pair.pk, "feedback-360"])
    client.force_login(host.gus)
    for _ in range(2):
        said = client.post(ask, {"name": "Some Body", "email": known.email}, follow=True).content.decode()
        assert "Some Body" in said
        assert "Quarmby" not in said
    assert SessionForm.objects.get(spec_key="feedback-360").owed_by == known


# --- ends ----------------------------------------------------------------------------


def test_what_is_owed_falls_away_when_the_match_ends_or_somebody_leaves(host, now):
    relationships.end(relationship=host.pair, by=host.lead, now=now)
    host.form.refresh_from_db()
    assert (host.form.state, host.form.next_at) == ("closed", None)


def test_what_a_leaver_owes_falls_away_and_is_said_beforehand(client, host, now):
    client.force_login(host.lead)
    page = client.get(reverse("people:person-leave", args=[host.hana.pk])).content.decode()
    assert "1 form that is still open falls away." in page
    people.people_actions.leave(person=host.hana, by=host.lead, now=now + timedelta(minutes=1))
    host.form.refresh_from_db()
    assert host.form.state == "closed"
