"""Model 1, trainee-band6, story line 5: the register over a year, and nobody is ever written to."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from notices.models import Notice
from notices.tasks import deliver_notices
from sessions_log.tasks import lay_registers, lay_targets, sweep_forms
from tests.builders import people, programmes


@pytest.fixture
def now(time_machine) -> datetime:
    """14 April 2027, when mentors are assigned for the intake of 26 July."""
    moment = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
    time_machine.move_to(moment, tick=False)
    return moment


@pytest.mark.django_db(transaction=True)
def test_journey_trainee_band6_registers_on_their_exact_days(now, client, time_machine, story):
    """5: appraisal registers at weeks 13, 26 and 39; "everyone well" but one, and nobody is ever written to."""
    story("trainee-band6", 5)
    hospital = people.organisation(name="Northbank Hospital", now=now)
    lead = people.lead(hospital, "Lorna Fairweather", now=now)
    cohort = programmes.cohort(organisation=hospital, now=now)  # which starts on Monday 26 July 2027
    asha = programmes.mentee(cohort, "Asha Quill", now=now)
    pair = programmes.pair(cohort, asha, programmes.mentor(cohort, "Ben Oduya", now=now), now=now)
    programmes.pair(cohort, now=now)
    run_sweeps(now)
    mail.outbox.clear()
    client.force_login(lead)
    register = reverse("sessions_log:register-list", args=[cohort.pk])
    assert register in client.get(reverse("programmes:cohort-detail", args=[cohort.pk])).content.decode()
    shown = client.get(register).content.decode()
    for day in ("Mon 25 Oct 2027", "Mon 24 Jan 2028", "Mon 24 Apr 2028"):
        assert shown.count(day) == 1
    assert shown.count("To come") == 3

    # Ten weeks without a session: no mail goes out.
    for weeks in (4, 8, 10):
        run_sweeps(datetime(2027, 7, 26, 9, 0, tzinfo=UTC) + timedelta(weeks=weeks))
    assert not mail.outbox

    for day, text in ((date(2027, 10, 25), "Ben not yet invited"), (date(2028, 1, 24), ""), (date(2028, 4, 24), "")):
        at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
        time_machine.move_to(at - timedelta(days=1), tick=False)
        client.force_login(lead)
        assert "To tick" not in client.get(register).content.decode()
        time_machine.move_to(at, tick=False)
        client.force_login(lead)
        run_sweeps(at)
        assert client.get(register).content.decode().count("To tick") == 1
        meeting = cohort.registers.get(day=day)
        tick = reverse("sessions_log:register-tick", args=[meeting.pk])
        assert "Asha Quill with Ben Oduya" in client.get(tick).content.decode()
        said = unescape(client.post(tick, {f"pair-{pair.pk}": text}, follow=True).content.decode())
        assert ("1 of 2 are well. One is on your list" if text else "2 of 2 are well.") in said

    # One item is on the lead's list, and no mail went out in the whole year.
    tasks = client.get(reverse("programmes:task-list")).content.decode()
    assert tasks.count("Ben not yet invited") == 1
    run_sweeps(datetime(2028, 4, 25, 9, 0, tzinfo=UTC))
    assert not mail.outbox


def run_sweeps(moment: datetime) -> None:
    """Everything that the schedule does for sessions, forms and registers at ``moment``, mail included."""
    for sweep in (lay_targets, lay_registers, sweep_forms):
        sweep(now=moment.isoformat())
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))
