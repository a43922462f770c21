"""Addresses of people's pages."""

from django.urls import include, path

app_name = "people"

urlpatterns = [
    path("", include("people.web.sign_in_urls")),
]
