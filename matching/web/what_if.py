"""What would place more people, asked before matches are found: at once, or of a worker where there are many."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from matching.actions import what_if_asks
from matching.models import MatchRun, WhatIfRun
from matching.scores import MOST_KEPT
from matching.web.board import OfCohort
from matching.what_if import WHILE_SOMEBODY_WAITS, Changes, pairs_of, what_if
from programmes import mentoring_models


class WhatIf(OfCohort, TemplateView):
    """Who is left without a mentor whatever happens, and which one change would help. Posting asks a worker; htmx asks
    for the progress alone."""

    template_name = "matching/what_if.html"

    def get(self, request, *args, **kwargs):
        if "HX-Request" not in request.headers:
            return super().get(request, *args, **kwargs)
        run = self._run()
        answer = render(request, "matching/_what_if_progress.html", {"run": run, "cohort": self.cohort})
        if run is None or not run.is_under_way:
            answer.headers["HX-Refresh"] = "true"  # done: the whole page is another now
        return answer

    def post(self, request, *args, **kwargs):
        try:
            what_if_asks.ask(cohort=self.cohort, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("matching:what-if", pk=self.cohort.pk)

    def get_context_data(self, **kwargs):
        pairs = pairs_of(self.cohort)
        if pairs > WHILE_SOMEBODY_WAITS:
            kwargs |= self._of_a_worker(pairs)
        else:
            try:
                kwargs["found"] = what_if(self.cohort, now=self.request.now)
            except Refused as refusal:
                kwargs["refusal"] = str(refusal)
        return super().get_context_data(
            words=mentoring_models.of(self.cohort.programme).words,
            breadcrumb=[
                ("Programmes", reverse("programmes:programme-list")),
                (f"{self.cohort.programme}, {self.cohort}", reverse("programmes:cohort-detail", args=[self.cohort.pk])),
                ("Who cannot be matched", reverse("programmes:readiness-detail", args=[self.cohort.pk])),
            ],
            **kwargs,
        )

    def _run(self) -> WhatIfRun | None:
        return WhatIfRun.objects.filter(cohort=self.cohort).first()

    def _of_a_worker(self, pairs: int) -> dict:
        run = self._run()
        context = {"is_large": True, "too_many": pairs > MOST_KEPT, "pairs": pairs, "run": run}
        if run is None or run.state != WhatIfRun.State.FINISHED:
            return context
        latest = MatchRun.objects.filter(cohort=self.cohort, state__in=MatchRun.DONE).first()
        return context | {
            "found": Changes.kept(run.found),
            "matches": latest,
            "same_people": latest is not None and latest.fingerprint == run.fingerprint,
        }


class WhatIfCancel(OfCohort, View):
    """Stop the worker."""

    http_method_names = ["post"]

    def post(self, request, pk):
        try:
            what_if_asks.cancel(cohort=self.cohort, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("matching:what-if", pk=pk)
