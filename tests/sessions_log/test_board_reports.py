"""What comes out of a group's meetings, and the report that its board is owed."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.refusal import Refused
from notices.models import Notice
from programmes.actions import groups
from programmes.following import worded
from sessions_log.actions import board_reports, plans
from sessions_log.board import LATE, board_of
from sessions_log.models import BoardReport, Output
from tests.builders import people, sessions_log

pytestmark = pytest.mark.django_db

REPORT = {
    "to": "the board",
    "every_months": 6,
    "chase": {"days_late": 7, "every_days": 7, "limit": 3, "ring_list": True},
}
SECRET = "Not yet agreed"


@pytest.fixture
def trust(now):
    return people.organisation(now=now)


@pytest.fixture
def group(trust, now):
    cohort = sessions_log.monthly(sessions_log.group_cohort(organisation=trust, report=REPORT, now=now))
    made = sessions_log.group(cohort, now=now)
    plans.change(relationship=made, first_on=now.date(), mode="video", by=of(made, "mentor"), now=now)
    board_reports.see_to_due(by=None, now=now)
    return made


def of(group, role):
    return group.members.current().filter(role=role).select_related("person").first().person


def wrote(group, now, kind="need", text=SECRET):
    return board_reports.write(relationship=group, kind=kind, text=text, by=of(group, "mentee"), now=now)


def test_a_report_is_laid_once_and_chased_as_often_as_the_model_says(group, trust, now):
    report = BoardReport.objects.get()
    assert board_reports.see_to_due(by=None, now=now) == 0
    lead = people.lead(trust, now=now)
    for week in range(1, 6):
        later = now + timedelta(days=(report.due_on - now.date()).days + 7 * week, hours=3)
        for _ in range(2):  # twice owes nobody a second notice
            board_reports.see_to_due(by=None, now=later)
        assert Notice.objects.filter(kind=board_reports.CHASE).count() == min(week, 3)
    [[task]] = worded([LATE.items(lead, now=later)])
    assert task.text.endswith("owes the board its report")
    assert not LATE.waiting(people.lead(people.organisation(now=now), now=now), now=later).exists()
    assert BoardReport.objects.count() == 2  # the next half year has begun


def test_a_report_is_sent_once_and_only_after_the_group_has_seen_it(group, now):
    report, mentor = BoardReport.objects.get(), of(group, "mentor")
    with pytest.raises(Refused, match="before the board does"):
        board_reports.send(report=report, by=mentor, now=now)
    with pytest.raises(Refused, match="The mentors of the group"):
        board_reports.show(report=report, by=of(group, "mentee"), now=now)
    board_reports.show(report=report, by=mentor, now=now)
    report.refresh_from_db()
    board_reports.send(report=report, by=mentor, now=now)
    with pytest.raises(Refused, match="sent already"):
        board_reports.send(report=report, by=mentor, now=now)


def test_what_a_board_reads_is_what_was_agreed(group, now):
    report = BoardReport.objects.get()
    output = wrote(group, now)
    assert board_of(report, now=now).outputs == []
    board_reports.agree(output=output, by=of(group, "mentor"), now=now)
    assert board_of(report, now=now).outputs == [("Training need", SECRET)]
    board_reports.keep_back(output=output, by=of(group, "mentee"), now=now)
    assert board_of(report, now=now).outputs == []


def test_output_list_is_the_groups_and_takes_what_is_agreed_back(group, trust, now, client):
    output = wrote(group, now)
    page = reverse("sessions_log:output-list", args=[group.pk])
    mentee, lead = of(group, "mentee"), people.lead(trust, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(mentee)
        client.post(page, {"agree": output.pk})
        assert Output.objects.agreed().count() == 1
        client.post(page, {"keep": output.pk})
        assert not Output.objects.agreed().exists()
        assert client.post(page, {"agree": "nonsense"}).status_code == 404
        assert "Write what it is" in client.post(page, {"kind": "need", "text": ""}).content.decode()
        client.force_login(lead)
        assert client.get(page).status_code == 404
    groups.leave(member=group.members.get(person=mentee), by=mentee, now=now)
    assert not Output.objects.visible_to(mentee, now=now).exists()


def test_report_detail_shows_a_lead_nothing_that_is_not_agreed(group, trust, now, client):
    report = BoardReport.objects.get()
    output = wrote(group, now)
    page = reverse("sessions_log:report-detail", args=[group.pk, report.pk])
    lead = people.lead(trust, now=now)
    with time_machine.travel(now, tick=False):
        client.force_login(lead)
        assert SECRET not in client.get(page).content.decode()
        answer = client.post(page, {"do": "add", "what": f"output:{output.pk}"}, follow=True).content.decode()
        assert "Choose something from the list." in answer
        assert not Output.objects.agreed().exists()
        client.force_login(of(group, "mentor"))
        assert SECRET in client.get(page).content.decode()
        answer = client.post(page, {"do": "add", "what": "note:anything"}, follow=True).content.decode()
        assert "Session notes cannot go into the board report. Add an agreed output instead." in answer
        client.post(page, {"do": "add", "what": f"output:{output.pk}"})
        client.force_login(lead)
        assert SECRET in client.get(page).content.decode()


def test_report_export_says_what_the_page_says_and_no_formula(group, trust, now, client):
    report = BoardReport.objects.get()
    board_reports.agree(output=wrote(group, now, text="=1+1"), by=of(group, "mentor"), now=now)
    wrote(group, now)
    with time_machine.travel(now, tick=False):
        client.force_login(people.lead(trust, now=now))
        file = client.get(reverse("sessions_log:report-export", args=[group.pk, report.pk])).content.decode("utf-8-sig")
    assert "Sessions planned" in file
    assert ",=1+1" not in file
    assert "=1+1" in file
    assert SECRET not in file
