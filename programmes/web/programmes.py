"""Pages for starting programmes and following their cohorts."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView, FormView, TemplateView

from audit.refusal import Refused
from people.models import Organisation
from programmes import mentoring_models
from programmes.actions import programmes
from programmes.dates import in_words
from programmes.intakes import suggested_start
from programmes.model_settings.lines import lines_of
from programmes.models import Cohort, Programme, Side
from programmes.queries import cohort_lines, leads_of, leads_programme, open_cohorts_led_by
from programmes.web.forms import ProgrammeStartForm
from programmes.web.mentoring_models import OfChoice


class ProgrammeList(TemplateView):
    """A lead's programmes, each cohort with its next step."""

    template_name = "programmes/programme_list.html"

    def get_context_data(self, **kwargs):
        if not self.request.access.is_lead:
            raise Http404
        now = self.request.now
        led = Programme.objects.led_by(self.request.user, now=now).order_by("name", "pk")
        return super().get_context_data(
            lines=cohort_lines(open_cohorts_led_by(self.request.user, now=now), now=now),
            quiet=led.exclude(cohorts__in=Cohort.objects.open()),
            may_start=bool(self.request.access.organisations_led),
            **kwargs,
        )


class ProgrammeStart(OfChoice, FormView):
    """Name a programme and its first cohort."""

    template_name = "programmes/programme_start.html"
    form_class = ProgrammeStartForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.choice.model.is_ready:
            raise Http404

    def get_form_kwargs(self):
        organisations = Organisation.objects.filter(pk__in=self.request.access.organisations_led)
        if self.choice.own:
            organisations = organisations.filter(pk=self.choice.own.organisation_id)
        return super().get_form_kwargs() | {
            "model": self.choice.model,
            "organisations": organisations,
            "suggested": suggested_start(
                self.choice.model, timezone.localdate(self.request.now), organisations=organisations
            ),
        }

    def form_valid(self, form):
        try:
            cohort = programmes.start(
                **form.cleaned_data, model_key=self.choice.model.key, by=self.request.user, now=self.request.now
            )
        except Refused as refused:
            form.add_error("name", str(refused))
            return self.form_invalid(form)
        starts = in_words(cohort.start_date)
        messages.success(self.request, f"{cohort.programme} is set up. Its first cohort, {cohort}, starts on {starts}.")
        return redirect("programmes:enrolment-add", cohort.pk, Side.MENTEE)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            worth_checking=worth_checking(self.choice.model), back=reverse("programmes:model-list"), **kwargs
        )


# Lines of settings that a programme most often does otherwise than its model.
WORTH_CHECKING = ("capacity.mentor", "matching.live", "reminders", "texts.interim_contact", "texts.interim_email")


def worth_checking(model) -> list[tuple[str, str, str]]:
    """(label, value, key) of the settings that a lead should look at first."""
    return [(one.label, one.gist(model), one.key) for one in lines_of(model) if one.key in WORTH_CHECKING]


class ProgrammeDetail(DetailView):
    """A programme for its leads: its cohorts, its settings and who leads it. Whoever takes part reads its guide."""

    template_name = "programmes/programme_detail.html"
    context_object_name = "programme"

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        if not leads_programme(self.object, request.user, now=request.now):
            return redirect("programmes:programme-guide", self.object.pk)
        return self.render_to_response(self.get_context_data())

    def get_queryset(self):
        return Programme.objects.visible_to(self.request.user, now=self.request.now).select_related("organisation")

    def get_context_data(self, **kwargs):
        model = mentoring_models.of(self.object)
        return super().get_context_data(model=model, **self.for_leads(model), **kwargs)

    def for_leads(self, model) -> dict:
        now, programme = self.request.now, self.object
        cohorts = list(Cohort.objects.filter(programme=programme).select_related("programme__organisation"))
        changes = programme.setting_changes.count()
        return {
            "lines": cohort_lines([cohort for cohort in cohorts if cohort.is_open], now=now),
            "closed": [cohort for cohort in cohorts if not cohort.is_open],
            "leaders": leads_of(programme, now=now),
            "changes": changes,
            "worth_checking": [] if changes else worth_checking(model),
            "may_see_models": programme.organisation_id in self.request.access.organisations_led,
        }


def led_cohort(request, pk: int) -> Cohort:
    """The cohort that the viewer leads, or 404."""
    cohorts = Cohort.objects.led_by(request.user, now=request.now).select_related("programme__organisation")
    return get_object_or_404(cohorts, pk=pk)
