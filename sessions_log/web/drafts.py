"""Pages whose form is kept as one types. Without script the form just saves; nothing else of the page changes.

The same address takes the draft: whoever may send the form may keep it, and nobody else.
"""

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from people.actions import kept_forms
from people.kept_forms import DRAFT, MARK, kept_for
from people.middleware import is_htmx
from sessions_log.actions import drafts
from sessions_log.models import Draft
from sessions_log.web.note_forms import version_seen
from vault.sealing import Undecryptable

DISCARD = "discard"  # the button by which a draft is thrown away
OPENED = "opened_at"  # when the page was drawn
NOT_TYPED = {"csrfmiddlewaretoken", DRAFT, DISCARD, OPENED, MARK}


class KeepsDraft:
    """A FormView whose form is kept as one types, brought back with the page, and forgotten once it is sent."""

    def draft(self) -> QueryDict | None:
        """What was typed and not sent, as it was typed; None where there is nothing."""
        if not hasattr(self, "_draft"):
            self._row = Draft.objects.filter(person=self.request.user, page=self.request.path).first()
            try:
                self._draft = QueryDict(self._row.text) if self._row and not self._row.is_sent else None
            except Undecryptable:
                self._draft = None
        return self._draft

    def get(self, request, *args, **kwargs):
        self.take_up_what_was_kept()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if DISCARD in request.POST:
            drafts.sent(page=request.path, by=request.user, now=request.now)
            return redirect(request.get_full_path())
        if DRAFT in request.POST:
            return self.keep_draft(request.POST)
        answer = super().post(request, *args, **kwargs)
        if answer.status_code == 302:  # sent and taken
            drafts.sent(page=request.path, by=request.user, now=request.now)
        return answer

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        typed = None if form.is_bound else self.draft()
        if typed is not None:
            for name, field in form.fields.items():
                if not field.widget.value_omitted_from_data(typed, {}, form.add_prefix(name)):
                    form.initial[name] = field.widget.value_from_datadict(typed, {}, form.add_prefix(name))
        return form

    def get_context_data(self, **kwargs):
        typed = self.draft()
        kept = {"saved_at": self._row.saved_at, "typed": typed} if typed else None
        return super().get_context_data(draft=kept, **kwargs)

    def keep_draft(self, posted: QueryDict):
        """What a page sends while somebody types; without script, or sent after signing in again, the page itself."""
        draft = drafts.keep(
            page=self.request.path,
            typed=typed_of(posted),
            opened_at=version_seen(posted.get(OPENED, "")),
            by=self.request.user,
            now=self.request.now,
        )
        if not is_htmx(self.request):
            return redirect(self.request.get_full_path())
        context = {"kept_at": draft and timezone.localtime(draft.saved_at)}
        return render(self.request, "sessions_log/_draft_state.html", context)

    def take_up_what_was_kept(self) -> None:
        """What was typed on when the sign-in had run out becomes the draft that it was on its way to be."""
        if posted := taken_from_kept(self.request):
            drafts.keep(
                page=self.request.path,
                typed=typed_of(posted),
                opened_at=version_seen(posted.get(OPENED, "")),
                by=self.request.user,
                now=self.request.now,
            )


def taken_from_kept(request) -> QueryDict | None:
    """What its person typed into the page of ``request`` when their sign-in had run out; it is kept no longer."""
    for kept in kept_for(request.user, now=request.now).filter(is_draft=True):
        if kept.path.partition("?")[0] == request.path:
            try:
                posted = QueryDict(kept.body)
            except Undecryptable:
                continue
            kept_forms.drop(kept=kept, by=request.user, now=request.now)
            return posted
    return None


def typed_of(posted: QueryDict) -> str:
    """What was typed, URL-encoded, without what the page sends along."""
    typed = posted.copy()
    for name in NOT_TYPED:
        typed.pop(name, None)
    return typed.urlencode()
