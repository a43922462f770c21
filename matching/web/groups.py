"""The page on which a lead looks at the groups that the portal proposes, and publishes those that they want."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from audit.refusal import Refused
from matching.grouping import propose
from matching.web.publishing import TellingForm
from programmes import mentoring_models
from programmes.actions import groups
from programmes.web.programmes import led_cohort


class GroupPropose(FormView):
    """The groups that suit best, worked out as the page is opened; nothing is kept until they are published."""

    template_name = "matching/group_propose.html"
    form_class = TellingForm

    def dispatch(self, request, *args, **kwargs):
        self.cohort = led_cohort(request, kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        if self.model.group is None:
            raise Http404
        try:
            self.proposed = propose(self.cohort, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:group-list", self.cohort.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"now": self.request.now}

    def form_valid(self, form):
        wanted = set(self.request.POST.getlist("group"))
        chosen = [one for one in self.proposed.groups if one.key in wanted]
        if not wanted:
            form.add_error(None, "Tick at least one group.")
            return self.form_invalid(form)
        if len(chosen) != len(wanted):
            form.add_error(None, "Something has changed since you opened this page. Look at the groups again.")
            return self.form_invalid(form)
        try:
            self.publish(chosen, form.telling)
        except Refused as refusal:
            form.add_error(None, f"Nothing was published. {refusal}")
            return self.form_invalid(form)
        count = f"{len(chosen)} group{'' if len(chosen) == 1 else 's'}"
        messages.success(self.request, f"{count} formed, all together.")
        return redirect("programmes:group-list", self.cohort.pk)

    @transaction.atomic
    def publish(self, chosen, telling) -> None:
        """All of them or none."""
        for one in chosen:
            groups.form(
                cohort=self.cohort,
                mentors=one.mentors,
                mentees=one.mentees,
                name=one.name,
                telling=telling,
                by=self.request.user,
                now=self.request.now,
            )

    def get_context_data(self, **kwargs):
        placed = sum(len(one.mentees) for one in self.proposed.groups)
        ticked = self.request.POST.getlist("group") if self.request.method == "POST" else None
        return super().get_context_data(
            cohort=self.cohort,
            model=self.model,
            groups=[(one, ticked is None or one.key in ticked) for one in self.proposed.groups],
            left_out=self.proposed.left_out,
            proof=self.proposed.proof,
            placed=placed,
            of=placed + len(self.proposed.left_out),
            small_first=self.model.matching.objective == "small-teams-first",
            back=reverse("programmes:group-list", args=[self.cohort.pk]),
            **kwargs,
        )
