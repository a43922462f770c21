"""The demo's world can be loaded, and its people can sign in."""

from datetime import UTC, datetime

import pytest

from matching.models import MatchRun
from mentoring_portal import demo
from people.actions import staff_imports
from people.models import Person
from programmes.models import Programme, Relationship
from reports.returns import followed_cohorts, grid_of
from sessions_log.models import RegisterMeeting, SessionForm
from sessions_log.queries.forms import rings


@pytest.mark.django_db
def test_demo_world_has_every_login_and_a_running_cohort(now):
    demo.load(now=now)
    for email in demo.LOGINS:
        person = Person.objects.get(email=email)
        assert person.check_password(demo.PASSWORD)
    mentee = Person.objects.get(email="mentee@example.org")
    mentor = Person.objects.get(email="mentor@example.org")
    together = Relationship.objects.live().of(mentee).of(mentor)
    assert sorted(together.values_list("shape", flat=True)) == ["group", "pair"]


@pytest.mark.django_db
@pytest.mark.parametrize("day", [datetime(2026, 11, 24, 0, 4, tzinfo=UTC), datetime(2028, 7, 31, 8, 0, tzinfo=UTC)])
def test_demo_world_is_whole_on_any_day(day):
    demo.load(now=day)
    registers = RegisterMeeting.objects.filter(cohort__programme__model_key="trainee-band6").order_by("day")
    assert registers[0].week == 13
    assert all(one.ticked_at for one in registers if one.day < day.date())
    states = set(MatchRun.objects.values_list("state", flat=True))
    assert states == {MatchRun.State.FINISHED}
    assert MatchRun.objects.get().matched > 20
    assert set(Programme.objects.values_list("model_key", flat=True)) == {
        "trainee-band6",
        "trainee-alumni",
        "consultant-credentialing",
        "reverse",
        "peer-to-group",
        "nqp-senior",
        "consultant-domains",
        "ds-experienced-ds",
        "trainee-host",
        "group-one-mentor",
        "prescriber-group",
        "advanced-peer-group",
        "pcn-group-external",
        "ip-past-dpp",
    }
    assert set(Relationship.objects.filter(shape="group").values_list("state", flat=True)) == {"live", "proposed"}
    host, external = (Person.objects.get(email=f"{name}@example.org") for name in ("host", "external"))
    [line] = followed_cohorts(host, now=day)
    states = {cell.state for row in grid_of(line.cohort, now=day).rows for cell in row.cells}
    assert {"returned", "late", "excused"} <= states
    assert {ring.person.name for ring in rings(host, now=day)} == {"Kester Thornbury", "Rosalba Crane"}
    assert SessionForm.objects.open(now=day).filter(owed_by=external).count() == 1


@pytest.mark.django_db
def test_demo_takes_next_months_list():
    """The list that the README tells a visitor to import: some join, some move, two leave, and no problem."""
    demo.load(now=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    lead = Person.objects.get(email="lead@example.org")
    seen = staff_imports.upload(
        organisation=lead.employments.get().organisation,
        file_name="staff-list-next-month.csv",
        data=(demo.STAFF_LIST.parent / "staff-list-next-month.csv").read_bytes(),
        is_complete=True,
        by=lead,
        now=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    )
    assert (seen.adds, seen.leavers, seen.problems) == (3, 2, [])
    assert seen.changes >= 5


@pytest.mark.django_db
def test_demo_mail_goes_to_example_org_only(now):
    demo.load(now=now)
    addresses = list(Person.objects.exclude(email=None).values_list("email", flat=True))
    assert addresses
    assert all(address.endswith("@example.org") for address in addresses)
