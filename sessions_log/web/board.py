"""What comes out of a group's meetings, and its report to the board: to look at, to print, to take as a file."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from audit.refusal import Refused
from look.forms import Radios
from look.free_text import FreeTextForm
from look.spreadsheets import as_csv
from programmes import mentoring_models
from programmes.groups import named
from programmes.models import Cohort, Member, Relationship
from sessions_log.actions import board_reports
from sessions_log.board import board_of, has_outputs, kinds_of, owes_report, text_of
from sessions_log.models import BoardReport, Note, Output
from sessions_log.sharing import waits_for
from sessions_log.web.own import OfOwnRelationship


class OutputForm(FreeTextForm):
    """One thing that has come out of the meetings."""

    kind = forms.ChoiceField(label="What is it?", widget=Radios(), initial="theme")
    text = forms.CharField(
        label="In a line",
        help_text="This group reads it. The board reads themes, and what you agree to show. Write no patient detail.",
        max_length=board_reports.LONGEST,
        error_messages={"required": "Write what it is"},
    )
    field_order = ("kind", "text", "not_a_patient")

    def __init__(self, *args, kinds: list[str], for_board: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, Output.Kind(kind).label) for kind in kinds]
        if not for_board:
            self.fields["text"].help_text = (
                "This group reads it. Whoever commissions it reads themes, and the leads read for what a session is "
                "needed; neither reads who wrote it. Write no patient detail."
            )


class OutputList(OfOwnRelationship, FormView):
    """Themes, training needs, links and projects of a group, with what its board may see."""

    template_name = "sessions_log/output_list.html"
    form_class = OutputForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        is_in = Relationship.objects.under_way().of(request.user).filter(pk=self.relationship.pk).exists()
        if not is_in or not has_outputs(self.relationship):
            raise Http404

    def get_form_kwargs(self):
        for_board = owes_report(self.relationship)
        return super().get_form_kwargs() | {"kinds": kinds_of(self.relationship), "for_board": for_board}

    def post(self, request, *args, **kwargs):
        acts = {"agree": board_reports.agree, "keep": board_reports.keep_back}
        act = next((name for name in acts if name in request.POST), None)
        if act is None:
            return super().post(request, *args, **kwargs)
        try:
            output = get_object_or_404(self.relationship.outputs, pk=request.POST[act])
        except ValidationError:
            raise Http404
        acts[act](output=output, by=request.user, now=request.now)
        return redirect("sessions_log:output-list", self.relationship.pk)

    def form_valid(self, form):
        said = form.cleaned_data
        try:
            board_reports.write(
                relationship=self.relationship,
                kind=said["kind"],
                text=said["text"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Kept")
        return redirect("sessions_log:output-list", self.relationship.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            name=named(self.relationship),
            waits=waits_for(self.relationship, self.request.user),
            outputs=[(one, text_of(one)) for one in self.relationship.outputs.select_related("author").reverse()],
            for_board=owes_report(self.relationship),
            columns="What|When|For the board" if owes_report(self.relationship) else "What|When|Also read by",
            reports=self.relationship.board_reports.all(),
            **kwargs,
        )


class OfReport:
    """A report that the viewer may see: of their own group, or of one that they lead."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        visible = BoardReport.objects.visible_to(request.user, now=request.now).filter(relationship=kwargs["pk"])
        self.report = get_object_or_404(
            visible.select_related("relationship__cohort__programme__organisation", "sent_by"), pk=kwargs["report"]
        )
        self.relationship = self.report.relationship
        self.to = mentoring_models.of(self.relationship.cohort.programme).report.to


class ReportDetail(OfReport, TemplateView):
    """The report as the board will read it; showing it to the group, sending it, adding what was agreed."""

    template_name = "sessions_log/report_detail.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        members = self.relationship.members.knowing().filter(person=request.user)
        self.is_in = members.exists()
        leads = Cohort.objects.led_by(request.user, now=request.now).filter(pk=self.relationship.cohort_id).exists()
        self.may_send = leads or members.filter(role=Member.Role.MENTOR).exists()

    def post(self, request, *args, **kwargs):
        how = {"by": request.user, "now": request.now}
        try:
            match request.POST.get("do"):
                case "show":
                    board_reports.show(report=self.report, **how)
                    messages.success(request, "The group has the report before it. Now it can go to the board")
                case "send":
                    board_reports.send(report=self.report, **how)
                    messages.success(request, "Sent. Nobody is reminded of it any more")
                case "add":
                    self.add(request.POST.get("what", ""), how)
                    messages.success(request, "It is in the report")
                case _:
                    raise Refused("Choose what to do.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("sessions_log:report-detail", self.relationship.pk, self.report.pk)

    def add(self, what: str, how: dict) -> None:
        """Put what the group has into the report: outputs, once agreed; never a note."""
        kind, _, key = what.partition(":")
        if kind == "note":
            raise Refused(board_reports.NO_NOTES)
        try:
            output = self.relationship.outputs.filter(pk=key).first() if kind == "output" and self.is_in else None
        except ValidationError:
            output = None
        if output is None:
            raise Refused("Choose something from the list.")
        board_reports.agree(output=output, **how)

    def get_context_data(self, **kwargs):
        report = self.report
        choices = []
        if self.is_in and report.sent_at is None and not waits_for(self.relationship, self.request.user):
            open_ones = self.relationship.outputs.filter(day__range=(report.first_on, report.last_on), agreed_at=None)
            choices = [
                (f"output:{one.pk}", f"{one.get_kind_display()}: {text_of(one)}")
                for one in open_ones.exclude(kind=Output.Kind.THEME)
            ]
            notes = Note.objects.visible_to(self.request.user, now=self.request.now).shared()
            notes = notes.filter(relationship=self.relationship)
            choices += [
                (f"note:{one.pk}", f"Session note of {timezone.localdate(one.written_at):%-d %B %Y}")
                for one in notes[:20]
            ]
        kwargs["report"] = report  # in place of the number in the address
        return super().get_context_data(
            relationship=self.relationship,
            to=self.to,
            name=named(self.relationship),
            board=board_of(report, now=self.request.now),
            choices=choices,
            may_send=self.may_send,
            back=reverse("programmes:relationship-detail", args=[self.relationship.pk]),
            **kwargs,
        )


class ReportExport(OfReport, View):
    """The same as a file (CSV)."""

    http_method_names = ["get"]

    def get(self, request, *args, **kwargs):
        report, board = self.report, board_of(self.report, now=request.now)
        rows = [
            ("Group", named(self.relationship)),
            ("From", report.first_on.isoformat()),
            ("To", report.last_on.isoformat()),
            ("Sessions planned", board.planned),
            ("Hours planned", board.planned_hours),
            ("Sessions held", board.held),
            ("Hours held", board.held_hours),
            *(("Paid hours planned and used", f"{one.name}: {one.planned} and {one.used}") for one in board.paid),
            *(("Theme", theme) for theme in board.themes),
            *board.outputs,
        ]
        return as_csv(f"board-report-{report.due_on}", rows)
