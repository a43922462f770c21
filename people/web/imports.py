"""Importing a staff list: the file, then what it would do, then saving or dropping it."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from people import queries
from people.actions import staff_imports
from people.models import StaffImport
from people.staff_list.columns import FIELDS
from people.staff_list.diff import compare_import
from people.staff_list.read import Unreadable
from people.web.forms import ImportForm
from people.web.gates import ListKeepersOnly

TABLES = ("adds", "changes", "leavers")
SHOWN = 200  # rows of a table; the counts are those of the whole list


class ImportStart(ListKeepersOnly, FormView):
    """Everyone or additions? And which file?"""

    template_name = "people/import_start.html"
    form_class = ImportForm

    def get_form_kwargs(self):
        organisations = queries.organisations_to_import(self.request.user, now=self.request.now)
        return super().get_form_kwargs() | {"organisations": organisations}

    def get_context_data(self, **kwargs):
        columns = [(field.label, field.headings[0].capitalize()) for field in FIELDS.values()]
        return super().get_context_data(**kwargs) | {"columns": columns}

    def form_valid(self, form):
        try:
            staff_import = staff_imports.upload(
                organisation=form.cleaned_data["organisation"],
                file_name=form.cleaned_data["file"].name,
                data=form.cleaned_data["file"].read(),
                is_complete=form.cleaned_data["everyone"] == "everyone",
                by=self.request.user,
                now=self.request.now,
            )
        except (Unreadable, Refused) as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return HttpResponseRedirect(reverse("people:import-preview", args=[staff_import.pk]))


class ImportPreview(ListKeepersOnly, TemplateView):
    """What saving the list would do. One button saves, one drops."""

    template_name = "people/import_preview.html"

    def staff_import(self) -> StaffImport:
        lists = StaffImport.objects.visible_to(self.request.user, now=self.request.now)
        return get_object_or_404(lists.select_related("organisation", "uploaded_by"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        staff_import = self.staff_import()
        context = super().get_context_data(**kwargs) | {"staff_import": staff_import}
        if staff_import.state != StaffImport.State.PREVIEW:
            return context
        diff = compare_import(staff_import, by=self.request.user, now=self.request.now)
        problems = staff_import.problems + [problem.as_dict() for problem in diff.problems]
        problems.sort(key=lambda problem: problem["row"])
        return context | {
            "diff": diff,
            "problems": problems,
            "shown": SHOWN,
            "anchors": {name: f"#{name}" for name in TABLES if getattr(diff, name) and not problems},
            "used": [(heading, FIELDS[key].label) for key, heading in staff_import.headings.items()],
        }

    def post(self, request, *args, **kwargs):
        staff_import = self.staff_import()
        here = reverse("people:import-preview", args=[staff_import.pk])
        try:
            if request.POST.get("answer") == "save":
                seen = request.POST.get("seen", "")
                staff_imports.save(staff_import=staff_import, seen=seen, by=request.user, now=request.now)
            elif request.POST.get("answer") == "drop":
                staff_imports.drop(staff_import=staff_import, by=request.user, now=request.now)
                messages.info(request, "The staff list was dropped. Nothing was changed.")
                return HttpResponseRedirect(reverse("people:import-start"))
        except Refused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(here)
