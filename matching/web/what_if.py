"""What would place more people, asked before matches are found."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from audit.refusal import Refused
from matching.what_if import what_if
from programmes import mentoring_models
from programmes.models import Cohort


class WhatIf(TemplateView):
    """Who is left without a mentor whatever happens, and which one change would help."""

    template_name = "matching/what_if.html"

    def get_context_data(self, **kwargs):
        led = Cohort.objects.led_by(self.request.user, now=self.request.now)
        cohort = get_object_or_404(led.select_related("programme__organisation"), pk=self.kwargs["pk"])
        try:
            found, refusal = what_if(cohort, now=self.request.now), ""
        except Refused as refused:
            found, refusal = None, str(refused)
        return super().get_context_data(
            cohort=cohort,
            words=mentoring_models.of(cohort.programme).words,
            found=found,
            refusal=refusal,
            breadcrumb=[
                ("Programmes", reverse("programmes:programme-list")),
                (f"{cohort.programme}, {cohort}", reverse("programmes:cohort-detail", args=[cohort.pk])),
                ("Who cannot be matched", reverse("programmes:readiness-detail", args=[cohort.pk])),
            ],
            **kwargs,
        )
