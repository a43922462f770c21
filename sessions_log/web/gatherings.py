"""Pages of a programme's own calendar: for its leads, and for those whom a date is for."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from look.forms import Checkboxes, DateField
from look.numbers import whole
from programmes import mentoring_models
from programmes.actions.training import record_training
from programmes.enrolled import lines as enrolled_lines
from programmes.mentoring_models import MentoringModel
from programmes.models import Side
from programmes.training import is_not_recorded
from sessions_log.actions import gatherings
from sessions_log.models import Gathering, GatheringPlace
from sessions_log.queries.gatherings import expected_at, gatherings_for, lines, when_in_words
from sessions_log.web.registers import OfLedCohort


class GatheringForm(forms.Form):
    """What it is, when, where, for whom and how many have room."""

    kind = forms.ChoiceField(label="What is it?", choices=Gathering.Kind.choices)
    title = forms.CharField(label="Title", max_length=120, help_text="Whoever it is for reads it.")
    day = DateField(label="On which day?", help_text="For example, 25 10 2027")
    starts_at = forms.TimeField(label="At what time?", required=False, help_text="For example, 12:30")
    minutes = forms.IntegerField(label="How many minutes?", min_value=5, max_value=480, initial=60)
    where = forms.CharField(
        label="Where?", required=False, max_length=300, help_text="A room, or the address of a video meeting."
    )
    sides = forms.MultipleChoiceField(
        label="For whom?", widget=Checkboxes, error_messages={"required": "Say for whom it is"}
    )
    places = forms.IntegerField(
        label="How many places?",
        required=False,
        min_value=1,
        max_value=1000,
        help_text="People then sign up. Empty: everybody whom it is for is expected.",
    )

    def __init__(self, *args, model: MentoringModel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sides"].choices = [
            (Side.MENTEE, capfirst(model.words.mentee.many)),
            (Side.MENTOR, capfirst(model.words.mentor.many)),
        ]

    def details(self) -> dict:
        found = dict(self.cleaned_data)
        sides = found.pop("sides")
        return found | {"for_mentees": Side.MENTEE in sides, "for_mentors": Side.MENTOR in sides}


class GatheringList(OfLedCohort, FormView):
    """The calendar of a cohort, whose training is due, and adding a date."""

    template_name = "sessions_log/gathering_list.html"
    form_class = GatheringForm

    @property
    def model(self) -> MentoringModel:
        return mentoring_models.of(self.cohort.programme)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": self.model}

    def get_initial(self):
        return {"day": timezone.localdate(self.request.now), "sides": [Side.MENTEE, Side.MENTOR]}

    def form_valid(self, form):
        try:
            gathering = gatherings.add(cohort=self.cohort, by=self.request.user, now=self.request.now, **form.details())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{gathering.title} is on the calendar.")
        return redirect("sessions_log:gathering-list", self.cohort.pk)

    def get_context_data(self, **kwargs):
        model = self.model
        enrolled = self.cohort.enrolments.live().filter(side__in=model.training.sides).select_related("person")
        enrolled = enrolled.order_by("side", "person__family_name", "pk")
        people = enrolled_lines(self.cohort, enrolled, now=self.request.now)
        untrained = [one for one in people if is_not_recorded(model, one.facts, one.enrolment.side)]
        return super().get_context_data(
            cohort=self.cohort,
            lines=lines(self.cohort, now=self.request.now),
            untrained=[(one, model.words.of(one.enrolment.side).one) for one in untrained],
            trained=len(people) - len(untrained),
            gate=model.training.gate,
            says=model.texts.training,
            **kwargs,
        )


class TrainingRecord(OfLedCohort, View):
    """Record that people did the training today, or on the day that was typed."""

    http_method_names = ["post"]

    def post(self, request, pk):
        ids = [pk for pk in map(whole, request.POST.getlist("who")) if pk]
        chosen = self.cohort.enrolments.live().filter(pk__in=ids)
        people = list(chosen.select_related("person", "cohort__programme"))
        if not people:
            messages.error(request, "Tick who did the training.")
            return redirect("sessions_log:gathering-list", pk)
        day = timezone.localdate(request.now)
        record_training(enrolments=people, day=day, by=request.user, now=request.now)
        word = "person is" if len(people) == 1 else "people are"
        messages.success(request, f"{len(people)} {word} recorded as trained.")
        return redirect("sessions_log:gathering-list", pk)


class OfLedGathering:
    """A date of a cohort that the viewer leads."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = Gathering.objects.standing().led_by(request.user, now=request.now)
        self.gathering = get_object_or_404(led.select_related("cohort__programme"), pk=kwargs["pk"])
        self.cohort = self.gathering.cohort

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            gathering=self.gathering,
            cohort=self.cohort,
            when=when_in_words(self.gathering),
            back=reverse("sessions_log:gathering-list", args=[self.cohort.pk]),
            **kwargs,
        )


class GatheringEdit(OfLedGathering, FormView):
    """Change a date."""

    template_name = "sessions_log/gathering_edit.html"
    form_class = GatheringForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": mentoring_models.of(self.cohort.programme)}

    def get_initial(self):
        one = self.gathering
        sides = [side for side, meant in ((Side.MENTEE, one.for_mentees), (Side.MENTOR, one.for_mentors)) if meant]
        fields = ("kind", "title", "day", "starts_at", "minutes", "where", "places")
        return {name: getattr(one, name) for name in fields} | {"sides": sides}

    def form_valid(self, form):
        try:
            gatherings.change(gathering=self.gathering, by=self.request.user, now=self.request.now, **form.details())
        except Refused as refusal:
            form.add_error("places", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Changed.")
        return redirect("sessions_log:gathering-list", self.cohort.pk)


class GatheringCancel(OfLedGathering, TemplateView):
    """Ask once, then take it off the calendar."""

    template_name = "sessions_log/gathering_cancel.html"

    def post(self, request, *args, **kwargs):
        gatherings.cancel(gathering=self.gathering, by=request.user, now=request.now)
        messages.success(request, f"{self.gathering.title} is off the calendar.")
        return redirect("sessions_log:gathering-list", self.cohort.pk)


class GatheringTell(OfLedGathering, View):
    """Mail whoever it is for, with an entry for their calendar."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        try:
            told = gatherings.tell(gathering=self.gathering, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{told} {'person is' if told == 1 else 'people are'} told by e-mail.")
        return redirect("sessions_log:gathering-list", self.cohort.pk)


class GatheringTick(OfLedGathering, TemplateView):
    """Who came. At a training they are then recorded as trained."""

    template_name = "sessions_log/gathering_tick.html"

    def post(self, request, *args, **kwargs):
        ids = [pk for pk in map(whole, request.POST.getlist("came")) if pk]
        try:
            gatherings.tick(gathering=self.gathering, attended=ids, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Kept.")
        return redirect("sessions_log:gathering-list", self.cohort.pk)

    def get_context_data(self, **kwargs):
        states = dict(self.gathering.coming.values_list("enrolment", "state"))
        ticked = any(state != GatheringPlace.State.COMING for state in states.values())
        return super().get_context_data(
            people=[
                (one, states.get(one.pk) == GatheringPlace.State.ATTENDED if ticked else True)
                for one in expected_at(self.gathering).select_related("person")
            ],
            is_to_come=self.gathering.day > timezone.localdate(self.request.now),
            is_training=self.gathering.kind == Gathering.Kind.TRAINING,
            **kwargs,
        )


class OfOwnGathering:
    """A date to come that is for the viewer; anybody else's is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.gathering = get_object_or_404(gatherings_for(request.user, now=request.now), pk=kwargs["pk"])


class GatheringDetail(OfOwnGathering, TemplateView):
    """What it is, when and where; signing up and giving the place back. Who else comes is not shown."""

    template_name = "sessions_log/gathering_detail.html"

    def post(self, request, *args, **kwargs):
        act = gatherings.give_up if "give-up" in request.POST else gatherings.sign_up
        try:
            act(gathering=self.gathering, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("sessions_log:gathering-detail", self.gathering.pk)

    def get_context_data(self, **kwargs):
        one = self.gathering
        left = None if one.places is None else one.places - one.taken
        return super().get_context_data(
            gathering=one,
            has_place=bool(one.own_places),
            left=left,
            rows=[
                ("When", when_in_words(one)),
                ("How long", f"{one.minutes} minutes"),
                ("Where", one.where),
                *([("Places left", str(left))] if left is not None else []),
            ],
            **kwargs,
        )
