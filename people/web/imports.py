"""Importing a staff list: the file, its columns, what it would do, saving or dropping it, and undoing it."""

import csv
from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView, TemplateView, View

from audit.refusal import Refused
from look.numbers import whole
from people import queries
from people.actions import staff_import_asks as asks
from people.actions import staff_import_undo, staff_imports
from people.models import Organisation, StaffImport
from people.offers import after_import
from people.staff_import_work import work
from people.staff_list import kept, template, undoing
from people.staff_list.blanks import in_one_line
from people.staff_list.columns import FIELDS
from people.staff_list.diff import compare_import
from people.staff_list.outcome import NEW_PERSON, Diff
from people.staff_list.read import Unreadable
from people.staff_list.told import together
from people.web.forms import ColumnsForm, ImportForm
from people.web.gates import ListKeepersOnly

State = StaffImport.State
TABLES = ("adds", "changes", "leavers")
SHOWN = 50  # rows of a table on one page
FILES = [f"staff-list-{what}.{kind}" for what in ("template", "example") for kind in ("csv", "xlsx")]
MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
EXAMPLE = Path(settings.BASE_DIR) / "examples" / "staff-list.csv"


class OfImport:
    """Loads the list from among those of the organisations that the viewer leads."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.loaded: StaffImport | None = None

    @property
    def staff_import(self) -> StaffImport:
        if self.loaded is None:
            lists = StaffImport.objects.visible_to(self.request.user, now=self.request.now)
            # Asked every second how far it is: then nothing of the list itself is read.
            lists = lists.light() if "HX-Request" in self.request.headers else lists.defer("file", "journal")
            self.loaded = get_object_or_404(
                lists.select_related("organisation", "uploaded_by", "saved_by", "undone_by"), pk=self.kwargs["pk"]
            )
        return self.loaded

    @property
    def here(self) -> str:
        return reverse("people:import-preview", args=[self.staff_import.pk])

    def go_on(self, staff_import: StaffImport) -> None:
        """Have the list checked: a short one while the page waits, a long one by a worker."""
        request = self.request
        is_short = 0 < staff_import.row_count <= kept.AT_ONCE
        asks.check(staff_import=staff_import, by=request.user, now=request.now, hand_over=not is_short)
        if is_short:
            work(import_id=staff_import.pk, clock=lambda: request.now)
            staff_import.refresh_from_db()


class ImportStart(ListKeepersOnly, OfImport, FormView):
    """Everyone or additions? And which file?"""

    template_name = "people/import_start.html"
    form_class = ImportForm

    def get_form_kwargs(self):
        organisations = queries.organisations_to_import(self.request.user, now=self.request.now)
        return super().get_form_kwargs() | {"organisations": organisations}

    @cached_property
    def has_history(self) -> bool:
        return StaffImport.objects.visible_to(self.request.user, now=self.request.now).exists()

    def get_initial(self):
        """Nobody can have left a list that never was."""
        return {} if self.has_history else {"everyone": "additions"}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "explained": template.explained(),
            "has_history": self.has_history,
        }

    def form_valid(self, form):
        try:
            staff_import = staff_imports.receive(
                organisation=form.cleaned_data["organisation"],
                file_name=form.cleaned_data["file"].name,
                data=form.cleaned_data["file"].read(),
                is_complete=form.cleaned_data["everyone"] == "everyone",
                by=self.request.user,
                now=self.request.now,
            )
            if not kept.is_clear(staff_import, now=self.request.now):
                return HttpResponseRedirect(reverse("people:import-columns", args=[staff_import.pk]))
            self.go_on(staff_import)
        except (Unreadable, Refused) as error:
            return self.refused(form, str(error))
        if staff_import.fault:
            staff_imports.drop(staff_import=staff_import, by=self.request.user, now=self.request.now)
            return self.refused(form, staff_import.fault)
        return HttpResponseRedirect(reverse("people:import-preview", args=[staff_import.pk]))

    def refused(self, form, sentence):
        form.add_error("file", sentence)
        return self.form_invalid(form)


class ImportColumns(ListKeepersOnly, OfImport, FormView):
    """Which column means what; asked where the headings leave a doubt, and remembered for the next list."""

    template_name = "people/import_columns.html"
    form_class = ColumnsForm

    def dispatch(self, request, *args, **kwargs):
        self.glance = None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if self.staff_import.state not in (State.COLUMNS, State.PREVIEW):
            return HttpResponseRedirect(self.here)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.staff_import.state not in (State.COLUMNS, State.PREVIEW):
            return HttpResponseRedirect(self.here)
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        asked = self.request.POST.get("sheet") or self.request.GET.get("sheet", "")
        try:
            self.glance = kept.glance_at(self.staff_import, sheet=asked, now=self.request.now)
        except Unreadable as error:  # a sheet that is not there
            raise Http404 from error
        told = kept.told_of(self.staff_import)
        chosen = told.columns if told and told.is_all and not asked else None
        return super().get_form_kwargs() | {"glance": self.glance, "chosen": chosen}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "staff_import": self.staff_import,
            "glance": self.glance,
            "doubt": "" if self.request.method == "POST" else self.staff_import.fault or self.glance.doubt,
        }

    def form_valid(self, form):
        request = self.request
        sheet = self.glance.table.sheet if len(self.glance.table.sheets) > 1 else ""
        try:
            chosen = staff_imports.choose_columns(
                staff_import=self.staff_import, chosen=form.chosen, sheet=sheet, by=request.user, now=request.now
            )
            self.go_on(chosen)
        except (Unreadable, Refused) as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return HttpResponseRedirect(self.here)


class ImportPreview(ListKeepersOnly, OfImport, TemplateView):
    """How far the checking is, then what saving would do, then what it did. One button saves, one drops."""

    template_name = "people/import_preview.html"

    def get(self, request, *args, **kwargs):
        staff_import = self.staff_import
        if staff_import.state == State.COLUMNS and "HX-Request" not in request.headers:
            return HttpResponseRedirect(reverse("people:import-columns", args=[staff_import.pk]))
        if "HX-Request" in request.headers:
            answer = render(request, "people/_import_progress.html", {"staff_import": staff_import})
            if not staff_import.is_under_way:
                answer.headers["HX-Refresh"] = "true"  # done: the whole page is another now
            return answer
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        staff_import = self.staff_import
        context = super().get_context_data(**kwargs) | {"staff_import": staff_import}
        if staff_import.state == State.SAVED:
            may_undo = StaffImport.objects.light().filter(organisation=staff_import.organisation, state=State.SAVED)
            last = may_undo.filter(journal__isnull=False).order_by("-saved_at", "-pk").first()
            context["may_undo"] = last is not None and last.pk == staff_import.pk
            context["next"] = after_import(staff_import.organisation, self.request.access)
        if staff_import.state != State.PREVIEW:
            return context
        diff = compare_import(staff_import, by=self.request.user, now=self.request.now)
        problems = problems_of(staff_import, diff)
        warnings = staff_import.warnings + [warning.as_dict() for warning in diff.warnings]
        return context | {
            "diff": diff,
            "blanks_line": in_one_line(diff.blanks),
            "problem_count": len(problems),
            "problems": (told := together(problems)),
            "problem_rows": sum(len(one.rows) for one in told),
            "are_footers": bool(told) and all(one.is_footer for one in told),
            "left_out": staff_import.left_out,
            "left_out_more": len(staff_import.left_out) - SHOWN,
            "warnings": together(warnings),
            "shown": SHOWN,
            "anchors": {name: f"#{name}" for name in TABLES if getattr(diff, name) and not problems},
            "used": [(heading, FIELDS[key].label) for key, heading in staff_import.headings.items()],
            "several": self.organisations(diff),
            "table": self.table(diff),
            **self.new_parts(diff),
        }

    def organisations(self, diff: Diff) -> dict[int, str]:
        """The names of the list's organisations, where it has rows of more than one."""
        ids = {line.organisation for line in [*diff.adds, *diff.changes]}
        ids |= {row["organisation"] for row in self.staff_import.rows if "organisation" in row}
        if len(ids | {self.staff_import.organisation_id}) < 2:
            return {}
        return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))

    def table(self, diff: Diff):
        """One table alone, page by page, where the whole of it was asked for."""
        name = self.request.GET.get("show")
        if name not in TABLES or len(getattr(diff, name)) <= SHOWN:
            return None
        return {"name": name, "page": Paginator(getattr(diff, name), SHOWN).get_page(self.request.GET.get("page"))}

    def new_parts(self, diff: Diff) -> dict:
        return {"new_sites": [name for _, name in diff.new_sites], "new_teams": [name for _, name in diff.new_teams]}

    def post(self, request, *args, **kwargs):
        said = {"staff_import": self.staff_import, "by": request.user, "now": request.now}
        try:
            match request.POST.get("answer"):
                case "save":
                    is_long = self.staff_import.row_count > kept.AT_ONCE
                    sure = request.POST.get("sure") == "yes"
                    (asks if is_long else staff_imports).save(**said, seen=request.POST.get("seen", ""), sure=sure)
                case "leave" | "leave-all":
                    return self.passing_over(asks.leave_out, ticked(request, self.problems()))
                case "put-back":
                    return self.passing_over(asks.put_back, kept.left_out_of(self.staff_import))
                case "who":
                    staff_imports.answer(**said, answers=answers_in(request.POST))
                case "drop":
                    staff_imports.drop(**said)
                    messages.info(request, "The staff list was dropped. Nothing was changed.")
                    return HttpResponseRedirect(reverse("people:import-start"))
        except Refused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(self.here)

    def problems(self) -> list[dict]:
        diff = compare_import(self.staff_import, by=self.request.user, now=self.request.now)
        return problems_of(self.staff_import, diff)

    def passing_over(self, action, rows: Collection[int]) -> HttpResponseRedirect:
        """Leave rows out or put them back, and have the list checked again, as it was the first time."""
        if not rows:
            messages.error(self.request, "Tick the rows that are to be left out.")
            return HttpResponseRedirect(self.here)
        is_short = 0 < self.staff_import.row_count <= kept.AT_ONCE
        said = {"by": self.request.user, "now": self.request.now, "hand_over": not is_short}
        action(staff_import=self.staff_import, rows=rows, **said)
        if is_short:
            work(import_id=self.staff_import.pk, clock=lambda: self.request.now)
        return HttpResponseRedirect(self.here)


def problems_of(staff_import: StaffImport, diff: Diff) -> list[dict]:
    """Everything that stands in the way of saving, in the file alone and against what the portal knows."""
    return staff_import.problems + [problem.as_dict() for problem in diff.problems]


def answers_in(posted) -> dict[int, int]:
    """Whom rows mean, from fields such as ``who-7``: a person's id or 0 for somebody new."""
    found = {}
    for name, value in posted.items():
        row, whom = whole(name.removeprefix("who-")), whole(value)
        if name.startswith("who-") and row and whom is not None:
            found[row] = whom or NEW_PERSON
    return found


def ticked(request, problems: list[dict]) -> set[int]:
    """The rows that are to be left out: each that is ticked, or named with all that have the same wrong with them."""
    if request.POST.get("answer") == "leave-all":
        return {problem["row"] for problem in problems}
    ticked, alike = set(request.POST.getlist("leave")), set(request.POST.getlist("alike"))
    return {
        row
        for told in together(problems)
        for row in told.rows
        if str(row) in ticked or (str(told.rows[0]) in alike and not told.is_named_row_by_row)
    }


class ImportUndo(ListKeepersOnly, OfImport, TemplateView):
    """What undoing a saved list would put back, and the one button that does it."""

    template_name = "people/import_undo.html"

    def get_context_data(self, **kwargs):
        if self.staff_import.state != State.SAVED:
            raise Http404
        found = undoing.outlook(self.staff_import, self.request.access)
        return super().get_context_data(**kwargs) | {
            "staff_import": self.staff_import,
            "outlook": found,
            "shown": SHOWN,
        }

    def post(self, request, *args, **kwargs):
        try:
            staff_import_undo.undo(staff_import=self.staff_import, by=request.user, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(self.here)


class ImportList(ListKeepersOnly, ListView):
    """Every list that was imported or tried: who, when, what came of it."""

    template_name = "people/import_list.html"
    paginate_by = 50

    def get_queryset(self):
        lists = StaffImport.objects.visible_to(self.request.user, now=self.request.now)
        return lists.light().select_related("organisation", "uploaded_by", "saved_by", "undone_by")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        undoable = StaffImport.objects.visible_to(self.request.user, now=self.request.now).filter(state=State.SAVED)
        lasts = undoable.annotate(is_kept=Q(journal__isnull=False)).order_by("saved_at", "pk")
        last = {where: (pk, is_kept) for pk, where, is_kept in lasts.values_list("pk", "organisation", "is_kept")}
        return context | {
            "undoable": {pk for pk, is_kept in last.values() if is_kept},
            "is_several": len(self.request.access.organisations_led) > 1,
        }


class ImportTemplate(ListKeepersOnly, View):
    """A list to begin with, empty or as an example, as CSV or Excel."""

    def get(self, request, name):
        if name not in FILES:
            raise Http404
        stem, _, kind = name.rpartition(".")
        rows = [template.headings()]
        if stem == "staff-list-example":
            with EXAMPLE.open(encoding="utf-8", newline="") as opened:
                rows = list(csv.reader(opened))
        data = template.as_csv(rows) if kind == "csv" else template.as_workbook(rows)
        disposition = f'attachment; filename="{name}"'
        return HttpResponse(data, content_type=MEDIA[kind], headers={"Content-Disposition": disposition})
