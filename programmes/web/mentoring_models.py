"""Ways of mentoring: looking at them, and an organisation's own, copied, imported, changed, exported and deleted."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from look.numbers import whole
from people.models import Organisation
from programmes import mentoring_models
from programmes.actions import own_models
from programmes.guide import readers
from programmes.mentoring_models import KIND_LABELS, MentoringModel, files, own
from programmes.model_settings.catalogue import GROUPS
from programmes.model_settings.lines import differences, line, lines_of
from programmes.model_settings.words import STRENGTHS
from programmes.models import OwnModel, OwnModelVersion
from programmes.rules import Rule
from programmes.toml_schema import Mistake, Mistaken
from programmes.toml_text import line_of
from programmes.web.forms import ModelCopyForm, ModelImportForm, ModelTextForm
from programmes.web.setting_forms import SettingForm

# People and facts for reading a rule's sentence aloud: invented, as everywhere.
EXAMPLE = {
    "mentee": "Asha",
    "mentor": "Ben",
    "upper": "Ben",
    "lower": "Asha",
    "role": "mentor",
    "tie": "designated supervisor",
    "band": "band 5",
    "day": "20 August 2027",
    "start": "26 July 2027",
    "moment": "this programme starts on 26 July 2027",
    "team": "Haematology",
    "organisation": "your organisation",
    "what": "is band 6",
}


class _Example(dict):
    """Words of ``EXAMPLE``; a word that is not among them stays as it is in the text."""

    def __missing__(self, word):
        return f"{{{word}}}"


def example_of(rule: Rule) -> str:
    """What a rule would say of two invented people."""
    name = EXAMPLE[getattr(rule.test, "side", "mentor")]
    return rule.sentence.format_map(_Example(EXAMPLE, name=name))


class StartersOnly:
    """Pages for those who may start a programme: the leads of an organisation. For others they are not there."""

    def dispatch(self, request, *args, **kwargs):
        if not request.access.organisations_led:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


@dataclass(frozen=True)
class Choice:
    """A model that the viewer may start: a file, or one of an organisation that they lead."""

    model: MentoringModel
    own: OwnModel | None = None
    version: OwnModelVersion | None = None

    @property
    def text(self) -> str:
        return self.version.text if self.version else files.text(self.model.key)


def choice(request, key: str) -> Choice:
    """The model with this key, or 404 where the viewer may not see one."""
    mine = OwnModel.objects.led_by(request.user, now=request.now).select_related("organisation").filter(key=key).first()
    if mine is not None:
        version = mine.versions.select_related("saved_by").first()
        return Choice(own.read_text(version.text), mine, version)
    try:
        return Choice(mentoring_models.get(key))
    except KeyError:
        raise Http404


def mistakes_shown(text: str, mistakes: list[Mistake]) -> list[dict]:
    """Each mistake with its line in ``text`` and what stands there."""
    lines = text.splitlines()
    shown = []
    for mistake in mistakes:
        at = re.search(r"\(at line (\d+), column \d+\)", mistake.message)
        number = min(int(at[1]), len(lines)) if at else line_of(text, mistake.key)
        there = lines[number - 1].strip() if 0 < number <= len(lines) else ""
        shown.append({"number": number, "there": there[:100], "message": f"{mistake}."})
    return sorted(shown, key=lambda one: one["number"])


class ModelList(StartersOnly, TemplateView):
    """The ways of mentoring to choose from: the organisation's own, then the others by whom they are for."""

    template_name = "programmes/model_list.html"

    def get_context_data(self, **kwargs):
        kinds = {label: [] for label in KIND_LABELS.values()}
        for model in mentoring_models.every():
            kinds[model.kind_label].append(model)
        mine = OwnModel.objects.led_by(self.request.user, now=self.request.now).prefetch_related("versions")
        return super().get_context_data(
            kinds={label: some for label, some in kinds.items() if some},
            own=[(one, own.read_text(one.versions.all()[0].text)) for one in mine],
            **kwargs,
        )


class OfChoice(StartersOnly):
    """Pages about one model. ``only_own``: those of the organisation's own; for a file they are not there."""

    only_own = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.choice = choice(request, kwargs["key"])
        if self.only_own and self.choice.own is None:
            raise Http404

    @property
    def detail_url(self) -> str:
        return reverse("programmes:model-detail", args=[self.choice.model.key])

    def base(self) -> MentoringModel | None:
        """The model of which this one is a copy, where the viewer may see it."""
        try:
            return choice(self.request, self.choice.own.based_on).model if self.choice.own else None
        except Http404:
            return None

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            choice=self.choice, model=self.choice.model, detail_url=self.detail_url, **kwargs
        )


class ModelDetail(OfChoice, TemplateView):
    """What a model is: whom it is for, its rules in words, its time, its texts."""

    template_name = "programmes/model_detail.html"
    shown = ("people", "places", "matching", "meeting", "reminders", "agreement")

    def get_context_data(self, **kwargs):
        model, lines = self.choice.model, lines_of(self.choice.model)
        base = self.base()
        weights = sum(one.weight for one in model.preferences) or 1
        return super().get_context_data(
            groups=[
                (GROUPS[group], [(one.label, one.gist(model)) for one in lines if one.group == group])
                for group in self.shown
            ],
            rules=[(rule, STRENGTHS[rule.strength].partition(":")[0], example_of(rule)) for rule in model.rules],
            preferences=[(one, f"{100 * one.weight / weights:.0f}%") for one in model.preferences],
            texts=[(one.label, one.sentence(model)) for one in lines if one.group == "texts"],
            readers=readers(model),
            base=base,
            differences=differences(base, model) if base else [],
            versions=self.choice.own.versions.select_related("saved_by") if self.choice.own else [],
            programmes=self.programmes(),
            **kwargs,
        )

    def programmes(self):
        """The organisation's programmes that run this own model."""
        if self.choice.own is None:
            return []
        return list(self.choice.own.programmes().order_by("name"))


class OfOrganisations:
    """A form that asks for which of the organisations that the viewer leads."""

    def get_form_kwargs(self):
        organisations = Organisation.objects.filter(pk__in=self.request.access.organisations_led)
        return super().get_form_kwargs() | {"organisations": organisations}


class ModelCopy(OfChoice, OfOrganisations, FormView):
    """Make a copy of a model that the organisation can change."""

    template_name = "programmes/model_copy.html"
    form_class = ModelCopyForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.choice.model.is_ready:
            raise Http404

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"model": self.choice.model}

    def form_valid(self, form):
        try:
            version = own_models.copy(
                organisation=form.cleaned_data["organisation"],
                of=self.choice.model.key,
                title=form.cleaned_data["title"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"{version.own_model} is yours to change. Nothing else has changed.")
        return HttpResponseRedirect(reverse("programmes:model-detail", args=[version.own_model.key]))


class ModelImport(StartersOnly, OfOrganisations, FormView):
    """Bring in a model as its text file, uploaded or pasted; every mistake is named with its line."""

    template_name = "programmes/model_import.html"
    form_class = ModelImportForm

    def form_valid(self, form):
        text = form.cleaned_data["text"]
        try:
            version = own_models.bring_in(
                organisation=form.cleaned_data["organisation"],
                text=text,
                reason=form.cleaned_data["reason"],
                by=self.request.user,
                now=self.request.now,
            )
        except Mistaken as mistaken:
            return self.mistaken(form, text, mistaken)
        except Refused as refused:
            form.add_error("reason", str(refused))
            return self.mistaken(form, text)
        messages.success(self.request, f"{version.own_model} is here, and can be started.")
        return HttpResponseRedirect(reverse("programmes:model-detail", args=[version.own_model.key]))

    def mistaken(self, form, text: str, mistaken: Mistaken | None = None):
        """The page again, with what was uploaded in the box, so that it can be mended there."""
        form.data = form.data.copy()
        form.data["text"] = text
        found = mistakes_shown(text, mistaken.mistakes) if mistaken else []
        return self.render_to_response(self.get_context_data(form=form, mistakes=found))


class ModelExport(OfChoice, View):
    """The text of a model as a file, of an own model also an older version: ``?version=2``."""

    def get(self, request, *args, **kwargs):
        text, asked = self.choice.text, request.GET.get("version", "")
        if asked and self.choice.own:
            version = self.choice.own.versions.filter(number=whole(asked)).first()
            if version is None:
                raise Http404
            text = version.text
        answer = HttpResponse(text, content_type="application/toml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.choice.model.key}.toml"'
        return answer


class ModelEdit(OfChoice, FormView):
    """Change an own model as its text. ``?version=2`` begins with an older one, to bring it back."""

    only_own = True
    template_name = "programmes/model_edit.html"
    form_class = ModelTextForm

    def get_initial(self):
        older = self.choice.own.versions.filter(number=whole(self.request.GET.get("version"))).first()
        return {"text": (older or self.choice.version).text, "seen": self.choice.version.number}

    def form_valid(self, form):
        text = form.cleaned_data["text"]
        try:
            version = own_models.save(
                own_model=self.choice.own,
                text=text,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                by=self.request.user,
                now=self.request.now,
            )
        except Mistaken as mistaken:
            found = mistakes_shown(text, mistaken.mistakes)
            return self.render_to_response(self.get_context_data(form=form, mistakes=found))
        except Refused as refused:
            form.add_error("reason" if "Say why" in str(refused) else "text", str(refused))
            return self.form_invalid(form)
        return _saved(self.request, version, self.detail_url)


def _saved(request, version: OwnModelVersion, url: str) -> HttpResponseRedirect:
    running = version.own_model.programmes().exclude(own_version=version).count()
    then = ""
    if running:
        subject = "1 programme runs" if running == 1 else f"{running} programmes run"
        then = f" {subject} an older version until its lead moves it: see the settings of the programme."
    messages.success(request, f"Saved as version {version.number}.{then}")
    return HttpResponseRedirect(url)


class ModelSettings(OfChoice, TemplateView):
    """Every line of an own model, to change one by one."""

    only_own = True
    template_name = "programmes/model_settings.html"

    def get_context_data(self, **kwargs):
        model, base = self.choice.model, self.base()
        rows = [
            {
                "line": one,
                "value": one.gist(model),
                "changed": False,
                "url": reverse("programmes:model-setting", args=[model.key, one.key]),
            }
            for one in lines_of(model, own=True)
        ]
        return super().get_context_data(
            groups=[
                {"key": key, "label": label, "rows": some}
                for key, label in GROUPS.items()
                if (some := [row for row in rows if row["line"].group == key])
            ],
            base=base,
            open_group=self.request.GET.get("group", ""),
            **kwargs,
        )


class ModelSetting(OfChoice, FormView):
    """Change one line of an own model."""

    only_own = True
    template_name = "programmes/model_setting.html"
    form_class = SettingForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.line = line(self.choice.model, kwargs["line"], own=True)
        if self.line is None:
            raise Http404
        self.back = f"{reverse('programmes:model-settings', args=[kwargs['key']])}?group={self.line.group}"

    def get_form_kwargs(self):
        model = self.choice.model
        return super().get_form_kwargs() | {"line": self.line, "model": model, "base": self.base() or model}

    def form_valid(self, form):
        try:
            version = own_models.change(
                own_model=self.choice.own,
                key=self.line.key,
                values=form.values(),
                reason=form.cleaned_data["reason"],
                by=self.request.user,
                now=self.request.now,
            )
        except Mistaken as mistaken:
            form.add_mistakes(mistaken.mistakes)
            return self.form_invalid(form)
        except Refused as refused:
            form.add_error("reason" if "Say why" in str(refused) else None, str(refused))
            return self.form_invalid(form)
        return _saved(self.request, version, f"{self.back}#{self.line.group}")

    def get_context_data(self, **kwargs):
        return super().get_context_data(line=self.line, back=f"{self.back}#{self.line.group}", **kwargs)


class ModelDelete(OfChoice, TemplateView):
    """Ask once more, then delete an own model that no programme runs."""

    only_own = True
    template_name = "programmes/model_delete.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(programmes=list(self.choice.own.programmes().order_by("name")), **kwargs)

    def post(self, request, *args, **kwargs):
        title = self.choice.own.title
        try:
            own_models.delete(own_model=self.choice.own, by=request.user, now=request.now)
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.detail_url)
        messages.success(request, f"{title} is deleted.")
        return HttpResponseRedirect(reverse("programmes:model-list"))
