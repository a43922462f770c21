"""What a lead decides on the board: agree, keep apart, choose another mentor, make room; and the board as a file."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.generic import ListView, TemplateView, View

from audit.refusal import Refused
from look.numbers import whole
from look.spreadsheets import as_csv
from matching.actions import decisions, moves
from matching.board import Filter, counts_of, every_row, row_of
from matching.explain import can_be_weighed
from matching.models import MatchRun, PairDecision
from matching.moving import choices, taken
from matching.queries import exact_points, summary
from matching.remedies import places_in_words
from matching.web.views import OfRun
from programmes import mentoring_models
from programmes.actions import enrolments
from programmes.models import Cohort, Enrolment, Side

SHOWN_REFUSALS = 3  # so many sentences of a bulk decision fit in a message
GONE = "This match is not here any more: these are the matches as they stand."
NO_MENTOR = "Choose a mentor who takes part in this cohort."
CHANGES_OF_PLAN = "These matches are published, so nothing can be decided about them here."


class PairDecide(OfRun, View):
    """Agree a proposed pair, keep the two apart, or take either back. htmx gets the row anew, others the board."""

    http_method_names = ["post"]

    def post(self, request, pk):
        if request.POST.get("do") == "agree-all":
            return self._agree_all(Filter.of(request.POST))
        mine = self.run.proposals.select_related("mentee__person", "mentor__person")
        proposal = mine.filter(pk=whole(request.POST.get("pair"))).first()
        try:
            if proposal is None:  # another lead has moved it meanwhile
                raise Refused(GONE)
            said = self._decide(request.POST.get("do"), proposal)
            level = messages.SUCCESS
        except Refused as refusal:
            said, level = str(refusal), messages.ERROR
        if "HX-Request" in request.headers:
            row = row_of(self.run, proposal.pk, now=request.now) if proposal else None
            context = {"one": row, "run": self.run, "says": said, "counts": counts_of(self.run), "is_open": True}
            return render(request, "matching/_decided.html", context)
        messages.add_message(request, level, said)
        if proposal is None:
            return redirect("matching:run-detail", pk=self.run.pk)
        kept = Filter.of(request.POST).query
        page = whole(request.POST.get("page")) or 1
        address = reverse("matching:run-detail", args=[self.run.pk])
        return HttpResponseRedirect(f"{address}?{kept}{'&' if kept else ''}page={page}#pair-{proposal.pk}")

    def _decide(self, what: str | None, proposal) -> str:
        """Do it, and say in a sentence what is so now."""
        if self.run.state != MatchRun.State.FINISHED:
            raise Refused(CHANGES_OF_PLAN)
        mentee, mentor, how = proposal.mentee, proposal.mentor, {"by": self.request.user, "now": self.request.now}
        names = f"{mentee.person.name} and {mentor.person.name}"
        match what:
            case "agree":
                decisions.agree(mentee=mentee, mentor=mentor, **how)
                return f"{names} are agreed"
            case "apart":
                decisions.keep_apart(mentee=mentee, mentor=mentor, reason=self.request.POST.get("reason", ""), **how)
                given_name = mentee.person.given_name
                return f"{names} are kept apart. Choose another mentor for {given_name}, or find matches again"
            case "lift":
                standing = PairDecision.objects.select_related("cohort", "mentee__person")
                decision = standing.filter(mentee=mentee, mentor=mentor, lifted_at=None).first()
                if decision is None:
                    raise Refused("This has been taken back already.")
                decisions.lift(decision=decision, **how)
                return f"{names}: taken back"
            case _:
                raise Refused("Choose what to do with this match.")

    def _agree_all(self, chosen: Filter):
        request = self.request
        back = reverse("matching:run-detail", args=[self.run.pk]) + (f"?{chosen.query}" if chosen.query else "")
        if self.run.state != MatchRun.State.FINISHED:
            messages.error(request, CHANGES_OF_PLAN)
            return redirect(back)
        rows = chosen.rows(self.run).select_related("mentee__person", "mentor__person")
        pairs = [(one.mentee, one.mentor) for one in rows if not one.agreed]
        try:
            made, refusals = decisions.agree_many(pairs=pairs, by=request.user, now=request.now)
        except Refused as refusal:
            made, refusals = [], [str(refusal)]
        if made or not refusals:
            messages.success(request, f"{_matches(len(made))} agreed")
        if refusals:
            more = len(refusals) - SHOWN_REFUSALS
            told = " ".join(refusals[:SHOWN_REFUSALS]) + (f" And {more} more." if more > 0 else "")
            messages.warning(request, f"Not agreed: {told}")
        return redirect(back)


class ProposalMove(OfRun, TemplateView):
    """Every mentor for one mentee: choose another by hand, and see who would lose a place."""

    template_name = "matching/proposal_move.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.mentee = get_object_or_404(
            Enrolment.objects.on_side(Side.MENTEE).filter(cohort=self.run.cohort).select_related("person"),
            pk=kwargs["mentee"],
        )
        self.mentee.cohort = self.run.cohort

    def get_template_names(self):
        asked_apart = "HX-Request" in self.request.headers and "taken" in self.request.GET
        return ["matching/_taken.html"] if asked_apart else [self.template_name]

    def get_context_data(self, **kwargs):
        query = self.request.GET
        if self.run.state == MatchRun.State.FINISHED and "taken" in query:
            mentors = self.run.cohort.enrolments.live().on_side(Side.MENTOR).select_related("person")
            mentor = get_object_or_404(mentors, pk=whole(query["taken"]))
            kwargs["taken"] = taken(self.run, self.mentee, mentor, now=self.request.now)
        elif self.run.state == MatchRun.State.FINISHED:
            kwargs["choices"] = choices(
                self.run,
                self.mentee,
                search=query.get("q", "").strip()[:80],
                page=query.get("page"),
                now=self.request.now,
            )
        model = mentoring_models.of(self.run.cohort.programme)
        kwargs["mentee"] = self.mentee  # in place of the number in the address
        return super().get_context_data(words=model.words, may_ask_why=can_be_weighed(self.run), **kwargs)

    def post(self, request, pk, mentee):
        posted = request.POST
        mentors = Enrolment.objects.on_side(Side.MENTOR).filter(cohort=self.run.cohort).select_related("person")
        mentor = mentors.filter(pk=whole(posted.get("mentor"))).first()
        if mentor is None:
            messages.error(request, NO_MENTOR)
            return redirect(request.get_full_path())
        there = Enrolment.objects.filter(cohort=self.run.cohort).select_related("person")
        instead_of = there.filter(pk=whole(posted.get("instead_of"))).first()
        how, _, holder = posted.get("how", "").partition("-")
        names = f"{self.mentee.person.name} and {mentor.person.name}"
        try:
            if how == "again":
                run = self._find_again(mentor, instead_of)
                messages.success(request, f"{names} are agreed, and matches are being found around them")
                return redirect("matching:run-detail", pk=run.pk)
            moves.move(
                run=self.run,
                mentee=self.mentee,
                mentor=mentor,
                instead_of=instead_of,
                from_mentee=there.filter(pk=whole(holder)).first() if how in ("swap", "leave") else None,
                swap=how == "swap",
                reason=posted.get("reason", "").strip(),
                by=request.user,
                now=request.now,
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())
        messages.success(request, f"{names} are matched by hand and agreed. {summary(self.run)}")
        moved = self.run.proposals.get(mentee=self.mentee, mentor=mentor)
        address = reverse("matching:run-detail", args=[self.run.pk])
        return redirect(f"{address}?q={self.mentee.person.given_name}#pair-{moved.pk}")

    def _find_again(self, mentor: Enrolment, instead_of: Enrolment | None) -> MatchRun:
        """Agree the pair and find matches for everybody else around it."""
        request = self.request
        return moves.agree_and_find_again(
            run=self.run, mentee=self.mentee, mentor=mentor, instead_of=instead_of, by=request.user, now=request.now
        )


class PlaceAdd(OfRun, View):
    """Give a mentor one more place, from beside somebody who was left out for want of it."""

    http_method_names = ["post"]

    def post(self, request, pk):
        mentors = self.run.cohort.enrolments.live().on_side(Side.MENTOR).select_related("person", "cohort__programme")
        mentor = mentors.filter(pk=whole(request.POST.get("mentor"))).first()
        if mentor is None:
            messages.error(request, NO_MENTOR)
            return redirect("matching:run-detail", pk=self.run.pk)
        try:
            enrolments.change_capacity(enrolment=mentor, capacity=mentor.capacity + 1, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            has = places_in_words(mentor.capacity)
            messages.success(request, f"{mentor.person.name} has {has} now. Find matches again to fill them")
        return redirect("matching:run-detail", pk=self.run.pk)


class OfCohort:
    """Loads the cohort from among those that the viewer leads."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = Cohort.objects.led_by(request.user, now=request.now).select_related("programme__organisation")
        self.cohort = get_object_or_404(led, pk=kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cohort=self.cohort, caption=f"{self.cohort.programme.name}, {self.cohort.name}", **kwargs
        )


class DecisionList(OfCohort, ListView):
    """What leads have settled about pairs of a cohort, each with its way back."""

    template_name = "matching/decision_list.html"
    context_object_name = "decisions"
    paginate_by = 50

    def get_queryset(self):
        standing = PairDecision.objects.filter(cohort=self.cohort, lifted_at=None)
        return standing.select_related("mentee__person", "mentor__person", "decided_by")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            allowed=self.cohort.rule_overrides.filter(withdrawn_at=None).count(),
            latest=self.cohort.match_runs.order_by("-requested_at", "-pk").first(),
            **kwargs,
        )


class DecisionLift(View):
    """Take one decision back."""

    http_method_names = ["post"]

    def post(self, request, pk):
        visible = PairDecision.objects.visible_to(request.user, now=request.now)
        decision = get_object_or_404(visible.select_related("cohort", "mentee__person", "mentor__person"), pk=pk)
        try:
            decisions.lift(decision=decision, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            names = f"{decision.mentee.person.name} and {decision.mentor.person.name}"
            messages.success(request, f"{names}: taken back. The next run may match them or not")
        return redirect("matching:decision-list", decision.cohort_id)


class RunExport(OfRun, View):
    """The board as a CSV file, as it is filtered and sorted."""

    def get(self, request, pk):
        if not self.run.is_done:
            return redirect("matching:run-detail", pk=self.run.pk)
        words = mentoring_models.of(self.run.cohort.programme).words
        day = timezone.localdate(request.now).isoformat()
        mentee, mentor = capfirst(words.mentee.one), capfirst(words.mentor.one)
        return as_csv(f"matches-{self.run.pk}-{day}", self.rows(mentee, mentor))

    def rows(self, mentee: str, mentor: str):
        whom = [mentee, "Job", "E-mail", mentor, "Job", "E-mail"]
        yield [*whom, "Score of 100", "Reasons", "Next", "Points apart", "Agreed", "Changed by hand"]
        for row in every_row(self.run, Filter.of(self.request.GET), now=self.request.now):
            one = row.proposal
            apart = exact_points(one.score - one.runner_up_score) if one.runner_up_id else ""
            yield (
                *(row.mentee.name, row.mentee.job, row.mentee.email),
                *(row.mentor.name, row.mentor.job, row.mentor.email),
                *(
                    exact_points(one.score),
                    " ".join([*row.reasons, *one.cautions]),
                    row.runner_up,
                    apart.replace("−", "-"),
                ),
                *("yes" if one.agreed else "no", "yes" if one.by_hand else "no"),
            )
        for one in self.run.left_out.select_related("mentee__person").order_by("pk"):
            cells = [one.mentee.person.name, "", one.mentee.person.email or "", "nobody", "", "", "", *[""] * 5]
            cells[7] = " ".join(one.reasons)
            yield cells


def _matches(count: int) -> str:
    return "1 match" if count == 1 else f"{count:,} matches"
