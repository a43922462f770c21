"""Past runs of a cohort, two of them side by side, and the figures of one."""

from django.shortcuts import get_object_or_404, redirect
from django.views.generic import ListView, TemplateView

from look.numbers import whole
from matching.comparing import compare, runs_of
from matching.figures import figures
from matching.models import MatchRun
from matching.queries import points
from matching.steps import by_themselves
from matching.web.board import OfCohort
from matching.web.views import OfRun
from programmes import mentoring_models


class RunList(OfCohort, ListView):
    """Every run of a cohort: when, by whom, and what it came to."""

    template_name = "matching/run_list.html"
    context_object_name = "runs"
    paginate_by = 50

    def get_queryset(self):
        return runs_of(self.cohort)

    def get_context_data(self, **kwargs):
        done = self.cohort.match_runs.filter(state__in=MatchRun.DONE).order_by("-requested_at", "-pk")
        themselves = by_themselves(mentoring_models.of(self.cohort.programme))
        context = super().get_context_data(latest=done.first(), themselves=themselves, **kwargs)
        return context | {"lines": [(run, points(run.total)) for run in context["page_obj"].object_list]}


class RunCompare(OfRun, TemplateView):
    """From another run of the cohort to this one: who changes, and what was in force."""

    template_name = "matching/run_compare.html"

    def get_context_data(self, **kwargs):
        others = list(
            self.run.cohort.match_runs.filter(state__in=MatchRun.DONE)
            .exclude(pk=self.run.pk)
            .order_by("-requested_at", "-pk")[:100]
        )
        asked = self.request.GET.get("with", "")
        if asked:
            other = get_object_or_404(self.run.cohort.match_runs.filter(state__in=MatchRun.DONE), pk=whole(asked))
        else:
            earlier = [one for one in others if one.requested_at <= self.run.requested_at]
            other = earlier[0] if earlier else others[0] if others else None
        if other is not None and self.run.is_done:
            kwargs["comparison"] = compare(other, self.run, page=self.request.GET.get("page"))
        return super().get_context_data(others=others, other=other, **kwargs)


class RunFigures(OfRun, TemplateView):
    """Scores, places and fairness of a finished run, drawn, with a table under each."""

    template_name = "matching/run_figures.html"

    def get(self, request, *args, **kwargs):
        if not self.run.is_done:
            return redirect("matching:run-detail", pk=self.run.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(figures=figures(self.run), **kwargs)
