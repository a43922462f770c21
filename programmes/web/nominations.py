"""Pages of a pair that brings itself: naming one's partner, and the yes or no of whoever was named."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from look.forms import DateField
from programmes import mentoring_models
from programmes.actions import nominations
from programmes.bringing import asks_of_course, may_name, open_nomination
from programmes.dates import in_words
from programmes.introductions import asks_for
from programmes.models import Nomination
from programmes.web.joining import WITH_PROGRAMME, OfOwnEnrolment


class NominationForm(forms.Form):
    """Who it is, and how they are reached."""

    given_name = forms.CharField(
        label="Their given name", max_length=80, error_messages={"required": "Enter their given name"}
    )
    family_name = forms.CharField(label="Their family name", max_length=80, required=False)
    email = forms.EmailField(
        label="Their work e-mail address", error_messages={"required": "Enter their work e-mail address"}
    )
    works_at = forms.CharField(label="Where they work", max_length=150, required=False)
    supervised_until = DateField(
        label="The last day on which they supervise or supervised your course",
        required=False,
        help_text="Leave it empty if they never did.",
    )

    def __init__(self, *args, model, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_of_course(model):
            del self.fields["supervised_until"]
        if not model.outsiders:
            del self.fields["works_at"]


class NominationMake(OfOwnEnrolment, FormView):
    """Name whom one brings; or read whom one has named, and take it back."""

    template_name = "programmes/nomination_make.html"
    form_class = NominationForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_name(self.enrolment, self.model):
            raise Http404
        self.waiting = open_nomination(self.enrolment)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": self.model}

    def form_valid(self, form):
        try:
            named = nominations.name(
                own=self.enrolment, by=self.request.user, now=self.request.now, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{named.called} is asked. You hear as soon as they answer.")
        return redirect("programmes:nomination-make", self.enrolment.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            waiting=self.waiting, other=self.model.words.of(asks_for(self.model, self.enrolment.side)), **kwargs
        )


class NominationTakeBack(View):
    """Take back whom one has named."""

    http_method_names = ["post"]

    def post(self, request, pk):
        named = get_object_or_404(Nomination.objects.filter(one__person=request.user), pk=pk)
        try:
            nominations.take_back(nomination=named, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:enrolment-detail", named.one_id)
        messages.success(request, "Taken back. You can name somebody else.")
        return redirect("programmes:nomination-make", named.one_id)


class NominationAnswer(TemplateView):
    """Say yes or no to whoever named one. Looking at the page answers nothing."""

    template_name = "programmes/nomination_answer.html"

    def dispatch(self, request, *args, **kwargs):
        named = Nomination.objects.filter(person=request.user).select_related("one__person", f"one__{WITH_PROGRAMME}")
        self.nomination = get_object_or_404(named, pk=kwargs["pk"])
        if not Nomination.objects.open().filter(pk=self.nomination.pk).exists():  # a mail is kept for longer
            messages.error(request, nominations.ANSWERED)
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        other = self.nomination.one.person
        try:
            if request.POST.get("answer") == "no":
                nominations.decline(nomination=self.nomination, by=request.user, now=request.now)
                messages.success(request, f"Thank you for answering. {other.given_name} hears only your no.")
                return redirect("home")
            pair = nominations.accept(nomination=self.nomination, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:nomination-answer", self.nomination.pk)
        messages.success(request, f"You and {other.name} go on together.")
        return redirect("programmes:relationship-detail", pair.pk)

    def get_context_data(self, **kwargs):
        one = self.nomination.one
        model = mentoring_models.of(one.cohort.programme)
        side = asks_for(model, one.side)
        return super().get_context_data(
            one=one,
            model=model,
            noun=model.words.of(side),
            programme=one.cohort.programme,
            expectation=model.texts.what_to_expect.of(side),
            until=in_words(self.nomination.supervised_until) if self.nomination.supervised_until else "",
            back=reverse("home"),
            **kwargs,
        )
