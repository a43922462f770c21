"""Pages of the forms that there are, for those who start programmes: looking, copying, letting a programme use one.

Changing one is in form_builder.py, question by question, and in form_texts.py, as its text.
"""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from look.forms import Radios
from look.numbers import whole
from people.models import Organisation
from programmes import mentoring_models
from programmes.actions import settings
from programmes.models import Programme
from programmes.toml_schema import Mistaken
from programmes.web.mentoring_models import StartersOnly
from sessions_log.actions import drafts, form_specs
from sessions_log.models import Draft, FormSpecVersion
from sessions_log.session_forms import FormSpec, Question, files, read_text
from sessions_log.session_forms.fields import SpecForm, in_words
from vault.sealing import Undecryptable

READERS = {
    "own": "the writer alone",
    "pair": "the two of the match",
    "group": "the members and mentors of the group",
    "host": "those who follow returns at the host",
    "lead": "the leads of the programme",
    "subject": "whom it is about",
}
PREPARATION = "for the mentee, before each session: theirs alone until they share it, and never owed"
OPENINGS = {
    "after-session": "after each session",
    "before-session": "before a session",
    "start": "when the match begins",
    "end": "when it is over",
    "weeks": "at set weeks",
    "every": "at set months",
    "review": "when somebody says at a review that it goes on",
    "by-hand": "when somebody begins it or asks for it",
}


def preview_of(spec: FormSpec) -> SpecForm:
    """The form as it is drawn, with every question, those that are asked only sometimes too."""
    questions = []
    for question in spec.questions:
        if question.show_if:
            hint = f"{question.hint} (Asked only where {condition_in_words(spec, question)}.)".strip()
            question = replace(question, show_if=None, hint=hint)
        questions.append(replace(question, without_session=False))
    words = {spec.readers_of(one): readers_in_words(spec.readers_of(one)) for one in spec.questions}
    return SpecForm(replace(spec, questions=tuple(questions)), readers=words)


def condition_in_words(spec: FormSpec, question: Question) -> str:
    """When a question that is asked only sometimes is asked: “Did you meet?” is: yes."""
    asked = spec.question(question.show_if.question)
    answers = " or ".join(in_words(asked, one) if asked else one for one in question.show_if.one_of)
    return f"“{asked.label if asked else question.show_if.question}” is: {answers}"


def readers_in_words(readers: tuple[str, ...]) -> str:
    return " and ".join(READERS[one] for one in readers)


class OfSpec(StartersOnly):
    """Loads a form by its name: one of the portal's, or one of an organisation that the viewer leads."""

    only_own = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        key, _, version = kwargs["name"].partition("@")
        mine = FormSpecVersion.objects.led_by(request.user, now=request.now)
        self.row = mine.filter(key=key, version=whole(version)).select_related("organisation").first()
        if self.row is None and (self.only_own or kwargs["name"] not in files.texts()):
            raise Http404
        self.text = self.row.text if self.row else files.texts()[kwargs["name"]]
        self.spec = read_text(self.text)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, spec=self.spec, row=self.row, detail_url=detail_url(self.spec.name))


class OfDraft(OfSpec):
    """An own form as the viewer has changed it so far: what they have not saved yet is kept as their draft.

    ``text`` and ``spec`` are of the draft where there is one, ``seen`` the version that was the newest when it was
    begun, ``before`` the text before the last change.
    """

    only_own = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.page = reverse("sessions_log:form-spec-build", args=[self.row.key])
        self.newest = FormSpecVersion.objects.filter(key=self.row.key).select_related("saved_by").latest("version")
        self.seen, self.before, self.is_changed = self.newest.version, "", False
        draft = Draft.objects.filter(person=request.user, page=self.page).first()
        try:
            typed = QueryDict(draft.text) if draft else {}
            spec = read_text(typed.get("text", ""))
        except (Undecryptable, Mistaken):
            return
        self.text, self.spec, self.before = typed["text"], spec, typed.get("before", "")
        self.seen, self.is_changed = int(typed["seen"]), True

    def keep(self, text: str) -> None:
        """Keep ``text`` as the draft. Refused where it is too long."""
        typed = QueryDict(mutable=True)
        typed.update({"text": text, "seen": str(self.seen), "before": self.text})
        now = self.request.now
        kept = drafts.keep(page=self.page, typed=typed.urlencode(), opened_at=now, by=self.request.user, now=now)
        if kept is None:
            raise Refused("This change could not be kept. Save what you have so far, then go on.")

    def drop_draft(self) -> None:
        drafts.sent(page=self.page, by=self.request.user, now=self.request.now)

    def save(self, text: str) -> FormSpecVersion:
        """Keep ``text`` as the next version. Raises Mistaken; Refused where somebody else saved one meanwhile."""
        now = self.request.now
        row = form_specs.save(newest=self.newest, text=text, seen=self.seen, by=self.request.user, now=now)
        self.drop_draft()
        messages.success(
            self.request, f"Saved as version {row.version}. A programme goes on with the version that it uses."
        )
        return row

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs,
            is_changed=self.is_changed,
            build_url=reverse("sessions_log:form-spec-build", args=[self.row.name]),
        )


def detail_url(name: str) -> str:
    return reverse("sessions_log:form-spec-detail", args=[name])


class FormSpecList(StartersOnly, TemplateView):
    """The forms that there are: the organisation's own, then those that come with the portal."""

    template_name = "sessions_log/form_spec_list.html"

    def get_context_data(self, **kwargs):
        own = {}
        for row in FormSpecVersion.objects.led_by(self.request.user, now=self.request.now).order_by("key", "version"):
            own[row.key] = row  # the newest
        return super().get_context_data(
            **kwargs,
            own=[read_text(row.text) for row in sorted(own.values(), key=lambda row: row.title)],
            shipped=files.newest(),
        )


class FormSpecDetail(OfSpec, TemplateView):
    """What a form asks, of whom, when, and who reads it."""

    template_name = "sessions_log/form_spec_detail.html"

    def get_context_data(self, **kwargs):
        spec = self.spec
        led = Programme.objects.led_by(self.request.user, now=self.request.now).filter(closed_at=None)
        if self.row:
            led = led.filter(organisation=self.row.organisation)
        programmes = [(one, spec.name in mentoring_models.of(one).forms) for one in led.order_by("name")]
        versions = (
            FormSpecVersion.objects.filter(key=spec.key, organisation=self.row.organisation).select_related("saved_by")
            if self.row
            else []
        )
        return super().get_context_data(
            **kwargs,
            form=preview_of(spec),
            rows=[
                ("Filled in by", spec.filled_by if spec.filled_by != "each" else "each of the two"),
                ("About", spec.about),
                ("Opens", PREPARATION if spec.is_prep_sheet else OPENINGS[spec.opens.when]),
                ("Due", f"{spec.due_days} days later" if spec.due_days is not None else "Never late"),
                ("Read by", readers_in_words(spec.readers)),
            ],
            programmes=programmes,
            versions=versions,
            is_newest=not versions or versions[0].version == spec.version,
        )


class CopyForm(forms.Form):
    """A name for the copy, and whose it is."""

    title = forms.CharField(label="What is your form called?", max_length=120)
    organisation = forms.ModelChoiceField(
        label="Whose is it?", queryset=None, empty_label=None, widget=Radios, to_field_name="pk"
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["organisation"].initial = organisations.first()
        if organisations.count() == 1:
            self.fields["organisation"].widget = forms.HiddenInput()


class OfOrganisations:
    def get_form_kwargs(self):
        organisations = Organisation.objects.filter(pk__in=self.request.access.organisations_led)
        return super().get_form_kwargs() | {"organisations": organisations}


class FormSpecCopy(OfSpec, OfOrganisations, FormView):
    """Make a copy of a form that the organisation can change."""

    template_name = "sessions_log/form_spec_copy.html"
    form_class = CopyForm

    def get_initial(self):
        return {"title": f"{self.spec.title} (our own)"}

    def form_valid(self, form):
        row = form_specs.copy(of=self.spec.name, by=self.request.user, now=self.request.now, **form.cleaned_data)
        messages.success(self.request, f"{row} is yours to change. Nothing else has changed.")
        return redirect("sessions_log:form-spec-build", row.name)


class FormSpecUse(OfSpec, View):
    """Let a programme use this version of a form, in place of another version of it; or no longer."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        led = Programme.objects.led_by(request.user, now=request.now)
        programme = get_object_or_404(led, pk=whole(request.POST.get("programme")))
        if self.row and programme.organisation_id != self.row.organisation_id:
            raise Http404
        before = mentoring_models.of(programme).forms
        others = [name for name in before if name.partition("@")[0] != self.spec.key]
        wanted = others if self.spec.name in before else [*others, self.spec.name]
        try:
            settings.change_forms(programme=programme, forms=wanted, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            said = "uses it from now on" if self.spec.name in wanted else "uses it no longer"
            messages.success(request, f"{programme} {said}. What is open already stays as it was asked.")
        return redirect(detail_url(self.spec.name))
