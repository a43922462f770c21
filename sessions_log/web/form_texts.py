"""A form as its text, for those who start programmes: changing it with a preview beside it, importing, exporting."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import FormView, View

from audit.refusal import Refused
from people.middleware import is_htmx
from programmes.toml_schema import Mistaken
from programmes.web.mentoring_models import StartersOnly, mistakes_shown
from sessions_log.actions import form_specs
from sessions_log.session_forms import read_text
from sessions_log.web.form_specs import CopyForm, OfDraft, OfOrganisations, OfSpec, detail_url, preview_of


class TextForm(forms.Form):
    """The text of a form."""

    text = forms.CharField(
        label="The form as text",
        help_text="Each question is a block that begins with [[question]]. Move, add or take out whole blocks.",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "class": "portal-code", "spellcheck": "false"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ImportForm(CopyForm):
    """The text of a form from elsewhere."""

    title = None
    text = TextForm.base_fields["text"]
    field_order = ["text", "organisation"]


class Previewing:
    """Answers htmx with what the text as it stands would look like, or with what is wrong in it."""

    def post(self, request, *args, **kwargs):
        if is_htmx(request):
            return render(request, "sessions_log/_form_preview.html", self.preview(request.POST.get("text", "")))
        return super().post(request, *args, **kwargs)

    def preview(self, text: str) -> dict:
        try:
            return {"form": preview_of(read_text(text.replace("\r\n", "\n")))}
        except Mistaken as mistaken:
            return {"mistakes": mistakes_shown(text, mistaken.mistakes)}

    def mistaken(self, form, mistaken: Mistaken) -> HttpResponse:
        found = mistakes_shown(form.cleaned_data["text"], mistaken.mistakes)
        return self.render_to_response(self.get_context_data(form=form, mistakes=found))


class FormSpecEdit(Previewing, OfDraft, FormView):
    """Change an own form as its text, with how it looks beside it. An older version can be brought back, and what was
    changed question by question and not saved yet stands in the text."""

    template_name = "sessions_log/form_spec_edit.html"
    form_class = TextForm

    def get_initial(self):
        return {"text": self.text, "seen": self.seen}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"shown": self.preview(context["form"]["text"].value() or "")}

    def form_valid(self, form):
        self.seen = form.cleaned_data["seen"] or self.seen
        try:
            row = self.save(form.cleaned_data["text"])
        except Mistaken as mistaken:
            return self.mistaken(form, mistaken)
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        return redirect(detail_url(row.name))


class FormSpecImport(Previewing, StartersOnly, OfOrganisations, FormView):
    """Bring in a form as its text; every mistake is named with its line."""

    template_name = "sessions_log/form_spec_import.html"
    form_class = ImportForm

    def form_valid(self, form):
        try:
            row = form_specs.bring_in(by=self.request.user, now=self.request.now, **form.cleaned_data)
        except Mistaken as mistaken:
            return self.mistaken(form, mistaken)
        messages.success(self.request, f"{row} is here, and a programme can use it.")
        return redirect(detail_url(row.name))


class FormSpecExport(OfSpec, View):
    """The text of a form as a file."""

    def get(self, request, *args, **kwargs):
        answer = HttpResponse(self.text, content_type="application/toml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.spec.name}.toml"'
        return answer
