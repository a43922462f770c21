"""Pages on which somebody chooses a partner themselves, among those who offer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView

from audit.refusal import Refused
from programmes.actions import choosing as actions
from programmes.choosing import may_choose, offered_to, one_offered_to
from programmes.models import Side
from programmes.web.joining import OfOwnEnrolment

PER_PAGE = 20


class OfChooser(OfOwnEnrolment):
    """One's own enrolment, on the side that chooses."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_choose(self.enrolment, self.model):
            raise Http404
        self.other = self.model.words.of(Side.MENTEE if self.enrolment.side == Side.MENTOR else Side.MENTOR)

    def get_context_data(self, **kwargs):
        return super().get_context_data(other=self.other, **kwargs)


class PartnerList(OfChooser, TemplateView):
    """Everybody whom one may choose, the best fit first."""

    template_name = "programmes/partner_list.html"

    def get_context_data(self, **kwargs):
        found = offered_to(self.enrolment, now=self.request.now)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, **kwargs)


class PartnerChoose(OfChooser, TemplateView):
    """One of them: who it is, and one button that asks them."""

    template_name = "programmes/partner_choose.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.one = one_offered_to(self.enrolment, kwargs["offered"], now=request.now)
        if self.one is None:
            raise Http404

    def post(self, request, *args, **kwargs):
        try:
            pair = actions.choose(own=self.enrolment, other=self.one.enrolment, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:partner-list", self.enrolment.pk)
        messages.success(request, f"{self.one.enrolment.person.given_name} is asked. You hear as soon as they answer.")
        return redirect("programmes:relationship-detail", pair.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            one=self.one,
            rows=[("Job title", self.one.facts.job_title), ("Site", self.one.facts.site)],
            everybody=reverse("programmes:partner-list", args=[self.enrolment.pk]),
            **kwargs,
        )
