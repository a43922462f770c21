"""The page of a group's questions or topics, and the lead's page of who came."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.free_text import FreeTextForm
from people.days import in_words
from programmes import mentoring_models
from programmes.groups import named
from programmes.models import Cohort, Relationship
from sessions_log.actions import agenda as actions
from sessions_log.agenda import agenda_of, days_to_come, may_write, what
from sessions_log.models import AgendaItem
from sessions_log.part_time import cannot_attend
from sessions_log.queries.attendance import attendance_lines, by_team_size
from sessions_log.sharing import waits_for
from sessions_log.web.own import OfOwnRelationship


class AgendaForm(FreeTextForm):
    """Lines for one meeting."""

    day = forms.TypedChoiceField(label="For which meeting?", error_messages={"required": "Choose a meeting"})
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), max_length=6_000)

    def __init__(self, *args, days, noun: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [(day.isoformat(), in_words(day)) for day in days]
        self.fields["day"].coerce = type(days[0]).fromisoformat if days else str
        self.fields["text"].label = f"{noun.capitalize()}s, one a line"
        self.fields["text"].help_text = "The members and mentors of this group read them. Write no patient detail."
        self.fields["text"].error_messages = {"required": f"Write at least one {noun}"}


class AgendaDetail(OfOwnRelationship, FormView):
    """What is to be talked about at the next meetings: members read it, and add to it where the model lets them."""

    template_name = "sessions_log/agenda_detail.html"
    form_class = AgendaForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.noun = what(self.relationship)
        is_in = Relationship.objects.under_way().of(request.user).filter(pk=self.relationship.pk).exists()
        if not self.noun or not is_in:
            raise Http404
        self.may = may_write(self.relationship, request.user)
        self.days = days_to_come(self.relationship, now=request.now)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"days": self.days, "noun": self.noun}

    def post(self, request, *args, **kwargs):
        if "remove" not in request.POST:
            return super().post(request, *args, **kwargs)
        own = AgendaItem.objects.filter(relationship=self.relationship, author=request.user)
        try:
            item = get_object_or_404(own, pk=request.POST["remove"])
        except (ValueError, forms.ValidationError):
            raise Http404
        actions.remove(item=item, by=request.user, now=request.now)
        return redirect("sessions_log:agenda-detail", self.relationship.pk)

    def form_valid(self, form):
        publish = self.noun == "topic" or "draft" not in self.request.POST
        try:
            made = actions.write(
                relationship=self.relationship,
                day=form.cleaned_data["day"],
                text=form.cleaned_data["text"],
                publish=publish,
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        count = f"{len(made)} {self.noun}{'' if len(made) == 1 else 's'}"
        day = in_words(form.cleaned_data["day"])
        said = f"{count} for {day}: the group can read {'it' if len(made) == 1 else 'them'} now"
        messages.success(self.request, said if publish else f"{count} for {day} kept. Only you can read them")
        return redirect("sessions_log:agenda-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            noun=self.noun,
            title="The mentor's questions" if self.noun == "question" else "Topics for our meetings",
            name=named(self.relationship),
            may_write=self.may and bool(self.days),
            waits=waits_for(self.relationship, self.request.user) if self.noun == "topic" else "",
            agenda=agenda_of(self.relationship, self.request.user, now=self.request.now),
            **kwargs,
        )


class AttendanceList(TemplateView):
    """For leads: on which days a group met and how many came, and nothing of what was said."""

    template_name = "sessions_log/attendance_list.html"

    def get_context_data(self, **kwargs):
        led = Relationship.objects.told().led_by(self.request.user, now=self.request.now)
        relationship = get_object_or_404(
            led.filter(shape=Relationship.Shape.GROUP).select_related("cohort__programme"), pk=kwargs["pk"]
        )
        return super().get_context_data(
            relationship=relationship,
            name=named(relationship),
            lines=attendance_lines(relationship),
            cannot=cannot_attend(relationship, now=self.request.now),
            back=reverse("programmes:relationship-detail", args=[relationship.pk]),
            **kwargs,
        )


class AttendanceByTeam(TemplateView):
    """For leads: how often people came, by the size of their team, with no number that would name anybody."""

    template_name = "sessions_log/attendance_by_team.html"

    def get_context_data(self, **kwargs):
        led = Cohort.objects.led_by(self.request.user, now=self.request.now)
        cohort = get_object_or_404(led.select_related("programme__organisation"), pk=self.kwargs["pk"])
        model = mentoring_models.of(cohort.programme)
        if model.group is None or model.matching.objective != "small-teams-first":
            raise Http404
        return super().get_context_data(
            cohort=cohort,
            model=model,
            lines=by_team_size(cohort, now=self.request.now),
            back=reverse("programmes:cohort-detail", args=[cohort.pk]),
            **kwargs,
        )
