"""Administrators' pages. Anybody else meets the same 404 as for a page that does not exist."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from notices.actions import outbox
from notices.models import Notice
from reports.queries import audit_events, event_rows, last_seal, notice_counts, notice_rows, notices, recipient_told
from reports.web.forms import AuditFilter, NoticeFilter

ROWS = 50


class ForAdministrators:
    """Only holders of the administrator's grant come through."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not request.access.is_administrator:
            raise Http404


class AuditList(ForAdministrators, TemplateView):
    """What happened in the portal, newest first: who, what, on what; never a field's contents."""

    template_name = "reports/audit_list.html"

    def get_context_data(self, **kwargs):
        form = AuditFilter(self.request.GET)
        wanted = form.cleaned_data if form.is_valid() else {}
        page = Paginator(audit_events(**wanted), ROWS).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            form=form, page=page, rows=event_rows(page.object_list), seal=last_seal(), **kwargs
        )


class NoticeList(ForAdministrators, TemplateView):
    """Every message owed, and what became of it; whom it is for, but not what it says."""

    template_name = "reports/notice_list.html"

    def get_context_data(self, **kwargs):
        form = NoticeFilter(self.request.GET)
        state = form.cleaned_data["state"] if form.is_valid() else ""
        page = Paginator(notices(state=state), ROWS).get_page(self.request.GET.get("page"))
        tabs = [{"text": "All", "url": "?", "current": not state}] + [
            {"text": label, "url": f"?state={value}", "current": value == state, "count": count}
            for value, label, count in notice_counts()
        ]
        return super().get_context_data(page=page, rows=notice_rows(page), tabs=tabs, **kwargs)


class NoticeRetry(ForAdministrators, View):
    """Owe a failed message again; the next sweep sends it."""

    http_method_names = ["post"]

    def post(self, request, pk):
        notice = get_object_or_404(Notice, pk=pk)
        try:
            outbox.retry(notice=notice, by=request.user, now=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The message to {recipient_told(notice)} will be tried again within a minute")
        return redirect(f"{reverse('reports:notice-list')}?state=failed")
