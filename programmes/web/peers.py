"""A lead introduces two peers: the rules answer with their sentences before either is told."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.views.generic import FormView

from audit.refusal import Refused
from look.forms import Radios
from look.numbers import whole
from programmes import mentoring_models
from programmes.actions import overrides, relationships
from programmes.actions.telling import Telling
from programmes.facts import facts_for, job_line
from programmes.groups import refusals_between
from programmes.introductions import sides_that_fit, worth_knowing_between
from programmes.models import Enrolment, Relationship, Side
from programmes.web.groups import AT_ONCE
from programmes.web.programmes import led_cohort
from programmes.web.telling import HOW_TOLD, usual


class PeersForm(forms.Form):
    """Which two, why, where a rule advises against it, and how they are told."""

    one = forms.ModelChoiceField(
        queryset=None,
        empty_label="Choose",
        error_messages={"required": "Choose the first of the two", "invalid_choice": "Choose from the list."},
    )
    other = forms.ModelChoiceField(
        queryset=None,
        empty_label="Choose",
        error_messages={"required": "Choose the second of the two", "invalid_choice": "Choose from the list."},
    )
    reason = forms.CharField(
        label="Why are these two right all the same?",
        help_text="The other leads of this programme read it. The two do not.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why these two are right all the same"},
    )
    when = forms.ChoiceField(
        label="How are they told?",
        choices=HOW_TOLD,
        initial=usual,
        widget=Radios(),
        error_messages={"required": "Choose how they are told"},
    )

    knows = forms.CharField(widget=forms.HiddenInput, required=False)  # whose cautions the lead has read

    def __init__(self, *args, noun: str, choices: list[tuple[int, str]], asks_why: bool, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in (("one", capfirst(noun)), ("other", f"And their {noun}")):
            self.fields[name].queryset = Enrolment.objects.filter(pk__in=[pk for pk, _ in choices])
            self.fields[name].choices = [("", "Choose"), *choices]
            self.fields[name].label = label
        if not asks_why:
            del self.fields["reason"]

    def clean(self):
        said = self.cleaned_data
        if said.get("one") and said.get("one") == said.get("other"):
            self.add_error("other", "Choose two different people")
        return said


class PeersIntroduce(FormView):
    """Choose two who wait for a peer. Both are told, meet once, and either may say no."""

    template_name = "programmes/peers_introduce.html"
    form_class = PeersForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.cohort = led_cohort(request, kwargs["pk"])
        self.model = mentoring_models.of(self.cohort.programme)
        if not self.model.has_peers:
            raise Http404
        waiting = self.cohort.enrolments.live().with_places().on_side(Side.MENTEE).select_related("person", "cohort")
        self.waiting = list(waiting.order_by("person__family_name", "person__given_name", "pk")[:AT_ONCE])
        self.facts = facts_for(self.cohort, self.waiting, now=request.now, alone=True)
        self.refusals, self.worth = [], []

    def get_form_kwargs(self):
        choices = [
            (one.pk, ", ".join(filter(None, [one.person.name, job_line(self.facts[one.person_id])])))
            for one in self.waiting
        ]
        asks = "reason" in self.request.POST
        return super().get_form_kwargs() | {"noun": self.model.words.mentee.one, "choices": choices, "asks_why": asks}

    def get_initial(self):
        return {"one": whole(self.request.GET.get("one"))}

    def form_valid(self, form):
        said = form.cleaned_data
        by_pk = {one.pk: one for one in self.waiting}
        pair = sides_that_fit(by_pk[said["one"].pk], by_pk[said["other"].pk])
        found = refusals_between(self.cohort, [pair[1]], [pair[0]], now=self.request.now)
        self.refusals = [refusal for *_, refusal in found]
        self.worth = worth_knowing_between(self.cohort, [pair], now=self.request.now)[pair[0].pk, pair[1].pk]
        barred = self.refusals and not (self.may_be_allowed and said.get("reason"))
        if barred or (self.worth and said["knows"] != self.known_of(pair)):
            return self.ask_again(said, pair)
        try:
            self.make(pair, said)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        names = " and ".join(one.person.name for one in pair)
        told = "Both are being told by e-mail" if said["when"] == "now" else "They see it when they sign in"
        messages.success(self.request, f"{names} are introduced. {told}.")
        return redirect("programmes:introduction-list", self.cohort.pk)

    def ask_again(self, said: dict, pair):
        """The same page with what speaks against the two, or is worth knowing; all that was said stays."""
        told = {"asks_why": bool(self.refusals) and self.may_be_allowed, "data": None, "files": None}
        chosen = {name: said[name].pk for name in ("one", "other")} | {"knows": self.known_of(pair)}
        form = PeersForm(**self.get_form_kwargs() | told | {"initial": {**said, **chosen}})
        return self.render_to_response(self.get_context_data(form=form))

    @staticmethod
    def known_of(pair) -> str:
        """That the lead has read what is worth knowing of these two, and of no others."""
        return "-".join(str(one.pk) for one in pair)

    @property
    def may_be_allowed(self) -> bool:
        """Only rules that advise stand in the way."""
        return all(refusal.strength == "should" and not refusal.missing for refusal in self.refusals)

    @transaction.atomic
    def make(self, pair, said) -> Relationship:
        """The overrides and the introduction, all or nothing."""
        how = {"by": self.request.user, "now": self.request.now}
        if self.refusals:
            rules = [refusal.rule for refusal in self.refusals]
            overrides.grant(mentee=pair[0], mentor=pair[1], rules=rules, reason=said["reason"], **how)
        telling = Telling(by_mail=said["when"] == "now")
        return relationships.start(cohort=self.cohort, mentee=pair[0], mentor=pair[1], telling=telling, **how)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cohort=self.cohort,
            noun=self.model.words.mentee,
            days=self.model.matching.chemistry_days,
            too_few=len(self.waiting) < 2,
            refusals=list(dict.fromkeys(refusal.sentence for refusal in self.refusals)),
            may_be_allowed=self.may_be_allowed,
            worth=self.worth,
            back=reverse("programmes:cohort-detail", args=[self.cohort.pk]),
            **kwargs,
        )
