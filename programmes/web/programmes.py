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
from programmes.models import Cohort, Enrolment, Programme, Side
from programmes.queries import cohort_lines, open_cohorts_led_by
from programmes.web.forms import ProgrammeStartForm


class StartersOnly:
    """Pages for those who may start a programme: the leads of an organisation. For others they are not there."""

    def dispatch(self, request, *args, **kwargs):
        if not request.access.organisations_led:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ProgrammeList(TemplateView):
    """A lead's programmes, each cohort with its next step."""

    template_name = "programmes/programme_list.html"

    def get_context_data(self, **kwargs):
        if not self.request.access.is_lead:
            raise Http404
        now = self.request.now
        return super().get_context_data(
            lines=cohort_lines(open_cohorts_led_by(self.request.user, now=now), now=now),
            may_start=bool(self.request.access.organisations_led),
            **kwargs,
        )


class ModelList(StartersOnly, TemplateView):
    """The ways of mentoring to choose from, by whom they are for."""

    template_name = "programmes/model_list.html"

    def get_context_data(self, **kwargs):
        kinds = {label: [] for label in mentoring_models.KIND_LABELS.values()}
        for model in mentoring_models.every():
            kinds[model.kind_label].append(model)
        return super().get_context_data(kinds={label: some for label, some in kinds.items() if some}, **kwargs)


class ProgrammeStart(StartersOnly, FormView):
    """Name a programme and its first cohort."""

    template_name = "programmes/programme_start.html"
    form_class = ProgrammeStartForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        try:
            self.model = mentoring_models.get(kwargs["key"])
        except KeyError:
            raise Http404
        if not self.model.is_ready:
            raise Http404

    def get_form_kwargs(self):
        organisations = Organisation.objects.filter(pk__in=self.request.access.organisations_led)
        return super().get_form_kwargs() | {
            "model": self.model,
            "organisations": organisations,
            "today": timezone.localdate(self.request.now),
        }

    def form_valid(self, form):
        try:
            cohort = programmes.start(
                **form.cleaned_data, model_key=self.model.key, by=self.request.user, now=self.request.now
            )
        except Refused as refused:
            form.add_error("name", str(refused))
            return self.form_invalid(form)
        starts = in_words(cohort.start_date)
        messages.success(self.request, f"{cohort.programme} is set up. Its first cohort, {cohort}, starts on {starts}.")
        return redirect("programmes:enrolment-add", cohort.pk, Side.MENTEE)

    def get_context_data(self, **kwargs):
        return super().get_context_data(model=self.model, back=reverse("programmes:model-list"), **kwargs)


class ProgrammeDetail(DetailView):
    """What a programme is; for its leads also its cohorts."""

    template_name = "programmes/programme_detail.html"
    context_object_name = "programme"

    def get_queryset(self):
        return Programme.objects.visible_to(self.request.user, now=self.request.now).select_related("organisation")

    def get_context_data(self, **kwargs):
        now = self.request.now
        cohorts = open_cohorts_led_by(self.request.user, now=now).filter(programme=self.object)
        model = mentoring_models.of(self.object)
        sides = set(
            Enrolment.objects.live()
            .filter(person=self.request.user, cohort__programme=self.object)
            .values_list("side", flat=True)
        )
        return super().get_context_data(
            model=model,
            lines=cohort_lines(cohorts, now=now),
            expectations=[(model.words.of(side).a, model.texts.what_to_expect.of(side)) for side in sorted(sides)],
            **kwargs,
        )


def led_cohort(request, pk: int) -> Cohort:
    """The cohort that the viewer leads, or 404."""
    cohorts = Cohort.objects.led_by(request.user, now=request.now).select_related("programme__organisation")
    return get_object_or_404(cohorts, pk=pk)
