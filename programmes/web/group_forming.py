"""Forming a group by hand: who leads it and who is in it, with the sentences of the rules before anything is made."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from audit.refusal import Refused
from look.numbers import whole
from programmes import mentoring_models
from programmes.actions import groups, overrides
from programmes.actions.telling import Telling
from programmes.facts import facts_for
from programmes.groups import named, refusals_between, with_room
from programmes.models import Relationship, Side
from programmes.places import PairRefused
from programmes.web.group_forms import GroupForm as PickForm
from programmes.web.groups import AT_ONCE, with_groups
from programmes.web.programmes import led_cohort


class GroupForm(FormView):
    """Pick who leads a group and who is in it; the rules answer with their sentences before anything is made."""

    template_name = "programmes/group_form.html"
    form_class = PickForm

    def dispatch(self, request, *args, **kwargs):
        self.cohort = with_groups(led_cohort(request, kwargs["pk"]))
        self.model = mentoring_models.of(self.cohort.programme)
        everyone = with_room(self.cohort, now=request.now).select_related("person")
        self.mentors = list(everyone.on_side(Side.MENTOR).order_by("person__family_name", "pk")[:AT_ONCE])
        self.mentees = list(everyone.on_side(Side.MENTEE).order_by("person__family_name", "pk")[:AT_ONCE])
        self.facts = facts_for(self.cohort, [*self.mentors, *self.mentees], now=request.now, alone=True)
        self.mentees.sort(key=lambda one: (self.facts[one.person_id].team, one.person.family_name, one.pk))
        self.refusals = []
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "model": self.model,
            "mentors": self.mentors,
            "mentees": self.mentees,
            "facts": self.facts,
            "asks_why": "reason" in self.request.POST,
        }

    def get_initial(self):
        chosen = self.request.GET.getlist("with")
        return {"mentees": [pk for pk in map(whole, chosen) if pk]}

    def form_valid(self, form):
        said = form.cleaned_data
        mentors = list(said["mentors"].select_related("person"))
        mentees = list(said["mentees"].select_related("person"))
        self.refusals = refusals_between(self.cohort, mentors, mentees, now=self.request.now)
        if self.refusals and not (self.may_be_allowed and said.get("reason")):
            return self.render_to_response(self.get_context_data(form=self.asking_why(form)))
        try:
            relationship = self.make(mentors, mentees, said)
        except PairRefused as refused:
            form.add_error("mentees", str(refused))
            return self.form_invalid(form)
        except Refused as refused:
            form.add_error("mentors", str(refused))
            return self.form_invalid(form)
        name = named(relationship)
        if relationship.state == Relationship.State.PROPOSED:
            messages.success(self.request, f"{name} is formed. It opens when the mentor from outside has said yes.")
        else:
            told = "Everyone is being told by e-mail" if said["when"] == "now" else "They see it when they sign in"
            messages.success(self.request, f"{name} is formed. {told}.")
        return redirect("programmes:group-list", self.cohort.pk)

    @property
    def may_be_allowed(self) -> bool:
        """Only rules that advise stand in the way."""
        return all(refusal.strength == "should" and not refusal.missing for *_, refusal in self.refusals)

    def asking_why(self, form):
        """The same choices with the question why, where an answer would help."""
        kwargs = self.get_form_kwargs() | {"asks_why": self.may_be_allowed}
        return self.form_class(**kwargs | {"data": None, "files": None, "initial": form.cleaned_data})

    @transaction.atomic
    def make(self, mentors, mentees, said) -> Relationship:
        """The overrides and the group, all or nothing."""
        by, now = self.request.user, self.request.now
        for mentee, mentor, refusal in self.refusals:
            overrides.grant(mentee=mentee, mentor=mentor, rules=[refusal.rule], reason=said["reason"], by=by, now=now)
        return groups.form(
            cohort=self.cohort,
            mentors=mentors,
            mentees=mentees,
            name=said["name"],
            telling=Telling(by_mail=said["when"] == "now"),
            by=by,
            now=now,
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cohort=self.cohort,
            model=self.model,
            refusals=list(dict.fromkeys(refusal.sentence for *_, refusal in self.refusals)),
            may_be_allowed=self.may_be_allowed,
            back=reverse("programmes:group-list", args=[self.cohort.pk]),
            **kwargs,
        )
