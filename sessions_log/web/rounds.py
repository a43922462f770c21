"""Pages of a group's round: bringing a situation, the facilitator's turn card, and a session that a group asks for."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.free_text import FreeTextForm
from look.numbers import whole
from programmes import mentoring_models
from programmes.groups import named
from programmes.models import Cohort, Relationship
from sessions_log.actions import rounds as actions
from sessions_log.models import Output, Situation
from sessions_log.rounds import (
    in_the_round,
    leads_round,
    may_bring,
    presents_on,
    queue_of,
    round_of,
    steps_of,
    text_of,
)
from sessions_log.sharing import waits_for
from sessions_log.web.drafts import KeepsDraft
from sessions_log.web.own import OfOwnRelationship


class SituationForm(FreeTextForm):
    """One's own situation, in one's own words."""

    text = forms.CharField(
        label="Describe what happened to you, without your peer's words",
        max_length=actions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Describe what happened to you"},
    )

    def __init__(self, *args, reader: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "text"
        ].help_text = (
            f"You and {reader} can read this, until you have told it. Then only you can. Write no patient detail."
        )


class SituationEdit(KeepsDraft, OfOwnRelationship, FormView):
    """Bring a situation of one's own to a group, change it, or take it back."""

    template_name = "sessions_log/situation_edit.html"
    form_class = SituationForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_bring(self.relationship, request.user):
            raise Http404
        self.situation, self.day = presents_on(self.relationship, request.user, now=request.now)
        self.noun = mentoring_models.of(self.relationship.cohort.programme).words.mentor.one

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reader": f"the {self.noun}"}

    def get_initial(self):
        return {"text": (text_of(self.situation) or "") if self.situation else ""}

    def post(self, request, *args, **kwargs):
        if "take_back" not in request.POST:
            return super().post(request, *args, **kwargs)
        if self.situation:
            actions.take_back(situation=self.situation, by=request.user, now=request.now)
        messages.success(request, "Taken back. Nobody else has it any more.")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def form_valid(self, form):
        how = {"by": self.request.user, "now": self.request.now}
        try:
            actions.bring(relationship=self.relationship, text=form.cleaned_data["text"], **how)
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        _, day = presents_on(self.relationship, self.request.user, now=self.request.now)
        when = f"on {day:%A} {day.day} {day:%B %Y}" if day else "at the next meeting"
        messages.success(self.request, f"You present {when}. The {self.noun} can read it now; nobody else was asked.")
        return redirect("sessions_log:situation-edit", self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            name=named(self.relationship),
            noun=self.noun,
            situation=self.situation,
            day=self.day,
            waits=waits_for(self.relationship, self.request.user),
            **kwargs,
        )


class RoundDetail(OfOwnRelationship, TemplateView):
    """Whose turn it is: a card a page. Where the round stands is in the address, so going on, a pass or going back is a
    link, and nothing is written."""

    template_name = "sessions_log/round_detail.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        runs = round_of(self.relationship) and self.relationship.state in Relationship.UNDER_WAY
        if not runs or not leads_round(self.relationship, request.user):
            raise Http404
        self.members = in_the_round(self.relationship)
        chosen = request.GET.get("presenter", "")
        self.presenter = next((one for one in self.members if str(one.pk) == chosen), None)

    def post(self, request, *args, **kwargs):
        """The round is over: what was told is closed."""
        told = self.relationship.situations.to_tell().filter(
            author=self.presenter.person_id if self.presenter else None
        )
        if situation := told.first():
            actions.close(situation=situation, by=request.user, now=request.now)
        messages.success(request, "The round is over.")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        page = reverse("sessions_log:round-detail", args=[self.relationship.pk])
        found = {"name": named(self.relationship), "page": page}
        if self.presenter is None:
            found["brought"] = [(one, text_of(one), day, self._pk_of(one)) for one, day in self._queue()]
            there = {one.author_id for one, *_ in found["brought"]}
            found["others"] = [one for one in self.members if one.person_id not in there]
            found["enough"] = len(self.members) > 1
        else:
            found |= self.card(page)
        return super().get_context_data(**found, **kwargs)

    def _queue(self):
        return queue_of(self.relationship, now=self.request.now)

    def _pk_of(self, situation: Situation) -> int | None:
        return next((one.pk for one in self.members if one.person_id == situation.author_id), None)

    def card(self, page: str) -> dict:
        """The card at which the round stands; past the last one, its end."""
        steps = steps_of(self.relationship, self.presenter)
        at = min(whole(self.request.GET.get("at")) or 0, len(steps))

        def address(number: int) -> str:
            return f"{page}?{urlencode({'presenter': self.presenter.pk, 'at': number})}"

        step = steps[at] if at < len(steps) else None
        now = timezone.localtime(self.request.now)
        return {
            "presenter": self.presenter,
            "step": step,
            "number": at + 1,
            "steps": steps,
            "until": now + timedelta(minutes=step.minutes) if step else None,
            "seconds": step.minutes * 60 if step else 0,
            "following": address(at + 1),
            "before": address(at - 1) if at else "",
            "next_name": steps[at + 1].title if at + 1 < len(steps) else "",
            "minutes": sum(one.minutes for one in steps),
        }


class OutputSettle(TemplateView):
    """For leads: a session that a group asks for, by its topic alone; seen to with one button."""

    template_name = "sessions_log/output_settle.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = Cohort.objects.led_by(request.user, now=request.now).order_by().values("pk")
        rows = Output.objects.wanted().filter(relationship__cohort__in=led)
        self.output = get_object_or_404(rows.select_related("relationship__cohort__programme"), pk=kwargs["pk"])

    def post(self, request, *args, **kwargs):
        actions.settle(output=self.output, by=request.user, now=request.now)
        messages.success(request, "Off your list.")
        return redirect("programmes:task-list")

    def get_context_data(self, **kwargs):
        kwargs["output"] = self.output
        topic = text_of(self.output) or "Its topic cannot be opened"
        cohort = self.output.relationship.cohort
        return super().get_context_data(topic=topic, cohort=cohort, back=reverse("programmes:task-list"), **kwargs)
