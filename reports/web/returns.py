"""Pages on which leads and officers of a host see who has met and returned. Anybody else: 404."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from look.forms import DateField
from look.free_text import FreeTextForm
from look.spreadsheets import as_csv, as_xlsx
from programmes import mentoring_models
from reports.returns import PRESSING, WORDS, Grid, followed_cohorts, grid_of, say_what_is_readable
from sessions_log.actions import chasing
from sessions_log.queries.forms import rings
from sessions_log.web.form_pages import followed_cohort

PER_PAGE = 50


class OfCohort:
    """A cohort that the viewer leads or of whose returns they keep track, and its grid as the address narrows it."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.cohort = followed_cohort(request, kwargs["pk"])

    def grid(self) -> Grid:
        return grid_of(self.cohort, now=self.request.now)

    def narrowed(self) -> dict:
        wanted = self.request.GET
        return {
            "site": wanted.get("site", ""),
            "employer": wanted.get("employer", ""),
            "late_only": wanted.get("late") == "1",
        }


class ReturnList(TemplateView):
    """The cohorts whose returns the viewer follows, those with somebody late first."""

    template_name = "reports/return_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(lines=followed_cohorts(self.request.user, now=self.request.now), **kwargs)


class ReturnGrid(OfCohort, TemplateView):
    """Members by months: met, returned, late, excused; by mentor, or summed by employer."""

    template_name = "reports/return_grid.html"

    def get_context_data(self, **kwargs):
        whole, narrowed = self.grid(), self.narrowed()
        grid = whole.narrowed(**narrowed)
        totals = grid.totals()
        by_employer = self.request.GET.get("by") == "employer"
        page = Paginator(grid.rows, PER_PAGE).get_page(self.request.GET.get("page"))
        if not by_employer:
            say_what_is_readable(page, self.request.user, now=self.request.now)
        return super().get_context_data(
            cohort=self.cohort,
            model=mentoring_models.of(self.cohort.programme),
            grid=grid,
            page=page,
            narrowed=narrowed,
            by_employer=by_employer,
            employers=grid.by_employer() if by_employer else [],
            totals=[(WORDS[state], totals[state], state) for state in PRESSING if state and totals[state]],
            late=len(grid.late),
            selects=self.selects(whole, narrowed, by_employer),
            **kwargs,
        )

    def selects(self, whole: Grid, narrowed: dict, by_employer: bool) -> list[dict]:
        """The choices over the grid."""
        every = [("", "All")]
        sites = sorted({row.site for row in whole.rows if row.site})
        employers = sorted({row.employer for row in whole.rows})
        return [
            {
                "name": "employer",
                "label": "Employer of the mentor",
                "value": narrowed["employer"],
                "options": every + [(one, one) for one in employers],
            },
            {
                "name": "site",
                "label": "Site of the mentor",
                "value": narrowed["site"],
                "options": every + [(one, one) for one in sites],
            },
            {
                "name": "late",
                "label": "Who",
                "value": "1" if narrowed["late_only"] else "",
                "options": [("", "Everybody"), ("1", "Who is late")],
            },
            {
                "name": "by",
                "label": "Rows",
                "value": "employer" if by_employer else "",
                "options": [("", "By mentor"), ("employer", "By employer")],
            },
        ]


class ReturnRemind(OfCohort, View):
    """Remind those who are late, and only those: everybody, or the one whose form is named."""

    def post(self, request, *args, **kwargs):
        late = self.grid().narrowed(**self.narrowed()).late
        only = request.POST.get("form", "")
        if only:
            late = [form for form in late if str(form.pk) == only]
        reminded = chasing.remind(forms=late, by=request.user, now=request.now)
        if reminded:
            messages.success(request, f"{reminded} reminder{'' if reminded == 1 else 's'} will be sent")
        else:
            messages.info(request, "Nobody is reminded: nobody is late, or quiet was asked for")
        return redirect("reports:return-grid", pk=self.cohort.pk)


class ReturnExport(OfCohort, View):
    """The grid as it is narrowed, for a spreadsheet."""

    def get(self, request, *args, **kwargs):
        grid = self.grid().narrowed(**self.narrowed())
        months = [f"{month:%B %Y}" for month in grid.months]
        rows = [["Mentor", "Employer", "Site", "With", *months, "Late"]]
        rows += [
            [
                row.mentor.name,
                row.employer,
                row.site,
                row.mentee_names,
                *("" if not cell.state else cell.word for cell in row.cells),
                row.late,
            ]
            for row in grid.rows
        ]
        name = f"returns-{self.cohort.pk}-{timezone.localdate(request.now)}"
        if request.GET.get("as") == "xlsx":
            return as_xlsx(name, "Returns", rows)
        return as_csv(name, rows)


class RingList(TemplateView):
    """Whom to ring instead of writing again: reminded to the end, and still owing."""

    template_name = "reports/ring_list.html"

    def get_context_data(self, **kwargs):
        now, today = self.request.now, timezone.localdate(self.request.now)
        every = rings(self.request.user, now=now)
        quiet = [(ring, until) for ring in every if (until := ring.quiet_until(today))]
        to_ring = [ring for ring in every if not ring.quiet_until(today)]
        return super().get_context_data(rings=to_ring, quiet=sorted(quiet, key=lambda one: one[1]), **kwargs)


class RingNoteForm(FreeTextForm):
    """What came of ringing somebody."""

    text = forms.CharField(
        label="What came of it?",
        max_length=200,
        help_text="Such as: rang, on leave till May. Read by those who follow the returns of this programme.",
        error_messages={"required": "Say what came of it"},
    )
    silent_until = DateField(
        label="Do not remind until", required=False, help_text="Nothing is sent up to and with this day."
    )


class RingNote(FormView):
    """Keep what came of ringing one person about a programme."""

    template_name = "reports/ring_note.html"
    form_class = RingNoteForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        key = (kwargs["programme"], kwargs["person"])
        every = rings(request.user, now=request.now)
        self.ring = next((one for one in every if (one.programme.pk, one.person.pk) == key), None)
        if self.ring is None:
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(ring=self.ring, **kwargs)

    def form_valid(self, form):
        chasing.note_ring(
            programme=self.ring.programme,
            person=self.ring.person,
            text=form.cleaned_data["text"],
            silent_until=form.cleaned_data["silent_until"],
            by=self.request.user,
            now=self.request.now,
        )
        messages.success(self.request, f"Kept for {self.ring.person.name}")
        return redirect("reports:ring-list")
