"""How long things are kept, and what goes in the coming days: for administrators, in counts alone."""

from dataclasses import dataclass

from django.http import Http404
from django.views.generic import TemplateView

from people import retention
from people.counting import unless_few


class AdministratorsOnly:
    """For holders of the administrator's grant; for everybody else there is no such page."""

    def dispatch(self, request, *args, **kwargs):
        if not request.access.is_administrator:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


@dataclass(frozen=True)
class Line:
    rule: retention.Rule
    rows: str  # within the coming 30 days; empty where it cannot be counted


class RetentionList(AdministratorsOnly, TemplateView):
    """Every rule of how long something is kept, with the number of rows that go by it within 30 days.

    Administrators may not learn who takes part in a confidential programme, so few are no number (R5).
    """

    template_name = "people/retention_list.html"

    def get_context_data(self, **kwargs):
        soon = retention.counts(self.request.now + retention.LOOK_AHEAD)
        rules = retention.registered().values()
        return super().get_context_data(
            lines=[Line(rule, unless_few(soon[rule.name]) if rule.name in soon else "") for rule in rules],
            days=retention.LOOK_AHEAD.days,
            **kwargs,
        )
