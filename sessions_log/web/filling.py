"""Filling in a form, signed in or by a mailed link: drafts, questions that newly apply, giving it back."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from audit.refusal import Refused
from people.kept_forms import DRAFT
from people.middleware import is_htmx
from people.models import OneTimeLink, Person
from sessions_log.actions import session_forms
from sessions_log.models import FormDraft, SessionForm
from sessions_log.queries.forms import concerning, readers_in_words
from sessions_log.session_forms import FormSpec, kept
from sessions_log.session_forms.fields import PREFIX, SpecForm

LONGEST_DRAFT = 200_000  # characters


def typed_into(posted: QueryDict) -> str:
    """What was typed into questions, URL-encoded, and nothing else of what was sent."""
    typed = QueryDict(mutable=True)
    for name in posted:
        if name.startswith(f"{PREFIX}-"):
            typed.setlist(name, posted.getlist(name))
    return typed.urlencode()


class Filling:
    """The part that both pages share. ``owed`` is the form; ``template_name`` draws it with ``context``."""

    owed: SessionForm
    link: OneTimeLink | None = None

    @property
    def spec(self) -> FormSpec:
        if not hasattr(self, "_spec"):
            self._spec = kept.of(self.owed)
        return self._spec

    @property
    def person(self) -> Person:
        """Who fills it in: signed in, or by the link."""
        return self.request.user

    def spec_form(self, *, data: QueryDict | None = None, typed: QueryDict | None = None) -> SpecForm:
        return SpecForm(
            self.spec,
            readers=readers_in_words(self.owed, self.spec),
            data=data,
            typed=typed,
            has_session=self.owed.session_id is not None,
        )

    def show(self, form: SpecForm, *, new: list[str] = (), draft: FormDraft | None = None) -> HttpResponse:
        """The page with the questions."""
        context = {
            "form": form,
            "owed": self.owed,
            "spec": self.spec,
            "concerning": concerning(self.owed, self.person),
            "readers": readers_in_words(self.owed, self.spec)[self.spec.readers],
            "new": new,
            "draft": draft,
            **self.more(),
        }
        return render(self.request, self.template_name, context)

    def more(self) -> dict:
        """What the page wants besides."""
        return {}

    def begin(self) -> HttpResponse:
        """The page as it is opened: with the draft, where there is one."""
        draft = FormDraft.objects.filter(form=self.owed).first()
        return self.show(self.spec_form(typed=QueryDict(draft.text) if draft else None), draft=draft)

    def take(self) -> HttpResponse:
        """What was sent: a draft, or the answers."""
        posted = self.request.POST
        if is_htmx(self.request) or DRAFT in posted:
            return self.keep(posted)
        form = self.spec_form(data=posted)
        if new := form.new:  # asked next; what was said so far is kept meanwhile
            draft = self.keep_draft(posted)
            return self.show(self.spec_form(typed=posted), new=new, draft=draft)
        if not form.is_valid():
            self.keep_draft(posted)
            return self.show(form)
        try:
            session_forms.give_back(
                form=self.owed, values=form.answers(), link=self.link, by=self.person, now=self.request.now
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.show(form)
        return self.done()

    def keep(self, posted: QueryDict) -> HttpResponse:
        draft = self.keep_draft(posted)
        if not is_htmx(self.request):
            return self.kept(draft)
        form = self.spec_form(data=posted)
        fresh = self.spec_form(typed=posted) if form.has_changed_questions() else None
        context = {"draft": draft, "form": fresh, "kept_at": draft and timezone.localtime(draft.saved_at)}
        return render(self.request, "sessions_log/_draft.html", context)

    def keep_draft(self, posted: QueryDict) -> FormDraft | None:
        text = typed_into(posted)
        if len(text) > LONGEST_DRAFT:
            return None
        return session_forms.keep_draft(form=self.owed, typed=text, by=self.person, now=self.request.now)
