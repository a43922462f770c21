"""Addresses under /reports/."""

from django.urls import path

from reports.web import funding, returns, views

app_name = "reports"

urlpatterns = [
    path("audit/", views.AuditList.as_view(), name="audit-list"),
    path("returns/", returns.ReturnList.as_view(), name="return-list"),
    path("returns/ring/", returns.RingList.as_view(), name="ring-list"),
    path("returns/ring/<int:programme>/<int:person>/", returns.RingNote.as_view(), name="ring-note"),
    path("returns/<int:pk>/", returns.ReturnGrid.as_view(), name="return-grid"),
    path("returns/<int:pk>/remind/", returns.ReturnRemind.as_view(), name="return-remind"),
    path("returns/<int:pk>/export/", returns.ReturnExport.as_view(), name="return-export"),
    path("board/<int:pk>/", funding.BoardDetail.as_view(), name="board-detail"),
    path("notices/", views.NoticeList.as_view(), name="notice-list"),
    path("notices/<int:pk>/retry/", views.NoticeRetry.as_view(), name="notice-retry"),
]
