"""Pages of goals and next steps, and of a mentor's running record of aims."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from programmes.models import Member, Relationship
from sessions_log.actions import goals
from sessions_log.goals import aims_of, cards, goals_of, has_record, may_change, may_set, text_of
from sessions_log.models import Goal
from sessions_log.queries.notes import may_write
from sessions_log.web.drafts import KeepsDraft
from sessions_log.web.goal_forms import AimForm, GoalForm
from sessions_log.web.own import OfOwnRelationship

RECORD_IS_ITS_MENTORS = "Only the mentor who wrote this record can read it."
SETTLED_SHOWN = 50


class GoalList(KeepsDraft, OfOwnRelationship, FormView):
    """The goals and next steps of a match, with a box for another while it lives; afterwards one's own."""

    template_name = "sessions_log/goal_list.html"
    form_class = GoalForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        was_in = self.relationship.members.exclude(role__in=[Member.Role.OBSERVER, Member.Role.TRAINEE])
        if not was_in.filter(person=request.user).exists():
            raise Http404
        self.may_set = may_set(self.relationship, request.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"relationship": self.relationship, "by": self.request.user}

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        found = goals_of(self.relationship, viewer, now=now)
        still = cards(found.open(), viewer, now=now)
        settled = found.exclude(state=Goal.State.OPEN).order_by("-settled_at", "-pk")[:SETTLED_SHOWN]
        if not self.may_set and "form" not in kwargs:
            kwargs["form"] = None
        return super().get_context_data(
            goals=[card for card in still if card.goal.kind == Goal.Kind.GOAL],
            steps=[card for card in still if card.goal.kind == Goal.Kind.STEP],
            settled=cards(settled, viewer, now=now),
            may_set=self.may_set,
            **kwargs,
        )

    def form_valid(self, form):
        cleaned = form.cleaned_data
        try:
            goals.put(
                relationship=self.relationship,
                text=cleaned["text"],
                kind=cleaned["kind"],
                owner=form.chosen_owner(),
                due_on=cleaned["due_on"],
                readers=cleaned["readers"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{Goal.Kind(cleaned['kind']).label} kept")
        return redirect("sessions_log:goal-list", pk=self.relationship.pk)


class OfGoal(OfOwnRelationship):
    """Loads a goal of the match, of a mentor's record too, from among those that the viewer may read."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        visible = Goal.objects.visible_to(request.user, now=request.now).filter(relationship=self.relationship)
        self.goal = get_object_or_404(
            visible.select_related("relationship__cohort__programme", "owner", "written_by"), pk=kwargs["goal"]
        )

    @property
    def list_name(self) -> str:
        return f"sessions_log:{'record' if self.goal.readers == Goal.Readers.RECORD else 'goal'}-list"

    def back(self):
        return redirect(self.list_name, pk=self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs | {"goal": self.goal, "list_name": self.list_name})


class OfOwnGoal(OfGoal):
    """One whose words the viewer may change; else 404."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_change(self.goal, request.user):
            raise Http404


class GoalEdit(KeepsDraft, OfOwnGoal, FormView):
    """Other words, another day, other readers; or to let it go."""

    template_name = "sessions_log/goal_edit.html"
    form_class = GoalForm

    def dispatch(self, request, *args, **kwargs):
        if text_of(self.goal) is None:  # the list says so; there is nothing to change
            return self.back()
        if not may_write(self.relationship, request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "relationship": self.relationship,
            "by": self.request.user,
            "goal": self.goal,
        }

    def get_initial(self):
        goal = self.goal
        seen_at = goal.changed_at.isoformat()
        return {"text": goal.text, "due_on": goal.due_on, "readers": goal.readers, "seen_at": seen_at}

    def form_valid(self, form):
        cleaned = form.cleaned_data
        try:
            goals.change(
                goal=self.goal,
                text=cleaned["text"],
                due_on=cleaned.get("due_on"),
                readers=cleaned.get("readers"),
                seen_at=cleaned["seen_at"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Changed")
        return self.back()


class GoalSettle(OfGoal, View):
    """Done, let go, or taken up again."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        said = request.POST.get("state")
        state = said if said in Goal.State.values else Goal.State.DONE
        try:
            goals.settle(goal=self.goal, state=state, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return self.back()


class GoalDelete(OfOwnGoal, TemplateView):
    """Ask once, then delete it."""

    template_name = "sessions_log/goal_delete.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(text=text_of(self.goal), **kwargs)

    def post(self, request, *args, **kwargs):
        goals.delete(goal=self.goal, by=request.user, now=request.now)
        messages.success(request, "Deleted")
        return self.back()


class RecordList(KeepsDraft, OfOwnRelationship, FormView):
    """A mentor's running record of what each member aims at; a member's own part of it. A lead is told no."""

    template_name = "sessions_log/record_list.html"
    form_class = AimForm

    def dispatch(self, request, *args, **kwargs):
        if self.is_lead:
            context = {"sentence": RECORD_IS_ITS_MENTORS, "relationship": self.relationship}
            return render(request, "sessions_log/record_refused.html", context, status=409)
        return super().dispatch(request, *args, **kwargs)

    def setup(self, request, *args, **kwargs):
        led = Relationship.objects.led_by(request.user, now=request.now).filter(pk=kwargs["pk"])
        member = Member.objects.filter(person=request.user, relationship=kwargs["pk"]).exclude(
            role__in=[Member.Role.OBSERVER, Member.Role.TRAINEE]
        )
        self.is_lead = not member.exists() and led.exists()
        if self.is_lead:
            View.setup(self, request, *args, **kwargs)
            self.relationship = led.select_related("cohort__programme__organisation").get()
        else:
            super().setup(request, *args, **kwargs)
        if not has_record(self.relationship) or not (self.is_lead or member.exists()):
            raise Http404
        self.is_mentor = (
            not self.is_lead
            and may_write(self.relationship, request.user)
            and member.filter(role=Member.Role.MENTOR, left_at=None).exists()
        )

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"relationship": self.relationship, "by": self.request.user}

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        by_person = {}
        for card in cards(aims_of(self.relationship, viewer, now=now).order_by("written_at", "pk"), viewer, now=now):
            by_person.setdefault(card.goal.owner, []).append(card)
        if not self.is_mentor and "form" not in kwargs:
            kwargs["form"] = None
        return super().get_context_data(
            aims=sorted(by_person.items(), key=lambda one: (one[0].family_name, one[0].given_name)),
            is_mentor=self.is_mentor,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if not self.is_mentor:
            raise Http404
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            goals.record_aim(
                relationship=self.relationship,
                about=form.chosen_person(),
                text=form.cleaned_data["text"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Kept in your record")
        return redirect("sessions_log:record-list", pk=self.relationship.pk)
