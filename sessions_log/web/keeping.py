"""For the leads of a cohort: how long what members write is kept, and how many matches' words go next."""

from django.views.generic import TemplateView

from people.retention import LOOK_AHEAD
from programmes import mentoring_models
from sessions_log.keeping import RETURNS_MONTHS, over
from sessions_log.web.registers import OfLedCohort


class KeepingDetail(OfLedCohort, TemplateView):
    """Counts of matches alone: what was written, by whom and in which match stands nowhere."""

    template_name = "sessions_log/keeping_detail.html"

    def get_context_data(self, **kwargs):
        soon = over(self.request.now + LOOK_AHEAD).filter(cohort=self.cohort).count()
        return super().get_context_data(
            **kwargs,
            cohort=self.cohort,
            soon=soon,
            days=LOOK_AHEAD.days,
            months=mentoring_models.of(self.cohort.programme).texts_kept_months,
            returns_months=RETURNS_MONTHS,
        )
