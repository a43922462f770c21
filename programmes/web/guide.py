"""The page for participants: what a programme is, in plain words. Its leads change it from here."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from programmes import mentoring_models
from programmes.guide import guide, roles_in
from programmes.models import JoiningLink, Programme
from programmes.queries import leads_programme


class ProgrammeGuide(TemplateView):
    """For whoever takes part or was asked to, with their own side first; for leads, who change its texts."""

    template_name = "programmes/programme_guide.html"

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        programme = get_object_or_404(Programme.objects.select_related("organisation", "own_version"), pk=kwargs["pk"])
        roles = roles_in(programme, viewer)
        leads = leads_programme(programme, viewer, now=now)
        if not (roles or leads):
            raise Http404
        model = mentoring_models.of(programme)
        return super().get_context_data(
            programme=programme,
            parts=guide(model, roles),
            leads=leads,
            back=reverse("programmes:programme-detail", args=[programme.pk]) if leads else reverse("home"),
            back_text=programme.name if leads else "Home",
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class JoinGuide(TemplateView):
    """The same for whoever holds a joining link, before they say anything."""

    template_name = "programmes/join_guide.html"

    def get_context_data(self, **kwargs):
        links = JoiningLink.objects.open(on=timezone.localdate(self.request.now))
        link = links.select_related("cohort__programme__organisation", "cohort__programme__own_version")
        link = get_object_or_404(link, pk=kwargs["pk"])
        programme = link.cohort.programme
        return super().get_context_data(
            programme=programme,
            parts=guide(mentoring_models.of(programme), [link.side]),
            leads=False,
            back=reverse("programmes:join", args=[link.pk]),
            back_text=f"Join {programme.name}",
            **kwargs,
        )
