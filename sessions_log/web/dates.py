"""What the programme suggests: dates of its cadence, left out and taken back in, and the topics of its outline."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from sessions_log.actions import targets
from sessions_log.terms import plan_of, terms_of
from sessions_log.web.own import OfOwnRelationship
from sessions_log.web.sessions import OfLivingRelationship
from sessions_log.weeks import spans_of


class TargetSkip(OfLivingRelationship, View):
    """Leave a date of the cadence out, or take it back in."""

    def post(self, request, *args, **kwargs):
        target = get_object_or_404(self.relationship.targets, pk=kwargs["target"])
        act = targets.restore if request.POST.get("back") else targets.skip
        try:
            act(target=target, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("sessions_log:session-list", pk=self.relationship.pk)


class OutlineDetail(OfOwnRelationship, TemplateView):
    """The outline of a relationship's year, with the days of each topic. 404 where its model has none."""

    template_name = "sessions_log/outline_detail.html"

    def get_context_data(self, **kwargs):
        model, plan = terms_of(self.relationship).model, plan_of(self.relationship, now=self.request.now)
        spans = spans_of(self.relationship, model, plan)
        if not spans:
            raise Http404
        return super().get_context_data(spans=spans, today=timezone.localdate(self.request.now), **kwargs)
