"""Pages for leads and matchmakers: what waits for them, who waits for a mentor, pairs to confirm or to think about."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from people.counting import counted_together
from programmes import mentoring_models, offers
from programmes.actions import consents, rechecks, waiting
from programmes.dates import in_words
from programmes.facts import facts_for
from programmes.following import days_between, home_rows, in_turn, pair_name, tasks, waiting_in, waiting_lines, worded
from programmes.interim import interim_contact, names_a_way
from programmes.matchmakers import confirmations_for
from programmes.models import Enrolment, Member, Relationship, RuleBreak, Side, led
from programmes.rules import score
from programmes.web.programmes import led_cohort

PER_PAGE = 50


class TaskList(TemplateView):
    """What waits for a lead or a matchmaker, the oldest first."""

    template_name = "programmes/task_list.html"

    def get_context_data(self, **kwargs):
        access = self.request.access
        if not (access.is_lead or access.is_site_lead):
            raise Http404
        viewer, now = self.request.user, self.request.now
        count = counted_together(**home_rows(viewer, access, now))
        found = tasks(viewer, now=now, found=count)
        kinds = [
            (
                "flags",
                "Private requests for help",
                "Only leads of the programme read these. Read it, speak to the person, and close it with what came of "
                "it; the other person learns nothing.",
                "Read",
                found.flags,
            ),
            (
                "waiting",
                "Left waiting",
                "A match of theirs has ended. Choose another; nobody else is moved.",
                "Choose another",
                found.left_waiting,
            ),
            (
                "rules",
                "Matches that break a rule now",
                "Something has changed since they were made. They go on until you decide otherwise.",
                "Decide",
                found.breaks,
            ),
            (
                "confirm",
                "Pairs to confirm",
                "Neither of the two knows yet.",
                "Look at it",
                found.confirmations,
            ),
        ]
        kinds += [
            (kind.key, kind.heading, kind.hint, kind.action, kind.items(viewer, now=now))
            for kind in offers.task_kinds()
            if count.get(f"of_{kind.key}")
        ]
        lists = worded(kind[4] for kind in kinds)
        kinds = [(*kind[:4], tasks) for kind, tasks in zip(kinds, lists, strict=True) if tasks]
        return super().get_context_data(kinds=kinds, back=reverse("home"), **kwargs)


class WaitingList(TemplateView):
    """Everyone of a cohort who waits for a mentor: since when, whom to ask meanwhile, and the next step for each."""

    template_name = "programmes/waiting_list.html"

    def get_context_data(self, **kwargs):
        cohort = led_cohort(self.request, kwargs["pk"])
        model = mentoring_models.of(cohort.programme)
        order, small_teams = in_turn(cohort, now=self.request.now)
        page = Paginator(order, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            cohort=cohort,
            model=model,
            page=page,
            lines=waiting_lines(cohort, page.object_list, small_teams, now=self.request.now),
            caption=f"{page.paginator.count:,} waiting for {model.partner_of(Side.MENTEE).a}",
            columns=f"Name|Waiting since|Had before|Next step|Choose {model.partner_of(Side.MENTEE).a}:hidden",
            interim=interim_contact(model),
            has_address=names_a_way(model),
            back=reverse("programmes:cohort-detail", args=[cohort.pk]),
            **kwargs,
        )


class FirstForm(forms.Form):
    """Why somebody comes before the others who wait."""

    reason = forms.CharField(
        label="Why do they come first?",
        help_text="The other leads of this programme read it. Nobody else does.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why. The other leads read it."},
    )


class WaitingFirst(FormView):
    """Put somebody first on the waiting list, or take that back."""

    template_name = "programmes/waiting_first.html"
    form_class = FirstForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led_ones = Enrolment.objects.led_by(request.user, now=request.now).select_related("cohort__programme")
        cohort = get_object_or_404(led_ones, pk=kwargs["pk"]).cohort
        self.enrolment = get_object_or_404(waiting_in(cohort), pk=kwargs["pk"])
        self.enrolment.cohort = cohort

    def post(self, request, *args, **kwargs):
        if "take_back" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            waiting.take_back(enrolment=self.enrolment, by=request.user, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{self.enrolment.person.name} waits like everybody else again.")
        return redirect("programmes:waiting-list", self.enrolment.cohort_id)

    def form_valid(self, form):
        one, by, now = self.enrolment, self.request.user, self.request.now
        try:
            waiting.put_first(enrolment=one, reason=form.cleaned_data["reason"], by=by, now=now)
        except Refused as refused:
            form.add_error("reason", str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"{one.person.name} comes first from now, here and when matches are found.")
        return redirect("programmes:waiting-list", one.cohort_id)

    def get_context_data(self, **kwargs):
        back = reverse("programmes:waiting-list", args=[self.enrolment.cohort_id])
        return super().get_context_data(enrolment=self.enrolment, back=back, **kwargs)


class RelationshipConfirm(TemplateView):
    """A proposed pair, for a matchmaker of the mentee's site to confirm or not; leads of the programme see it too."""

    template_name = "programmes/relationship_confirm.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        waiting = Relationship.objects.to_confirm()
        own = confirmations_for(request.user, now=request.now).order_by().values("pk")
        seen = waiting.filter(Q(pk__in=own) | led(request.user, "cohort__programme", now=request.now))
        self.relationship = get_object_or_404(
            seen.select_related("cohort__programme__organisation").prefetch_related("members__person"), pk=kwargs["pk"]
        )
        self.may = own.filter(pk=self.relationship.pk).exists()

    def post(self, request, *args, **kwargs):
        name = pair_name(self.relationship)
        decide = consents.not_confirm if request.POST.get("answer") == "no" else consents.confirm
        try:
            decide(relationship=self.relationship, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("programmes:relationship-confirm", self.relationship.pk)
        if decide is consents.confirm:
            told = "They are being told" if self.relationship.told_at else "They are told on the day set for it"
            messages.success(request, f"{name} is confirmed. {told}.")
        else:
            messages.success(request, f"{name} will not go ahead. Neither of them was told.")
        return redirect("programmes:task-list")

    def get_context_data(self, **kwargs):
        pair, cohort = self.relationship, self.relationship.cohort
        model = mentoring_models.of(cohort.programme)
        by_role = {one.role: one for one in pair.members.all() if one.left_at is None}
        mentee, mentor = by_role[Member.Role.MENTEE], by_role[Member.Role.MENTOR]
        facts = facts_for(cohort, [mentee.enrolment, mentor.enrolment], now=self.request.now)
        return super().get_context_data(
            relationship=pair,
            cohort=cohort,
            name=pair_name(pair),
            may=self.may,
            sentence=f"A matchmaker from {mentee.person.given_name}'s site needs to confirm this pair.",
            cards=[
                (one.person.name, [("Part", capfirst(model.words.of(one.role).one)), *_rows(facts[one.person_id])])
                for one in (mentee, mentor)
            ],
            reasons=[
                part.reason
                for part in score(model.preferences, facts[mentee.person_id], facts[mentor.person_id])
                if part.name != "style"
            ],
            opens=pair.opens_at,
            back=reverse("programmes:task-list"),
            **kwargs,
        )


def _rows(facts) -> list[tuple[str, str]]:
    return [("Job title", facts.job_title), ("Band", facts.band), ("Site", facts.site)]


class KeepForm(forms.Form):
    """Why a pair stays although it breaks a rule."""

    reason = forms.CharField(
        label="Why is this pair right all the same?",
        help_text="The other leads of this programme read it. The two do not.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why this pair is right all the same"},
    )


class RuleBreakDetail(FormView):
    """A pair that breaks a rule now: keep it with a reason, end it, or leave it for the moment."""

    template_name = "programmes/rule_break_detail.html"
    form_class = KeepForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        open_ones = RuleBreak.objects.open().led_by(request.user, now=request.now)
        self.rule_break = get_object_or_404(
            open_ones.select_related("relationship__cohort__programme").prefetch_related(
                "relationship__members__person"
            ),
            pk=kwargs["pk"],
        )

    def form_valid(self, form):
        try:
            rechecks.keep(
                rule_break=self.rule_break,
                reason=form.cleaned_data["reason"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("reason", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{pair_name(self.rule_break.relationship)} goes on. Your reason is kept.")
        return redirect("programmes:task-list")

    def get_context_data(self, **kwargs):
        one = self.rule_break
        cohort = one.relationship.cohort
        found = timezone.localdate(one.found_at)
        return super().get_context_data(
            rule_break=one,
            relationship=one.relationship,
            cohort=cohort,
            name=pair_name(one.relationship),
            rule=next(
                (rule.label for rule in mentoring_models.of(cohort.programme).rules if rule.name == one.rule), ""
            ),
            since=in_words(found),
            days=days_between(found, timezone.localdate(self.request.now)),
            may_keep=one.strength == "should",
            back=reverse("programmes:task-list"),
            **kwargs,
        )
