"""Pages of groups: a cohort's list, forming one by hand, joining and leaving, who is in it, handing it over."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from programmes import mentoring_models, offers
from programmes.actions import group_leads, group_requests, groups, overrides
from programmes.actions.telling import Telling
from programmes.agreements import agreement_of, yet_to_accept
from programmes.facts import facts_for
from programmes.groups import group_lines, named, own_enrolment, places_taken, refusals_between, with_room
from programmes.models import Cohort, Enrolment, Member, Relationship, Side
from programmes.places import PairRefused
from programmes.readiness import readiness_of
from programmes.web.group_forms import GroupForm as PickForm
from programmes.web.group_forms import HandOverForm
from programmes.web.programmes import led_cohort

AT_ONCE = 300  # so many people a page lets one look through


def with_groups(cohort: Cohort) -> Cohort:
    """The cohort, or 404 where its way of mentoring has no groups."""
    if mentoring_models.of(cohort.programme).group is None:
        raise Http404
    return cohort


class GroupList(TemplateView):
    """A cohort's groups: for its leads all of them, for who takes part those that they may join or are in."""

    template_name = "programmes/group_list.html"

    def get_context_data(self, **kwargs):
        request, now = self.request, self.request.now
        visible = Cohort.objects.visible_to(request.user, now=now).select_related("programme__organisation")
        cohort = with_groups(get_object_or_404(visible, pk=kwargs["pk"]))
        model = mentoring_models.of(cohort.programme)
        leads = Cohort.objects.led_by(request.user, now=now).filter(pk=cohort.pk).exists()
        own = None if leads else own_enrolment(cohort, request.user)
        steps = []
        if leads:
            ready = readiness_of([cohort])[cohort.pk]
            steps = offers.cohort_links(cohort, ready, now=now, only=["propose-groups"])
        enrolment = own or cohort.enrolments.live().filter(person=request.user).first()
        back = ("programmes:cohort-detail", cohort.pk) if leads else ("programmes:enrolment-detail", enrolment.pk)
        return super().get_context_data(
            cohort=cohort,
            model=model,
            leads=leads,
            own=own,
            steps=steps,
            lines=group_lines(cohort, request.user, leads=leads, now=now),
            joins="Join" if model.group.joining == "open" else "Ask to join",
            back=reverse(back[0], args=[back[1]]),
            back_text=f"{cohort.programme}, {cohort}" if leads else "Your part",
            **kwargs,
        )


class GroupForm(FormView):
    """Pick who leads a group and who is in it; the rules answer with their sentences before anything is made."""

    template_name = "programmes/group_form.html"
    form_class = PickForm

    def dispatch(self, request, *args, **kwargs):
        self.cohort = with_groups(led_cohort(request, kwargs["pk"]))
        self.model = mentoring_models.of(self.cohort.programme)
        everyone = with_room(self.cohort).select_related("person")
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
        return {"mentees": [int(one) for one in chosen if one.isdecimal() and len(one) < 19]}

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


class OfGroup:
    """Loads a group from among ``rows``; anything else is not there."""

    def rows(self):
        """Those that the viewer leads."""
        return Relationship.objects.live().led_by(self.request.user, now=self.request.now)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = self.rows().filter(shape=Relationship.Shape.GROUP).select_related("cohort__programme__organisation")
        self.relationship = get_object_or_404(found, pk=kwargs["pk"])
        self.cohort = self.relationship.cohort
        self.model = mentoring_models.of(self.cohort.programme)
        if self.model.group is None:
            raise Http404
        self.name = named(self.relationship)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            relationship=self.relationship, cohort=self.cohort, model=self.model, name=self.name, **kwargs
        )


class GroupJoin(OfGroup, TemplateView):
    """What a group is, for somebody who takes part and may come into it; joining, asking, waiting for a place."""

    template_name = "programmes/group_join.html"

    def rows(self):
        own = Enrolment.objects.live().on_side(Side.MENTEE).filter(person=self.request.user).order_by()
        there = Member.objects.current().filter(person=self.request.user).order_by().values("relationship")
        found = Relationship.objects.under_way().told().filter(cohort__in=own.values("cohort"))
        return found.exclude(pk__in=there)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.own = own_enrolment(self.cohort, request.user)
        self.asked = self.own.group_requests.open().filter(relationship=self.relationship).first()

    def post(self, request, *args, **kwargs):
        how = {"by": request.user, "now": request.now}
        try:
            if "back" in request.POST:
                if self.asked:
                    group_requests.withdraw(request=self.asked, **how)
                messages.success(request, "Taken back.")
                return redirect("programmes:group-list", self.cohort.pk)
            found = group_requests.ask(
                relationship=self.relationship, mentee=self.own, waits="wait" in request.POST, **how
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:group-join", self.relationship.pk)
        if isinstance(found, Member):
            messages.success(request, f"You are in {self.name}.")
            return redirect("programmes:relationship-detail", self.relationship.pk)
        if found.state == found.State.WAITING:
            messages.success(request, "You are on the waiting list. You hear when there is a place.")
        else:
            messages.success(request, "A lead of the programme answers you.")
        return redirect("programmes:group-join", self.relationship.pk)

    def get_context_data(self, **kwargs):
        taken, most = places_taken(self.relationship), self.model.group.size.default
        mentors = self.relationship.members.current().filter(role=Member.Role.MENTOR).select_related("person")
        dates = offers.group_dates([self.relationship.pk], now=self.request.now)
        return super().get_context_data(
            mentors=[one.person.name for one in mentors],
            taken=taken,
            most=most,
            is_full=taken >= most,
            asked=self.asked,
            joins=self.model.group.joining == "open",
            next_on=dates.get(self.relationship.pk),
            agreement=agreement_of(self.relationship),
            back=reverse("programmes:group-list", args=[self.cohort.pk]),
            **kwargs,
        )


class GroupLeave(OfGroup, TemplateView):
    """Ask once, then leave. Nobody is asked why."""

    template_name = "programmes/group_leave.html"

    def rows(self):
        own = Member.objects.current().filter(person=self.request.user, role=Member.Role.MENTEE).order_by()
        return Relationship.objects.live().of(self.request.user).filter(pk__in=own.values("relationship"))

    def post(self, request, *args, **kwargs):
        own = self.relationship.members.current().select_related("person", "relationship__cohort__programme")
        groups.leave(member=own.get(person=request.user), by=request.user, now=request.now)
        messages.success(request, f"You have left {self.name}. The mentor is told only that.")
        return redirect("home")


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
        pk = self.request.POST.get("who", "")
        found = rows.filter(pk=pk).first() if pk.isdecimal() else None
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
        rows = with_room(self.cohort).on_side(Side.MENTEE).select_related("person", "cohort")
        there = self.relationship.members.current().order_by().values("person")
        return rows.exclude(person__in=there).order_by("person__family_name", "pk")

    def free_mentors(self):
        rows = with_room(self.cohort).on_side(Side.MENTOR).select_related("person", "cohort")
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
