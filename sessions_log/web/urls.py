"""Addresses of this room."""

from django.urls import path

from sessions_log.web import views

app_name = "sessions_log"

urlpatterns = [
    path("relationships/<int:pk>/notes/", views.NoteList.as_view(), name="note-list"),
    path("relationships/<int:pk>/notes/<uuid:note>/", views.NoteEdit.as_view(), name="note-edit"),
    path("relationships/<int:pk>/notes/<uuid:note>/delete/", views.NoteDelete.as_view(), name="note-delete"),
]
