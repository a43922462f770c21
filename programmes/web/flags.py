""" "This isn't right for me": telling the leads, and the leads' page of what they were told."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from audit.refusal import Refused
from look.free_text import FreeTextForm
from programmes import mentoring_models
from programmes.actions import flags
from programmes.dates import in_words
from programmes.following import days_between, pair_name
from programmes.models import Flag, Relationship
from programmes.queries import readers_of_flags
from programmes.web.relationships import OfRelationship
from vault.sealing import Undecryptable


class FlagForm(FreeTextForm):
    """What somebody wants to say to the leads, or nothing."""

    text = forms.CharField(
        required=False,
        label="Is there anything you want them to know? (optional)",
        max_length=flags.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": f"This may be up to {flags.LONGEST_REASON:,} characters long"},
    )

    def __init__(self, *args, readers: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        names = " and ".join([", ".join(readers[:-1]), readers[-1]] if len(readers) > 1 else readers)
        self.fields["text"].help_text = (
            f"Only the leads of this programme read it: {names}. It is stored encrypted, and it is in no mail. "
            "Write no patient detail."
        )


class FlagRaise(OfRelationship, FormView):
    """For a member: tell the leads privately that this is not right for them."""

    template_name = "programmes/flag_raise.html"
    form_class = FlagForm

    def dispatch(self, request, *args, **kwargs):
        own = Relationship.objects.live().of(request.user)
        if not own.filter(pk=kwargs["pk"]).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def readers(self) -> list[str]:
        return [lead.name for lead in readers_of_flags(self.relationship, now=self.request.now)]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"readers": self.readers() or ["nobody"]}

    def form_valid(self, form):
        try:
            flag = flags.raise_flag(
                relationship=self.relationship,
                reason=form.cleaned_data["text"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "The leads of this programme have been told. Nobody else has.")
        return redirect("programmes:flag-detail", flag.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            readers=self.readers(),
            open_flag=Flag.objects.open().filter(relationship=self.relationship, raised_by=self.request.user).first(),
            partners=" and ".join(card.person.given_name for card in self.others),
            **self.ways_out(),
            **kwargs,
        )


class CloseForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=[one for one in Flag.Outcome.choices if one[0] != Flag.Outcome.TAKEN_BACK],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it"},
    )


class FlagDetail(FormView):
    """What somebody told the leads: for them to read and close, and for the person themselves to take back."""

    template_name = "programmes/flag_detail.html"
    form_class = CloseForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        visible = Flag.objects.visible_to(request.user, now=request.now)
        self.flag = get_object_or_404(
            visible.select_related("raised_by", "relationship__cohort__programme", "closed_by").prefetch_related(
                "relationship__members__person"
            ),
            pk=kwargs["pk"],
        )
        self.own = self.flag.raised_by_id == request.user.pk

    def get(self, request, *args, **kwargs):
        flags.read(flag=self.flag, by=request.user, now=request.now)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.own:
            return self._close(Flag.Outcome.TAKEN_BACK, "You have taken it back.", "home")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        return self._close(form.cleaned_data["outcome"], "Closed.", "programmes:task-list")

    def _close(self, outcome: str, said: str, then: str):
        try:
            flags.close(flag=self.flag, outcome=outcome, by=self.request.user, now=self.request.now)
        except Refused as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, said)
        return redirect(then)

    def get_context_data(self, **kwargs):
        flag, relationship = self.flag, self.flag.relationship
        raised = timezone.localdate(flag.raised_at)
        try:
            reason, unreadable = flag.reason or "", False
        except Undecryptable:
            reason, unreadable = "", True
        return super().get_context_data(
            flag=flag,
            own=self.own,
            relationship=relationship,
            cohort=relationship.cohort,
            name=pair_name(relationship),
            reason=reason,
            unreadable=unreadable,
            raised=in_words(raised),
            days=days_between(raised, timezone.localdate(self.request.now)),
            is_live=relationship.state != Relationship.State.ENDED,
            worries=mentoring_models.of(relationship.cohort.programme).texts.worries,
            back=reverse("home") if self.own else reverse("programmes:task-list"),
            **kwargs,
        )
