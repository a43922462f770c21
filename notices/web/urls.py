"""Addresses of reminders."""

from django.urls import path

from notices.web import nudges

app_name = "notices"

urlpatterns = [
    path("reminders/stop/<str:token>/", nudges.NudgeStop.as_view(), name="nudge-stop"),
    path("reminders/choice/", nudges.NudgeChoose.as_view(), name="nudge-choose"),
]
