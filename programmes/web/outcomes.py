"""Pages of a programme's aim: recording that one has reached it, and referring somebody who might."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from programmes import mentoring_models
from programmes.actions import outcomes, referrals
from programmes.models import Cohort, Enrolment, Relationship, Side
from programmes.referrals import may_refer
from programmes.web.joining import OfOwnEnrolment


class OutcomeRecord(OfOwnEnrolment, TemplateView):
    """Ask once, naming what closes with it; then record it."""

    template_name = "programmes/outcome_record.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.outcome = self.model.duration.outcome
        takes_part = self.enrolment.state == Enrolment.State.ENROLLED
        if not (self.outcome and takes_part and self.enrolment.side == Side.MENTEE):
            raise Http404

    def post(self, request, *args, **kwargs):
        try:
            outcomes.reach(enrolment=self.enrolment, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Recorded: you are {self.outcome}. Congratulations.")
        return redirect("home")

    def get_context_data(self, **kwargs):
        mine = Relationship.objects.live().of(self.request.user).filter(cohort=self.enrolment.cohort)
        return super().get_context_data(
            outcome=self.outcome,
            pairs=[one for one in mine if not one.is_group],
            groups=[one for one in mine if one.is_group],
            **kwargs,
        )


class ReferralForm(forms.Form):
    """Who it is about."""

    person = forms.ModelChoiceField(
        label="Who might want to take part?",
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose somebody"},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda person: person.name


class ReferralMake(FormView):
    """Point somebody whom one manages or supervises to a programme. Afterwards it says "Thank you", and no more."""

    template_name = "programmes/referral_make.html"
    form_class = ReferralForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        cohorts = Cohort.objects.open().select_related("programme__organisation")
        self.cohort = get_object_or_404(cohorts, pk=kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        if not self.model.referral or not may_refer(self.cohort, request.user, now=request.now).exists():
            raise Http404

    def get_form_kwargs(self):
        people = may_refer(self.cohort, self.request.user, now=self.request.now)
        return super().get_form_kwargs() | {"people": people}

    def form_valid(self, form):
        referrals.refer(
            cohort=self.cohort, person=form.cleaned_data["person"], by=self.request.user, now=self.request.now
        )
        messages.success(self.request, "Thank you")
        return redirect("programmes:referral-make", self.cohort.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cohort=self.cohort, model=self.model, noun=capfirst(self.model.words.mentee.many), **kwargs
        )
