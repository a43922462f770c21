"""What journeys of group models do again and again."""

from django.urls import reverse

from programmes.models import Relationship
from tests.journeys.walking import send


def accept(client, person, group: Relationship) -> str:
    """Somebody accepts the ground rules that stand on their screen."""
    client.force_login(person)
    shown = client.get(reverse("programmes:relationship-detail", args=[group.pk])).content.decode()
    digest = shown.split('name="digest" value="')[1].split('"')[0]
    return send(client, "programmes:agreement-accept", group.pk, digest=digest)


def as_it_stands(client, cohort, line: str) -> dict:
    """What the page of a setting sends where nothing is changed."""
    answer = client.get(reverse("programmes:setting-change", args=[cohort.programme_id, line]))
    form = answer.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}


def numbers(cohort) -> dict[str, int]:
    """The enrolments of a cohort, by given name."""
    return {one.person.given_name: one.pk for one in cohort.enrolments.live().select_related("person")}
