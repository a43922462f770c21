"""The page on which a lead names the third of a triad."""

from functools import cached_property

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from audit.refusal import Refused
from look.forms import DateField, Radios
from people.models import Employment, Person
from programmes import mentoring_models
from programmes.actions import triads
from programmes.dates import in_words
from programmes.facts import facts_alone
from programmes.models import Member, Relationship
from programmes.queries import narrowed, trainees_to_name

PER_PAGE = 50


class TraineeForm(forms.Form):
    """Who it is, and the day on which they hear of it."""

    trainee = forms.ModelChoiceField(
        Person.objects.none(),
        empty_label=None,
        error_messages={"required": "Choose one person.", "invalid_choice": "Choose a person from the list."},
    )
    tell_on = DateField(help_text="In the morning of this day they get a mail that says who of the two is who.")

    def __init__(self, *args, people, shown, noun: str, **kwargs):
        super().__init__(*args, **kwargs)
        who, day = self.fields["trainee"], self.fields["tell_on"]
        who.queryset = people
        who.label = f"Who is the {noun}?"
        day.label = f"When is the {noun} told?"
        who.widget = Radios(
            choices=[(card.person_id, card.name) for card in shown],
            hints={str(card.person_id): ", ".join(filter(None, [card.job_title, card.site])) for card in shown},
        )


class RelationshipTrainee(FormView):
    """Name the third of a live pair, or somebody else instead, or end their time in it."""

    template_name = "programmes/relationship_trainee.html"
    form_class = TraineeForm

    def dispatch(self, request, *args, **kwargs):
        led = Relationship.objects.under_way().led_by(request.user, now=request.now)
        self.relationship = get_object_or_404(led.select_related("cohort__programme__organisation"), pk=kwargs["pk"])
        self.model = mentoring_models.of(self.relationship.cohort.programme)
        if self.model.triad is None:
            raise Http404
        self.noun = self.model.words.of(Member.Role.TRAINEE).one
        self.members = list(self.relationship.members.current().select_related("person").order_by("pk"))
        self.named = next((member for member in self.members if member.role == Member.Role.TRAINEE), None)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def people(self):
        """Whoever may be named; a queryset, which is never fetched itself."""
        return trainees_to_name(self.relationship, self.request.user, now=self.request.now)

    def page(self):
        """Those at foundation level first of all; with words, anybody on record who has them."""
        words = self.request.GET.get("q", "")[:100]
        level = "" if words.strip() else Employment.Level.FOUNDATION
        people = narrowed(self.people, self.relationship.cohort, words=words, level=level, now=self.request.now)
        return Paginator(people, PER_PAGE).get_page(self.request.GET.get("page"))

    def get_form_kwargs(self):
        self.shown_page = self.page()
        cohort = self.relationship.cohort
        facts = facts_alone(
            self.shown_page.object_list,
            on=cohort.facts_day(self.request.now),
            organisation=cohort.programme.organisation_id,
        )
        shown = list(facts.values())
        return super().get_form_kwargs() | {"people": self.people, "shown": shown, "noun": self.noun}

    def get_initial(self):
        today = timezone.localdate(self.request.now)
        return {"tell_on": max(self.relationship.cohort.start_date, today)}

    def post(self, request, *args, **kwargs):
        if "let_go" not in request.POST:
            return super().post(request, *args, **kwargs)
        if self.named:
            triads.let_go(member=self.named, by=request.user, now=request.now)
            messages.success(request, f"{self.named.person.name} is not in this triad any more.")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def form_valid(self, form):
        try:
            triads.name_trainee(
                relationship=self.relationship, **form.cleaned_data, by=self.request.user, now=self.request.now
            )
        except Refused as refused:
            form.add_error("tell_on" if "day" in str(refused) else "trainee", str(refused))
            return self.form_invalid(form)
        name, day = form.cleaned_data["trainee"].name, in_words(form.cleaned_data["tell_on"])
        messages.success(self.request, f"{name} is the {self.noun} of this triad, and is told on {day}.")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        detail = reverse("programmes:relationship-detail", args=[self.relationship.pk])
        pair = [member.person for member in self.members if member is not self.named]
        mentor = next(member.person for member in self.members if member.role == Member.Role.MENTOR)
        asked = bool(self.request.GET.get("q", "").strip())
        return context | {
            "relationship": self.relationship,
            "noun": self.noun,
            "named": self.named,
            "pair": " and ".join(person.name for person in pair),
            "back": detail,
            "back_here": self.request.path,
            "mentor": mentor,
            "page": self.shown_page,
            "shown": bool(self.shown_page.object_list),
            "nobody": f"No {self.noun} in your staff list is free for it."
            if not asked
            else "Nobody in your staff list who is free for it has these words. Try part of a name.",
            "search": {"name": "q", "label": "Name, job title or team", "value": self.request.GET.get("q", "")},
            "everybody": reverse("programmes:relationship-trainee", args=[self.relationship.pk]),
        }
