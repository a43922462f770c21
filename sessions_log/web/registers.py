"""Pages of the check-in register, for the leads of its cohort alone."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.forms import DateField
from look.patient_details import nhs_numbers
from programmes import mentoring_models
from programmes.following import pair_name
from programmes.models import Cohort
from sessions_log.actions import registers
from sessions_log.models import RegisterException as Noted
from sessions_log.models import RegisterMeeting
from sessions_log.queries.registers import meetings_of, pairs_of, register_lines, text_of
from sessions_log.session_forms import kept

PER_PAGE = 50


class MeetingForm(forms.Form):
    """A meeting of one's own."""

    title = forms.CharField(label="Which meeting?", max_length=120)
    day = DateField(label="On which day?", help_text="For example, 25 10 2027")


class OfLedCohort:
    """Loads a cohort that the viewer leads."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = Cohort.objects.led_by(request.user, now=request.now).select_related("programme")
        self.cohort = get_object_or_404(led, pk=kwargs["pk"])


class RegisterList(OfLedCohort, FormView):
    """The meetings at which the lead asks after everyone, and adding one."""

    template_name = "sessions_log/register_list.html"
    form_class = MeetingForm

    def get_initial(self):
        meetings = mentoring_models.of(self.cohort.programme).register.meetings
        return {"title": meetings[0] if meetings else "", "day": timezone.localdate(self.request.now)}

    def form_valid(self, form):
        try:
            meeting = registers.add(cohort=self.cohort, by=self.request.user, now=self.request.now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("title", str(refusal))
            return self.form_invalid(form)
        if meeting.day > timezone.localdate(self.request.now):
            messages.success(self.request, f"{meeting.title} is on the register.")
            return redirect("sessions_log:register-list", pk=self.cohort.pk)
        return redirect("sessions_log:register-tick", pk=meeting.pk)

    def get_context_data(self, **kwargs):
        today = timezone.localdate(self.request.now)
        meetings = [
            {
                "meeting": one,
                "is_to_come": one.day > today,
                "is_waiting": one.day <= today and one.ticked_at is None,
                "noted": len(one.exceptions.all()),
            }
            for one in meetings_of(self.cohort)
        ]
        return super().get_context_data(
            **kwargs,
            cohort=self.cohort,
            meetings=meetings,
            suggestions=mentoring_models.of(self.cohort.programme).register.meetings,
        )


class RegisterForm(forms.Form):
    """A line of text for each pair that was not well; empty is well."""

    mark_optional = False  # all are: the page says so once

    not_a_patient = forms.BooleanField(label="It is not a patient’s number. Keep it in the text", required=False)

    def __init__(self, lines, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"pair-{line.relationship.pk}"] = forms.CharField(
                label=line.name,
                required=False,
                initial=line.text,
                max_length=registers.LONGEST_TEXT,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        box = self.fields.pop("not_a_patient")
        if self.is_bound and any(nhs_numbers(value) for value in self.data.values()):
            self.fields["not_a_patient"] = box

    def rows(self):
        """Each pair with its field."""
        return [(line, self[f"pair-{line.relationship.pk}"]) for line in self.lines]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("not_a_patient"):
            for name, text in list(cleaned.items()):
                if name.startswith("pair-") and (numbers := nhs_numbers(text)):
                    self.add_error(name, f"Is {numbers[0]} a patient’s number? Take it out")
        return cleaned

    def exceptions(self):
        """What was noted, by relationship."""
        noted = {line.relationship: self.cleaned_data.get(f"pair-{line.relationship.pk}", "") for line in self.lines}
        return {relationship: text for relationship, text in noted.items() if text}


class RegisterTick(FormView):
    """One list at a meeting: everyone well but those of whom something is noted. No mail is sent."""

    template_name = "sessions_log/register_tick.html"
    form_class = RegisterForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = RegisterMeeting.objects.led_by(request.user, now=request.now)
        self.meeting = get_object_or_404(
            led.select_related("cohort__programme", "ticked_by").prefetch_related("exceptions"), pk=kwargs["pk"]
        )
        self.page = Paginator(pairs_of(self.meeting), PER_PAGE).get_page(request.GET.get("page"))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"lines": register_lines(self.meeting, self.page.object_list)}

    def form_valid(self, form):
        goes_on = self.page.has_next()
        among = [line.relationship for line in form.lines]
        how = {"among": among, "goes_on": goes_on, "by": self.request.user, "now": self.request.now}
        try:
            registers.tick(meeting=self.meeting, exceptions=form.exceptions(), **how)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        if goes_on:
            return redirect(f"{self.request.path}?page={self.page.next_page_number()}")
        noted, everyone = self.meeting.exceptions.open().count(), self.page.paginator.count
        said = f"{everyone - noted} of {everyone} are well."
        if noted:
            what = "One is" if noted == 1 else f"{noted} are"
            said += f" {what} on your list, under “For you to decide”."
        messages.success(self.request, f"{self.meeting.title}: {said} No mail was sent.")
        return redirect("sessions_log:register-list", pk=self.meeting.cohort_id)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs,
            meeting=self.meeting,
            cohort=self.meeting.cohort,
            page=self.page,
            is_to_come=self.meeting.day > timezone.localdate(self.request.now),
        )


class RegisterException(TemplateView):
    """What was noted of one pair at a meeting, and closing it once it is dealt with."""

    template_name = "sessions_log/register_exception.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = Noted.objects.led_by(request.user, now=request.now).select_related(
            "meeting__cohort__programme", "relationship", "closed_by"
        )
        self.noted = get_object_or_404(led.prefetch_related("relationship__members__person"), pk=kwargs["pk"])

    def post(self, request, *args, **kwargs):
        registers.close(exception=self.noted, by=request.user, now=request.now)
        messages.success(request, "Closed. It is off the list.")
        return redirect("programmes:task-list")

    def get_context_data(self, **kwargs):
        specs = kept.of_model(mentoring_models.of(self.noted.meeting.cohort.programme))
        return super().get_context_data(
            **kwargs,
            noted=self.noted,
            text=text_of(self.noted),
            name=pair_name(self.noted.relationship),
            asks=[spec for spec in specs if spec.filled_by == "supervisor"],
            back=reverse("programmes:task-list"),
        )
