"""Choosing a mentor by hand for one mentee: everybody ranked, the refused with their sentence, then confirm."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from matching.letters import letters_of
from matching.queries import points
from matching.ranking import problem_for, rank, ranked
from programmes import mentoring_models
from programmes.actions import overrides, relationships
from programmes.actions.telling import Telling
from programmes.following import days_between
from programmes.models import Enrolment, Side
from programmes.training import is_due
from programmes.web.telling import HOW_TOLD, usual

PER_PAGE = 50


class OfMentee:
    """Finds the waiting mentee among those that the viewer leads, and ranks the mentors for them."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        waiting = Enrolment.objects.live().with_places().on_side(Side.MENTEE).led_by(request.user, now=request.now)
        self.mentee = get_object_or_404(
            waiting.select_related("person", "cohort__programme__organisation"), pk=kwargs["pk"]
        )
        self.cohort = self.mentee.cohort
        self.model = mentoring_models.of(self.cohort.programme)
        if not self.model.pairs_with_mentors:  # a pair would be something else than this programme is
            raise Http404

    def candidates(self):
        return rank(self.cohort, self.mentee, now=self.request.now)

    def get_context_data(self, **kwargs):
        days = days_between(self.mentee.waiting_since, timezone.localdate(self.request.now))
        return super().get_context_data(
            mentee=self.mentee,
            cohort=self.cohort,
            model=self.model,
            caption=f"{self.cohort.programme.name}, {self.cohort.name}",
            waited="" if days is None else f"{days} day{'' if days == 1 else 's'}",
            **kwargs,
        )


class MentorChoose(OfMentee, TemplateView):
    """Every mentor of the cohort for this mentee, the best first; those whom a rule keeps away below."""

    template_name = "matching/mentor_choose.html"

    def get_context_data(self, **kwargs):
        words = " ".join(self.request.GET.get("q", "").split()[:10])
        everyone = self.candidates()
        found = [one for one in everyone if words.lower() in one.enrolment.person.name.lower()]
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        lines = [
            {
                "one": one,
                "score": points(one.score),
                "training_due": is_due(self.model, one.facts, Side.MENTOR),
                "url": reverse("matching:mentor-confirm", args=[self.mentee.pk, one.enrolment.pk]),
                "more_url": self._more_places(one),
            }
            for one in page.object_list
        ]
        noun = self.model.words.mentor
        return super().get_context_data(
            page=page,
            groups=[
                (heading, hint, [line for line in lines if belongs(line["one"])])
                for heading, hint, belongs in (
                    ("Can be chosen", "The best first.", lambda one: one.can_be_chosen),
                    (
                        "No place left",
                        "They suit, but have as many as they take.",
                        lambda one: one.is_full and one.allowed,
                    ),
                    (
                        "A rule advises against it",
                        "You may choose one of these with a reason, which the other leads read.",
                        lambda one: one.can_be_overridden,
                    ),
                    (
                        "Cannot be chosen",
                        "A rule that must be kept, or no place left.",
                        lambda one: not one.allowed and not one.can_be_overridden,
                    ),
                )
            ],
            none_free=not any(one.can_be_chosen for one in everyone),
            can_grow=any(line["more_url"] for line in lines),
            enrol_url=reverse("programmes:enrolment-add", args=[self.cohort.pk, Side.MENTOR]),
            count=f"{page.paginator.count:,} {noun.one if page.paginator.count == 1 else noun.many}",
            search={"name": "q", "label": "Name", "value": words},
            everybody="?",
            query=urlencode({"q": words}),
            back=reverse("programmes:waiting-list", args=[self.cohort.pk]),
            **kwargs,
        )

    def _more_places(self, one) -> str:
        """Where a lead gives a mentor who suits and is full one more place, and comes back here; else empty."""
        enrolment, span = one.enrolment, self.model.capacity.mentor
        full = one.allowed and enrolment.places_taken >= enrolment.capacity
        if not full or span.is_fixed or enrolment.capacity >= span.most:
            return ""
        page = reverse("programmes:enrolment-change", args=[enrolment.pk])
        return f"{page}?{urlencode({'next': reverse('matching:mentor-choose', args=[self.mentee.pk])})}"


class ConfirmForm(forms.Form):
    """Why, where a rule advises against it, and how the two are told."""

    reason = forms.CharField(
        label="Why is this pair right all the same?",
        help_text="The other leads of this programme read it. The two do not.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why this pair is right all the same"},
    )
    when = forms.ChoiceField(
        label="How are the two told?",
        choices=HOW_TOLD,
        initial=usual,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the two are told"},
    )

    def __init__(self, *args, asks_why: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_why:
            del self.fields["reason"]


class MentorConfirm(OfMentee, FormView):
    """The two side by side with the reasons and the letters; one button makes the pair."""

    template_name = "matching/mentor_confirm.html"
    form_class = ConfirmForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        mentors = self.cohort.enrolments.live().on_side(Side.MENTOR).select_related("person")
        mentor = get_object_or_404(mentors, pk=kwargs["mentor"])
        problem = problem_for(self.cohort, self.mentee, [mentor], now=self.request.now)
        [self.candidate] = ranked(problem, self.mentee)

    @property
    def may(self) -> bool:
        return self.candidate.can_be_chosen or self.candidate.can_be_overridden

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"asks_why": self.candidate.can_be_overridden}

    def form_valid(self, form):
        try:
            relationship = self._make(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        names = f"{self.mentee.person.name} with {self.candidate.enrolment.person.name}"
        if relationship.told_at is None:
            messages.success(self.request, f"{names}: proposed. It waits for a matchmaker of the site")
        elif form.cleaned_data["when"] == "now":
            messages.success(self.request, f"{names}. Both are being told by e-mail")
        else:
            messages.success(self.request, f"{names}. They see it when they sign in")
        return redirect("programmes:relationship-detail", relationship.pk)

    @transaction.atomic
    def _make(self, data: dict):
        """The override and the pair, both or neither."""
        mentor, by, now = self.candidate.enrolment, self.request.user, self.request.now
        if self.candidate.can_be_overridden:
            rules = [one.rule for one in self.candidate.refusals]
            overrides.grant(mentee=self.mentee, mentor=mentor, rules=rules, reason=data["reason"], by=by, now=now)
        return relationships.start(
            cohort=self.cohort,
            mentee=self.mentee,
            mentor=mentor,
            telling=Telling(by_mail=data["when"] == "now"),
            by=by,
            now=now,
        )

    def get_context_data(self, **kwargs):
        one = self.candidate
        letters = []
        if self.may:
            letters = letters_of(self.cohort, self.mentee.person, one.enrolment.person, now=self.request.now)
        return super().get_context_data(
            one=one,
            may=self.may,
            score=points(one.score),
            training_due=is_due(self.model, one.facts, Side.MENTOR),
            rows=[
                ("Job title", one.facts.job_title),
                ("Band", one.facts.band),
                ("Site", one.facts.site),
                ("Places", f"{one.enrolment.places_taken} of {one.enrolment.capacity} taken"),
            ],
            letters=letters,
            back=reverse("matching:mentor-choose", args=[self.mentee.pk]),
            **kwargs,
        )
