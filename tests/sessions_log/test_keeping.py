"""What members wrote goes so many months after their match has ended, on its day; its authors are told before."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from audit.verbs import Verb
from notices.kinds import registered
from notices.models import Notice
from people import retention
from people.tasks import keep_no_longer
from programmes.actions import relationships
from sessions_log.actions import keeping, session_forms
from sessions_log.keeping import TEXTS, goes_on, going
from sessions_log.models import (
    AgendaItem,
    AgreedAction,
    Answer,
    FormDraft,
    Goal,
    Note,
    PrepSheet,
    Session,
    SessionForm,
    TextsWarning,
)
from tests.builders import programmes
from tests.builders import session_forms as form_builder
from tests.builders import sessions_log as builders


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def sweep(day: date) -> None:
    keep_no_longer(now=noon(day).isoformat())


@pytest.fixture
def written(pair, now):
    """A pair in which everything was written, that ended on 14 April 2027."""
    builders.session(pair.relationship, pair.mentor, now=now)
    pair.note = builders.note(pair.relationship, pair.mentee, now=now)
    builders.note(pair.relationship, pair.mentor, now=now)
    builders.prep_sheet(pair.relationship, pair.mentee, now=now)
    builders.goal(pair.relationship, pair.mentee, now=now)
    relationships.end(relationship=pair.relationship, by=pair.mentee, now=now)
    pair.relationship.refresh_from_db()
    return pair


def texts() -> int:
    return sum(model.objects.count() for model in (Note, PrepSheet, Goal))


def test_the_authors_are_told_once_30_days_before(written):
    sweep(date(2028, 3, 14))
    assert not Notice.objects.filter(kind="texts-go").exists()
    sweep(date(2028, 3, 15))
    told = Notice.objects.filter(kind="texts-go")
    assert {one.recipient for one in told} == {written.mentee, written.mentor}
    for day in (16, 17, 30):
        sweep(date(2028, 3, day))
    assert told.count() == 2
    letter = registered()["texts-go"].render(told.first(), noon(date(2028, 3, 15)))
    assert letter.subject == "Your mentoring notes are deleted on 14 April 2028"
    assert "ended on 14 April 2027" in letter.text
    assert written.mentor.name not in letter.text + (letter.html or "")
    assert texts() == 4


def test_the_words_go_on_their_day_and_the_facts_stay(written):
    sweep(date(2028, 3, 15))
    sweep(date(2028, 4, 13))
    assert texts() == 4
    sessions = Session.objects.count()
    sweep(date(2028, 4, 14))
    assert texts() == 0
    assert Session.objects.count() == sessions
    event = AuditEvent.objects.get(verb=Verb.RETENTION_APPLIED, object_kind__contains="relationship")
    assert event.scope_kind == "cohort"
    assert not going(noon(date(2028, 4, 15))).exists()


def test_a_match_that_goes_on_or_ended_later_keeps_its_words(written, now):
    other = programmes.pair(written.cohort, now=now)
    mentee = other.members.get(role="mentee").person
    kept = builders.note(other, mentee, now=now)
    later = programmes.pair(written.cohort, now=now)
    also = builders.note(later, later.members.get(role="mentor").person, now=now)
    relationships.end(relationship=later, by=None, now=now + timedelta(days=1))
    sweep(date(2028, 3, 15))
    sweep(date(2028, 4, 14))
    assert set(Note.objects.values_list("pk", flat=True)) == {kept.pk, also.pk}


def test_nothing_goes_before_its_authors_had_30_days_whatever_becomes_of_the_setting(written):
    """A portal that stood still, or a programme that keeps things for less: they are told first."""
    written.cohort.programme.settings = {"texts_kept_months": 2}
    written.cohort.programme.save()
    written.relationship.refresh_from_db()
    sweep(date(2027, 11, 1))
    assert texts() == 4
    written.relationship.refresh_from_db()
    assert goes_on(written.relationship, now=noon(date(2027, 11, 1))) == date(2027, 12, 1)
    sweep(date(2027, 11, 30))
    assert texts() == 4
    sweep(date(2027, 12, 1))
    assert texts() == 0


def test_a_programme_may_keep_them_longer(written):
    written.cohort.programme.settings = {"texts_kept_months": 24}
    written.cohort.programme.save()
    sweep(date(2028, 4, 14))
    sweep(date(2029, 3, 14))
    assert not TextsWarning.objects.exists()
    sweep(date(2029, 3, 15))
    sweep(date(2029, 4, 13))
    assert texts() == 4
    sweep(date(2029, 4, 14))
    assert texts() == 0


def test_no_mail_goes_where_nobody_wrote_and_none_to_leavers(written, now):
    silent = programmes.pair(written.cohort, now=now)
    relationships.end(relationship=silent, by=None, now=now)
    written.mentor.is_active = False
    written.mentor.save()
    sweep(date(2028, 3, 15))
    assert [one.recipient for one in Notice.objects.filter(kind="texts-go")] == [written.mentee]


def test_what_went_to_the_host_stays_until_the_programme_has_been_closed_for_24_months(pair, now):
    cohort = form_builder.cohort(now=now, forms=["session-return@2", "conversation-guide@1"])
    own = programmes.pair(cohort, now=now - timedelta(days=30))
    mentor = own.members.get(role="mentor").person
    builders.session(own, mentor, now=now)
    form_builder.sweep(now=now)
    guide = SessionForm.objects.get(spec_key="conversation-guide")
    SessionForm.objects.filter(pk=guide.pk).update(opens_at=now)
    guide.refresh_from_db()
    session_forms.give_back(form=guide, values={"wish": "More time"}, by=mentor, now=now)
    form_builder.returned(own, now=now)
    form_builder.owed(own, now=now, day=now.date() - timedelta(days=3))
    open_form = SessionForm.objects.filter(state="open").first()
    session_forms.keep_draft(form=open_form, typed="q-met=yes", by=open_form.owed_by, now=now)
    relationships.end(relationship=own, by=None, now=now)
    sweep(date(2028, 3, 15))
    sweep(date(2028, 4, 14))
    assert set(Answer.objects.values_list("form__spec_key", flat=True)) == {"session-return"}
    assert not FormDraft.objects.exists()
    type(cohort.programme).objects.filter(pk=cohort.programme_id).update(closed_at=noon(date(2028, 5, 1)))
    sweep(date(2030, 4, 30))
    assert Answer.objects.exists()
    sweep(date(2030, 5, 1))
    assert not Answer.objects.exists()
    assert SessionForm.objects.filter(spec_key="session-return", state="returned").exists()


def test_what_a_board_reads_stays_and_every_table_of_words_is_gone_through():
    """A new table of members' words fails here until it is said how long it is kept."""
    sealed = {
        model.__name__
        for model in Note._meta.app_config.get_models()
        if any(field.__class__.__name__ == "EncryptedTextField" for field in model._meta.fields)
    }
    gone = {query.model.__name__ for query, _, _ in TEXTS}
    kept_otherwise = {"Draft": "30 days", "RingNote": "of the host", "RegisterException": "of the lead"}
    assert sealed - gone - set(kept_otherwise) == set()
    actions = next(query for query, _, _ in TEXTS if query.model is AgreedAction)
    assert "mentee_agreed_at" in str(actions.query)
    assert AgendaItem in {query.model for query, _, _ in TEXTS}


def test_keeping_detail_counts_matches_for_the_lead_and_names_nobody(client, written, time_machine):
    time_machine.move_to(noon(date(2028, 3, 20)), tick=False)
    client.force_login(written.lead)
    address = reverse("sessions_log:keeping-detail", args=[written.cohort.pk])
    page = client.get(address).content.decode()
    assert "the notes of 1 match go" in page
    assert "12 months" in page
    assert written.mentee.name not in page
    assert address in client.get(reverse("programmes:cohort-detail", args=[written.cohort.pk])).content.decode()


def test_administrators_read_how_many_matches_go(written):
    sweep(date(2028, 3, 15))
    assert retention.counts(noon(date(2028, 4, 13)))["match-texts"] == 0
    assert retention.counts(noon(date(2028, 4, 14)))["match-texts"] == 1


def test_many_matches_go_in_as_many_queries_as_one(written, now, django_assert_max_num_queries):
    for _ in range(4):
        one = programmes.pair(written.cohort, now=now)
        builders.note(one, one.members.get(role="mentor").person, now=now)
        relationships.end(relationship=one, by=None, now=now)
    keeping.warn_due(by=None, now=noon(date(2028, 3, 15)))
    assert TextsWarning.objects.count() == 5
    with django_assert_max_num_queries(40):
        assert keeping.drop_due(by=None, now=noon(date(2028, 4, 14))) == 5
