"""The page on which a board or a commissioner reads what a programme came to."""

from django.http import Http404
from django.views.generic import TemplateView

from programmes import mentoring_models
from reports.funding import figures_of, funded
from reports.worth import worth_of


class BoardDetail(TemplateView):
    """Sessions held, agreed actions and what it was worth; for those who commission the programme, and its leads."""

    template_name = "reports/board_detail.html"

    def get_context_data(self, **kwargs):
        programme = next((one for one in funded(self.request.access) if one.pk == kwargs["pk"]), None)
        if programme is None:
            raise Http404
        return super().get_context_data(
            programme=programme,
            model=mentoring_models.of(programme),
            figures=figures_of(programme),
            worth=worth_of(programme, now=self.request.now),
            **kwargs,
        )
