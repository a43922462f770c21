"""Pages of hours: one's own with the button that shares them, a line manager's, and a lead's of every member."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from audit.refusal import Refused
from people.days import in_words
from programmes import mentoring_models
from programmes.models import Cohort, Member, Relationship
from sessions_log.actions import statements as actions
from sessions_log.models import HoursShare
from sessions_log.queries.notes import joined
from sessions_log.statements import Statement, managers_of, may_share, own_statement, statements
from sessions_log.web.own import OfOwnRelationship

PER_PAGE = 50


def rows_of(statement: Statement) -> list[tuple[str, str]]:
    """What the statement says, and nothing else: no name of anybody else, no day, no topic."""
    member = statement.member
    return [
        ("Name", member.person.name),
        ("Programme", member.relationship.cohort.programme.name),
        ("Since", in_words(timezone.localdate(member.joined_at))),
        ("Time agreed", statement.agreed),
        ("Time spent so far", statement.held),
    ]


class HoursStatement(OfOwnRelationship, TemplateView):
    """One's own hours, to print; for a mentee, sharing them with a line manager and taking that back."""

    template_name = "sessions_log/hours_statement.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        own = own_statement(self.relationship, request.user)
        if own is None or self.relationship.state not in Relationship.UNDER_WAY:
            raise Http404
        self.member = own
        self.member.relationship = self.relationship

    def post(self, request, *args, **kwargs):
        try:
            if request.POST.get("do") == "take-back":
                actions.take_back(member=self.member, by=request.user, now=request.now)
                messages.success(request, "Taken back. Nobody but you reads your hours.")
            else:
                actions.share(member=self.member, by=request.user, now=request.now)
                messages.success(request, "Shared. They are told by e-mail where to read it.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("sessions_log:hours-statement", self.relationship.pk)

    def get_context_data(self, **kwargs):
        today = timezone.localdate(self.request.now)
        shares = may_share(self.member)
        [statement] = statements([self.member])
        return super().get_context_data(
            rows=rows_of(statement),
            shares=shares,
            managers=joined(one.name for one in managers_of(self.request.user, on=today)) if shares else "",
            has_manager=shares and managers_of(self.request.user, on=today).exists(),
            shared=HoursShare.objects.standing().filter(member=self.member).first() if shares else None,
            **kwargs,
        )


class HoursShared(TemplateView):
    """For the line manager of a mentee who has shared it: hours alone."""

    template_name = "sessions_log/hours_shared.html"

    def get_context_data(self, **kwargs):
        shared = HoursShare.objects.read_by(self.request.user, on=timezone.localdate(self.request.now))
        one = get_object_or_404(
            shared.select_related("member__person", "member__relationship__cohort__programme__organisation"),
            pk=self.kwargs["pk"],
        )
        [statement] = statements([one.member])
        return super().get_context_data(
            person=one.member.person, rows=rows_of(statement), shared=one, back=reverse("home"), **kwargs
        )


class HoursList(TemplateView):
    """For leads, where the programme counts them: the hours of every member."""

    template_name = "sessions_log/hours_list.html"

    def get_context_data(self, **kwargs):
        led = Cohort.objects.led_by(self.request.user, now=self.request.now)
        cohort = get_object_or_404(led.select_related("programme__organisation"), pk=self.kwargs["pk"])
        model = mentoring_models.of(cohort.programme)
        if model.hours != "per-member":
            raise Http404
        told = Relationship.objects.under_way().told().filter(cohort=cohort).order_by().values("pk")
        members = Member.objects.knowing().filter(relationship__in=told).exclude(role=Member.Role.OBSERVER)
        members = members.select_related("person", "relationship").order_by(
            "person__family_name", "person__given_name", "pk"
        )
        page = Paginator(members, PER_PAGE).get_page(self.request.GET.get("page"))
        for member in page:
            member.relationship.cohort = cohort
        lines = [(one, model.words.of(one.member.role).one) for one in statements(page)]
        return super().get_context_data(
            cohort=cohort,
            page=page,
            lines=lines,
            back=reverse("programmes:cohort-detail", args=[cohort.pk]),
            **kwargs,
        )
