"""Renaming and closing a programme, and opening and closing its cohorts."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from programmes.actions import programmes
from programmes.intakes import suggested_start
from programmes.models import Cohort, Enrolment, Relationship
from programmes.web.forms import CohortForm, ProgrammeRenameForm
from programmes.web.settings import OfLedProgramme


class OfProgramme(OfLedProgramme):
    """Pages about one programme, which lead back to its own."""

    @property
    def back(self) -> str:
        return reverse("programmes:programme-detail", args=[self.programme.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=self.back, **kwargs)

    def done(self, act, **told) -> HttpResponseRedirect:
        """Do it, or say why not; then the page of the programme."""
        try:
            said = act(by=self.request.user, now=self.request.now, **told)
        except Refused as refused:
            messages.error(self.request, str(refused))
            said = None
        return said


class ProgrammeRename(OfProgramme, FormView):
    """Give the programme another name."""

    template_name = "programmes/programme_rename.html"
    form_class = ProgrammeRenameForm

    def get_initial(self):
        return {"name": self.programme.name}

    def form_valid(self, form):
        try:
            programmes.rename(
                programme=self.programme, name=form.cleaned_data["name"], by=self.request.user, now=self.request.now
            )
        except Refused as refused:
            form.add_error("name", str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"The programme is called {self.programme} now.")
        return HttpResponseRedirect(self.back)


class ProgrammeClose(OfProgramme, TemplateView):
    """What closing means, then closing. It can be opened again."""

    template_name = "programmes/programme_close.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**_left(Cohort.objects.filter(programme=self.programme)), **kwargs)

    def post(self, request, *args, **kwargs):
        if self.done(programmes.close, programme=self.programme):
            messages.success(request, f"{self.programme} is closed. You can open it again at any time.")
        return HttpResponseRedirect(self.back)


class ProgrammeReopen(OfProgramme, View):
    """Open a closed programme again."""

    def post(self, request, *args, **kwargs):
        if self.done(programmes.reopen, programme=self.programme):
            messages.success(request, f"{self.programme} is open again.")
        return HttpResponseRedirect(self.back)


class CohortOpen(OfProgramme, FormView):
    """Open one more cohort, with an end or rolling."""

    template_name = "programmes/cohort_open.html"
    form_class = CohortForm

    def get_form_kwargs(self):
        suggested = suggested_start(
            self.model,
            timezone.localdate(self.request.now),
            organisations=[self.programme.organisation_id],
            taken=self.programme.cohorts.values("start_date"),
        )
        return super().get_form_kwargs() | {"model": self.model, "suggested": suggested}

    def form_valid(self, form):
        given = form.cleaned_data
        try:
            cohort = programmes.open_cohort(
                programme=self.programme,
                name=given["cohort_name"],
                start_date=given["start_date"],
                end_date=given["end_date"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error("cohort_name", str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"{cohort} is open.")
        return HttpResponseRedirect(reverse("programmes:cohort-detail", args=[cohort.pk]))


class OfCohort(OfProgramme):
    """Pages about one cohort: ``pk`` in the address is the cohort's."""

    def setup(self, request, *args, **kwargs):
        led = Cohort.objects.led_by(request.user, now=request.now).select_related("programme")
        self.cohort = get_object_or_404(led, pk=kwargs["pk"])
        super().setup(request, *args, **kwargs | {"pk": self.cohort.programme_id})


class CohortClose(OfCohort, TemplateView):
    """What closing a cohort means, then closing it. It can be opened again."""

    template_name = "programmes/cohort_close.html"

    def get_context_data(self, **kwargs):
        here = Cohort.objects.filter(pk=self.cohort.pk)
        return super().get_context_data(cohort=self.cohort, **_left(here), **kwargs)

    def post(self, request, *args, **kwargs):
        if self.done(programmes.close_cohort, cohort=self.cohort):
            messages.success(request, f"{self.cohort} is closed. You can open it again at any time.")
        return HttpResponseRedirect(self.back)


class CohortReopen(OfCohort, View):
    """Open a closed cohort again."""

    def post(self, request, *args, **kwargs):
        if self.done(programmes.reopen_cohort, cohort=self.cohort):
            messages.success(request, f"{self.cohort} is open again.")
        return HttpResponseRedirect(self.back)


def _left(cohorts) -> dict[str, int]:
    """What goes on in ``cohorts`` when they are closed, and who waits in vain."""
    inside = cohorts.order_by().values("pk")
    return {
        "pairs": Relationship.objects.live().filter(cohort__in=inside).count(),
        "waiting": Enrolment.objects.live().filter(cohort__in=inside, side="mentee", places_taken=0).count(),
    }
