"""Pages of a request for a partner, for whoever asks and for the lead; and of a mentor's entry on the list."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.forms import Checkboxes
from look.free_text import FreeTextForm
from programmes import mentoring_models
from programmes.actions import requests
from programmes.introductions import asks_for, ended_for, introduces, lines_of, may_ask
from programmes.models import Enrolment, Listing, MentorRequest
from programmes.models.introductions import STRENGTHS
from programmes.rules.facts import NEUTRAL
from programmes.web.joining import WITH_PROGRAMME, OfOwnEnrolment
from programmes.web.joining_forms import hope_field


def slots_field(model, label: str) -> forms.MultipleChoiceField:
    """The model's domains, to tick."""
    return forms.MultipleChoiceField(
        label=label,
        choices=[(slot, capfirst(slot)) for slot in model.slots],
        widget=Checkboxes(),
        error_messages={"required": "Choose at least one"},
    )


class RequestForm(FreeTextForm):
    """What somebody looks for: the domains, the kind of person, and what the model has them declare."""

    def __init__(self, *args, model, **kwargs):
        super().__init__(*args, **kwargs)
        if model.slots:
            self.fields["slots"] = slots_field(model, "In which domains do you look for somebody?")
        self.fields["text"] = hope_field(model)
        self.fields["text"].label = "What kind of person do you hope for?"
        if model.texts.declaration:
            self.fields["declares"] = forms.BooleanField(
                label=model.texts.declaration, error_messages={"required": f"Please confirm: {model.texts.declaration}"}
            )
        self.order_fields(["slots", "text", "not_a_patient", "declares"])


class OfRequest(OfOwnEnrolment):
    """One's own enrolment on a side that may ask, where people are found by asking; else there is no such page."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        asks = introduces(self.model) and self.enrolment.side in self.model.matching.asking
        if not asks or self.enrolment.state != Enrolment.State.ENROLLED:
            raise Http404
        self.wish = MentorRequest.objects.filter(enrolment=self.enrolment).first()


class RequestDetail(OfRequest, TemplateView):
    """What one looks for, and how each part of it stands."""

    template_name = "programmes/request_detail.html"

    def get_context_data(self, **kwargs):
        lines = lines_of(self.enrolment)
        cohort = self.enrolment.cohort
        other = self.model.words.of(asks_for(self.model, self.enrolment.side))
        return super().get_context_data(
            wish=self.wish,
            cohort=cohort,
            other=other,
            lines=lines,
            columns=f"{'Domain|' if self.model.slots else ''}{capfirst(other.one)}|How it stands|Next:hidden",
            ended=ended_for(self.request.user, self.enrolment),
            may_ask=may_ask(self.enrolment),
            waits=self.model.matching.confirms_requests and self.wish and not self.wish.confirmed_at,
            needs_request=bool(self.model.slots or self.model.matching.confirms_requests),
            **kwargs,
        )


class RequestEdit(OfRequest, FormView):
    """Say what one looks for."""

    template_name = "programmes/request_edit.html"
    form_class = RequestForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": self.model}

    def get_initial(self):
        hope = getattr(self.enrolment, "hope", None)
        return {"slots": self.wish.slots if self.wish else [], "text": hope.text if hope else ""}

    def form_valid(self, form):
        data, by, now = form.cleaned_data, self.request.user, self.request.now
        try:
            wish = requests.state(
                enrolment=self.enrolment,
                slots=data.get("slots", ()),
                declares=data.get("declares", False),
                hope=data.get("text", ""),
                by=by,
                now=now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        if wish.confirmed_at:
            messages.success(self.request, "Saved.")
        else:
            messages.success(self.request, "Thank you. A lead of the programme looks at it, and talks with you.")
        return redirect("programmes:request-detail", self.enrolment.pk)

    def get_context_data(self, **kwargs):
        back = reverse("programmes:request-detail", args=[self.enrolment.pk])
        return super().get_context_data(**kwargs) | {"back": back}


class RequestConfirm(TemplateView):
    """A request, for a lead: to talk over with whoever asks, and to confirm."""

    template_name = "programmes/request_confirm.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = Enrolment.objects.live().led_by(request.user, now=request.now)
        self.enrolment = get_object_or_404(
            led.select_related("person", WITH_PROGRAMME, "request").filter(request__isnull=False), pk=kwargs["pk"]
        )
        self.model = mentoring_models.of(self.enrolment.cohort.programme)

    def post(self, request, *args, **kwargs):
        requests.confirm(request=self.enrolment.request, by=request.user, now=request.now)
        messages.success(request, f"Confirmed. {self.enrolment.person.given_name} is told that the list is open.")
        return redirect("programmes:task-list")

    def get_context_data(self, **kwargs):
        enrolment = self.enrolment
        hope = getattr(enrolment, "hope", None)
        wish = enrolment.request
        return super().get_context_data(
            enrolment=enrolment,
            cohort=enrolment.cohort,
            wish=wish,
            rows=[
                *([("Domains", ", ".join(wish.slots))] if self.model.slots else []),
                ("Hopes for", hope.text if hope else ""),
                *([("Declares", self.model.texts.declaration)] if self.model.texts.declaration else []),
                ("Asked on", f"{timezone.localtime(wish.stated_at):%-d %B %Y}"),
            ],
            lines=lines_of(enrolment) if wish.confirmed_at else [],
            back=reverse("programmes:task-list"),
            **kwargs,
        )


class ListingForm(FreeTextForm):
    """What a mentor offers."""

    def __init__(self, *args, model, own: bool, briefed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if model.slots:
            self.fields["slots"] = slots_field(model, "For which domains?")
        self.strengths = {slot: f"strength-{number}" for number, slot in enumerate(model.slots)}
        for slot, name in self.strengths.items():
            whose = "are you" if own else "are they"
            self.fields[name] = forms.TypedChoiceField(
                label=f"If {slot}: how strong {whose} in it?",
                choices=list(STRENGTHS.items()),
                coerce=int,
                empty_value=NEUTRAL,
                required=False,
                initial=NEUTRAL,
            )
        if own:
            self.fields["text"] = forms.CharField(
                required=False,
                label="A few words about you",
                help_text="Everyone with a confirmed request reads this, and the leads. Write no patient detail.",
                max_length=Listing._meta.get_field("about").max_length,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        else:
            self.fields["briefed"] = forms.BooleanField(
                required=False, label="I have told them what the role is", initial=briefed
            )
        self.order_fields(["slots", *self.strengths.values(), "text", "not_a_patient", "briefed"])

    def strengths_said(self) -> dict[str, int]:
        """How strong they are in each domain; of a form that is valid."""
        return {slot: self.cleaned_data[name] for slot, name in self.strengths.items()}


class ListingEdit(FormView):
    """What somebody who agreed to be asked offers: their own words, or the domains as a lead knows them."""

    template_name = "programmes/listing_edit.html"
    form_class = ListingForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        visible = Enrolment.objects.live().visible_to(request.user, now=request.now)
        self.enrolment = get_object_or_404(visible.select_related("person", WITH_PROGRAMME), pk=kwargs["pk"])
        self.model = mentoring_models.of(self.enrolment.cohort.programme)
        listed = {asks_for(self.model, side) for side in self.model.matching.asking}
        if not introduces(self.model) or self.enrolment.side not in listed:
            raise Http404
        self.own = self.enrolment.person_id == request.user.pk
        self.listing = Listing.objects.filter(enrolment=self.enrolment).first() or Listing(enrolment=self.enrolment)

    def get_form_kwargs(self):
        more = {"model": self.model, "own": self.own, "briefed": bool(self.listing.briefed_on)}
        return super().get_form_kwargs() | more

    def get_initial(self):
        said = {f"strength-{n}": self.listing.strengths.get(slot, NEUTRAL) for n, slot in enumerate(self.model.slots)}
        return {"slots": self.listing.slots, "text": self.listing.about} | said

    def form_valid(self, form):
        data, by, now = form.cleaned_data, self.request.user, self.request.now
        try:
            requests.enter(
                enrolment=self.enrolment,
                slots=data.get("slots", ()),
                strengths=form.strengths_said(),
                about=data.get("text", ""),
                by=by,
                now=now,
            )
            if "briefed" in data and data["briefed"] != bool(self.listing.briefed_on):
                on = timezone.localdate(now) if data["briefed"] else None
                requests.brief(enrolment=self.enrolment, on=on, by=by, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, "Saved.")
        return redirect("programmes:enrolment-detail", self.enrolment.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            enrolment=self.enrolment,
            programme=self.enrolment.cohort.programme,
            own=self.own,
            briefing=self.model.texts.briefing,
            listing=self.listing,
            noun=self.model.words.of(self.enrolment.side),
            back=reverse("programmes:enrolment-detail", args=[self.enrolment.pk]),
            **kwargs,
        )
