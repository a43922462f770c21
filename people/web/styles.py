"""Pages about style: a lead's view of a person, and the questionnaire about oneself."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView, View

from people.actions import facts, styles
from people.models import Fact, Person, Style
from people.style import TRAITS, in_words
from people.web.gates import KeepersOnly
from people.web.style_forms import StyleAnswerForm, StyleForm

TAGS = "style"  # the fact that holds a lead's words


class StyleEdit(KeepersOnly, FormView):
    """How somebody whose record the viewer keeps seems to them: words, and five sliders."""

    template_name = "people/style_edit.html"
    form_class = StyleForm

    def dispatch(self, request, *args, **kwargs):
        keeps = Person.objects.on_record_for(request.user, now=request.now).exclude(pk=request.user.pk)
        self.person = get_object_or_404(keeps, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        style = Style.objects.filter(person=self.person, source=Style.Source.LEAD).first()
        return super().get_form_kwargs() | ({"known": style.traits} if style else {})

    def get_initial(self):
        fact = Fact.objects.filter(person=self.person, kind=TAGS).first()
        return {"tags": fact.text if fact else ""}

    @transaction.atomic
    def form_valid(self, form):
        told = {"person": self.person, "by": self.request.user, "now": self.request.now}
        if form.cleaned_data["tags"]:
            facts.record(kind=TAGS, value=form.cleaned_data["tags"], **told)
        else:
            facts.forget(kind=TAGS, **told)
        styles.record(source=Style.Source.LEAD, traits=form.traits(), **told)
        messages.success(self.request, f"{self.person.given_name}’s style is recorded.")
        return redirect("people:person-detail", self.person.pk)

    def get_context_data(self, **kwargs):
        back = reverse("people:person-detail", args=[self.person.pk])
        return super().get_context_data(person=self.person, back=back, **kwargs)


class StyleAnswer(FormView):
    """Twenty statements about oneself; the answers become five traits and are not kept."""

    template_name = "people/style_answer.html"
    form_class = StyleAnswerForm

    def form_valid(self, form):
        person = self.request.user
        styles.record(person=person, source=Style.Source.OWN, traits=form.traits(), by=person, now=self.request.now)
        messages.success(
            self.request, "Thank you. Your style will be taken into account the next time matches are found."
        )
        return redirect("people:style-answer")

    def get_context_data(self, **kwargs):
        style = Style.objects.filter(person=self.request.user, source=Style.Source.OWN).first()
        known = zip(TRAITS, style.traits, strict=True) if style else ()
        return super().get_context_data(
            answered_at=style.recorded_at if style else None,
            outcome=[(trait.question, in_words(trait, value).capitalize()) for trait, value in known],
            again="again" in self.request.GET,
            **kwargs,
        )


class StyleForget(View):
    """Take back one's own answers."""

    http_method_names = ["post"]

    def post(self, request):
        styles.forget(person=request.user, source=Style.Source.OWN, by=request.user, now=request.now)
        messages.success(request, "What your answers came to has been deleted.")
        return HttpResponseRedirect(reverse("people:style-answer"))
