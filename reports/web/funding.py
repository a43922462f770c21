"""The page on which a board or a commissioner reads what a programme came to."""

from django.http import Http404
from django.views.generic import TemplateView

from programmes import mentoring_models
from programmes.queries import leads_of
from reports.funding import figures_of, funded
from reports.worth import worth_of


class BoardDetail(TemplateView):
    """Sessions held, agreed actions and what it was worth; for those who commission the programme, and its leads.

    Where the way of mentoring shows nothing to whoever funds it, the page says so, and whom to ask.
    """

    template_name = "reports/board_detail.html"

    def get_context_data(self, **kwargs):
        found = next((one for one in funded(self.request.access) if one.programme.pk == kwargs["pk"]), None)
        if found is None:
            raise Http404
        programme, now = found.programme, self.request.now
        if found.shows:
            shown = {"figures": figures_of(programme), "worth": worth_of(programme, now=now)}
        else:
            shown = {"leads": leads_of(programme, now=now)}
        if found.has_map:
            shown["maps"] = programme.cohorts.all()
        return super().get_context_data(
            programme=programme, model=mentoring_models.of(programme), shows=found.shows, **shown, **kwargs
        )
