"""Importing pairs that exist already: the list, then what it would do, then saving it."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView

from audit.refusal import Refused
from look.numbers import whole
from people.staff_list.read import MAX_BYTES
from people.staff_list.unreadable import Unreadable
from programmes import mentoring_models
from programmes.actions import pairs_lists
from programmes.pairs_list.compare import compare
from programmes.pairs_list.read import read
from programmes.web.programmes import led_cohort

SHOWN = 200  # rows of a table; the counts are those of the whole list


class PairsForm(forms.Form):
    """A file, or rows pasted from a spreadsheet."""

    file = forms.FileField(
        label="The list as a file",
        required=False,
        help_text="An Excel workbook (.xlsx) or a CSV file.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv,text/csv"}),
        error_messages={"empty": "The file is empty. Choose it again once it holds the list."},
    )
    text = forms.CharField(
        label="Or paste it here",
        required=False,
        max_length=500_000,
        strip=False,
        help_text="Copy the rows in your spreadsheet, with the headings.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean(self):
        said = self.cleaned_data
        file = said.get("file")
        if file and file.size > MAX_BYTES:
            self.add_error("file", "The file is larger than 10 MB. Remove the columns that you do not need.")
        if not file and not said.get("text", "").strip() and not self.errors:
            self.add_error("file", "Choose a file, or paste the list")
        return said

    def data_given(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].encode()


class PairsImport(FormView):
    """One address for both steps: the preview carries the list in itself, so nothing is kept that nobody confirmed."""

    template_name = "programmes/pairs_import.html"
    form_class = PairsForm

    def dispatch(self, request, *args, **kwargs):
        self.cohort = led_cohort(request, kwargs["pk"])
        model = mentoring_models.of(self.cohort.programme)
        self.words = model.words
        if model.has_peers:  # a list says who mentors whom
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            found = read(form.data_given(), self.words)
        except Unreadable as error:
            form.add_error("file" if form.cleaned_data.get("file") else "text", str(error))
            return self.form_invalid(form)
        if self.request.POST.get("answer") == "save":
            return self.save(found)
        return self.preview(found)

    def preview(self, found, refused: str = ""):
        """What saving would do; ``refused`` says why it was not saved just now."""
        outcome = compare(found, cohort=self.cohort, by=self.request.user, now=self.request.now)
        return self.render_to_response(
            self.get_context_data(
                form=None,
                found=found,
                outcome=outcome,
                refused=refused,
                shown=SHOWN,
                ticked=set(self.request.POST.getlist("allow")),
                reason=self.request.POST.get("reason", ""),
            )
        )

    def save(self, found):
        asked = self.request.POST
        try:
            outcome = pairs_lists.save(
                found=found,
                cohort=self.cohort,
                allowed={row for row in map(whole, asked.getlist("allow")) if row},
                reason=asked.get("reason", ""),
                seen=asked.get("seen", ""),
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            return self.preview(found, refused=str(refused))
        present, past = len(outcome.present), len(outcome.past)
        messages.success(
            self.request,
            f"Saved: {present} {'pair that goes' if present == 1 else 'pairs that go'} on, {past} of the past. "
            "Nobody has been written to.",
        )
        return HttpResponseRedirect(reverse("programmes:cohort-detail", args=[self.cohort.pk]))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cohort=self.cohort,
            words=self.words,
            back=reverse("programmes:cohort-detail", args=[self.cohort.pk]),
            back_text=f"{self.cohort.programme}, {self.cohort}",
            **kwargs,
        )
