"""What else helps: read from a line, shown to whom and when it is meant, changed by a lead."""

from datetime import date

import pytest
from django.urls import reverse

from programmes import mentoring_models
from programmes.actions import relationships
from programmes.mentoring_models.resources import Resource, resource_from, resources_from
from sessions_log.resources import resources_link
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CPPE, mentoring guide", Resource("CPPE, mentoring guide")),
        ("Mentoring: CPPE https://www.cppe.ac.uk", Resource("Mentoring: CPPE", "https://www.cppe.ac.uk")),
        ("Mentor: Train the Trainer", Resource("Train the Trainer", side="mentor")),
        ("mentees, weeks 1-4: A tool", Resource("A tool", side="mentee", first=1, last=4)),
        ("Week 8: A film https://example.org/f", Resource("A film", "https://example.org/f", "", 8, 8)),
    ],
)
def test_a_line_says_what_for_whom_and_when(line, expected):
    assert resource_from(line) == expected


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("https://www.cppe.ac.uk", "without a title"),
        ("A guide http://example.org", "does not begin with https://"),
        ("Weeks 4-1: A guide", "which are no weeks"),
        ("Week 0: A guide", "which are no weeks"),
        ("x" * 201, "longer than 200 letters"),
    ],
)
def test_a_mistake_in_a_line_is_named(line, mistake):
    with pytest.raises(ValueError, match=mistake):
        resource_from(line)


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_model_names_what_its_case_study_found_useful(model):
    assert resources_from(model.resources)


@pytest.fixture
def pair(now, time_machine):
    time_machine.move_to(now, tick=False)
    lines = ["Mentor: Train the Trainer", "Mentee, weeks 1-2: A tool https://example.org/tool", "A guide for both"]
    cohort = programmes.cohort(now=now, start_date=date(2027, 4, 5), resources=lines)
    return programmes.pair(cohort, now=now)


def shown(client, pair, role) -> str:
    client.force_login(pair.members.get(role=role).person)
    page = client.get(reverse("programmes:programme-guide", args=[pair.cohort.programme_id])).content.decode()
    return page[page.index('id="resources"') :]


def test_programme_guide_shows_each_side_its_own_and_a_lead_all_of_it(pair, client, now):
    mentor, mentee = shown(client, pair, "mentor"), shown(client, pair, "mentee")
    assert ("Train the Trainer" in mentor, "A tool" in mentor, "A guide for both" in mentor) == (True, False, True)
    assert ("Train the Trainer" in mentee, "A guide for both" in mentee) == (False, True)
    assert '<a href="https://example.org/tool" rel="noreferrer">A tool</a>' in mentee
    assert "(weeks 1 to 2)" in mentee
    client.force_login(people.lead(pair.cohort.programme.organisation, now=now))
    page = client.get(reverse("programmes:programme-guide", args=[pair.cohort.programme_id])).content.decode()
    assert "Train the Trainer <span" in page
    assert "(mentee, weeks 1 to 2)" in page


def test_a_match_leads_to_them_with_those_of_its_week(pair, client, now):
    client.force_login(pair.members.get(role="mentee").person)
    page = client.get(reverse("programmes:relationship-detail", args=[pair.pk])).content.decode()
    assert f'{reverse("programmes:programme-guide", args=[pair.cohort.programme_id])}#resources">Resources</a>' in page
    assert "For this week: A tool." in page
    mentor = pair.members.get(role="mentor").person
    assert resources_link(pair, mentor, now=now).hint == "Guides, courses and tools that help."
    relationships.end(relationship=pair, by=None, now=now)
    pair.refresh_from_db()
    assert resources_link(pair, mentor, now=now) is None


def test_a_lead_changes_them_and_a_mistake_is_said_in_words(pair, client, now):
    lead = people.lead(pair.cohort.programme.organisation, now=now)
    client.force_login(lead)
    address = reverse("programmes:setting-change", args=[pair.cohort.programme_id, "resources"])
    wrong = client.post(address, {"resources": "A guide http://example.org", "reason": ""}).content.decode()
    assert "The list has a resource at http://example.org, which does not begin with https://." in wrong
    assert client.post(address, {"resources": "Mentor: Our own course", "reason": ""}).status_code == 302
    pair.cohort.programme.refresh_from_db()
    assert mentoring_models.of(pair.cohort.programme).resources == ("Mentor: Our own course",)
    assert "Our own course" in shown(client, pair, "mentor")
    client.force_login(pair.members.get(role="mentee").person)
    guide = client.get(reverse("programmes:programme-guide", args=[pair.cohort.programme_id])).content.decode()
    assert 'id="resources"' not in guide, "nothing is there for a mentee any more"
