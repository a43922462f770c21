"""Addresses of the pages around signing in; they stand at the root, since they go into mails."""

from django.urls import path

from people.web import sign_in

urlpatterns = [
    path("welcome/<str:token>/", sign_in.Welcome.as_view(), name="welcome"),
    path("start/<str:token>/", sign_in.FirstLead.as_view(), name="first-lead"),
    path("kept-form/<uuid:pk>/", sign_in.KeptForm.as_view(), name="kept-form"),
]
