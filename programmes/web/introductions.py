"""Pages of introductions: the list of whom one may ask, asking, answering, and what a lead does between two people."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView, View

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.counting import unless_few
from people.models import Employment
from people.small_numbers import held_back, total_in_words
from programmes import mentoring_models
from programmes.actions import introductions
from programmes.introductions import (
    Gap,
    asks_for,
    day_and_month,
    gap_map,
    introduces,
    listed,
    may_ask,
    open_slots,
    worth_knowing_between,
)
from programmes.models import Cohort, Enrolment, Introduction, Relationship
from programmes.web.commissioning import led_or_funded_cohort
from programmes.web.programmes import led_cohort
from programmes.web.relationships import OfRelationship


class OfList:
    """Finds the viewer's own part in a cohort, by which the list is open to them.

    With ``says_why`` staff of the organisation, who may know that there is a list, are told why it is closed to them.
    """

    says_why = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.cohort = get_object_or_404(
            Cohort.objects.open().select_related("programme__organisation"), pk=kwargs["pk"]
        )
        self.model = mentoring_models.of(self.cohort.programme)
        own = Enrolment.objects.live().filter(cohort=self.cohort, person=request.user)
        own = own.select_related("person", "request")
        self.one = next((one for one in own if one.side in self.model.matching.asking), None)
        if not introduces(self.model) or not (own or self.works_here()):
            raise Http404
        if self.one:
            self.one.cohort = self.cohort
        if self.one is None or not may_ask(self.one):
            if self.says_why and request.method == "GET":
                raise Refused(introductions.LIST_IS_CLOSED)
            raise Http404

    def works_here(self) -> bool:
        jobs = Employment.objects.not_over(on=self.cohort.facts_day(self.request.now))
        return jobs.filter(person=self.request.user, organisation=self.cohort.programme.organisation_id).exists()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cohort=self.cohort,
            model=self.model,
            noun=self.model.words.of(asks_for(self.model, self.one.side)),
            back=reverse("programmes:request-detail", args=[self.one.pk]),
            **kwargs,
        )


class DirectoryList(OfList, TemplateView):
    """Everyone who agreed to be asked and whom no rule keeps away, by domain where the model has some."""

    template_name = "programmes/directory_list.html"
    says_why = True

    def get_context_data(self, **kwargs):
        slots = open_slots(self.one) if self.model.slots else []
        slot = self.request.GET.get("slot", "")
        slot = slot if slot in slots else ""
        different = self.model.has_peers and self.request.GET.get("wish") == "different"
        found = listed(self.one, slot=slot, different=different, wanted=slots, now=self.request.now)
        return super().get_context_data(
            people=found,
            wishes=[
                {"text": "Most like you first", "url": "?wish=similar", "current": not different},
                {"text": "Different from you first", "url": "?wish=different", "current": different},
            ]
            if self.model.has_peers
            else [],
            tabs=[
                {"text": words, "url": f"?slot={one}", "current": one == slot}
                for one, words in [("", "All that you look for"), *((one, capfirst(one)) for one in slots)]
            ],
            looks_for_nothing=bool(self.model.slots) and not slots,
            **kwargs,
        )


class AskForm(forms.Form):
    """For what, and whether one writes oneself or has the lead do it."""

    def __init__(self, *args, one, mentor, **kwargs):
        super().__init__(*args, **kwargs)
        if len(one.slots) > 1:
            self.fields["slot"] = forms.ChoiceField(
                label="For which domain?",
                choices=[(slot, capfirst(slot)) for slot in one.slots],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose a domain"},
            )
        self.fields["how"] = forms.ChoiceField(
            label="Who gets in touch?",
            choices=[
                ("myself", f"I ask {one.person.given_name} myself: the portal writes to them now"),
                ("lead", "I would like the lead to introduce us"),
            ],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose who gets in touch"},
        )
        if one.consent:
            self.fields["consents"] = forms.BooleanField(
                label=f"{one.consent} I would like {one.person.given_name} as my {mentor} all the same.",
                error_messages={"required": "Tick this if you want it all the same"},
            )


class IntroductionAsk(OfList, FormView):
    """Ask one of the list, oneself or by the lead."""

    template_name = "programmes/introduction_ask.html"
    form_class = AskForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = listed(self.one, now=request.now)
        self.other = next((one for one in found if one.enrolment.pk == kwargs["other"]), None)
        if self.other is None:
            raise Http404

    def get_form_kwargs(self):
        mentor = self.model.words.of(asks_for(self.model, self.one.side)).one
        return super().get_form_kwargs() | {"one": self.other, "mentor": mentor}

    def form_valid(self, form):
        data = form.cleaned_data
        slot = data.get("slot") or next(iter(self.other.slots), "")
        by_lead = data["how"] == "lead"
        try:
            found = introductions.ask(
                one=self.one,
                other=self.other.enrolment,
                slot=slot,
                by_lead=by_lead,
                consents=data.get("consents", False),
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        name = self.other.person.given_name
        if by_lead:
            said = f"The lead is asked to introduce you to {name}. Until then {name} knows nothing of it."
            messages.success(self.request, said)
        else:
            until = day_and_month(found.holds_until)
            messages.success(self.request, f"{name} is told. The place is held for you until {until}.")
        return redirect("programmes:request-detail", self.one.pk)

    def get_context_data(self, **kwargs):
        back = reverse("programmes:directory-list", args=[self.cohort.pk])
        days = self.model.matching.chemistry_days
        return super().get_context_data(other=self.other, days=days, **kwargs) | {"back": back}


class IntroductionTakeBack(View):
    """Take back what one asked the lead for, while nobody else knows of it."""

    http_method_names = ["post"]

    def post(self, request, pk):
        mine = Introduction.objects.asked_by(request.user).filter(state=Introduction.State.ASKED)
        introduction = get_object_or_404(mine.select_related("one"), pk=pk)
        introductions.let_rest(introduction=introduction, by=request.user, now=request.now)
        messages.success(request, "Taken back. Nobody else knew of it.")
        return redirect("programmes:request-detail", introduction.one_id)


class AnswerForm(forms.Form):
    """The answer after a first meeting; a reason goes to the leads alone, and only if the person wants."""

    reason = forms.CharField(
        required=False,
        label="If you say no: would you like to tell the leads why?",
        help_text="You need not. Only the leads of this programme read it.",
        max_length=introductions.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, consent: str, **kwargs):
        super().__init__(*args, **kwargs)
        if consent:
            self.fields["consents"] = forms.BooleanField(
                required=False, label=f"{consent} If you say yes: I want it all the same."
            )


class IntroductionAnswer(OfRelationship, FormView):
    """Yes or no after the first meeting. The other hears of a no only that the introduction has ended."""

    template_name = "programmes/introduction_answer.html"
    form_class = AnswerForm

    def dispatch(self, request, *args, **kwargs):
        held = Relationship.objects.of(request.user).filter(pk=kwargs["pk"], state=Relationship.State.INTRODUCTION)
        if not held.exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def introduction(self) -> Introduction:
        return Introduction.objects.select_related("one", "other", "one__cohort__programme").get(
            relationship=self.relationship
        )

    def get_form_kwargs(self):
        found = self.introduction
        asks = self.own.person.pk == found.one.person_id and not found.consent
        consent = introductions.consent_asked(found.one, found.other, now=self.request.now) if asks else ""
        return super().get_form_kwargs() | {"consent": consent}

    def form_valid(self, form):
        by, now, other = self.request.user, self.request.now, self.others[0].person.given_name
        try:
            if self.request.POST.get("answer") == "no":
                reason = form.cleaned_data["reason"]
                introductions.decline(relationship=self.relationship, reason=reason, by=by, now=now)
                messages.success(self.request, f"{other} hears only that the introduction has ended.")
                return redirect("home")
            consents = form.cleaned_data.get("consents", False)
            found = introductions.accept(relationship=self.relationship, consents=consents, by=by, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        if found.state == Relationship.State.LIVE:
            messages.success(self.request, f"You are matched with {other}.")
        else:
            messages.success(self.request, f"Thank you. You hear as soon as {other} has answered.")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        held = self.introduction.holds_until
        return super().get_context_data(
            partner=self.others[0].person, until=day_and_month(held), said_yes=self.own.member.accepted_at, **kwargs
        )


class IntroductionDecide(TemplateView):
    """What a lead does between two people: introduce them, or let it rest."""

    template_name = "programmes/introduction_decide.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        waiting = Introduction.objects.with_lead().led_by(request.user, now=request.now)
        self.introduction = get_object_or_404(
            waiting.select_related("one__person", "other__person", "one__cohort__programme", "cohort__programme"),
            pk=kwargs["pk"],
        )

    def post(self, request, *args, **kwargs):
        one, other = self.introduction.one.person, self.introduction.other.person
        try:
            if request.POST.get("answer") == "rest":
                introductions.let_rest(introduction=self.introduction, by=request.user, now=request.now)
                messages.success(request, f"{one.name} reads that this introduction has ended.")
            else:
                introductions.introduce(introduction=self.introduction, by=request.user, now=request.now)
                messages.success(request, f"{one.name} and {other.name} are introduced. Both are being told by e-mail")
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:introduction-decide", self.introduction.pk)
        return redirect("programmes:task-list")

    def get_context_data(self, **kwargs):
        found = self.introduction
        model = mentoring_models.of(found.cohort.programme)
        worth = {}
        if self.request.user.pk not in (found.one.person_id, found.other.person_id):
            worth = worth_knowing_between(found.cohort, [(found.one, found.other)], now=self.request.now)
        said = worth.get((found.one_id, found.other_id), [])
        return super().get_context_data(
            introduction=found,
            one=found.one.person,
            other=found.other.person,
            cohort=found.cohort,
            worth=[sentence for sentence in said if sentence not in found.consent],  # that stands under the names
            returned=found.state == Introduction.State.RETURNED,
            days=model.matching.chemistry_days,
            rows=[
                ("Asks", found.one.person.name),
                (capfirst(model.words.of(found.other.side).one), found.other.person.name),
                *([("For", capfirst(found.slot))] if found.slot else []),
                *([("Wants it all the same", found.consent)] if found.consent else []),
            ],
            back=reverse("programmes:task-list"),
            **kwargs,
        )


class IntroductionList(TemplateView):
    """Every introduction of a cohort, for its leads: how each stands, and a reason where one was given to them."""

    template_name = "programmes/introduction_list.html"

    def get_context_data(self, **kwargs):
        request = self.request
        cohort = led_cohort(request, self.kwargs["pk"])
        model = mentoring_models.of(cohort.programme)
        if not model.matching.chemistry_days:
            raise Http404
        rows = cohort.introductions.select_related("one__person", "other__person").order_by("-asked_at", "pk")
        rows = list(rows[:200])
        not_yet = [(one.one, one.other) for one in rows if one.closed_at is None]
        for pair in not_yet:
            for each in pair:
                each.cohort = cohort
        worth = worth_knowing_between(cohort, not_yet, now=request.now)
        lines = []
        for one in rows:
            own = request.user.pk in (one.one.person_id, one.other.person_id)  # nobody reads a reason about themselves
            reason, known = ("", []) if own else (_read(one, request), worth.get((one.one_id, one.other_id), []))
            lines.append({"one": one, "state": _state(one), "reason": reason, "worth": known})
        return super().get_context_data(
            cohort=cohort,
            model=model,
            lines=lines,
            columns=f"Who asked|For whom|{'Domain|' if model.slots else ''}How it stands|Told to the leads",
            back=reverse("programmes:cohort-detail", args=[cohort.pk]),
            **kwargs,
        )


def _read(introduction: Introduction, request) -> str:
    """The reason that was given to the leads; that it was read is on record."""
    if not introduction.reason:
        return ""
    scope = ("cohort", introduction.cohort_id)
    record(Verb.REASON_READ, by=request.user, now=request.now, on=introduction, scope=scope)
    return introduction.reason


def _state(introduction: Introduction) -> str:
    if introduction.state == Introduction.State.CHEMISTRY:
        return f"Chemistry until {day_and_month(introduction.holds_until)}"
    if introduction.closed_at:
        return f"{introduction.get_state_display()}, {day_and_month(introduction.closed_at.date())}"
    return introduction.get_state_display()


def _in_full(gap: Gap) -> tuple[str, ...]:
    return tuple(map(str, (gap.wanted, gap.live, gap.chemistry, gap.open, gap.offered)))


def _without_small_numbers(gap: Gap, few: int) -> tuple[str, ...]:
    """The same for whoever must recognise nobody: nor can a small number be had by taking away."""
    told = held_back({"live": gap.live, "chemistry": gap.chemistry, "open": gap.open}, floor=few)
    return (total_in_words(told, few), *told.in_words(few), unless_few(gap.offered, few))


class GapMap(TemplateView):
    """How many slots of each domain are open: for leads in figures, for a commissioner without small numbers (R5)."""

    template_name = "programmes/gap_map.html"

    def get_context_data(self, **kwargs):
        request = self.request
        cohort, led = led_or_funded_cohort(request, self.kwargs["pk"])
        model = mentoring_models.of(cohort.programme)
        if not model.slots:
            raise Http404
        line = _in_full if led else partial(_without_small_numbers, few=model.few)
        return super().get_context_data(
            cohort=cohort,
            led=led,
            words=model.words,
            lines=[(capfirst(gap.slot), *line(gap)) for gap in gap_map(cohort)],
            back=reverse("programmes:cohort-detail", args=[cohort.pk]) if led else reverse("home"),
            **kwargs,
        )
