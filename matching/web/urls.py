"""Addresses under /matching/."""

from django.urls import path

from matching.web import views

app_name = "matching"

urlpatterns = [
    path("cohorts/<int:pk>/find/", views.RunStart.as_view(), name="run-start"),
    path("runs/<int:pk>/", views.RunDetail.as_view(), name="run-detail"),
    path("runs/<int:pk>/cancel/", views.RunCancel.as_view(), name="run-cancel"),
    path("runs/<int:pk>/publish/", views.RunPublish.as_view(), name="run-publish"),
    path("runs/<int:pk>/why-not/", views.WhyNot.as_view(), name="why-not"),
]
