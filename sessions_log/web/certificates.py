"""The certificate of somebody's own mentoring in a cohort: a page that prints on one sheet."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from programmes import mentoring_models
from programmes.models import Enrolment
from programmes.queries import leads_of
from sessions_log.certificates import certificate_of


class CertificateDetail(TemplateView):
    """For the person alone, while they take part and after. What the portal cannot know is not in it."""

    template_name = "sessions_log/certificate_detail.html"

    def get_context_data(self, **kwargs):
        took_part = Enrolment.objects.filter(
            person=self.request.user, state__in=[Enrolment.State.ENROLLED, Enrolment.State.WITHDRAWN]
        )
        enrolment = get_object_or_404(
            took_part.select_related("person", "cohort__programme__organisation"), pk=kwargs["pk"]
        )
        programme = enrolment.cohort.programme
        return super().get_context_data(
            enrolment=enrolment,
            programme=programme,
            noun=mentoring_models.of(programme).words.of(enrolment.side).a,
            certificate=certificate_of(enrolment),
            leads=leads_of(programme, now=self.request.now),
            today=timezone.localdate(self.request.now),
            back=reverse("programmes:enrolment-detail", args=[enrolment.pk]),
            **kwargs,
        )
