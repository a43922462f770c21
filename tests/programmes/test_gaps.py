"""Fill the gaps: what is missing, typed or pasted, saved all together or not at all."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from people.actions import employments
from people.actions import facts as fact_actions
from people.models import Employment, Fact, Tie
from programmes import mentoring_models
from programmes.facts import facts_for
from programmes.gaps import box
from programmes.rules import evaluate
from tests.builders import people as people_builders
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db
QUERIES = 12


@pytest.fixture
def group(now):
    """A cohort of ``ds-experienced-ds``: Jo of whom everything is known, Kim and Lee of whom little is."""

    class Group:
        trust = people_builders.organisation(now=now, name="Northbank Hospitals")
        cohort, jo, nia = builders.supervisors(trust, now=now)
        lead = people_builders.lead(trust, "Lorna Lead", now=now)
        kim = builders.mentee(cohort, "Kim Lowe", now=now, email="kim@example.org", band="7", would_like_mentor="yes")
        lee = builders.mentee(cohort, "Lee Marsh", now=now, band="", job_title="Pharmacist", would_like_mentor="yes")

    return Group


def address(group, **asked):
    return reverse("programmes:gap-list", args=[group.cohort.pk], query={"side": "mentee"} | asked)


def boxes(answer) -> dict[str, str]:
    return {cell.name: cell.typed for row in answer.context["lines"] for cell in row.cells if cell.may_fill}


def names(answer) -> list[str]:
    return [row.enrolment.person.given_name for row in answer.context["lines"]]


def test_gap_list_shows_only_who_lacks_something_and_boxes_only_where(group, signed_in):
    client = signed_in(group.lead)
    answer = client.get(address(group))
    assert names(answer) == ["Jo", "Kim", "Lee"]  # Jo's style counts, though nothing bars her
    assert box(group.kim.pk, "registered_on") in boxes(answer)
    assert box(group.jo.pk, "registered_on") not in boxes(answer)
    assert "1 August 2023" in answer.content.decode()  # what is known can be read
    assert names(client.get(address(group, fact="registered_on"))) == ["Kim", "Lee"]
    assert names(client.get(address(group, fact="registered_on", show="all"))) == ["Jo", "Kim", "Lee"]
    assert "Needed to judge" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_gap_list_asks_as_many_queries_for_three_as_for_one(rows, now, signed_in, django_assert_num_queries):
    trust = people_builders.organisation(now=now)
    cohort = builders.cohort(model_key="ds-experienced-ds", organisation=trust, now=now)
    for _ in range(rows):
        builders.mentee(cohort, now=now)
    client = signed_in(people_builders.lead(trust, now=now))
    with django_assert_num_queries(QUERIES):
        answer = client.get(reverse("programmes:gap-list", args=[cohort.pk]))
    assert len(answer.context["lines"]) == rows


def test_gap_list_reads_dates_as_people_write_them_and_says_who_can_be_matched_now(group, now, signed_in):
    people_builders.team(group.trust, now=now, name="Renal")
    typed = {
        box(group.kim.pk, "registered_on"): "01/08/2023",
        box(group.kim.pk, "diploma_on"): "2026-09-30",
        box(group.kim.pk, "band7_on"): "1 Feb 2025",
        box(group.lee.pk, "diploma_on"): "n/a",
        box(group.lee.pk, "team"): "renal",
        "rows": f"{group.kim.pk},{group.lee.pk}",
    }
    client = signed_in(group.lead)
    before = AuditEvent.objects.count()
    answer = client.post(address(group), typed, follow=True)
    days = dict(Fact.objects.filter(person=group.kim.person, day__isnull=False).values_list("kind", "day"))
    assert days == {
        "registered_on": date(2023, 8, 1),
        "diploma_on": date(2026, 9, 30),
        "band7_on": date(2025, 2, 1),
    }
    assert not Fact.objects.get(person=group.lee.person, kind="diploma_on").applies
    assert Employment.objects.get(person=group.lee.person).team.name == "Renal"
    said = [str(message) for message in answer.context["messages"]]
    assert said == ["5 facts saved. 1 more person can be matched now."]
    written = AuditEvent.objects.order_by("pk")[before:]
    kim, lee = group.kim.person_id, group.lee.person_id
    assert sorted((event.verb, event.about_person_id) for event in written) == [
        ("employment-changed", lee),
        *[("fact-recorded", kim)] * 3,
        ("fact-recorded", lee),
    ]
    assert {event.actor_id for event in written} == {group.lead.pk}


def test_gap_list_saves_nothing_where_one_cell_is_wrong_and_keeps_what_was_typed(group, signed_in):
    good, bad = box(group.kim.pk, "registered_on"), box(group.lee.pk, "registered_on")
    answer = signed_in(group.lead).post(
        address(group), {good: "01/08/2023", bad: "13/13/2023", "rows": f"{group.kim.pk},{group.lee.pk}"}
    )
    assert answer.status_code == 200
    assert not Fact.objects.filter(kind="registered_on", person__in=[group.kim.person, group.lee.person]).exists()
    typed = boxes(answer)
    assert (typed[good], typed[bad]) == ("01/08/2023", "13/13/2023")
    page = answer.content.decode()
    assert f'<a href="#id_{bad}">Lee Marsh: “13/13/2023” is not a date: the day comes first' in page
    assert f'aria-describedby="error-{bad}"' in page


def test_gap_list_never_writes_over_what_became_known_meanwhile(group, now, signed_in):
    fact_actions.record(person=group.kim.person, kind="registered_on", value=date(2022, 8, 1), by=None, now=now)
    name = box(group.kim.pk, "registered_on")
    answer = signed_in(group.lead).post(address(group), {name: "01/08/2023", "rows": str(group.kim.pk)})
    assert "By now this is on record: 1 August 2022." in answer.content.decode()
    assert boxes(answer)[name] == "01/08/2023"
    assert Fact.objects.get(person=group.kim.person, kind="registered_on").day == date(2022, 8, 1)


@pytest.fixture
def senior(group, now):
    """A mentor of ``nqp-senior`` whose band nobody wrote down, and the page on which it is filled in."""
    cohort = builders.cohort(model_key="nqp-senior", organisation=group.trust, now=now)
    mentor = builders.mentor(cohort, now=now, band="", job_title="Pharmacist")
    return mentor, reverse("programmes:gap-list", args=[cohort.pk], query={"side": "mentor"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("none", "Somebody without a band needs a level instead"),
        ("band 12", "is not a pay band"),
    ],
)
def test_gap_list_says_what_it_cannot_read(text, sentence, group, senior, signed_in):
    mentor, page = senior
    answer = signed_in(group.lead).post(page, {box(mentor.pk, "band"): text, "rows": str(mentor.pk)})
    assert sentence in answer.content.decode()
    assert not Employment.objects.get(person=mentor.person).band


@pytest.mark.parametrize(
    ("text", "band", "level"), [("XR08A", "8a", "advanced"), ("advanced", "", "advanced"), ("Band 7", "7", "early")]
)
def test_gap_list_takes_a_band_or_a_level_for_somebody_without(text, band, level, group, senior, signed_in):
    mentor, page = senior
    signed_in(group.lead).post(page, {box(mentor.pk, "band"): text, "rows": str(mentor.pk)})
    job = Employment.objects.get(person=mentor.person)
    assert (job.band, job.level) == (band, level)


def test_gap_list_lays_a_pasted_column_over_the_rows_shown(group, signed_in):
    asked = {
        "rows": f"{group.kim.pk},{group.lee.pk}",
        "paste": "yes",
        "paste_fact": "registered_on",
        "pasted": "01/08/2023\r\n01/08/2022\r\n",
    }
    answer = signed_in(group.lead).post(address(group), asked)
    typed = boxes(answer)
    assert typed[box(group.kim.pk, "registered_on")] == "01/08/2023"
    assert typed[box(group.lee.pk, "registered_on")] == "01/08/2022"
    assert "2 pasted values put into the boxes" in answer.content.decode()
    assert not Fact.objects.filter(kind="registered_on", person=group.kim.person).exists()
    answer = signed_in(group.lead).post(address(group), asked | {"pasted": "a\nb\nc"})
    assert "You pasted 3 lines for 2 people." in answer.content.decode()


def test_gap_list_finds_people_by_name_or_address_in_a_pasted_column(group, signed_in):
    pasted = (
        "Name\tRegistered with the GPhC on\nMarsh, Lee\t1/8/2022\nKIM@example.org\t1/8/2023\nNobody Here\t1/1/2020\n"
    )
    asked = {"rows": "", "paste": "yes", "paste_fact": "registered_on", "pasted": pasted}
    answer = signed_in(group.lead).post(address(group), asked)
    typed = boxes(answer)
    assert typed[box(group.kim.pk, "registered_on")] == "1/8/2023"
    assert typed[box(group.lee.pk, "registered_on")] == "1/8/2022"
    assert "Line 4: nobody called “Nobody Here” is enrolled on this side." in answer.content.decode()


def test_gap_list_of_another_organisation_is_not_there(group, now, signed_in):
    other = people_builders.lead(people_builders.organisation(now=now), now=now)
    assert signed_in(other).get(address(group)).status_code == 404
    assert signed_in(other).post(address(group), {}).status_code == 404
    theirs = builders.mentee(builders.cohort(model_key="ds-experienced-ds", now=now), now=now)
    answer = signed_in(group.lead).post(
        address(group), {box(theirs.pk, "registered_on"): "01/08/2023", "rows": str(theirs.pk)}
    )
    assert "Nothing was typed" in answer.content.decode()
    assert not Fact.objects.filter(person=theirs.person, kind="registered_on").exists()


def test_gap_list_offers_no_box_for_a_record_that_the_lead_does_not_keep(group, now, signed_in):
    outsider = people_builders.person("Oli Out", now=now, organisation=people_builders.organisation(now=now))
    guest = builders.mentee(group.cohort, outsider, now=now)
    answer = signed_in(group.lead).get(address(group))
    assert not [name for name in boxes(answer) if name.startswith(f"cell-{guest.pk}-")]
    name = box(guest.pk, "registered_on")
    answer = signed_in(group.lead).post(address(group), {name: "01/08/2023", "rows": str(guest.pk)})
    assert "You cannot change this person" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["cell-", "cell-x-registered_on", "cell-1", f"cell-{'9' * 30}-band", "cell-1-nonsense"]
)
def test_gap_list_is_not_upset_by_nonsense(name, group, signed_in):
    answer = signed_in(group.lead).post(address(group), {name: "x", "rows": f"{'9' * 30},x,,1"})
    assert answer.status_code == 200


# --- Who stands above somebody --------------------------------------------------------------


@pytest.fixture
def trainees(now):
    """A cohort of ``trainee-band6``: of Asha it is on record who manages and supervises her, of Bo nothing."""

    class Trainees:
        trust = people_builders.organisation(now=now)
        cohort = builders.cohort(organisation=trust, now=now)
        lead = people_builders.lead(trust, "Lorna Lead", now=now)
        asha = builders.mentee(cohort, "Asha Rao", now=now)
        bo = builders.mentee(cohort, "Bo Lee", now=now)
        bea = people_builders.person(
            "Bea Boss", now=now, organisation=trust, staff_number="77", email="bea@example.org"
        )

    employments.set_managers(person=Trainees.asha.person, managers=[Trainees.bea], by=None, now=now)
    people_builders.tie("ds", Trainees.asha.person, Trainees.bea, now=now)
    return Trainees


def test_gap_list_has_columns_for_the_line_manager_and_the_designated_supervisor(trainees, signed_in):
    answer = signed_in(trainees.lead).get(address(trainees, show="all"))
    page = answer.content.decode()
    assert "Line manager" in page
    assert "Designated supervisor" in page
    assert {box(trainees.bo.pk, kind) for kind in ("manager", "ds")} <= boxes(answer).keys()
    assert not {box(trainees.asha.pk, kind) for kind in ("manager", "ds")} & boxes(answer).keys()
    assert page.count("Bea Boss") == 2  # what is on record of Asha
    of_mentors = signed_in(trainees.lead).get(address(trainees, side="mentor", show="all")).content.decode()
    assert "Line manager" not in of_mentors


@pytest.mark.parametrize("typed", ["Bea Boss", "Boss, Bea", "bea@example.org", "77"])
def test_gap_list_takes_a_manager_by_name_address_or_staff_number(trainees, now, signed_in, typed):
    client = signed_in(trainees.lead)
    answer = client.post(
        address(trainees),
        {box(trainees.bo.pk, "manager"): typed, box(trainees.bo.pk, "ds"): typed, "rows": str(trainees.bo.pk)},
        follow=True,
    )
    assert [str(message) for message in answer.context["messages"]] == ["2 facts saved."]
    bo = trainees.bo.person
    assert bo.managed_by.live(on=now.date()).get().manager == trainees.bea
    assert Tie.objects.get(person=bo, kind="ds").other == trainees.bea
    facts = facts_for(trainees.cohort, [trainees.bo], now=now)[bo.pk]
    rules = mentoring_models.of(trainees.cohort.programme).rules
    broken = evaluate(rules, facts, replace(facts, person_id=trainees.bea.pk, name="Bea Boss"), on=date(2027, 7, 26))
    assert {"supervisor", "line-management"} <= {one.rule for one in broken}


def test_gap_list_says_who_may_have_been_meant_and_refuses_somebody_as_their_own_manager(trainees, signed_in):
    client = signed_in(trainees.lead)
    name = box(trainees.bo.pk, "manager")
    page = client.post(address(trainees), {name: "Bea Bos", "rows": str(trainees.bo.pk)}).content.decode()
    assert "“Bea Bos” is nobody on your lists. Did you mean Bea Boss?" in page
    assert 'value="Bea Bos"' in page
    page = client.post(address(trainees), {name: "Bo Lee", "rows": str(trainees.bo.pk)}).content.decode()
    assert "Nobody can be their own manager." in page
    assert not trainees.bo.person.managed_by.exists()


def test_gap_list_says_where_na_is_no_answer(trainees, signed_in):
    client = signed_in(trainees.lead)
    page = client.get(address(trainees)).content.decode()
    assert "type <strong>n/a</strong>" in page
    assert "That is not for designated supervisor, line manager or site: leave these empty" in page
    only = client.get(address(trainees, fact="manager")).content.decode()
    assert "<strong>n/a</strong>" not in only, "Where no column takes it, nothing says so."
    name = box(trainees.bo.pk, "ds")
    page = client.post(address(trainees), {name: "N/A", "rows": str(trainees.bo.pk)}).content.decode()
    assert "“N/A” cannot be said here. Leave the box empty until it is known who it is." in page
    assert 'value="N/A"' in page


def test_gap_list_says_of_a_designated_supervisor_what_the_model_points_out(trainees, now, signed_in):
    carol = people_builders.person("Carol Finch", now=now, organisation=trainees.trust, band="6")
    people_builders.tie(Tie.Kind.DS, trainees.bo.person, carol, now=now)
    page = signed_in(trainees.lead).get(address(trainees, show="all")).content.decode()
    assert "Carol Finch is band 6." in page
    assert "Bea Boss is" not in page


def test_gap_list_takes_a_pasted_column_of_managers(trainees, now, signed_in):
    client = signed_in(trainees.lead)
    pasted = {"pasted": "Bo Lee\tBea Boss", "paste_fact": "manager", "paste": "1", "rows": str(trainees.bo.pk)}
    answer = client.post(address(trainees), pasted)
    assert boxes(answer)[box(trainees.bo.pk, "manager")] == "Bea Boss"


def test_gap_list_names_a_manager_only_to_who_may_see_them(trainees, now, signed_in):
    stranger = people_builders.person("Zoltan Quist", now=now, organisation=people_builders.organisation(now=now))
    employments.set_managers(person=trainees.bo.person, managers=[stranger], by=None, now=now)
    answer = signed_in(trainees.lead).get(address(trainees, show="all"))
    assert "Zoltan" not in answer.content.decode()
    assert box(trainees.bo.pk, "manager") not in boxes(answer)


def test_gap_list_is_no_form_where_there_is_nothing_to_fill_in(group, signed_in):
    client = signed_in(group.lead)
    shown = {"side": "mentee", "fact": "registered_on", "show": "all"}
    assert "data-gaps>" in client.get(address(group, **shown)).content.decode()
    for row in group.cohort.enrolments.filter(side="mentee"):
        fact_actions.record(
            person=row.person, kind="registered_on", value=date(2023, 8, 1), by=group.lead, now=row.enrolled_at
        )
    page = client.get(address(group, **shown))
    assert names(page) == ["Jo", "Kim", "Lee"]
    assert "data-gaps>" not in page.content.decode()
