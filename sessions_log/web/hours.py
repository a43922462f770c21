"""One's own hours, how one likes to be reached, and asking for a word between sessions."""

from datetime import datetime, time, timedelta
from functools import lru_cache

from django import forms
from django.contrib import messages
from django.forms.utils import flatatt
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.views.generic import FormView, View

from audit.refusal import Refused
from look import fields
from look.forms import DateField
from sessions_log.actions import hours
from sessions_log.cadence import DAYS
from sessions_log.hours import moment_of
from sessions_log.models import HoursException, Mode, OpenHours, PreferredChannel, WordRequest
from sessions_log.web.booking_forms import TIME_CHOICES, time_field
from sessions_log.web.sessions import OfLivingRelationship

HOURS = [("", "Closed"), *TIME_CHOICES]


class HourSelect(forms.Select):
    """One of ``HOURS``. A week has fourteen of these lists with a hundred options, so what is drawn is kept."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", flatatt(attrs), _drawn(str(value or "")))


@lru_cache(maxsize=128)
def _drawn(chosen: str) -> str:
    return fields.options(forms.Select(choices=HOURS).optgroups("", [chosen]))


class HoursForm(forms.Form):
    """From when till when on each day of the week, and how one likes to be reached."""

    mode = forms.ChoiceField(
        label="Between sessions, how do you like to be reached?",
        choices=[*Mode.choices[:2], (Mode.IN_PERSON, "In person"), ("", "I do not mind")],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for day in DAYS:
            for end in ("from", "to"):
                label, widget = f"{day.capitalize()} {end}", HourSelect(attrs={"class": "nhsuk-select"})
                self.fields[f"{day}_{end}"] = time_field(HOURS, label=label, required=False, widget=widget)

    def days(self):
        """The fields of each day, for the page."""
        return [(day.capitalize(), self[f"{day}_from"], self[f"{day}_to"]) for day in DAYS]

    def clean(self):
        cleaned = super().clean()
        cleaned["hours"] = []
        for number, day in enumerate(DAYS):
            start, end = cleaned.get(f"{day}_from"), cleaned.get(f"{day}_to")
            if start is None and end is None:
                continue
            if start is None or end is None:
                missing = "from" if start is None else "to"
                self.add_error(f"{day}_{missing}", f"Choose both times for {day.capitalize()}, or neither")
            elif end <= start:
                self.add_error(f"{day}_to", f"On {day.capitalize()} the end is not after the beginning")
            else:
                cleaned["hours"].append((number, start, end))
        return cleaned


class ExceptionForm(forms.Form):
    """A stretch of time that is not as usual."""

    is_open = forms.TypedChoiceField(
        label="What is different?",
        choices=[("no", "I cannot be booked (leave, a shift, on call)"), ("yes", "I can be booked besides")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is different"},
    )
    first = DateField(label="From", error_messages={"required": "Enter the day on which it begins"})
    start = time_field(label="From, time", required=False, help_text="Leave empty for the whole day.")
    last = DateField(label="Until", required=False, help_text="Leave empty for the same day.")
    end = time_field(label="Until, time", required=False)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last") or cleaned.get("first")
        if first is None or self.errors:
            return cleaned
        try:
            cleaned["starts_at"] = moment_of(first, cleaned.get("start") or time())
            end = cleaned.get("end")
            cleaned["ends_at"] = moment_of(last, end) if end else moment_of(last + timedelta(days=1), time())
        except (Refused, OverflowError) as fault:
            self.add_error("first", str(fault))
            return cleaned
        if cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("last", "The end is not after the beginning. A night shift ends on the next day")
        return cleaned


class HoursEdit(FormView):
    """One's own hours: what others may book, what is different, and the channel between sessions."""

    template_name = "sessions_log/hours_edit.html"
    form_class = HoursForm
    success_url = reverse_lazy("sessions_log:hours-edit")

    def get_initial(self):
        person = self.request.user
        initial = {}
        for row in OpenHours.objects.filter(person=person):
            day = DAYS[row.weekday]
            initial |= {f"{day}_from": f"{row.starts_at:%H:%M}", f"{day}_to": f"{row.ends_at:%H:%M}"}
        channel = PreferredChannel.objects.filter(person=person).first()
        return initial | {"mode": channel.mode if channel else ""}

    def get_context_data(self, **kwargs):
        ahead = HoursException.objects.filter(person=self.request.user, ends_at__gt=self.request.now)
        return super().get_context_data(exceptions=[(one, in_short(one)) for one in ahead], **kwargs)

    def form_valid(self, form):
        try:
            hours.open_weekly(hours=form.cleaned_data["hours"], by=self.request.user, now=self.request.now)
            hours.prefer(mode=form.cleaned_data["mode"], by=self.request.user, now=self.request.now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Your hours are kept")
        return super().form_valid(form)


class ExceptionAdd(FormView):
    """Add a stretch of time that is not as usual."""

    template_name = "sessions_log/exception_add.html"
    form_class = ExceptionForm

    def form_valid(self, form):
        try:
            hours.add_exception(
                starts_at=form.cleaned_data["starts_at"],
                ends_at=form.cleaned_data["ends_at"],
                is_open=form.cleaned_data["is_open"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("first", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Kept")
        return redirect("sessions_log:hours-edit")


class ExceptionRemove(View):
    """Take away what was different."""

    def post(self, request, *args, **kwargs):
        exception = get_object_or_404(HoursException, person=request.user, pk=kwargs["pk"])
        hours.remove_exception(exception=exception, by=request.user, now=request.now)
        messages.success(request, "Removed")
        return redirect("sessions_log:hours-edit")


class WordAsk(OfLivingRelationship, View):
    """Let another member know that one would like a word."""

    def post(self, request, *args, **kwargs):
        of = get_object_or_404(self.relationship.members.knowing().exclude(person=request.user), pk=kwargs["member"])
        try:
            hours.ask_for_a_word(relationship=self.relationship, of=of.person, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sessions_log:session-list", pk=self.relationship.pk)
        return self.done(f"{of.person.given_name} is told that you would like a word")


class WordDone(OfLivingRelationship, View):
    """The two have spoken."""

    def post(self, request, *args, **kwargs):
        asked = get_object_or_404(WordRequest, relationship=self.relationship, pk=kwargs["word"])
        try:
            hours.had_a_word(request=asked, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("sessions_log:session-list", pk=self.relationship.pk)


def in_short(one: HoursException) -> str:
    """``Monday 3 May 2027``, or from and till with the hours where it is not whole days."""
    start, end = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    if start.time() == end.time() == time():
        last = end - timedelta(days=1)
        return _day(start) if last.date() == start.date() else f"{_day(start)} to {_day(last)}"
    if start.date() == end.date():
        return f"{_day(start)}, {start:%H:%M} to {end:%H:%M}"
    return f"{_day(start)} {start:%H:%M} to {_day(end)} {end:%H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"
