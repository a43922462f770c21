"""A cohort's mail for its leads: read beforehand, paused and let go on, what does not arrive."""

from datetime import timedelta

import pytest
from django.urls import reverse

from notices.actions import delivery, pauses
from notices.kinds import registered
from notices.models import MailPause, Notice
from notices.post import Post
from programmes.actions.telling import Telling
from programmes.mails import mail_lines, preview_of
from programmes.previews import PREVIEWS
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def cohort(now):
    return programmes.cohort(now=now)


@pytest.fixture
def as_lead(client, cohort, now):
    client.force_login(people.lead(cohort.programme.organisation, now=now))
    return client


def address(name, cohort, *more):
    return reverse(f"programmes:{name}", args=[cohort.pk, *more])


def told(cohort, now):
    """A new pair, each of the two owed the mail that says so."""
    return programmes.pair(cohort, telling=Telling(), now=now)


def refuse(notice, now, trouble="address"):
    Notice.objects.filter(pk=notice.pk).update(state="failed", settled_at=now, tried_at=now, trouble=trouble)


def deliver_all(now):
    with Post() as post:
        for pk in Notice.objects.due(now=now).values_list("pk", flat=True):
            delivery.deliver(notice_id=pk, post=post, by=None, now=now)


def test_mail_list_shows_what_this_programme_sends_and_how_much_of_it(as_lead, cohort, now, mailoutbox):
    told(cohort, now)
    deliver_all(now)
    told(cohort, now)
    kinds = {line.kind.name: (line.waiting, line.sent) for line in mail_lines(cohort, now=now)}
    assert kinds["match-published"] == (2, 2)
    assert "match-offered" not in kinds
    assert "triad-trainee" not in kinds
    answer = as_lead.get(address("mail-list", cohort))
    assert "Example: “You have been matched: " in answer.text
    assert "The subjects are examples, about people who are made up." in answer.text
    assert "2 messages wait to be sent" in answer.text
    assert "Mail that does not arrive" not in answer.text


def test_mail_list_takes_as_many_queries_whoever_is_not_reached(as_lead, cohort, now, django_assert_num_queries):
    counts = []
    for _ in range(2):
        pair = told(cohort, now)
        for notice in Notice.objects.filter(about={"relationship": pair.pk}):
            refuse(notice, now)
        with django_assert_num_queries(14, exact=False) as asked:
            answer = as_lead.get(address("mail-list", cohort))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert answer.text.count("The address is refused.") == 4


@pytest.mark.parametrize("kind", sorted(PREVIEWS))
def test_mail_preview_reads_as_the_letter_does(as_lead, cohort, now, kind):
    shown = preview_of(cohort, kind, now=now)
    answer = as_lead.get(address("mail-preview", cohort, kind))
    if shown is None:
        assert answer.status_code == 404
    else:
        assert shown[1].subject in answer.text.replace("&#x27;", "'")
        assert "Example" in shown[1].text or "Ama" in shown[1].text


def test_mail_preview_of_what_is_no_mail_of_a_cohort_is_not_there(as_lead, cohort):
    for kind in ("invitation", "nonsense"):
        assert as_lead.get(address("mail-preview", cohort, kind)).status_code == 404


def test_mail_preview_follows_the_programmes_settings(now):
    both = programmes.cohort(now=now, matching={"live": "both-accept", "site_sign_off": True})
    kinds = {line.kind.name for line in mail_lines(both, now=now)}
    assert {"match-offered", "match-off", "pairs-to-confirm"} <= kinds
    assert "match-published" not in kinds
    triads = programmes.triad(now=now).cohort
    assert {"triad-trainee", "triad-supervisor"} <= {line.kind.name for line in mail_lines(triads, now=now)}


def test_mail_pause_holds_it_back_and_mail_resume_lets_it_go(as_lead, cohort, now, mailoutbox):
    answer = as_lead.post(address("mail-pause", cohort), follow=True)
    assert "The mail of this cohort is held back until you let it go on" in answer.text
    told(cohort, now)
    deliver_all(now)
    assert mailoutbox == []
    answer = as_lead.get(address("mail-list", cohort))
    assert "2 messages wait." in answer.text
    assert "Let the mail go on" in answer.text
    Notice.objects.filter(pk=Notice.objects.first().pk).update(expires_at=now)
    answer = as_lead.post(address("mail-resume", cohort), follow=True)
    assert "The mail of this cohort goes on. 1 had become too old and will not be sent" in answer.text
    deliver_all(now)
    assert len(mailoutbox) == 1


def test_mail_pause_twice_is_refused(as_lead, cohort):
    for _ in range(2):
        answer = as_lead.post(address("mail-pause", cohort), follow=True)
    assert "The mail of this cohort is paused already." in answer.text


def test_mail_resume_of_what_goes_on_is_refused(as_lead, cohort):
    as_lead.post(address("mail-pause", cohort))
    for _ in range(2):
        answer = as_lead.post(address("mail-resume", cohort), follow=True)
    assert "The mail of this cohort is not paused." in answer.text


def test_mail_pause_is_no_business_of_another_lead(client, cohort, now):
    client.force_login(people.lead(people.organisation(now=now), now=now))
    assert client.post(address("mail-pause", cohort)).status_code == 404
    assert not MailPause.objects.exists()


def test_mail_pause_does_not_stop_what_leads_must_know(cohort, now):
    assert {name for name, kind in registered().items() if kind.past_pauses} >= {"flag-raised", "rule-overridden"}


def test_mail_retry_tries_again_what_did_not_arrive(as_lead, cohort, now, mailoutbox):
    pair = told(cohort, now)
    mentee = pair.members.get(role="mentee").person
    refuse(Notice.objects.get(recipient=mentee), now)
    tasks = as_lead.get(reverse("programmes:task-list"))
    assert f"Mail to {mentee.name} does not arrive: the address is refused" in tasks.text
    assert "Mail to 1 person does not arrive" in as_lead.get(reverse("home")).text
    answer = as_lead.post(address("mail-retry", cohort, mentee.pk), follow=True)
    assert f"The mail to {mentee.name} is tried again within a minute" in answer.text
    deliver_all(now)
    assert Notice.objects.get(recipient=mentee).state == "sent"
    assert "does not arrive" not in as_lead.get(reverse("programmes:task-list")).text


def test_mail_retry_is_refused_where_nothing_failed_or_it_is_too_old(as_lead, cohort, now):
    pair = told(cohort, now)
    mentee = pair.members.get(role="mentee").person
    assert as_lead.post(address("mail-retry", cohort, mentee.pk)).status_code == 404
    refuse(Notice.objects.get(recipient=mentee), now)
    Notice.objects.update(expires_at=now)
    answer = as_lead.post(address("mail-retry", cohort, mentee.pk), follow=True)
    assert "is too old by now to be sent again" in answer.text


def test_what_is_only_delayed_is_on_the_page_and_not_on_the_list(as_lead, cohort, now):
    told(cohort, now)
    notice = Notice.objects.first()
    Notice.objects.filter(pk=notice.pk).update(trouble="delayed", tried_at=now, leased_until=now + timedelta(hours=1))
    page = as_lead.get(address("mail-list", cohort)).text
    assert "The mail server does not take it for now. The portal tries again by itself." in page
    assert "mail/to/" not in page
    assert "does not arrive" not in as_lead.get(reverse("programmes:task-list")).text


def test_paused_mail_is_paused_for_that_cohort_alone(cohort, now, mailoutbox):
    other = programmes.cohort(now=now)
    pauses.pause(cohort_id=cohort.pk, by=people.person(now=now), now=now)
    for one in (cohort, other):
        told(one, now)
    deliver_all(now)
    assert len(mailoutbox) == 2
    assert set(Notice.objects.filter(cohort_id=cohort.pk).values_list("state", flat=True)) == {"held"}
