"""Pages of groups for those who take part: a cohort's list, joining and leaving. Leads open the list too.

Forming one is group_forming.py's, who is in one and handing it over group_members.py's.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView

from audit.refusal import Refused
from programmes import mentoring_models, offers
from programmes.actions import group_requests, groups
from programmes.agreements import agreement_of
from programmes.groups import group_lines, named, own_enrolment, places_taken, resting
from programmes.models import Cohort, Enrolment, Member, Relationship, Side
from programmes.readiness import readiness_of

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
        propose = None
        if leads:
            propose = offers.cohort_link("propose-groups", cohort, readiness_of([cohort])[cohort.pk], now=now)
        enrolment = own or cohort.enrolments.live().filter(person=request.user).first()
        back = ("programmes:cohort-detail", cohort.pk) if leads else ("programmes:enrolment-detail", enrolment.pk)
        return super().get_context_data(
            cohort=cohort,
            model=model,
            leads=leads,
            own=own,
            propose=propose,
            waits_for_time=leads and model.group.time_is_confirmed and cohort.time_confirmed_at is None,
            lines=group_lines(cohort, request.user, leads=leads, now=now),
            joins="Join" if model.group.joining == "open" else "Ask to join",
            back=reverse(back[0], args=[back[1]]),
            back_text=f"{cohort.programme}, {cohort}" if leads else "Your part",
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
            rests=resting(self.relationship, now=self.request.now),
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
