"""Changing an own form question by question. What is changed is a draft of the viewer's until they save a version.

Everything works without script: a box that follows from another is asked next. With htmx the same addresses answer
with how the question looks as it is typed.
"""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from look.fields import summary_of
from people.middleware import is_htmx
from programmes.toml_schema import Mistaken
from sessions_log.session_forms import Opening, editing
from sessions_log.web.form_specs import OPENINGS, OfDraft, condition_in_words, detail_url, preview_of, readers_in_words
from sessions_log.web.question_forms import ABOUT, FILLED_BY, KINDS, QuestionForm, WholeForm


def opening_in_words(opens: Opening) -> str:
    """When a form opens: at weeks 13 and 26 after the start."""
    if opens.when == "weeks":
        return f"at week {', '.join(map(str, opens.weeks))} after the start"
    if opens.when == "every":
        return f"every {opens.months} months" if opens.months > 1 else "every month"
    if opens.when == "before-session":
        return f"{opens.days} days before a session" if opens.days > 1 else "the day before a session"
    return OPENINGS[opens.when]


class FormSpecBuild(OfDraft, TemplateView):
    """The questions of a form, each to be changed, moved or taken out, with how the whole looks beside them."""

    template_name = "sessions_log/form_spec_build.html"

    def get_context_data(self, **kwargs):
        spec = self.spec
        lines = [
            {
                "question": one,
                "kind": KINDS[one.kind] if one.is_asked else "A heading",
                "condition": condition_in_words(spec, one) if one.show_if else "",
                "readers": readers_in_words(spec.readers_of(one)) if one.is_asked else "",
                "is_first": number == 0,
                "is_last": number == len(spec.questions) - 1,
            }
            for number, one in enumerate(spec.questions)
        ]
        describe = reverse("sessions_log:form-spec-describe", args=[self.row.name])
        return super().get_context_data(
            **kwargs,
            lines=lines,
            rows=[
                ("Called", spec.title, describe),
                ("Filled in by", FILLED_BY[spec.filled_by], describe),
                ("About", ABOUT[spec.about], describe),
                ("Opens", opening_in_words(spec.opens), describe),
                ("Days to fill it in", spec.due_days if spec.due_days is not None else "Never late", describe),
                ("Read by", readers_in_words(spec.readers), describe),
            ],
            can_save=self.is_changed or self.row.version != self.newest.version,
            newest=self.newest,
            can_undo=bool(self.before),
            form_preview=preview_of(spec),
        )

    def post(self, request, *args, **kwargs):
        asked = request.POST
        try:
            if "save" in asked:
                return redirect(detail_url(self.save(self.text).name))
            if "discard" in asked:
                self.drop_draft()
                messages.success(request, f"Your changes are gone. {self.newest} is as it was.")
                return redirect(detail_url(self.newest.name))
            if "undo" in asked and self.before:
                self.keep(self.before)
                return redirect(self.here())
            for verb, step in (("up", -1), ("down", 1)):
                if name := self.named(asked.get(verb)):
                    self.keep(editing.moved(self.text, name, by=step))
                    return redirect(self.here(name))
            if name := self.named(asked.get("remove")):
                label = self.spec.question(name).label
                self.keep(editing.without(self.text, name))
                messages.success(request, f"“{label}” is taken out. “Undo the last change” brings it back.")
                return redirect(self.here())
        except Refused as refusal:
            messages.error(request, str(refusal))
        except Mistaken as mistaken:
            messages.error(request, f"This does not fit: {mistaken.mistakes[0]}.")
        return redirect(self.here())

    def named(self, name: str | None) -> str | None:
        return name if name and self.spec.question(name) else None

    def here(self, name: str = "") -> str:
        address = reverse("sessions_log:form-spec-build", args=[self.row.name])
        return f"{address}#question-{name}" if name else address


class Boxes(OfDraft, View):
    """A page of boxes of which some follow from others. ``form`` makes it, ``changed`` the text that it stands for."""

    def get(self, request, *args, **kwargs):
        return self.show(self.form())

    def post(self, request, *args, **kwargs):
        form = self.form(data=request.POST)
        if is_htmx(request):
            fresh = self.form(typed=request.POST) if form.has_changed_boxes else None
            return render(request, "sessions_log/_boxes_typed.html", self.preview(form) | {"fresh": fresh})
        if form.new:
            return self.show(self.form(typed=request.POST), new=form.new)
        if form.is_valid():
            try:
                text, name = self.changed(form)
                if text != self.text:
                    self.keep(text)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            except Mistaken as mistaken:
                form.add_error(None, f"This does not fit: {mistaken.mistakes[0]}.")
            else:
                address = reverse("sessions_log:form-spec-build", args=[self.row.name])
                return redirect(f"{address}#question-{name}" if name else address)
        return self.show(form)

    def show(self, form, *, new=()):
        context = self.get_context_data(form=form, new=new, shown=self.preview(form), **self.words())
        return render(self.request, "sessions_log/form_boxes.html", context)

    def get_context_data(self, **kwargs):
        return {
            "spec": self.spec,
            "row": self.row,
            "build_url": reverse("sessions_log:form-spec-build", args=[self.row.name]),
            **kwargs,
        }


class OfQuestion(Boxes):
    question = None

    def form(self, **given):
        return QuestionForm(spec=self.spec, question=self.question, **given)

    def changed(self, form):
        question = form.as_question()
        return editing.with_question(self.text, question, below=form.below), question.name

    def preview(self, form) -> dict:
        """The question as it would be asked, or what it lacks so far."""
        if form.is_bound and not form.is_valid():
            return {"lacks": [f"{one['text']}." for one in summary_of(form)]}
        question = form.as_question() if form.is_bound else self.question
        if question is None:
            return {"lacks": ["Write what is asked, and it shows here."]}
        others = [one for one in self.spec.questions if one.name != question.name]
        drawn = preview_of(replace(self.spec, questions=(*others, question)))
        return {"only": drawn, "drawn": [one for one in drawn.drawn() if one["question"].name == question.name]}


class FormQuestionAdd(OfQuestion):
    """A new question."""

    def words(self):
        return {"heading": "Add a question", "button": "Add it"}


class FormQuestionEdit(OfQuestion):
    """Change one question: its words, its kind and answers, when it is asked, who reads it, where it stands."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.question = self.spec.question(kwargs["question"])
        if self.question is None:
            raise Http404

    def words(self):
        return {"heading": "Change a question", "button": "Done"}


class FormSpecDescribe(Boxes):
    """What a form is as a whole: its title, who fills it in and when, who reads it."""

    def form(self, **given):
        return WholeForm(spec=self.spec, **given)

    def changed(self, form):
        return editing.with_head(self.text, form.as_spec()), ""

    def preview(self, form) -> dict:
        return {}

    def words(self):
        return {"heading": "The form as a whole", "button": "Done"}
