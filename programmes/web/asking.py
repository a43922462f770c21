"""Asking people for facts about themselves: the lead's one press, and the page on which a person answers."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.forms import DateField
from people.fact_kinds import FACT_KINDS, MAX_TEXT, Value
from programmes import gaps, mentoring_models
from programmes.actions import asking
from programmes.asking import askable, to_ask, wanted_of
from programmes.models import Enrolment
from programmes.web.joining import OfOwnEnrolment
from programmes.web.programmes import led_cohort

NOT_APPLICABLE = "not-applicable"


class FactsAsk(TemplateView):
    """Say what would be asked and of how many; then owe each one mail."""

    template_name = "programmes/facts_ask.html"

    def dispatch(self, request, *args, **kwargs):
        self.cohort = led_cohort(request, kwargs["pk"])
        self.side = kwargs["side"]
        if self.side not in ("mentee", "mentor"):
            raise Http404
        self.back = reverse("programmes:gap-list", args=[self.cohort.pk], query={"side": self.side})
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            count = asking.ask_for_facts(cohort=self.cohort, side=self.side, by=request.user, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{count:,} {'person is' if count == 1 else 'people are'} being asked by e-mail.")
        return redirect(self.back)

    def get_context_data(self, **kwargs):
        model = mentoring_models.of(self.cohort.programme)
        needs = askable(model, self.side)
        people = to_ask(self.cohort, self.side, now=self.request.now)
        return super().get_context_data(
            cohort=self.cohort,
            noun=model.words.of(self.side),
            people=people.count(),
            summaries=[one for one in gaps.counts(people, needs, needs).summaries if one.missing],
            back=self.back,
            **kwargs,
        )


class FactsForm(forms.Form):
    """A field for each fact, none of them required, each with a way to say that it does not apply."""

    def __init__(self, *args, needs, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs = needs
        for need in needs:
            kind = FACT_KINDS[need.kind]
            if kind.value == Value.DAY:
                self.fields[need.kind] = DateField(label=kind.label, required=False)
            elif kind.value == Value.CHOICE:
                options = [("", "I leave this out"), *kind.choices, (NOT_APPLICABLE, "Does not apply to me")]
                self.fields[need.kind] = forms.ChoiceField(label=kind.label, required=False, choices=options)
                continue
            else:
                self.fields[need.kind] = forms.CharField(label=kind.label, required=False, max_length=MAX_TEXT)
            name = f"{need.kind}_{NOT_APPLICABLE}"
            self.fields[name] = forms.BooleanField(label=f"Does not apply to me: {kind.label}", required=False)

    def answers(self) -> dict:
        """By kind, what was said; None: it does not apply. What was left out is absent."""
        found = {}
        for need in self.needs:
            value = self.cleaned_data.get(need.kind)
            if value == NOT_APPLICABLE or self.cleaned_data.get(f"{need.kind}_{NOT_APPLICABLE}"):
                found[need.kind] = None
            elif value:
                found[need.kind] = value
        return found


class FactsGive(OfOwnEnrolment, FormView):
    """The facts about oneself that the programme asks for and nobody has recorded."""

    template_name = "programmes/facts_give.html"
    form_class = FactsForm

    def dispatch(self, request, *args, **kwargs):
        if self.enrolment.state != Enrolment.State.ENROLLED:
            raise Http404
        self.needs = wanted_of(self.enrolment, now=request.now)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"needs": self.needs}

    def form_valid(self, form):
        try:
            count = asking.give_facts(
                enrolment=self.enrolment, answers=form.answers(), by=self.request.user, now=self.request.now
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        if count:
            messages.success(self.request, "Thank you. The leads of the programme see it as said by you.")
        return redirect("programmes:enrolment-detail", self.enrolment.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(needs=self.needs, **kwargs)
