"""Pages on which a mentee prepares for a session, shares it or takes it back, and on which it is read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.generic import TemplateView, View

from audit.refusal import Refused
from people.middleware import is_htmx
from sessions_log.actions import prep_sheets
from sessions_log.letters import when_in_words
from sessions_log.models import PrepSheet
from sessions_log.prep import (
    has_prep_sheets,
    may_prepare,
    next_session,
    opened,
    reader_sentence,
    readers_of,
    sheets_of,
    spec_for,
)
from sessions_log.queries.notes import joined
from sessions_log.session_forms import kept
from sessions_log.session_forms.fields import SpecForm
from sessions_log.web.filling import LONGEST_DRAFT, typed_into
from sessions_log.web.note_forms import version_seen
from sessions_log.web.own import OfOwnRelationship
from vault.sealing import Undecryptable

PER_PAGE = 10
SHARE = "share"  # the button; the other one keeps it for oneself


class OfPrepSheets(OfOwnRelationship):
    """A relationship of one's own in which people prepare one by one; else 404."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not has_prep_sheets(self.relationship):
            raise Http404


class PrepSheetEdit(OfPrepSheets, TemplateView):
    """What one wants from the next session: kept as one types, read by nobody else until it is shared."""

    template_name = "sessions_log/prep_sheet_edit.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_prepare(self.relationship, request.user):
            raise Http404
        mine = PrepSheet.objects.filter(relationship=self.relationship, author=request.user, session=None)
        self.sheet = mine.first()
        self.spec = kept.of(self.sheet) if self.sheet else spec_for(self.relationship)

    def get(self, request, *args, **kwargs):
        try:
            typed = QueryDict(self.sheet.text) if self.sheet else None
        except Undecryptable:  # the list says so; what is typed now takes its place
            typed = None
        return self.show(SpecForm(self.spec, readers={}, typed=typed))

    def post(self, request, *args, **kwargs):
        if is_htmx(request):
            return self.keep_while_typing()
        form = SpecForm(self.spec, readers={}, data=request.POST)
        try:
            self.keep()  # also where something in it is asked about: nothing typed is lost
            if form.is_valid():
                if SHARE in request.POST:
                    prep_sheets.share(sheet=self.sheet, by=request.user, now=request.now)
                    messages.success(request, f"Shared with {self.readers()}")
                else:
                    messages.success(request, "Kept. Nobody else reads it.")
                return redirect("sessions_log:prep-sheet-edit", pk=self.relationship.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        return self.show(form)

    def keep(self) -> None:
        typed = typed_into(self.request.POST)
        if len(typed) > LONGEST_DRAFT:
            raise Refused("That is more than can be kept here. Copy what you typed and shorten it.")
        self.sheet = prep_sheets.keep(
            relationship=self.relationship,
            typed=typed,
            seen_at=version_seen(self.request.POST.get("seen_at", "")),
            by=self.request.user,
            now=self.request.now,
        )

    def keep_while_typing(self):
        """What htmx gets: that it is kept, with the version that stands now; or why it is not."""
        try:
            self.keep()
        except Refused as refusal:
            context = {"refusal": str(refusal), "seen_at": self.request.POST.get("seen_at", "")}
        else:
            context = {"kept_at": timezone.localtime(self.request.now), "seen_at": self.sheet.changed_at.isoformat()}
        return render(self.request, "sessions_log/_prep_state.html", context)

    def readers(self) -> str:
        return joined(member.person.given_name for member in readers_of(self.relationship, self.request.user))

    def show(self, form: SpecForm):
        viewer, now, sheet = self.request.user, self.request.now, self.sheet
        session = next_session(self.relationship, now=now)
        context = self.get_context_data(
            form=form,
            spec=self.spec,
            sheet=sheet,
            seen_at=sheet.changed_at.isoformat() if sheet else "",
            when=when_in_words(session) if session else "",
            reader=reader_sentence(self.relationship, viewer),
            readers=self.readers(),
            is_changed=sheet is not None and sheet.shared_at is not None and sheet.changed_at > sheet.shared_at,
            has_earlier=sheets_of(self.relationship, viewer, now=now).exclude(session=None).exists(),
        )
        return self.render_to_response(context)


class PrepSheetList(OfPrepSheets, TemplateView):
    """What was prepared for the sessions of a match: one's own, and what is shared with one."""

    template_name = "sessions_log/prep_sheet_list.html"

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        found = sheets_of(self.relationship, viewer, now=now)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            sheets=opened(page.object_list, viewer),
            page=page,
            may_prepare=may_prepare(self.relationship, viewer),
            **kwargs,
        )


class PrepSheetTakeBack(OfPrepSheets, View):
    """Nobody else reads it any more."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        mine = PrepSheet.objects.filter(relationship=self.relationship, author=request.user)
        sheet = get_object_or_404(mine.select_related("relationship__cohort"), pk=kwargs["sheet"])
        prep_sheets.take_back(sheet=sheet, by=request.user, now=request.now)
        messages.success(request, "Taken back. Only you can open it.")
        name = "prep-sheet-list" if sheet.session_id else "prep-sheet-edit"
        return redirect(f"sessions_log:{name}", pk=self.relationship.pk)
