"""Addresses under /relationships/."""

from django.urls import path

from sessions_log.web import views

app_name = "sessions_log"

urlpatterns = [
    path("<int:pk>/notes/", views.NoteList.as_view(), name="note-list"),
    path("<int:pk>/notes/<uuid:note>/", views.NoteEdit.as_view(), name="note-edit"),
    path("<int:pk>/notes/<uuid:note>/delete/", views.NoteDelete.as_view(), name="note-delete"),
]
