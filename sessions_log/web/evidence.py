"""Pages of the evidence plan of a pair."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.free_text import FreeTextForm
from programmes.models import Member, Relationship
from sessions_log.actions import evidence
from sessions_log.queries.evidence import domain_lines, has_plan
from sessions_log.queries.notes import may_write
from sessions_log.web.own import OfOwnRelationship


class EvidenceForm(FreeTextForm):
    """What is planned for one domain."""

    text = forms.CharField(label="What will show it?", max_length=5_000, widget=forms.Textarea(attrs={"rows": 8}))
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, others: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = f"Only you and {others} read it. Write no patient detail."

    def clean_seen_at(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            return None


class OfEvidence(OfOwnRelationship):
    """A pair of one's own whose model names domains."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not has_plan(self.relationship) or self.relationship.state == Relationship.State.PROPOSED:
            raise Http404
        self.lines = domain_lines(self.relationship, request.user)
        self.may_write = may_write(self.relationship, request.user)

    def line(self, number: int):
        """The domain with this number on the page, or 404."""
        if number >= len(self.lines):
            raise Http404
        return self.lines[number]


class EvidenceDetail(OfEvidence, TemplateView):
    """Every domain with its plan. For the mentee, taking one to their group."""

    template_name = "sessions_log/evidence_detail.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            lines=self.lines, may_write=self.may_write, group=own_group(self.relationship, self.request.user), **kwargs
        )


class EvidenceEdit(OfEvidence, FormView):
    """Write the plan for one domain."""

    template_name = "sessions_log/evidence_edit.html"
    form_class = EvidenceForm

    def dispatch(self, request, *args, **kwargs):
        self.one = self.line(kwargs["number"])
        if not self.may_write:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"text": self.one.text, "seen_at": self.one.plan.changed_at.isoformat() if self.one.plan else ""}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"others": self.get_context_data(form=None)["partners"]}

    def form_valid(self, form):
        try:
            evidence.write(
                relationship=self.relationship,
                domain=self.one.domain,
                text=form.cleaned_data["text"],
                seen_at=form.cleaned_data["seen_at"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{self.one.domain}: kept")
        return redirect("sessions_log:evidence-detail", self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(one=self.one, **kwargs)


class EvidenceShare(OfEvidence, TemplateView):
    """Take the plan for one domain to one's group: asked once, naming who reads it then."""

    template_name = "sessions_log/evidence_share.html"

    def dispatch(self, request, *args, **kwargs):
        self.one = self.line(kwargs["number"])
        self.group = own_group(self.relationship, request.user)
        if self.one.plan is None or self.group is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            evidence.take_to_group(plan=self.one.plan, group=self.group, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sessions_log:evidence-detail", self.relationship.pk)
        messages.success(request, "Your group can read it now.")
        return redirect("sessions_log:shared-note-list", self.group.pk)

    def get_context_data(self, **kwargs):
        readers = self.group.members.current().exclude(person=self.request.user).select_related("person")
        return super().get_context_data(
            one=self.one, group=self.group, readers=[member.person.name for member in readers], **kwargs
        )


def own_group(relationship: Relationship, person) -> Relationship | None:
    """The group of the same cohort in which the mentee of this pair is, too."""
    if not relationship.members.current().filter(person=person, role=Member.Role.MENTEE).exists():
        return None
    mine = Relationship.objects.under_way().of(person).filter(cohort=relationship.cohort_id)
    return mine.filter(shape=Relationship.Shape.GROUP).first()
