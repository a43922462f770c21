"""What leads allowed although a rule advises against it: to read, and to take back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import ListView, View

from audit.refusal import Refused
from programmes import mentoring_models
from programmes.actions import overrides
from programmes.models import RuleOverride
from programmes.web.programmes import led_cohort


class OverrideList(ListView):
    """Every pair of a cohort that was allowed against a rule, the latest first; those withdrawn as well."""

    template_name = "programmes/override_list.html"
    context_object_name = "overrides"
    paginate_by = 50

    def get_queryset(self):
        self.cohort = led_cohort(self.request, self.kwargs["pk"])
        return self.cohort.rule_overrides.select_related("mentee", "mentor", "granted_by", "withdrawn_by")

    def get_context_data(self, **kwargs):
        model = mentoring_models.of(self.cohort.programme)
        return super().get_context_data(
            cohort=self.cohort,
            words=model.words,
            back=reverse("programmes:cohort-detail", args=[self.cohort.pk]),
            **kwargs,
        )


class OverrideWithdraw(View):
    """Let the rule stand again for one pair."""

    http_method_names = ["post"]

    def post(self, request, pk):
        led = RuleOverride.objects.led_by(request.user, now=request.now)
        override = get_object_or_404(led.select_related("cohort__programme", "mentee", "mentor"), pk=pk)
        try:
            overrides.withdraw(override=override, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The rule stands again for {override.mentee.name} with {override.mentor.name}")
        return redirect("programmes:override-list", override.cohort_id)
