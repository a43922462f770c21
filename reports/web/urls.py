"""Addresses under /reports/."""

from django.urls import path

from reports.web import views

app_name = "reports"

urlpatterns = [
    path("audit/", views.AuditList.as_view(), name="audit-list"),
    path("notices/", views.NoticeList.as_view(), name="notice-list"),
    path("notices/<int:pk>/retry/", views.NoticeRetry.as_view(), name="notice-retry"),
]
