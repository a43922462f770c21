"""A group as its leads see it, and handing it over: who is in it, who asks and who waits, a mentor that it lacks."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.numbers import whole
from programmes.actions import group_leads, group_requests, groups, overrides
from programmes.agreements import agreement_of, yet_to_accept
from programmes.groups import group_lines, named, refusals_between, resting, with_room
from programmes.models import Enrolment, Member, Relationship, Side
from programmes.web.group_forms import HandOverForm
from programmes.web.groups import AT_ONCE, OfGroup


class GroupMembers(OfGroup, TemplateView):
    """For leads: who is in a group, who asks and who waits; taking in, taking out, a name, a mentor it lacks."""

    template_name = "programmes/group_members.html"

    def post(self, request, *args, **kwargs):
        acts = {
            "add": self.add,
            "appoint": self.appoint,
            "remove": self.remove,
            "admit": self.admit,
            "decline": self.decline,
            "keep": self.keep,
            "rename": self.rename,
        }
        act = acts.get(request.POST.get("do"))
        try:
            if act is None:
                raise Refused("Choose what to do.")
            messages.success(request, act(by=request.user, now=request.now))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("programmes:group-members", self.relationship.pk)

    def _chosen(self, rows):
        found = rows.filter(pk=whole(self.request.POST.get("who"))).first()
        if found is None:
            raise Refused("Choose somebody from the list.")
        return found

    @transaction.atomic
    def add(self, **how) -> str:
        mentee = self._chosen(self.waiting())
        self._allow(mentee, how)
        groups.join(relationship=self.relationship, mentee=mentee, **how)
        return f"{mentee.person.name} is in the group"

    def appoint(self, **how) -> str:
        mentor = self._chosen(self.free_mentors())
        groups.appoint(relationship=self.relationship, mentor=mentor, **how)
        return f"{mentor.person.name} leads the group from now"

    def remove(self, **how) -> str:
        members = self.relationship.members.current().select_related("person", "relationship__cohort__programme")
        member = self._chosen(members)
        groups.leave(member=member, **how)
        return f"{member.person.name} is not in the group any more"

    @transaction.atomic
    def admit(self, **how) -> str:
        request = self._chosen(self.requests())
        self._allow(request.enrolment, how)
        group_requests.admit(request=request, **how)
        return f"{request.enrolment.person.name} is in the group"

    def decline(self, **how) -> str:
        request = self._chosen(self.requests())
        group_requests.decline(request=request, **how)
        return f"{request.enrolment.person.name} is not taken in, and sees so on their page"

    def keep(self, **how) -> str:
        groups.keep_small(relationship=self.relationship, **how)
        return "The group goes on as it is"

    def rename(self, **how) -> str:
        groups.rename(relationship=self.relationship, name=self.request.POST.get("name", ""), **how)
        return f"It is called {named(self.relationship)}"

    def _allow(self, mentee: Enrolment, how: dict) -> None:
        """Where only rules that advise stand against it and the lead has given a reason, these are set aside first."""
        reason = self.request.POST.get("reason", "").strip()
        members = self.relationship.members.current().filter(role=Member.Role.MENTOR)
        mentors = [one.enrolment for one in members.select_related("enrolment__person")]
        found = refusals_between(self.cohort, mentors, [mentee], now=how["now"])
        if not found or any(refusal.strength != "should" for *_, refusal in found):
            return
        if not reason:
            sentences = " ".join(dict.fromkeys(refusal.sentence for *_, refusal in found))
            raise Refused(f"{sentences} You may take them in all the same: say why, below.")
        for _, mentor, refusal in found:
            overrides.grant(mentee=mentee, mentor=mentor, rules=[refusal.rule], reason=reason, **how)

    def waiting(self):
        """Who takes part, has a place to fill and is not in this group."""
        rows = with_room(self.cohort, now=self.request.now).on_side(Side.MENTEE).select_related("person", "cohort")
        there = self.relationship.members.current().order_by().values("person")
        return rows.exclude(person__in=there).order_by("person__family_name", "pk")

    def free_mentors(self):
        rows = with_room(self.cohort, now=self.request.now).on_side(Side.MENTOR).select_related("person", "cohort")
        there = self.relationship.members.current().order_by().values("person")
        return rows.exclude(person__in=there).order_by("person__family_name", "pk")

    def requests(self):
        rows = self.relationship.group_requests.open()
        return rows.select_related("enrolment__person", "enrolment__cohort", "relationship__cohort__programme")

    def get_context_data(self, **kwargs):
        group, relationship = self.model.group, self.relationship
        members = list(relationship.members.current().select_related("person").order_by("pk"))
        mentors = [one for one in members if one.role == Member.Role.MENTOR]
        mentees = [one for one in members if one.role == Member.Role.MENTEE]
        line = group_lines(self.cohort, self.request.user, leads=True, now=self.request.now)
        lacks = next((one.lacks for one in line if one.relationship.pk == relationship.pk), "")
        waits = yet_to_accept(relationship, agreement_of(relationship).text) if relationship.told_at else []
        yet = {one.pk for one in waits}
        return super().get_context_data(
            members=[
                (one, capfirst(self.model.words.of(one.role).one), one.pk in yet, one.role == Member.Role.MENTEE)
                for one in members
            ],
            lacks=f"{self.name} {lacks}." if lacks else "",
            is_small=bool(lacks) and len(mentors) == group.mentors,
            rests=resting(relationship, now=self.request.now),
            places=f"{len(mentees)} of {group.size.default} places taken",
            is_full=len(mentees) >= group.size.default,
            waiting=list(self.waiting()[:AT_ONCE]),
            requests=list(self.requests()),
            free_mentors=list(self.free_mentors()[:AT_ONCE]) if len(mentors) < group.mentors else [],
            lacks_mentor=len(mentors) < group.mentors,
            may_hand_over=bool(mentors and mentees) and relationship.state in Relationship.UNDER_WAY,
            back=reverse("programmes:group-list", args=[self.cohort.pk]),
            **kwargs,
        )


class GroupHandOver(OfGroup, FormView):
    """The mentor of a group, or a lead, hands it to somebody who is in it."""

    template_name = "programmes/group_hand_over.html"
    form_class = HandOverForm

    def rows(self):
        own = Member.objects.current().filter(person=self.request.user, role=Member.Role.MENTOR).order_by()
        visible = Relationship.objects.under_way().visible_to(self.request.user, now=self.request.now)
        led = Relationship.objects.led_by(self.request.user, now=self.request.now).order_by()
        return visible.filter(pk__in=own.values("relationship")) | visible.filter(pk__in=led.values("pk"))

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        members = list(self.relationship.members.current().select_related("person", "relationship__cohort__programme"))
        mentors = [one for one in members if one.role == Member.Role.MENTOR]
        self.mentor = next((one for one in mentors if one.person_id == request.user.pk), None)
        wanted = request.GET.get("from", "")
        self.mentor = self.mentor or next((one for one in mentors if str(one.pk) == wanted), None)
        self.mentor = self.mentor or next(iter(mentors), None)
        if self.mentor is None:
            raise Http404

    def get_form_kwargs(self):
        members = self.relationship.members.current().filter(role=Member.Role.MENTEE)
        return super().get_form_kwargs() | {"members": members.select_related("person", "enrolment__person")}

    def form_valid(self, form):
        to = form.cleaned_data["to"]
        try:
            group_leads.hand_over(mentor=self.mentor, to=to, by=self.request.user, now=self.request.now)
        except Refused as refusal:
            form.add_error("to", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{to.person.name} leads the group from now.")
        if self.mentor.person_id == self.request.user.pk:
            return redirect("home")
        return redirect("programmes:relationship-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            mentor=self.mentor,
            is_own=self.mentor.person_id == self.request.user.pk,
            back=reverse("programmes:relationship-detail", args=[self.relationship.pk]),
            **kwargs,
        )
