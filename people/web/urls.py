"""Addresses of people's pages."""

app_name = "people"

urlpatterns = []
