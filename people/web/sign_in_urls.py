"""Addresses of the pages around signing in. Those that go into mails stand at the root."""

from django.urls import path

from people.web import sign_in

urlpatterns = [
    path("people/<int:pk>/invite/", sign_in.PersonInvite.as_view(), name="person-invite"),
    path("welcome/<str:token>/", sign_in.Welcome.as_view(), name="welcome"),
    path("start/<str:token>/", sign_in.FirstLead.as_view(), name="first-lead"),
    path("kept-form/<uuid:pk>/", sign_in.KeptForm.as_view(), name="kept-form"),
]
