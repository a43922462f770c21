"""Pages of a person's own notes. Everything starts from what the person wrote or belongs to; else 404."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView

from audit.refusal import Refused
from sessions_log.actions import notes
from sessions_log.models import Note
from sessions_log.queries.notes import may_write, note_cards, text_of
from sessions_log.web.note_forms import NoteForm
from sessions_log.web.own import OfOwnRelationship


class OfOwnNote(OfOwnRelationship):
    """Loads the note from among the viewer's own notes on that relationship."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        mine = Note.objects.visible_to(request.user, now=request.now).filter(relationship=self.relationship)
        self.note = get_object_or_404(mine.select_related("relationship__cohort"), pk=kwargs["note"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs | {"note": self.note})  # in place of the address's id


class NoteList(OfOwnRelationship, FormView):
    """One's own notes on a relationship, newest first, with a box for another while it lives."""

    template_name = "sessions_log/note_list.html"
    form_class = NoteForm

    def get_context_data(self, **kwargs):
        mine = Note.objects.visible_to(self.request.user, now=self.request.now).filter(relationship=self.relationship)
        cards = note_cards(mine.select_related("relationship__cohort"))
        for card in cards:
            if not card.is_readable:
                notes.report_unreadable(note=card.note, by=self.request.user, now=self.request.now)
        return super().get_context_data(
            notes=cards, may_write=may_write(self.relationship, self.request.user), **kwargs
        )

    def form_valid(self, form):
        try:
            notes.write(
                relationship=self.relationship,
                text=form.cleaned_data["text"],
                by=self.request.user,
                now=self.request.now,
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Note kept")
        return redirect("sessions_log:note-list", pk=self.relationship.pk)


class NoteEdit(OfOwnNote, FormView):
    """Change one's own note."""

    template_name = "sessions_log/note_edit.html"
    form_class = NoteForm

    def dispatch(self, request, *args, **kwargs):
        if text_of(self.note) is None:  # the list says so; there is nothing to change
            return redirect("sessions_log:note-list", pk=self.relationship.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"text": self.note.text, "seen_at": self.note.changed_at.isoformat()}

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
        return redirect("sessions_log:note-list", pk=self.relationship.pk)


class NoteDelete(OfOwnNote, TemplateView):
    """Ask once, then delete one's own note."""

    template_name = "sessions_log/note_delete.html"

    def post(self, request, *args, **kwargs):
        notes.delete(note=self.note, by=request.user, now=request.now)
        messages.success(request, "Note deleted")
        return redirect("sessions_log:note-list", pk=self.relationship.pk)
