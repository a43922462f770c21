"""Pages of private and shared notes. Everything starts from what the person wrote or belongs to; else 404."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from look.numbers import whole
from programmes.models import Member
from sessions_log.actions import notes
from sessions_log.models import Note
from sessions_log.queries.notes import left_behind, may_write, note_cards, text_of
from sessions_log.queries.sessions import sessions_of
from sessions_log.sharing import (
    NOT_WHAT_WAS_SAID,
    has_shared_notes,
    is_commissioned_by,
    shared_with,
    sharers,
    waits_for,
    who_reads,
)
from sessions_log.web.drafts import KeepsDraft
from sessions_log.web.note_forms import NoteForm, SharedNoteForm
from sessions_log.web.own import OfOwnRelationship

SESSIONS_TO_CHOOSE = 12


class OfNotes(KeepsDraft, OfOwnRelationship, FormView):
    """A list of notes with a box for another: what private and shared ones have in common."""

    def get_form_kwargs(self):
        held = sessions_of(self.relationship, self.request.user).held().order_by("-day", "-pk")
        about = list(held.values_list("pk", flat=True)[:SESSIONS_TO_CHOOSE])
        return super().get_form_kwargs() | {"sessions": held.filter(pk__in=about) if about else None}

    def get_initial(self):
        return {"session": whole(self.request.GET.get("session"))}

    def cards(self, found):
        """``found`` opened for the viewer; what does not open is recorded."""
        cards = note_cards(found.select_related("relationship__cohort", "author", "session"))
        for card in cards:
            if not card.is_readable:
                notes.report_unreadable(note=card.note, by=self.request.user, now=self.request.now)
        return cards

    def form_valid(self, form):
        try:
            self.keep(form)
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        return redirect(self.request.resolver_match.view_name, pk=self.relationship.pk)


class NoteList(OfNotes):
    """One's own notes on a relationship, newest first, with a box for another while it lives."""

    template_name = "sessions_log/note_list.html"
    form_class = NoteForm

    def get_context_data(self, **kwargs):
        mine = Note.objects.private_of(self.request.user).filter(relationship=self.relationship)
        lives = may_write(self.relationship, self.request.user)
        elsewhere = [] if lives else left_behind(self.relationship, self.request.user)
        return super().get_context_data(notes=self.cards(mine), may_write=lives, elsewhere=elsewhere, **kwargs)

    def keep(self, form):
        notes.write(
            relationship=self.relationship,
            text=form.cleaned_data["text"],
            session=form.cleaned_data.get("session"),
            by=self.request.user,
            now=self.request.now,
        )
        messages.success(self.request, "Note kept")


class SharedNoteList(OfNotes):
    """What the members of a match share: a pair's two, a triad's three, a group. Whoever is out reads their own."""

    template_name = "sessions_log/shared_note_list.html"
    form_class = SharedNoteForm

    def setup(self, request, *args, **kwargs):
        if request.method == "GET" and is_commissioned_by(kwargs["pk"], request.access):
            raise Refused(NOT_WHAT_WAS_SAID)
        super().setup(request, *args, **kwargs)
        self.members = sharers(self.relationship)
        self.own = next((one for one in self.members if one.person_id == request.user.pk), None)
        self.is_group = self.relationship.is_group
        self.is_in = self.own is not None and may_write(self.relationship, request.user)
        was_in = self.relationship.members.exclude(role=Member.Role.OBSERVER).filter(person=request.user)
        if not has_shared_notes(self.relationship) or not (self.is_in or was_in.exists()):
            raise Http404
        self.sentence = waits_for(self.relationship, request.user) if self.is_in else ""

    @property
    def chosen_trainee(self):
        """The trainee of whom the two supervisors say, note by note, whether they read it."""
        if self.own is None or self.own.role == Member.Role.TRAINEE:
            return None
        return next((one for one in self.members if one.role == Member.Role.TRAINEE), None)

    def get_form_kwargs(self):
        trainee = self.chosen_trainee
        readers = [one for one in self.members if one is not trainee]
        return super().get_form_kwargs() | {
            "is_group": self.is_group,
            "trainee": trainee.person.given_name if trainee else "",
            "label": "Your note" if self.is_group else "Your shared note",
            "reader": who_reads(readers, self.request.user, is_group=self.is_group),
        }

    def get_context_data(self, **kwargs):
        viewer, now = self.request.user, self.request.now
        found = Note.objects.visible_to(viewer, now=now).shared().filter(relationship=self.relationship)
        if self.sentence:
            found = found.filter(author=viewer)
        cards = self.cards(found.select_related("trainee__person"))
        return super().get_context_data(
            notes=[card for card in cards if card.note.kind == Note.Kind.SHARED],
            learnt=[card for card in reversed(cards) if card.note.kind == Note.Kind.LEARNING],
            is_group=self.is_group,
            is_in=self.is_in,
            sentence=self.sentence,
            title="Group notes" if self.is_group else "Shared notes",
            **kwargs,
        )

    def keep(self, form):
        notes.share(
            relationship=self.relationship,
            text=form.cleaned_data["text"],
            by=self.request.user,
            now=self.request.now,
            **form.details(),
        )
        messages.success(self.request, "Shared")


class OfOwnNote(OfOwnRelationship):
    """Loads the note from among those that the viewer wrote on that relationship."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        mine = Note.objects.filter(author=request.user, relationship=self.relationship)
        self.note = get_object_or_404(
            mine.select_related("relationship__cohort__programme", "trainee"), pk=kwargs["note"]
        )
        self.is_private = self.note.kind == Note.Kind.OWN

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **kwargs
            | {"note": self.note, "is_private": self.is_private}  # in place of the address's id
            | {"list_url": self.list_url, "list_text": "Your private notes" if self.is_private else "Shared notes"}
        )

    @property
    def list_url(self) -> str:
        return reverse(f"sessions_log:{'note' if self.is_private else 'shared-note'}-list", args=[self.relationship.pk])


class NoteEdit(KeepsDraft, OfOwnNote, FormView):
    """Change a note that one wrote."""

    template_name = "sessions_log/note_edit.html"
    form_class = NoteForm

    def dispatch(self, request, *args, **kwargs):
        if text_of(self.note) is None:  # the list says so; there is nothing to change
            return redirect(self.list_url)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"text": self.note.text, "seen_at": self.note.changed_at.isoformat()}

    def get_form_kwargs(self):
        if self.is_private:
            return super().get_form_kwargs()
        readers = shared_with(self.note, sharers(self.relationship), self.request.user)
        is_group = self.relationship.is_group
        reader = who_reads(readers, self.request.user, is_group=is_group)
        return super().get_form_kwargs() | {"label": "Your shared note", "reader": reader}

    def form_valid(self, form):
        try:
            notes.change(
                note=self.note,
                text=form.cleaned_data["text"],
                seen_at=form.cleaned_data["seen_at"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Note changed")
        return redirect(self.list_url)


class NoteDelete(OfOwnNote, TemplateView):
    """Ask once, then delete a note that one wrote."""

    template_name = "sessions_log/note_delete.html"

    def post(self, request, *args, **kwargs):
        notes.delete(note=self.note, by=request.user, now=request.now)
        messages.success(request, "Note deleted")
        return redirect(self.list_url)
