"""The matching board: start a run, watch it, look at what it found, ask about it, publish it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from matching.actions import drafts, runs
from matching.board import board, left_out_page
from matching.explain import why_not
from matching.models import MatchRun
from matching.queries import first_made, untold
from matching.web.forms import WhyNotForm
from programmes.models import Cohort
from programmes.offers import ahead_of


class OfRun:
    """Loads the run from among those that the viewer may see."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        visible = MatchRun.objects.visible_to(request.user, now=request.now)
        self.run = get_object_or_404(
            visible.select_related("cohort__programme__organisation", "requested_by"), pk=kwargs["pk"]
        )

    def get_context_data(self, **kwargs):
        cohort = self.run.cohort
        return super().get_context_data(
            run=self.run,
            cohort=cohort,
            caption=f"{cohort.programme.name}, {cohort.name}",
            tabs=self._tabs() if self.run.is_done else [],
            **kwargs,
        )

    def _tabs(self) -> list[dict]:
        """The views of a finished run."""
        run, without = self.run, self.run.mentees - self.run.matched
        board = reverse("matching:run-detail", args=[run.pk])
        here, view = self.request.path, self.request.GET.get("view", "")
        tabs = [{"text": "Matches", "url": board, "current": here == board and view != "without"}]
        if without:
            url = f"{board}?view=without"
            current = here == board and view == "without"
            tabs.append({"text": "Without a mentor", "url": url, "count": f"{without:,}", "current": current})
        for text, name, pk in (
            ("Figures", "run-figures", run.pk),
            ("Decisions", "decision-list", run.cohort_id),
            ("Other runs", "run-list", run.cohort_id),
        ):
            url = reverse(f"matching:{name}", args=[pk])
            tabs.append({"text": text, "url": url, "current": here == url})
        return tabs


class RunStart(View):
    """Ask for matches for a cohort; the button stands on the cohort's page."""

    http_method_names = ["post"]

    def post(self, request, pk):
        cohort = get_object_or_404(Cohort.objects.led_by(request.user, now=request.now), pk=pk)
        try:
            policy = request.POST.get("policy", "")
            policy = policy if policy in MatchRun.Policy.values else MatchRun.Policy.BEST_OVERALL
            run = runs.request(cohort=cohort, policy=policy, by=request.user, now=request.now)
        except Refused as refusal:
            # Someone else pressed the button a moment ago: show them that run, not a refusal.
            run = cohort.match_runs.under_way().first()
            if run is None:
                messages.error(request, str(refusal))
                return redirect("programmes:cohort-detail", pk=cohort.pk)
        return redirect("matching:run-detail", pk=run.pk)


class RunDetail(OfRun, TemplateView):
    """Progress while the run is under way, then what it found. htmx asks for the progress alone."""

    template_name = "matching/run_detail.html"

    def get(self, request, *args, **kwargs):
        if "HX-Request" not in request.headers:
            return super().get(request, *args, **kwargs)
        answer = render(request, "matching/_progress.html", {"run": self.run})
        if not self.run.is_under_way:
            answer.headers["HX-Refresh"] = "true"  # done: the whole page is another now
        return answer

    def get_context_data(self, **kwargs):
        query = self.request.GET
        drafts.refresh(run=self.run, by=self.request.user, now=self.request.now, waits=True)
        if self.run.is_done:
            kwargs["board"] = shown = board(self.run, query, now=self.request.now)
            kwargs["search"] = {"name": "q", "label": "Name", "value": shown.filter.q}
            if query.get("view") == "without":
                kwargs["without"] = left_out_page(self.run, query, shown.outdated, now=self.request.now)
        if self.run.state == MatchRun.State.PUBLISHED:
            kwargs["untold"] = untold(self.run)
            made = first_made(self.run)
            kwargs["ahead"] = ahead_of(made, now=self.request.now) if made else []
        if self.run.state == MatchRun.State.FINISHED and "without" not in kwargs:
            kwargs["why_not_form"] = WhyNotForm(self.run)
        return super().get_context_data(**kwargs)


class RunCancel(OfRun, View):
    """Stop a run that is under way."""

    http_method_names = ["post"]

    def post(self, request, pk):
        try:
            runs.cancel(run=self.run, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("matching:run-detail", pk=self.run.pk)


class WhyNot(OfRun, TemplateView):
    """Why one mentee did not get one mentor. htmx asks for the answer alone."""

    template_name = "matching/why_not.html"

    def get_template_names(self):
        return ["matching/_answer.html"] if "HX-Request" in self.request.headers else [self.template_name]

    def get_context_data(self, **kwargs):
        form = WhyNotForm(self.run, self.request.GET or None)
        if self.run.state == MatchRun.State.FINISHED and form.is_valid():
            kwargs["answer"] = why_not(self.run, **form.cleaned_data)
        return super().get_context_data(form=form, is_alone="HX-Request" in self.request.headers, **kwargs)
