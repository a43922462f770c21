"""From a match to what else helps, with what is meant for its very week. The list itself is on the programme's page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from people.home import Item
from people.models import Person
from programmes.guide import RESOURCES, resources_for
from programmes.models import Relationship
from sessions_log.cadence import week_of
from sessions_log.queries.notes import known_members
from sessions_log.terms import plan_of, terms_of
from sessions_log.weeks import pace_of


def resources_link(relationship: Relationship, viewer: Person, *, now: datetime) -> Item | None:
    """For a member of a match under way whose programme has resources for them; for anybody else nothing."""
    roles = [one.role for one in known_members(relationship) if one.person_id == viewer.pk]
    model = terms_of(relationship).model
    if relationship.state not in Relationship.UNDER_WAY or not roles:
        return None
    found = resources_for(model, roles)
    if not found:
        return None
    hint = "Guides, courses and tools that help."
    if any(one.first for one in found):
        plan, start = plan_of(relationship, now=now), relationship.cohort.start_date
        week = week_of(timezone.localdate(now), start=start, pace=pace_of(relationship, model, plan))
        if of_week := [one.title for one in found if one.is_of_week(week)]:
            hint = f"For this week: {'; '.join(of_week)}."
    page = reverse("programmes:programme-guide", args=[relationship.cohort.programme_id])
    return Item(RESOURCES, f"{page}#{RESOURCES.lower()}", hint)
