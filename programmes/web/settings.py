"""The settings of a programme: what it does otherwise than its model, line by line."""

import copy

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView, ListView, TemplateView

from audit.refusal import Refused
from programmes import mentoring_models, models
from programmes.actions import settings
from programmes.mentoring_models import own
from programmes.model_settings.catalogue import GROUPS
from programmes.model_settings.effect import effect
from programmes.model_settings.lines import differences, line, lines_of
from programmes.model_settings.proposals import proposed
from programmes.models import OwnModelVersion, Programme
from programmes.toml_schema import Mistaken
from programmes.web.forms import ReasonForm
from programmes.web.setting_forms import SettingForm


class OfLedProgramme:
    """Pages about one programme, for its leads. For others they are not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        led = Programme.objects.led_by(request.user, now=request.now).select_related("organisation", "own_version")
        self.programme = get_object_or_404(led, pk=kwargs["pk"])
        self.model = mentoring_models.of(self.programme)
        self.base = own.base(self.programme)

    @property
    def settings_url(self) -> str:
        return reverse("programmes:programme-settings", args=[self.programme.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(programme=self.programme, model=self.model, base=self.base, **kwargs)


class ProgrammeSettings(OfLedProgramme, TemplateView):
    """Every setting of a programme, grouped, with what its model says."""

    template_name = "programmes/programme_settings.html"

    def get_context_data(self, **kwargs):
        in_base = {one.key for one in lines_of(self.base)}
        rows = [
            _row(one, self.base, self.model, self.programme, is_of_base=one.key in in_base)
            for one in lines_of(self.model)
        ]
        groups = [
            {"key": key, "label": label, "rows": [row for row in rows if row["line"].group == key]}
            for key, label in GROUPS.items()
        ]
        for group in groups:
            group["changed"] = sum(row["changed"] for row in group["rows"])
        changes = models.SettingChange.objects.filter(programme=self.programme)
        return super().get_context_data(
            groups=[group for group in groups if group["rows"]],
            changed=[row for row in rows if row["changed"]],
            count=len(rows),
            last=changes.select_related("by").first(),
            newer=newer_version(self.programme),
            open_group=self.request.GET.get("group", ""),
            **kwargs,
        )


def _row(one, base, model, programme, *, is_of_base: bool) -> dict:
    """A line of the page: its value, and what the model says where that is something else."""
    only = one.different(base, model) if is_of_base else []
    value, default = one.gist(model), one.gist(base) if only else ""
    if only and value == default:  # the list shows too little of it to tell the two apart
        value, default = one.sentence(model, only=only), one.sentence(base, only=only)
    return {
        "line": one,
        "value": value,
        "changed": bool(only),
        "default": default,
        "url": reverse("programmes:setting-change", args=[programme.pk, one.key]),
    }


def newer_version(programme: Programme) -> OwnModelVersion | None:
    """The newest version of the programme's own model, where the programme runs an older one. One query."""
    if programme.own_version_id is None:
        return None
    newest = OwnModelVersion.objects.filter(own_model=programme.own_version.own_model_id).order_by("-number").first()
    return newest if newest.pk != programme.own_version.pk else None


class SettingChange(OfLedProgramme, FormView):
    """Change one line, or give it back what the model says; first who would be affected, then the change."""

    template_name = "programmes/setting_change.html"
    form_class = SettingForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.line = line(self.model, kwargs["line"])
        if self.line is None:
            raise Http404

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"line": self.line, "model": self.model, "base": self.base}

    def post(self, request, *args, **kwargs):
        if request.POST.get("answer") == "default":
            return self.to_default()
        return super().post(request, *args, **kwargs)

    def to_default(self):
        """One click, unless somebody is affected: then the same form asks, filled in with what the model says."""
        values = self.line.values(self.base)
        found = self.effect_of(proposed(self.programme, self.line, values))
        if found and self.request.POST.get("seen") != found.digest():
            form = SettingForm(line=self.line, model=self.base, base=self.base)
            return self.render_to_response(self.get_context_data(form=form, effect=found, to_default=True))
        return self.saved(lambda: settings.reset(**self.told))

    def form_valid(self, form):
        values = form.values()
        try:
            found = self.effect_of(proposed(self.programme, self.line, values))
        except Mistaken as mistaken:
            form.add_mistakes(mistaken.mistakes)
            return self.form_invalid(form)
        if self.line.needs_reason(self.line.values(self.model), values) and not form.cleaned_data["reason"].strip():
            form.add_error("reason", "Say why. The reason is kept with the change, for whoever asks later.")
            return self.form_invalid(form)
        if found and self.request.POST.get("seen") != found.digest():
            return self.render_to_response(self.get_context_data(form=form, effect=found))
        reason = form.cleaned_data["reason"]
        return self.saved(lambda: settings.change(values=values, reason=reason, **self.told))

    @property
    def for_guide(self) -> bool:
        return self.request.GET.get("for") == "guide"

    @property
    def back(self) -> str:
        """The page for participants where it was opened from there; else the list, with the group of this line open."""
        if self.for_guide:
            return reverse("programmes:programme-guide", args=[self.programme.pk])
        return f"{self.settings_url}?group={self.line.group}#{self.line.group}"

    def effect_of(self, changed: Programme):
        return effect(self.programme, changed, now=self.request.now)

    @property
    def told(self) -> dict:
        return {"programme": self.programme, "key": self.line.key, "by": self.request.user, "now": self.request.now}

    def saved(self, save):
        try:
            change = save()
            messages.success(self.request, f"{change.label}: saved.")
        except Refused as refused:
            messages.info(self.request, str(refused))
        return HttpResponseRedirect(self.back)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            line=self.line,
            is_changed=line(self.base, self.line.key) is not None and self.line.is_changed(self.base, self.model),
            default=self.line.words(self.base),
            back=self.back,
            back_text=f"About {self.programme}" if self.for_guide else "Settings",
            **kwargs,
        )


class ProgrammeVersion(OfLedProgramme, FormView):
    """What the newest version of the programme's own model would change, and moving to it."""

    template_name = "programmes/programme_version.html"
    form_class = ReasonForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.newer = newer_version(self.programme)
        if self.newer is None:
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            newer=self.newer,
            differences=differences(self.base, own.read_text(self.newer.text)),
            effect=effect(self.programme, self.moved(), now=self.request.now),
            back=self.settings_url,
            **kwargs,
        )

    def moved(self) -> Programme:
        moved = copy.copy(self.programme)
        moved.own_version = self.newer
        return moved

    def form_valid(self, form):
        try:
            settings.take_version(
                programme=self.programme,
                version=self.newer,
                reason=form.cleaned_data["reason"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"{self.programme} runs version {self.newer.number} of its model now.")
        return HttpResponseRedirect(self.settings_url)


class SettingHistory(OfLedProgramme, ListView):
    """What was changed, by whom, when and why; the newest first."""

    template_name = "programmes/setting_history.html"
    paginate_by = 50

    def get_queryset(self):
        return models.SettingChange.objects.filter(programme=self.programme).select_related("by")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"page": context["page_obj"]}
