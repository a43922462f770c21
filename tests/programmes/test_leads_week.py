"""The one mail a week to whoever leads: on Monday, where something waits, and never instead of a private flag's own."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from notices.actions import nudge_choices
from notices.models import Notice
from notices.tasks import deliver_notices
from people.actions import people as people_actions
from programmes.actions import flags
from programmes.tasks import owe_leads_week
from tests.builders import people, programmes

MONDAY = datetime(2027, 4, 19, 7, 5, tzinfo=UTC)  # 8:05 in London


@pytest.fixture
def pair(db, now):
    cohort = programmes.cohort(now=now)
    return programmes.pair(cohort, programmes.mentee(cohort, "Asha Quill", now=now), now=now)


@pytest.fixture
def lead(pair, now):
    return people.lead(pair.cohort.programme.organisation, "Lorna Lead", now=now)


def sweep(moment, time_machine) -> list:
    """What goes out at ``moment``, swept twice."""
    time_machine.move_to(moment, tick=False)
    mail.outbox.clear()
    for _ in range(2):
        owe_leads_week(now=moment.isoformat())
        owed = Notice.objects.filter(state=Notice.State.OWED, due_at__lte=moment)
        deliver_notices(notice_ids=list(owed.values_list("pk", flat=True)))
    return list(mail.outbox)


def ask_for_help(pair, now):
    return flags.raise_flag(relationship=pair, by=pair.members.get(role="mentee").person, now=now)


@pytest.mark.django_db(transaction=True)
def test_a_lead_has_one_mail_on_monday_where_something_waits(pair, lead, now, time_machine):
    nothing_waits = people.lead(people.organisation(now=now), now=now)
    ask_for_help(pair, now)
    [at_once] = sweep(now, time_machine)
    assert at_once.subject == "Somebody asks for your help with a match"
    assert sweep(MONDAY - timedelta(days=1), time_machine) == []
    assert sweep(MONDAY - timedelta(hours=1), time_machine) == []
    [letter] = sweep(MONDAY, time_machine)
    assert (letter.to, letter.subject) == ([lead.email], "What waits for you this week")
    assert "- 1 person asks for help with their match" in letter.body
    assert f"{reverse('programmes:task-list')}#flags" in letter.body
    assert "Asha" not in letter.body
    assert Notice.objects.get(recipient=nothing_waits).reason == "Nothing waits for this person."
    assert sweep(MONDAY + timedelta(days=1), time_machine) == []
    assert len(sweep(MONDAY + timedelta(days=7), time_machine)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_done_or_whose_lead_has_left_by_monday_is_in_no_mail(pair, lead, now, time_machine):
    other = people.lead(pair.cohort.programme.organisation, "Olga Other", now=now)
    flag = ask_for_help(pair, now)
    sweep(now, time_machine)
    owe_leads_week(now=MONDAY.isoformat())
    people_actions.leave(person=other, by=None, now=now)
    flags.close(flag=flag, outcome="carries-on", by=lead, now=now)
    assert sweep(MONDAY, time_machine) == []


@pytest.mark.django_db(transaction=True)
def test_who_wants_no_reminders_still_hears_of_a_flag_at_once(pair, lead, now, time_machine):
    nudge_choices.choose(person=lead, wanted=False, by=lead, now=now)
    ask_for_help(pair, now)
    [letter] = sweep(now, time_machine)
    assert letter.subject == "Somebody asks for your help with a match"
    assert "List-Unsubscribe" not in letter.extra_headers
    assert sweep(MONDAY, time_machine) == []
