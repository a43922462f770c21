"""A commissioner confirms that people have protected time, before the first group opens; a lead may on their word."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView

from people.access import Role, ScopeKind
from programmes import mentoring_models
from programmes.actions import commissioning
from programmes.models import Cohort


def led_or_funded_cohort(request, pk: int) -> tuple[Cohort, bool]:
    """A cohort that the viewer leads or commissions, with whether they lead it; else 404. Of a confidential programme
    that shows nothing to whoever funds it, they know nothing here either."""
    cohorts = Cohort.objects.select_related("programme__organisation", "time_confirmed_by")
    if led := cohorts.led_by(request.user, now=request.now).filter(pk=pk).first():
        return led, True
    of_programme, of_organisation = (
        request.access.scope_ids(Role.COMMISSIONER, kind) for kind in (ScopeKind.PROGRAMME, ScopeKind.ORGANISATION)
    )
    paid_for = Q(programme__in=of_programme) | Q(programme__organisation__in=of_organisation)
    cohort = get_object_or_404(cohorts.filter(paid_for), pk=pk)
    if cohort.programme.is_confidential and not mentoring_models.of(cohort.programme).shows_funders:
        raise Http404
    return cohort, False


class TimeConfirm(TemplateView):
    """What people need time for, whether it was confirmed and by whom; confirming it, and taking that back."""

    template_name = "programmes/time_confirm.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.cohort, self.leads = led_or_funded_cohort(request, kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        if self.model.group is None or not self.model.group.time_is_confirmed:
            raise Http404

    def post(self, request, *args, **kwargs):
        how = {"by": request.user, "now": request.now}
        if "withdraw" in request.POST:
            commissioning.withdraw_time(cohort=self.cohort, **how)
            messages.success(request, "Taken back. No further group opens; those that meet go on.")
        else:
            commissioning.confirm_time(cohort=self.cohort, **how)
            messages.success(request, "Confirmed. Groups can open now.")
        return redirect("programmes:time-confirm", self.cohort.pk)

    def get_context_data(self, **kwargs):
        back = reverse("programmes:group-list", args=[self.cohort.pk]) if self.leads else reverse("home")
        return super().get_context_data(
            cohort=self.cohort,
            model=self.model,
            leads=self.leads,
            meets=(self.model.group.cadence or self.model.cadence).sentence,
            pairs=self.model.cadence.sentence if self.model.has_peers else "",
            back=back,
            back_text="Groups" if self.leads else "Home",
            **kwargs,
        )
