"""The page of what frames the talks: a book or another frame, homework, and the mentee's actions."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.forms import DateField
from look.free_text import FreeTextForm
from programmes import mentoring_models
from programmes.models import Member, Relationship
from sessions_log.actions import frames
from sessions_log.models import AgreedAction, Homework
from sessions_log.queries.frames import BOOK, text_of
from sessions_log.web.own import OfOwnRelationship

READERS = "Only you and {others} read it. Write no patient detail."
LONGEST = 2_000


class HomeworkForm(FreeTextForm):
    """What to read or do, and until when."""

    kind = forms.ChoiceField(
        label="What is it?", choices=Homework.Kind.choices, widget=forms.RadioSelect, initial=Homework.Kind.HOMEWORK
    )
    text = forms.CharField(
        label="What is to be read or done?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what is to be read or done"},
    )
    due_on = DateField(label="Until when?", required=False, help_text="For example, 7 10 2027")
    field_order = ["kind", "text", "not_a_patient", "due_on"]

    def __init__(self, *args, others: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = READERS.format(others=others)


class ActionForm(FreeTextForm):
    """What somebody means to do."""

    text = forms.CharField(
        label="What will you do?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what you will do"},
    )

    def __init__(self, *args, others: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "text"
        ].help_text = f"{READERS.format(others=others)} The board reads it only if you both agree to that."


class OfFrame(OfOwnRelationship):
    """A relationship of one's own whose talks have a frame, and one's part in it."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.model = mentoring_models.of(self.relationship.cohort.programme)
        if self.model.outline != BOOK or self.relationship.state == Relationship.State.PROPOSED:
            raise Http404
        own = self.relationship.members.filter(person=request.user).order_by("-pk").first()
        self.is_mentor = own.role == Member.Role.MENTOR

    @property
    def may_write(self) -> bool:
        return self.relationship.state in (Relationship.State.LIVE, Relationship.State.PAUSED)

    def done(self, said: str = ""):
        if said:
            messages.success(self.request, said)
        return redirect("sessions_log:frame-detail", self.relationship.pk)

    def try_to(self, act, **what):
        """Call one action; its refusal is said on the page."""
        try:
            act(by=self.request.user, now=self.request.now, **what)
        except Refused as refusal:
            messages.error(self.request, str(refusal))
        return self.done()

    def get_context_data(self, **kwargs):
        return super().get_context_data(model=self.model, is_mentor=self.is_mentor, may_write=self.may_write, **kwargs)


@dataclass(frozen=True)
class ActionLine:
    """One action as one of the two sees it."""

    action: AgreedAction
    text: str
    i_agree: bool
    they_agree: bool


class FrameDetail(OfFrame, TemplateView):
    """What the two read together, what is to be done, and what the mentee means to do."""

    template_name = "sessions_log/frame_detail.html"

    def get_context_data(self, **kwargs):
        rows = Homework.objects.visible_to(self.request.user).filter(relationship=self.relationship)
        homework = [(one, text_of(one)) for one in rows]
        actions = AgreedAction.objects.visible_to(self.request.user).filter(relationship=self.relationship)
        return super().get_context_data(
            frame=[line for line in homework if line[0].kind == Homework.Kind.FRAME],
            homework=[line for line in homework if line[0].kind == Homework.Kind.HOMEWORK],
            actions=[self.line(one) for one in actions],
            **kwargs,
        )

    def line(self, action: AgreedAction) -> ActionLine:
        agreed = [action.mentor_agreed_at is not None, action.mentee_agreed_at is not None]
        mine, theirs = agreed if self.is_mentor else reversed(agreed)
        return ActionLine(action, text_of(action), mine, theirs)


class HomeworkSet(OfFrame, FormView):
    """Set what to read or do: the mentor's alone."""

    template_name = "sessions_log/homework_set.html"
    form_class = HomeworkForm

    def get(self, request, *args, **kwargs):
        if not (self.is_mentor and self.may_write):
            raise Http404
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.is_mentor:  # said at once, whatever was typed
            messages.error(request, "In this programme the mentor sets the homework.")
            return self.done()
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"others": self.get_context_data(form=None)["partners"]}

    def form_valid(self, form):
        data = {name: form.cleaned_data[name] for name in ("kind", "text", "due_on")}
        try:
            frames.set_homework(relationship=self.relationship, by=self.request.user, now=self.request.now, **data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return self.done("Set. You both see it.")


class HomeworkMark(OfFrame, TemplateView):
    """Done, not done after all, or taken back."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        mine = Homework.objects.visible_to(request.user).filter(relationship=self.relationship)
        homework = get_object_or_404(mine.select_related("relationship__cohort"), pk=kwargs["homework"])
        if request.POST.get("do") == "take-back":
            return self.try_to(frames.take_back, homework=homework)
        return self.try_to(frames.mark_homework, homework=homework, done=request.POST.get("do") == "done")


class ActionWrite(OfFrame, FormView):
    """Write an action down: the mentee's alone."""

    template_name = "sessions_log/action_write.html"
    form_class = ActionForm

    def get(self, request, *args, **kwargs):
        if self.is_mentor or not self.may_write:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"others": self.get_context_data(form=None)["partners"]}

    def form_valid(self, form):
        try:
            frames.write_action(
                relationship=self.relationship,
                text=form.cleaned_data["text"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return self.done("Written down. You both see it.")


class ActionMark(OfFrame, TemplateView):
    """Done or not, taken back, and the word that the board may read it or may not any more."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        mine = AgreedAction.objects.visible_to(request.user).filter(relationship=self.relationship)
        action = get_object_or_404(mine.select_related("relationship__cohort__programme"), pk=kwargs["action"])
        match request.POST.get("do"):
            case "agree" | "withhold" as word:
                return self.try_to(frames.agree, action=action, yes=word == "agree")
            case "take-back":
                return self.try_to(frames.remove_action, action=action)
            case word:
                return self.try_to(frames.mark_action, action=action, done=word == "done")
