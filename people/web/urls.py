"""Addresses of people's pages."""

from django.urls import include, path

from people.web import grants, imports, people, styles

app_name = "people"

urlpatterns = [
    path("people/", people.PersonList.as_view(), name="person-list"),
    path("people/<int:pk>/", people.PersonDetail.as_view(), name="person-detail"),
    path("people/<int:pk>/style/", styles.StyleEdit.as_view(), name="style-edit"),
    path("style/", styles.StyleAnswer.as_view(), name="style-answer"),
    path("style/delete/", styles.StyleForget.as_view(), name="style-forget"),
    path("people/import/", imports.ImportStart.as_view(), name="import-start"),
    path("people/import/<int:pk>/", imports.ImportPreview.as_view(), name="import-preview"),
    path("people/grants/", grants.GrantList.as_view(), name="grant-list"),
    path("people/grants/give/", grants.GrantGive.as_view(), name="grant-give"),
    path("people/grants/<int:pk>/end/", grants.GrantEnd.as_view(), name="grant-end"),
    path("", include("people.web.sign_in_urls")),
]
